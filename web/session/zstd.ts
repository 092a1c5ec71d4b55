/**
 * zstd in a browser, which has none of its own for this: the bundle puts it in the place of
 * `wire/zstd.ts`.
 *
 * @module
 */
import { decompress as expand } from "fzstd";
import type { Decompress } from "../../wire/zstd.ts";

/** The level at which a server compresses; a browser compresses nothing. */
export const DEFAULT_ZSTD_LEVEL = 1;

/** Expands one zstd frame, whose stated size was checked before. */
// An output buffer of the right size would make it five times slower, and fail on some valid frames.
export const decompress: Decompress = (frame) => expand(frame);

/** A browser has no compressor, and sends no slices. */
export function compress(): Uint8Array {
  throw new Error("a browser page does not compress slices");
}
