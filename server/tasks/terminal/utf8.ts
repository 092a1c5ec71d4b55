/**
 * Where UTF-8 text may be cut.
 *
 * @module
 */

/**
 * How many bytes at the end are the beginning of a character that is not whole; 0 to 3. Bytes that are
 * no UTF-8 are whole.
 */
export function brokenTailBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    return byte >= 0xc2 && lengthOf(byte) > back ? back : 0;
  }
  return 0;
}

function lengthOf(first: number): number {
  if (first >= 0xf5) return 1;
  return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1;
}
