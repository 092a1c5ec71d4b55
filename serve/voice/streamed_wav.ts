/** Lengths from here on stand for an unknown one: programs that write to a pipe put in what they like. */
const UNKNOWN_BYTES = 0x7fff_0000;

/**
 * A WAV file with the lengths of what is there, where its head was written before they were known. What
 * is no such file comes back as it is.
 */
export function withKnownLength(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = (at: number) => new TextDecoder("latin1").decode(bytes.subarray(at, at + 4));
  if (bytes.length < 12 || name(0) !== "RIFF") return bytes;
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = view.getUint32(at + 4, true);
    if (name(at) !== "data") {
      at += 8 + length + length % 2;
      continue;
    }
    if (length < UNKNOWN_BYTES) return bytes;
    const mended = bytes.slice();
    const mendedView = new DataView(mended.buffer);
    mendedView.setUint32(at + 4, bytes.length - at - 8, true);
    mendedView.setUint32(4, bytes.length - 8, true);
    return mended;
  }
  return bytes;
}
