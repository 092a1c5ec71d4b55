import type { Band } from "../../sim/circle.ts";
import { type Source, Voice } from "./voice.ts";

/** Shortest loop band: 30 ms. */
export const MIN_BAND_FRAMES = 1440;
/** Crossfade between two sources: 25 ms. */
const SWAP_FADE_FRAMES = 1200;
/** Crossfade at a seek, a pause and a resume: 5 ms. */
const JUMP_FADE_FRAMES = 240;
/** Frames that are rendered at a time at most: what an audio worklet asks for, and more. */
const MAX_BLOCK = 1024;

/**
 * The player of a circular buffer, as the audio thread runs it: a voice, and while something jumps the
 * voice from before, which fades out under it. Wraps over a crossfaded seam; a loop band wraps hard.
 *
 * @example
 * ```ts
 * import { RingPlayer } from "./ring_player.ts";
 *
 * const player = new RingPlayer();
 * player.take({ audio: new Float32Array(96_000).fill(0.5), channels: 2, frames: 48_000 }, 0);
 * player.render(new Float32Array(128), new Float32Array(128));
 * console.log(player.position); // 128
 * ```
 */
export class RingPlayer {
  #voice: Voice | null = null;
  #isPaused = false;
  #isLooping = true;
  #outgoing: Voice | null = null;
  #fadeFrames = 0;
  #faded = 0;
  readonly #left = new Float32Array(MAX_BLOCK);
  readonly #right = new Float32Array(MAX_BLOCK);

  /** The next frame to sound; 0 without a buffer. */
  get position(): number {
    return this.#voice?.position ?? 0;
  }

  /** Whether the end was reached and playback does not loop. */
  get hasEnded(): boolean {
    return this.#voice?.hasEnded ?? false;
  }

  /**
   * Plays another buffer, from `position` on, or where the old one was.
   *
   * @param position In frames; null keeps the place, modulo the new length.
   */
  take(source: Source, position: number | null): void {
    const at = position ?? this.position % source.frames;
    const next = new Voice(source, at, this.#voice ?? undefined);
    next.setLooping(this.#isLooping);
    this.#goTo(next, SWAP_FADE_FRAMES);
  }

  /** Rewritten audio, from `startSample` on; what lies beyond the end is left out. */
  patch(audio: Float32Array, startSample: number): void {
    this.#voice?.patch(audio, startSample);
  }

  /** Jumps to a frame, which is brought into the buffer. */
  seek(sample: number): void {
    const voice = this.#voice;
    if (voice !== null) this.#goTo(new Voice(voice.source, sample, voice), JUMP_FADE_FRAMES);
  }

  /** Stops or goes on where it stopped. */
  setPaused(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    const voice = this.#voice;
    this.#isPaused = isPaused;
    if (voice === null) return;
    this.#outgoing = isPaused ? new Voice(voice.source, voice.position, voice) : null;
    this.#fadeFrames = JUMP_FADE_FRAMES;
    this.#faded = 0;
  }

  /** Loops inside a band of at least 30 ms. A playhead outside it jumps to its start. */
  setBand(band: Band | null): void {
    const voice = this.#voice;
    if (voice === null) return;
    const wide = band === null ? null : widened(band, voice.source.frames);
    voice.setBand(wide);
    const { position } = voice;
    if (wide !== null && (position < wide.startSample || position >= wide.endSample)) {
      this.seek(wide.startSample);
    }
  }

  /** Whether playback goes on at the head after the end. */
  setLooping(isLooping: boolean): void {
    this.#isLooping = isLooping;
    this.#voice?.setLooping(isLooping);
  }

  /** Fills both channels with the next frames. */
  render(left: Float32Array, right: Float32Array): void {
    const count = left.length;
    if (this.#voice === null || this.#isPaused) {
      left.fill(0);
      right.fill(0);
    } else {
      this.#voice.render(left, right, 0, count);
    }
    if (this.#faded < this.#fadeFrames) this.#fade(left, right, count);
  }

  #goTo(next: Voice, fadeFrames: number): void {
    this.#outgoing = this.#isPaused ? null : this.#voice;
    this.#voice = next;
    if (this.#isPaused) return;
    this.#fadeFrames = fadeFrames;
    this.#faded = 0;
  }

  /** The voice from before goes out while the present one comes in. */
  #fade(left: Float32Array, right: Float32Array, count: number): void {
    const end = Math.min(count, this.#fadeFrames - this.#faded, MAX_BLOCK);
    if (this.#outgoing === null) {
      this.#left.fill(0, 0, end);
      this.#right.fill(0, 0, end);
    } else {
      this.#outgoing.render(this.#left, this.#right, 0, end);
    }
    for (let i = 0; i < end; i++) {
      const share = (this.#faded + i) / this.#fadeFrames;
      left[i] = left[i]! * share + this.#left[i]! * (1 - share);
      right[i] = right[i]! * share + this.#right[i]! * (1 - share);
    }
    this.#faded += end;
    if (this.#faded >= this.#fadeFrames) this.#outgoing = null;
  }
}

function widened({ startSample, endSample }: Band, frames: number): Band {
  const end = Math.min(frames, Math.max(endSample, startSample + MIN_BAND_FRAMES));
  return { startSample: Math.max(0, Math.min(startSample, end - MIN_BAND_FRAMES)), endSample: end };
}
