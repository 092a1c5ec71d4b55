/**
 * The body of a control-bus command: u32 length, that many bytes of JSON, the rest audio.
 *
 * @module
 */
import { MAX_TEXT_BYTES } from "./constants.ts";
import { WireError } from "./errors.ts";
import { isJsonObject, type JsonObject } from "./fields.ts";

const PREFIX_BYTES = 4;

/** A command as it was posted. */
export interface ControlBody {
  /** The command; not coerced yet. */
  readonly json: JsonObject;
  /** Its PCM message; null if it has none. */
  readonly audio: Uint8Array | null;
}

/**
 * Writes the body of a command.
 *
 * @example
 * ```ts
 * import { encodeControlBody } from "./control_body.ts";
 *
 * console.log(encodeControlBody({ type: "clear_timbre_source" }).length); // 34
 * ```
 */
export function encodeControlBody(
  json: Readonly<JsonObject>,
  pcm?: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(json));
  const body = new Uint8Array(PREFIX_BYTES + text.length + (pcm?.length ?? 0));
  new DataView(body.buffer).setUint32(0, text.length, true);
  body.set(text, PREFIX_BYTES);
  if (pcm) body.set(pcm, PREFIX_BYTES + text.length);
  return body;
}

/**
 * Reads the body of a command. The audio is a view into `body`, not a copy.
 *
 * @throws {WireError} whose message is the `error` text of the answer, status 400.
 */
export function decodeControlBody(body: Uint8Array): ControlBody {
  if (body.length === 0) fail("empty body", "body", 0);
  if (body.length < PREFIX_BYTES) fail("missing json length prefix", "length", 0);
  const length = new DataView(body.buffer, body.byteOffset).getUint32(0, true);
  const end = PREFIX_BYTES + length;
  if (length === 0 || length > MAX_TEXT_BYTES || end > body.length) {
    fail("json length out of range", "length", 0);
  }
  let json: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body.subarray(PREFIX_BYTES, end));
    json = JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof SyntaxError ? "not valid JSON" : "not valid UTF-8";
    fail(`json decode failed: ${why}`, "json", PREFIX_BYTES, cause);
  }
  if (!isJsonObject(json)) fail("json must be an object", "json", PREFIX_BYTES);
  return { json, audio: end < body.length ? body.subarray(end) : null };
}

function fail(message: string, field: string, offset: number, cause?: unknown): never {
  throw new WireError(message, { field, offset }, cause === undefined ? undefined : { cause });
}
