import { UsageError } from "../runtime/errors.ts";
import { SAMPLE_RATE } from "../wire/constants.ts";
import { seamFrames } from "./circle.ts";

/** A recorded piece of what was heard. */
export interface PlayedAudio {
  /** Interleaved f32, `frames * channels` values. */
  readonly audio: Float32Array;
  /** 1 or 2. */
  readonly channels: number;
  /** Samples per channel. */
  readonly frames: number;
}

/** Keeps what a listener would have heard, stale material included. */
export interface PlaybackRecorder {
  /** Frames that it keeps at most. */
  readonly capacity: number;
  /** Frames that {@link PlaybackRecorder.dump} can give at most at present. */
  readonly frames: number;
  /**
   * Frames `[fromSample, toSample)` of the buffer were played.
   *
   * @param headSample In a seam: where the head begins that sounded together with them.
   */
  onPlay(fromSample: number, toSample: number, headSample?: number | null): void;
  /** A new buffer: what was recorded is gone. `mirror` is null where there are no samples. */
  reset(mirror: Float32Array | null, channels: number): void;
  /**
   * The newest `lastS` seconds, or everything.
   *
   * @throws {UsageError} if nothing is recorded, or `lastS` is not above 0.
   */
  dump(lastS?: number): PlayedAudio;
}

/**
 * Records into one ring of samples: memory is bounded by the capacity and allocated once per
 * channel count; the oldest frames give way.
 */
export class RingRecorder implements PlaybackRecorder {
  readonly capacity: number;
  #mirror: Float32Array | null = null;
  #channels = 1;
  #ring = new Float32Array(0);
  #next = 0;
  #frames = 0;

  /** A recorder for the newest `capacityS` seconds. */
  constructor(capacityS: number) {
    this.capacity = Math.trunc(capacityS * SAMPLE_RATE);
  }

  get frames(): number {
    return this.#frames;
  }

  onPlay(fromSample: number, toSample: number, headSample: number | null = null): void {
    const mirror = this.#mirror;
    if (mirror === null || this.capacity === 0) return;
    let from = Math.max(fromSample, toSample - this.capacity);
    const toHead = headSample === null ? 0 : headSample - fromSample;
    while (from < toSample) {
      const count = Math.min(toSample - from, this.capacity - this.#next);
      const piece = mirror.subarray(from * this.#channels, (from + count) * this.#channels);
      this.#ring.set(piece, this.#next * this.#channels);
      if (headSample !== null) this.#blendHead(mirror, from + toHead, count);
      this.#next = (this.#next + count) % this.capacity;
      this.#frames = Math.min(this.capacity, this.#frames + count);
      from += count;
    }
  }

  /** Fades the frames at the ring's end over to the head, linearly, as the browser's player does. */
  #blendHead(mirror: Float32Array, headSample: number, count: number): void {
    const channels = this.#channels;
    const seam = seamFrames(mirror.length / channels);
    for (let i = 0; i < count; i++) {
      const share = (headSample + i) / seam;
      const from = (headSample + i) * channels;
      const at = (this.#next + i) * channels;
      for (let channel = 0; channel < channels; channel++) {
        this.#ring[at + channel] = this.#ring[at + channel]! * (1 - share) +
          mirror[from + channel]! * share;
      }
    }
  }

  reset(mirror: Float32Array | null, channels: number): void {
    this.#mirror = mirror;
    const length = mirror === null ? 0 : this.capacity * channels;
    if (this.#ring.length !== length) this.#ring = new Float32Array(length);
    this.#channels = channels;
    this.#next = 0;
    this.#frames = 0;
  }

  dump(lastS?: number): PlayedAudio {
    const frames = framesToDump(this.#frames, lastS);
    const channels = this.#channels;
    const audio = new Float32Array(frames * channels);
    const start = (this.#next - frames + this.capacity) % this.capacity;
    const head = Math.min(frames, this.capacity - start);
    audio.set(this.#ring.subarray(start * channels, (start + head) * channels));
    audio.set(this.#ring.subarray(0, (frames - head) * channels), head * channels);
    return { audio, channels, frames };
  }
}

/** Counts what was played where there are no samples to keep. */
export class CountingRecorder implements PlaybackRecorder {
  readonly capacity: number;
  #channels = 1;
  #frames = 0;

  /** A counter that ends at `capacityS` seconds, as the ring would. */
  constructor(capacityS: number) {
    this.capacity = Math.trunc(capacityS * SAMPLE_RATE);
  }

  get frames(): number {
    return this.#frames;
  }

  onPlay(fromSample: number, toSample: number): void {
    this.#frames = Math.min(this.capacity, this.#frames + toSample - fromSample);
  }

  reset(_mirror: Float32Array | null, channels: number): void {
    this.#channels = channels;
    this.#frames = 0;
  }

  /** How much there would be, without a sample of it. */
  dump(lastS?: number): PlayedAudio {
    const frames = framesToDump(this.#frames, lastS);
    return { audio: new Float32Array(0), channels: this.#channels, frames };
  }
}

/**
 * How many of `frames` the newest `lastS` seconds are.
 *
 * @throws {UsageError} if there are none, or `lastS` is not above 0.
 */
export function framesToDump(frames: number, lastS: number | undefined): number {
  if (lastS !== undefined && !(lastS > 0)) {
    throw new UsageError(`seconds to dump must be above 0, got ${lastS}`, { lastS });
  }
  if (frames === 0) throw new UsageError("nothing is recorded yet; let the session play first");
  return lastS === undefined ? frames : Math.min(frames, Math.trunc(lastS * SAMPLE_RATE));
}
