/**
 * The runtime's zstd. The only file of this folder that needs Node's API: a bundle for browsers puts
 * another one in its place and hands slices a decompressor of its own.
 *
 * @module
 */
import { constants, type ZstdOptions } from "node:zlib";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";

/** Expands one zstd frame to at most `bytes` bytes; throws whatever it likes if that fails. */
export type Decompress = (frame: Uint8Array, bytes: number) => Uint8Array;

/** Room beyond the payload, so that the output fits one chunk and is not copied again. */
const SLACK_BYTES = 1024;

/** The level at which live audio is compressed: higher ones cost more time than they save. */
export const DEFAULT_ZSTD_LEVEL = 1;

/**
 * Compresses to one zstd frame. The frame states its content size, without which some receivers
 * cannot decompress it.
 *
 * @param bytes What to compress.
 * @param level zstd's level, −131072..22; below 0 it is ever faster and saves ever less.
 */
export function compress(bytes: Uint8Array, level: number = DEFAULT_ZSTD_LEVEL): Uint8Array {
  const options: PledgedOptions = {
    params: { [constants.ZSTD_c_compressionLevel]: level },
    pledgedSrcSize: bytes.length,
    chunkSize: bytes.length + SLACK_BYTES,
  };
  return zstdCompressSync(bytes, options);
}

/** Expands one zstd frame with the runtime's decoder; never makes more than `bytes` bytes. */
export const decompress: Decompress = (frame, bytes) =>
  zstdDecompressSync(frame, {
    chunkSize: bytes + SLACK_BYTES,
    // The API takes no limit of 0; whoever expects nothing compares the length afterwards.
    maxOutputLength: Math.max(1, bytes),
  });

/** The declarations lack this option, which the runtime has. */
interface PledgedOptions extends ZstdOptions {
  readonly pledgedSrcSize: number;
}
