/**
 * WAV files as the voice protocol has them: a head of 44 bytes, then 16-bit samples of one channel.
 *
 * @module
 */

/** Bytes of the head. */
export const WAV_HEAD_BYTES = 44;
/** What stands for the length of a file that is sent while it is made. */
const UNKNOWN_LENGTH = 0xffffffff;

/** The head of a file; without a length for one whose end is not known yet. */
export function wavHead(sampleRate: number, dataBytes: number | null): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(WAV_HEAD_BYTES);
  const view = new DataView(head.buffer);
  const text = (at: number, name: string) => {
    for (let i = 0; i < name.length; i++) head[at + i] = name.charCodeAt(i);
  };
  text(0, "RIFF");
  view.setUint32(4, dataBytes === null ? UNKNOWN_LENGTH : 36 + dataBytes, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, dataBytes ?? UNKNOWN_LENGTH, true);
  return head;
}

/** A whole file of samples that follow each other. */
export function wavFile(
  pieces: readonly Int16Array<ArrayBuffer>[],
  sampleRate: number,
): Uint8Array<ArrayBuffer> {
  const dataBytes = pieces.reduce((bytes, { byteLength }) => bytes + byteLength, 0);
  const file = new Uint8Array(WAV_HEAD_BYTES + dataBytes);
  file.set(wavHead(sampleRate, dataBytes));
  let at = WAV_HEAD_BYTES;
  for (const piece of pieces) {
    file.set(bytesOf(piece), at);
    at += piece.byteLength;
  }
  return file;
}

/** The samples as the bytes that they are. */
export function bytesOf(pcm: Int16Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
}
