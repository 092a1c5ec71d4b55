import type { AudioClip } from "../../../../audio/clip.ts";

/**
 * A name for the content of a clip: two lanes of FNV-1a over the samples' bits. It tells clips apart
 * that come in good faith; layers of equal clips are shared by it.
 */
export function clipDigest(clip: AudioClip): string {
  const { audio } = clip;
  const words = new Uint32Array(audio.buffer, audio.byteOffset, audio.length);
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    a = Math.imul(a ^ word, 0x01000193);
    a ^= a >>> 15;
    b = Math.imul(b + word, 0x85ebca6b);
    b ^= b >>> 13;
  }
  return `${clip.channels}/${clip.frames}/${a >>> 0}/${b >>> 0}`;
}
