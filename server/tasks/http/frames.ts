/**
 * The messages of `/ws/terminal`: `{"event": …, "data": …, "id": n}` both ways. An answer has the id of
 * what it answers.
 *
 * @module
 */
import type { PtyId } from "../ids.ts";
import {
  FieldError,
  inputField,
  objectOf,
  ptyField,
  sizeFields,
  viewerField,
  wholeField,
} from "./fields.ts";
import type { ViewerKey } from "./keyboard.ts";

/** The longest message of a client, bytes. */
export const MAX_FRAME_BYTES = 98_304;
/** What may be typed in one message, bytes. */
export const MAX_INPUT_BYTES = 65_536;
/** Terminals that a heartbeat may name. */
const MAX_NAMED = 64;

/** What a client says. */
export type ClientMessage =
  | {
    readonly event: "join_session";
    readonly session: PtyId;
    /** What it has already; null for nothing. */
    readonly seq: number | null;
    readonly viewer: ViewerKey | null;
    /** Bytes of output that it takes before it acknowledges any; null if it never does. */
    readonly windowBytes: number | null;
  }
  | { readonly event: "leave_session"; readonly session: PtyId }
  | { readonly event: "terminal_input"; readonly session: PtyId; readonly input: Uint8Array }
  | {
    readonly event: "terminal_resize";
    readonly session: PtyId;
    readonly cols: number;
    readonly rows: number;
  }
  | { readonly event: "terminal_ack"; readonly session: PtyId; readonly seq: number }
  | { readonly event: "take_keyboard" | "release_keyboard"; readonly session: PtyId }
  | { readonly event: "heartbeat"; readonly sessions: readonly PtyId[] };

/** A message with the id that its answer shall have. */
export interface ClientFrame {
  readonly id: number | string | null;
  readonly message: ClientMessage;
}

const ANY_SEQ = { min: 0, max: Number.MAX_SAFE_INTEGER };

/** The id of a message, as far as it has one. */
export function frameIdOf(value: unknown): number | string | null {
  const id = value !== null && typeof value === "object" ? Reflect.get(value, "id") : null;
  if (typeof id === "string") return id.length <= 64 ? id : null;
  return Number.isSafeInteger(id) ? id as number : null;
}

/** Reads a message. @throws {FieldError} if it is none. */
export function clientMessage(value: unknown): ClientMessage {
  const frame = objectOf(value);
  const data = objectOf(frame["data"] ?? {}, '"data"');
  const { event } = frame;
  switch (event) {
    case "join_session":
      return {
        event,
        session: ptyField(data),
        seq: wholeField(data, "seq", ANY_SEQ),
        viewer: viewerField(data),
        windowBytes: wholeField(data, "window", { min: 4096, max: 16_777_216 }),
      };
    case "leave_session":
    case "take_keyboard":
    case "release_keyboard":
      return { event, session: ptyField(data) };
    case "terminal_input":
      return { event, session: ptyField(data), input: inputField(data, MAX_INPUT_BYTES) };
    case "terminal_resize":
      return { event, session: ptyField(data), ...sizeFields(data) };
    case "terminal_ack":
      return { event, session: ptyField(data), seq: wholeField(data, "seq", ANY_SEQ) ?? 0 };
    case "heartbeat":
      return { event, sessions: namedSessions(data["session_ids"] ?? []) };
    default:
      throw new FieldError(
        'this "event" is not known; there are join_session, leave_session, terminal_input, ' +
          "terminal_resize, terminal_ack, take_keyboard, release_keyboard and heartbeat",
      );
  }
}

function namedSessions(value: unknown): PtyId[] {
  if (!Array.isArray(value) || value.length > MAX_NAMED) {
    throw new FieldError(`"session_ids" must be a list of at most ${MAX_NAMED} ids`);
  }
  return value.map((id) => ptyField({ session_id: id }));
}
