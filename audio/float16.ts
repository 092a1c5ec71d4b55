/**
 * Conversion between f32 samples and the 16-bit halves (IEEE 754 binary16) that travel.
 *
 * Halves are kept as `Uint16Array` bit patterns. Rounding is to nearest, ties to even; subnormals
 * and the sign of zero are kept; from 65520 upwards a value becomes infinite.
 *
 * @module
 */

// Samples are read and written in place through typed arrays, and the wire is little-endian.
if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) {
  throw new Error("Headway needs a little-endian machine: audio is exchanged in host byte order");
}

/** The smallest magnitude that no finite half can hold: it rounds to infinity. */
export const HALF_LIMIT = 65520;

/** Every half's value: `HALF_VALUES[bits]`. 256 KiB, three times as fast as `Float16Array` reads. */
export const HALF_VALUES: Float32Array = new Float32Array(
  new Float16Array(Uint16Array.from({ length: 65536 }, (_, bits) => bits).buffer),
);

/**
 * Rounds samples to halves.
 *
 * @param source f32 samples.
 * @param target Receives `source.length` bit patterns; a new array if absent.
 * @returns `target`.
 * @throws {RangeError} if `target` is shorter than `source`.
 *
 * @example
 * ```ts
 * import { toHalves } from "./float16.ts";
 *
 * console.log(toHalves(Float32Array.of(0.5, -1))); // Uint16Array [0x3800, 0xbc00]
 * ```
 */
export function toHalves(
  source: Float32Array,
  target: Uint16Array<ArrayBuffer> = new Uint16Array(source.length),
): Uint16Array<ArrayBuffer> {
  new Float16Array(target.buffer, target.byteOffset, target.length).set(source);
  return target;
}

/**
 * Widens halves to samples; always exact.
 *
 * @param source Bit patterns.
 * @param target Receives `source.length` samples; a new array if absent.
 * @returns `target`.
 */
export function fromHalves<Target extends Float32Array = Float32Array<ArrayBuffer>>(
  source: Uint16Array,
  target: Target = new Float32Array(source.length) as Target,
): Target {
  const values = HALF_VALUES;
  const count = source.length;
  const whole = count - count % 8;
  // Eight a turn: the turn itself costs more than the work in it.
  for (let i = 0; i < whole; i += 8) {
    target[i] = values[source[i]!]!;
    target[i + 1] = values[source[i + 1]!]!;
    target[i + 2] = values[source[i + 2]!]!;
    target[i + 3] = values[source[i + 3]!]!;
    target[i + 4] = values[source[i + 4]!]!;
    target[i + 5] = values[source[i + 5]!]!;
    target[i + 6] = values[source[i + 6]!]!;
    target[i + 7] = values[source[i + 7]!]!;
  }
  for (let i = whole; i < count; i++) target[i] = values[source[i]!]!;
  return target;
}
