import { fromHalves, toHalves } from "../audio/float16.ts";
import { MAX_BUFFER_BYTES } from "./constants.ts";
import { WireError } from "./errors.ts";

/**
 * A whole buffer as it travels: interleaved little-endian halves, each the nearest to its sample.
 *
 * @example
 * ```ts
 * import { encodeHalfBuffer } from "./half_buffer.ts";
 *
 * console.log(encodeHalfBuffer(Float32Array.of(0.5, -0.5))); // Uint8Array [0, 0x38, 0, 0xb8]
 * ```
 */
export function encodeHalfBuffer(audio: Float32Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(toHalves(audio).buffer);
}

/**
 * The samples of a buffer that arrived: this widened copy is the client's mirror.
 *
 * @throws {WireError} if the number of bytes is odd, or over that of the longest source.
 */
export function decodeHalfBuffer(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  if (bytes.length % 2 !== 0 || bytes.length > MAX_BUFFER_BYTES) {
    throw new WireError(
      `buffer is ${bytes.length} bytes, expected an even number up to ${MAX_BUFFER_BYTES}`,
      { field: "buffer", offset: Math.min(bytes.length, MAX_BUFFER_BYTES) },
    );
  }
  return fromHalves(asHalves(bytes));
}

/**
 * What the other side has after a buffer was sent: each sample rounded to a half and back. A server
 * seeds its mirror with it, so that both mirrors start equal.
 */
export function roundTripHalf(audio: Float32Array): Float32Array<ArrayBuffer> {
  return fromHalves(toHalves(audio));
}

/** The halves in `bytes`, without a copy where alignment allows. */
export function asHalves(bytes: Uint8Array): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length >> 1);
}
