/**
 * How much one peer, and all of them together, may ask of the server.
 *
 * @module
 */
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
  maxConnections: 64,
  maxSockets: 0,
  maxBodyBytes: 4 + MAX_TEXT_BYTES + MAX_MESSAGE_BYTES,
  requestWithinS: 240,
};

/** What became of reading a body. */
export type BodyResult =
  | { readonly kind: "body"; readonly bytes: Uint8Array }
  | { readonly kind: "too-large" }
  | { readonly kind: "failed"; readonly reason: string };

/**
 * Reads a body of at most `maxBytes`. Memory grows with what arrives, not with what was announced.
 */
export async function readBody(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<BodyResult> {
  const parts: Uint8Array[] = [];
  let total = 0;
  try {
    for await (const part of body ?? []) {
      total += part.length;
      if (total > maxBytes) return { kind: "too-large" };
      parts.push(part);
    }
  } catch (error) {
    return { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { kind: "body", bytes };
}

/** A `Content-Length` as a number; null when it is missing or not one. */
export function contentLength(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : null;
}
