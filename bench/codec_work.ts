/**
 * The slice codec at work, as a thing to measure and as a thing to measure by: what one slice costs
 * is the yardstick of everything that handles slices.
 *
 * @module
 */
import { WallClock } from "../runtime/mod.ts";
import { SliceDecoder } from "../wire/slice.ts";
import { SliceEncoder } from "../wire/slice_encoder.ts";
import type { Decompress } from "../wire/zstd.ts";
import { changingWindows, CHANNELS, musicMirror, type MusicWindow } from "./music_windows.ts";
import { cpuS, secondsOf } from "./rounds.ts";

/** Encodes the windows one after the other, round and round. */
export class Encoding {
  readonly #windows: readonly MusicWindow[];
  readonly #encoder: SliceEncoder;
  #turn = 0;

  /** Begins at the first window. */
  constructor(windows: readonly MusicWindow[], level: number) {
    this.#windows = windows;
    this.#encoder = new SliceEncoder(musicMirror(), { channels: CHANNELS, level });
  }

  /** What the receiver has by now. */
  get mirror(): Float32Array {
    return this.#encoder.mirror;
  }

  /** The next window as a frame. */
  next(): Uint8Array<ArrayBuffer> {
    const { audio, startSample } = this.#windows[this.#turn++ % this.#windows.length]!;
    const facts = { channels: CHANNELS, tickMs: 40, decMs: 9, numGens: this.#turn };
    const frame = this.#encoder.encode({ audio, startSample, ...facts });
    if (frame === null) throw new RangeError(`window ${this.#turn} was refused`);
    return frame;
  }

  /** All frames of one turn. */
  lap(): Uint8Array<ArrayBuffer>[] {
    return this.#windows.map(() => this.next());
  }
}

/** Decodes frames and adds them to a mirror, round and round. */
export class Decoding {
  readonly #frames: readonly Uint8Array[];
  readonly #decoder: SliceDecoder;
  readonly mirror: Float32Array = musicMirror();
  #turn = 0;

  /** Begins at the first frame; with another zstd than the runtime's, if one is given. */
  constructor(frames: readonly Uint8Array[], decompress?: Decompress) {
    this.#frames = frames;
    this.#decoder = new SliceDecoder(decompress === undefined ? {} : { decompress });
  }

  /** Decodes and applies the next frame. */
  next(): void {
    const frame = this.#frames[this.#turn++ % this.#frames.length]!;
    this.#decoder.apply(frame, this.mirror, CHANNELS);
  }
}

/** Seconds that one call of `work` takes, over `count` calls. */
export function secondsEach(count: number, work: () => unknown): number {
  return secondsOf(() => {
    for (let i = 0; i < count; i++) work();
  }) / count;
}

/** One music slice through the codec: encoded, decoded and added to a mirror on either side. */
export class CodecYardstick {
  /** What tables call it. */
  static readonly NAME = "slice through the codec";
  readonly #encoding: Encoding;
  readonly #decoder = new SliceDecoder();
  readonly #mirror = musicMirror();

  /** At zstd's `level`, warmed up. */
  constructor(level: number) {
    this.#encoding = new Encoding(changingWindows(), level);
    this.secondsPerSlice(256);
  }

  /** Seconds a slice, over `count` slices. */
  secondsPerSlice(count = 64): number {
    return secondsEach(count, () => this.#pass());
  }

  /** Seconds of processor time a slice: what processor time is measured by. */
  cpuPerSlice(count = 64): number {
    const begunS = cpuS();
    for (let i = 0; i < count; i++) this.#pass();
    return (cpuS() - begunS) / count;
  }

  /**
   * The same while slices come as they do in sessions, `slicesPerS` of them for `seconds`: a process
   * that sleeps in between has to wake up, and finds its caches taken by others.
   */
  async pacedCpuPerSlice(seconds: number, slicesPerS: number): Promise<number> {
    const clock = new WallClock();
    const begun = { cpuS: cpuS(), atS: clock.now() };
    let count = 0;
    while (clock.now() < begun.atS + seconds) {
      this.#pass();
      count++;
      await clock.sleep(begun.atS + count / slicesPerS - clock.now());
    }
    return (cpuS() - begun.cpuS) / count;
  }

  #pass(): void {
    this.#decoder.apply(this.#encoding.next(), this.#mirror, CHANNELS);
  }
}
