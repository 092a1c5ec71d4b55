/**
 * What a recording is: NDJSON, one header line, then one line for each thing that happened on the
 * way between a client and a server. The versions of a line's form are those of the header.
 *
 * Binary messages stand in it by their SHA-256; the bytes of those that are kept lie beside the file,
 * in a folder of files that are named by the same digest.
 *
 * @module
 */
import { z } from "zod";
import { ScenarioError } from "../errors.ts";

/** The version of the form. */
export const RECORDING_SCHEMA = "headway.recording/1";
/** The longest line that is read or written, bytes: a text message of 1 MiB, escaped. */
export const MAX_LINE_BYTES: number = 8 * 2 ** 20;
/** Bytes of a binary message that stand in its line: a slice's header, and some more. */
export const HEAD_BYTES = 32;

/** Client to server, or server to client. */
export type Direction = "up" | "down";

const t = z.number().min(0);
const c = z.number().int().min(1);
const dir = z.enum(["up", "down"]);
const bytes = z.number().int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const at = { t, c };

const header = z.object({
  schema: z.literal(RECORDING_SCHEMA),
  /** When it began, seconds since the Unix epoch. */
  startedUnixS: z.number(),
  /** The server, `ws://host:port/`. */
  upstream: z.string(),
  /** Version of the program that wrote it. */
  version: z.string(),
  /** Name of the folder of blobs, beside the file: a name, and no way elsewhere. */
  blobs: z.string().regex(/^(?!\.{1,2}$)[^/\\]+$/),
  /** Whether prompts were replaced. */
  promptsRedacted: z.boolean(),
});

const figures = z.object({
  messages: z.number(),
  bytes: z.number(),
  /** Time that a piece of a message spent in the gateway, ms. */
  latencyMs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
});

const event = z.discriminatedUnion("kind", [
  /** A WebSocket was opened. */
  z.object({ ...at, kind: z.literal("open"), target: z.string() }),
  /** A WebSocket could not be opened; `status` is the server's answer, 0 without one. */
  z.object({ ...at, kind: z.literal("refused"), target: z.string(), status: z.number() }),
  /** A text message: as JSON, as it was, or by its digest. */
  z.object({
    ...at,
    kind: z.literal("text"),
    dir,
    bytes,
    json: z.unknown().optional(),
    text: z.string().optional(),
    sha256: sha256.optional(),
    /** Something of it was replaced. */
    redacted: z.literal(true).optional(),
  }),
  /** A binary message; `blob` says whether its bytes were kept. */
  z.object({
    ...at,
    kind: z.literal("binary"),
    dir,
    bytes,
    sha256,
    /** The first bytes, hexadecimal. */
    head: z.string().regex(/^([0-9a-f]{2}){0,32}$/),
    blob: z.boolean(),
  }),
  z.object({ ...at, kind: z.enum(["ping", "pong"]), dir, bytes }),
  /** A close frame; `code` is null for one without. */
  z.object({
    ...at,
    kind: z.literal("close"),
    dir,
    code: z.number().nullable(),
    reason: z.string(),
    /** The gateway itself closed, as it was stopped. */
    by: z.literal("gateway").optional(),
  }),
  /** The connection is gone. */
  z.object({
    ...at,
    kind: z.literal("end"),
    side: z.enum(["client", "server", "gateway"]),
    how: z.enum(["closed", "reset"]),
  }),
  /** Bytes that are no WebSocket frames went by; they were passed, and are not recorded. */
  z.object({ ...at, kind: z.literal("malformed"), dir, why: z.string() }),
  /** A plain request was passed on. */
  z.object({
    t,
    kind: z.literal("http"),
    method: z.string(),
    target: z.string(),
    status: z.number(),
  }),
  /** The file was gone on with after its writer had died. */
  z.object({ t, kind: z.literal("resume"), tornBytes: bytes }),
  /** The file is as long as it may be: what follows was passed, and is not recorded. */
  z.object({ t, kind: z.literal("full"), maxBytes: bytes }),
  /** The gateway was stopped in an orderly way. */
  z.object({ t, kind: z.literal("stop"), figures }),
]);

/** The first line. */
export type RecordingHeader = z.infer<typeof header>;
/** Any other line. `t` is in seconds since the recording began, `c` numbers the connection. */
export type RecordedEvent = z.infer<typeof event>;
/** One kind of event. */
export type EventOf<K extends RecordedEvent["kind"]> = Extract<RecordedEvent, { kind: K }>;
/** Figures of the gateway at its end. */
export type GatewayFigures = z.infer<typeof figures>;

/** A whole recording. */
export interface Recording {
  readonly header: RecordingHeader;
  /** In the order in which they happened. */
  readonly events: readonly RecordedEvent[];
  /** Bytes of a last line that was cut off; 0 when there is none. */
  readonly tornBytes: number;
}

/**
 * Reads the first line.
 *
 * @throws {ScenarioError} when it is none.
 */
export function parseHeader(line: string, origin: string): RecordingHeader {
  const value = jsonOf(line);
  const schema = (value as { schema?: unknown } | undefined)?.schema;
  if (typeof schema !== "string" || !schema.startsWith("headway.recording/")) {
    throw new ScenarioError(
      `${origin} is no recording: its first line does not say "schema": "${RECORDING_SCHEMA}"`,
      { origin },
    );
  }
  if (schema !== RECORDING_SCHEMA) {
    throw new ScenarioError(
      `${origin} is a recording of form ${
        JSON.stringify(schema.slice(0, 40))
      }, and this program reads ${RECORDING_SCHEMA}; read it with the version that wrote it`,
      { origin },
    );
  }
  const parsed = header.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ScenarioError(`${origin}, line 1: ${problemOf(parsed.error)}`, { origin });
}

/**
 * Reads any other line.
 *
 * @throws {ScenarioError} naming the line, and what is wrong with it.
 */
export function parseEvent(line: string, origin: string, number: number): RecordedEvent {
  const parsed = event.safeParse(jsonOf(line));
  if (parsed.success) return parsed.data;
  throw new ScenarioError(`${origin}, line ${number}: ${problemOf(parsed.error)}`, {
    origin,
    line: number,
  });
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function problemOf({ issues: [issue] }: z.ZodError): string {
  const where = issue?.path.join(".") ?? "";
  return where === "" ? "this is no event of a recording" : `${where}: ${issue!.message}`;
}
