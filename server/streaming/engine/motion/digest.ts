import { crc32 } from "node:zlib";
import type { AudioClip } from "../../../../audio/clip.ts";

/**
 * A name for the content of a clip: the CRC-32 of either half of its samples' bytes. It tells clips
 * apart that come in good faith, those that differ by one sample for certain; layers of equal clips
 * are shared by it.
 */
export function clipDigest(clip: AudioClip): string {
  const { audio } = clip;
  const bytes = new Uint8Array(audio.buffer, audio.byteOffset, audio.byteLength);
  const middle = bytes.length >> 1;
  const [head, tail] = [crc32(bytes.subarray(0, middle)), crc32(bytes.subarray(middle))];
  return `${clip.channels}/${clip.frames}/${head}/${tail}`;
}
