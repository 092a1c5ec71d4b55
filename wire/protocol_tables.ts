/**
 * The protocol's tables as JSON, for people and programs that ask `/api/protocol`.
 *
 * @module
 */
import { COMMANDS } from "./client_messages.ts";
import { CONFIG } from "./config.ts";
import { CLOSE, FRAGMENT_BYTES, MAX_MESSAGE_BYTES, PROTOCOL_VERSION } from "./constants.ts";
import type { FieldTable } from "./fields.ts";
import { EVENTS, type EventSpec } from "./server_messages.ts";

/** What `/api/protocol` answers. */
export interface ProtocolTables {
  /** Version of the tables, 1. */
  readonly version: number;
  /** Text from client to server, by `type`. */
  readonly commands: Readonly<
    Record<string, {
      readonly fields: FieldTable;
      /** Whether a PCM message follows. */
      readonly binary: string;
      /** Capability without which it is refused. */
      readonly requires: string | null;
      /** Event that reports failure. */
      readonly failure: string | null;
    }>
  >;
  /** Text from server to client, by `type`. */
  readonly events: Readonly<
    Record<string, { readonly fields: FieldTable; readonly followed_by: string | null }>
  >;
  /** Keys of the first text. */
  readonly config: FieldTable;
  /** Order and limits of the opening. */
  readonly handshake: {
    readonly client: readonly string[];
    readonly server: readonly string[];
    readonly max_message_bytes: number;
    readonly fragment_bytes: number;
    readonly close_codes: Readonly<Record<string, number>>;
  };
}

/** The tables that parsing is driven by, in one JSON object. */
export function protocolTables(): ProtocolTables {
  return {
    version: PROTOCOL_VERSION,
    commands: mapValues(COMMANDS, ({ fields, binary, capability, failure }) => ({
      fields,
      binary,
      requires: capability,
      failure,
    })),
    events: mapValues(EVENTS as Readonly<Record<string, EventSpec>>, ({ fields, followedBy }) => ({
      fields,
      followed_by: followedBy ?? null,
    })),
    config: CONFIG,
    handshake: {
      client: ["config", "pcm unless the server loads the source"],
      server: ["init_ack if asked for", "ready", "initial buffer", "stem_assets or stem_failed"],
      max_message_bytes: MAX_MESSAGE_BYTES,
      fragment_bytes: FRAGMENT_BYTES,
      close_codes: CLOSE,
    },
  };
}

function mapValues<In, Out>(
  table: Readonly<Record<string, In>>,
  map: (value: In) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, map(value)]));
}
