/**
 * The outer form of a zstd frame (RFC 8878, section 3.1.1), checked before any decompressor sees
 * it: what it will cost, and that it ends where the message ends.
 *
 * @module
 */
import { WireError } from "./errors.ts";

const MAGIC = 0xfd2fb528;
const MAX_BLOCK_BYTES = 128 * 1024;

/**
 * Largest window that a frame may ask for, as far as it does not need less: the 8 MiB that RFC 8878
 * (section 3.1.1.1.2) recommends every decoder to support.
 */
export const MAX_ZSTD_WINDOW_BYTES = 8 * 1024 * 1024;

/**
 * Checks that `frame[start..]` is exactly one zstd frame that can expand to `bytes` bytes: magic
 * number, header, window size, content size (if it is there), chain of blocks, end.
 *
 * @throws {WireError} naming the offending byte, if it is not.
 */
export function checkZstdFrame(frame: Uint8Array, start: number, bytes: number): void {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const need = (offset: number, count: number, what: string): void => {
    if (offset + count > frame.length) fail(`ends inside its ${what}`, frame.length);
  };

  need(start, 5, "header");
  if (view.getUint32(start, true) !== MAGIC) fail("does not begin with the zstd magic", start);
  const descriptor = frame[start + 4]!;
  if (descriptor & 0x08) fail("sets a reserved bit", start + 4);
  if (descriptor & 0x03) fail("needs a dictionary, which the protocol has none of", start + 4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const sizeCode = descriptor >> 6;
  const sizeBytes = sizeCode === 0 ? (isSingleSegment ? 1 : 0) : 1 << sizeCode;
  let offset = start + 5;

  need(offset, (isSingleSegment ? 0 : 1) + sizeBytes, "header");
  let windowBytes = bytes;
  if (!isSingleSegment) {
    windowBytes = windowSize(frame[offset]!);
    if (windowBytes > Math.max(bytes, MAX_ZSTD_WINDOW_BYTES)) {
      fail(`asks for a window of ${windowBytes} bytes`, offset);
    }
    offset++;
  }
  if (sizeBytes > 0) {
    const contentBytes = contentSize(view, offset, sizeBytes);
    if (contentBytes !== bytes) fail(`holds ${contentBytes} bytes, expected ${bytes}`, offset);
    offset += sizeBytes;
  }

  const maxBlock = Math.min(windowBytes, MAX_BLOCK_BYTES);
  for (let isLast = false; !isLast;) {
    need(offset, 3, "block header");
    const header = frame[offset]! | frame[offset + 1]! << 8 | frame[offset + 2]! << 16;
    const type = (header >> 1) & 3;
    const size = header >> 3;
    if (type === 3) fail("has a block of the reserved type", offset);
    if (size > maxBlock) fail(`has a block of ${size} bytes, over ${maxBlock}`, offset);
    const stored = type === RLE_BLOCK ? 1 : size;
    need(offset + 3, stored, "block");
    offset += 3 + stored;
    isLast = (header & 1) === 1;
  }

  if (descriptor & 0x04) {
    need(offset, 4, "checksum");
    offset += 4;
  }
  if (offset !== frame.length) fail(`is followed by ${frame.length - offset} bytes`, offset);
}

/** A block that stores one byte and how often to repeat it. */
const RLE_BLOCK = 1;

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + base / 8 * (descriptor & 7);
}

function contentSize(view: DataView, offset: number, bytes: number): number {
  if (bytes === 1) return view.getUint8(offset);
  if (bytes === 2) return view.getUint16(offset, true) + 256;
  const low = view.getUint32(offset, true);
  return bytes === 4 ? low : low + view.getUint32(offset + 4, true) * 2 ** 32;
}

function fail(what: string, offset: number): never {
  throw new WireError(`slice payload ${what} (offset ${offset})`, { field: "payload", offset });
}
