import type { AudioClip } from "../audio/clip.ts";

/**
 * Recordings of one buffer after the other, joined: the newest frames up to a limit. With another
 * number of channels the recording begins anew, as no file holds both.
 */
export class PlayedClips {
  #clips: AudioClip[] = [];
  #frames = 0;
  #limit = 0;

  /** Adds the recording of a buffer; `limit` is how many frames are kept in all. */
  add(clip: AudioClip, limit: number): void {
    if (this.#clips.at(-1)?.channels !== clip.channels) {
      this.#clips = [];
      this.#frames = 0;
    }
    this.#clips.push(clip);
    this.#frames += clip.frames;
    this.#limit = limit;
    while (this.#frames - this.#clips[0]!.frames >= limit) {
      this.#frames -= this.#clips.shift()!.frames;
    }
  }

  /** Everything that is kept, in one clip; null when there is nothing. */
  joined(): AudioClip | null {
    const channels = this.#clips[0]?.channels;
    if (channels === undefined) return null;
    const frames = Math.min(this.#frames, this.#limit);
    const audio = new Float32Array(frames * channels);
    let end = audio.length;
    for (const clip of this.#clips.toReversed()) {
      const piece = clip.audio.subarray(Math.max(0, clip.audio.length - end));
      end -= piece.length;
      audio.set(piece, end);
    }
    return { audio, channels, frames };
  }
}
