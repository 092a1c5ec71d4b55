/**
 * How much one peer, and all of them together, may ask of the server.
 *
 * @module
 */
import { errorMessage } from "../runtime/mod.ts";
import { MAX_MESSAGE_BYTES, MAX_TEXT_BYTES } from "../wire/mod.ts";

/** The caps of a listener. Bytes, seconds and counts. */
export interface Limits {
  /** TCP connections at a time. */
  readonly maxConnections: number;
  /** WebSockets at a time, of which only some are sessions. */
  readonly maxSockets: number;
  /** The request head: line and headers. */
  readonly maxHeadBytes: number;
  /** Headers of a request. */
  readonly maxHeaders: number;
  /** The body of a request. */
  readonly maxBodyBytes: number;
  /** Time for the whole head. */
  readonly headWithinS: number;
  /** Time for the whole request. */
  readonly requestWithinS: number;
  /** Time that an idle connection is kept for another request. */
  readonly keepAliveS: number;
}

/** The main listener: no route of it reads a body yet. */
export const MAIN_LIMITS: Limits = {
  maxConnections: 512,
  maxSockets: 128,
  maxHeadBytes: 16_384,
  maxHeaders: 100,
  maxBodyBytes: 65_536,
  headWithinS: 10,
  requestWithinS: 30,
  keepAliveS: 5,
};

/** The control listener: a command is a length, JSON and one PCM message. */
export const CONTROL_LIMITS: Limits = {
  ...MAIN_LIMITS,
  // More than one peer may have, so that none of them holds all.
  maxConnections: 256,
  maxSockets: 0,
  maxBodyBytes: 4 + MAX_TEXT_BYTES + MAX_MESSAGE_BYTES,
  requestWithinS: 240,
};

/** What became of reading a body. */
export type BodyResult =
  | { readonly kind: "body"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "too-large" }
  | { readonly kind: "failed"; readonly reason: string };

/**
 * Reads a body of at most `maxBytes`. An announced length is reserved at once, so that a long body is
 * copied once only and in small steps; the system backs it with memory as bytes arrive.
 *
 * @param body The parts, in order; null for no body.
 * @param announcedBytes The request's content length, if it has one.
 */
export async function readBody(
  body: AsyncIterable<Uint8Array> | null,
  maxBytes: number,
  announcedBytes: number | null = null,
): Promise<BodyResult> {
  if ((announcedBytes ?? 0) > maxBytes) return { kind: "too-large" };
  let bytes = new Uint8Array(announcedBytes ?? 0);
  let length = 0;
  try {
    for await (const part of body ?? []) {
      const end = length + part.length;
      if (end > maxBytes) return { kind: "too-large" };
      if (end > bytes.length) {
        const larger = new Uint8Array(Math.min(maxBytes, Math.max(end, 2 * bytes.length)));
        larger.set(bytes.subarray(0, length));
        bytes = larger;
      }
      bytes.set(part, length);
      length = end;
    }
  } catch (error) {
    return { kind: "failed", reason: errorMessage(error) };
  }
  return { kind: "body", bytes: bytes.subarray(0, length) };
}

/** A `Content-Length` as a number; null when it is missing or not one. */
export function contentLength(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : null;
}
