import { SAMPLE_RATE } from "../wire/constants.ts";
import { type Band, isInBand, wrap, type WrapKind, wrapOverSeam } from "./circle.ts";

/**
 * An audible position on the circular buffer, and what moves it: simulated, or that of a real audio
 * device. {@link PlayheadSim} says what each part means.
 */
export interface Playhead {
  /** Length of the buffer in frames. */
  readonly frames: number;
  /** Playback rate, 1 being nominal. */
  readonly rate: number;
  /** Where playback goes on after the last frame. */
  readonly wrap: WrapKind;
  /** Whether it stands still. */
  readonly isPaused: boolean;
  /** The armed loop band, or null. */
  readonly band: Band | null;
  /** The position in frames with its fraction, in `[0, frames)`. */
  position(): number;
  /** The position truncated to a whole frame. */
  sample(): number;
  /** The position in seconds of the source. */
  seconds(): number;
  /** Jumps to `positionS` seconds; negative values count from the end. */
  seek(positionS: number): void;
  /** Changes the rate without a jump. */
  setRate(rate: number): void;
  /** Stops or goes on at the present position. */
  setPaused(isPaused: boolean): void;
  /** Arms a loop band or, with null, disarms it. */
  setBand(band: Band | null): void;
  /** Takes a new buffer: from its head, or at the present position. */
  reset(frames: number, options?: { keepPosition?: boolean }): void;
}

/** What a {@link PlayheadSim} is made of. */
export interface PlayheadOptions {
  /** Length of the circular buffer in frames; values below 1 count as 1. */
  readonly frames: number;
  /** The audio device's clock, in seconds. A skewed clock makes a skewed device. */
  readonly clock: { now(): number };
  /** Playback rate, 1 being nominal. */
  readonly rate?: number;
  /** Where playback goes on after the last frame. Default `zero`. */
  readonly wrap?: WrapKind;
}

/**
 * The audible position of a player without sound: an anchor on the circular buffer that moves with
 * the clock. It wraps to frame 0 without a crossfade, or behind the seam that browsers play; an armed
 * band wraps from its end to its start in either case.
 *
 * @example
 * ```ts
 * import { PlayheadSim } from "./playhead.ts";
 * import { VirtualClock } from "../runtime/virtual_clock.ts";
 *
 * const clock = new VirtualClock();
 * const playhead = new PlayheadSim({ frames: 4 * 48000, clock });
 * clock.runUntil(9);
 * console.log(playhead.seconds()); // 1
 * ```
 */
export class PlayheadSim implements Playhead {
  readonly wrap: WrapKind;
  readonly #clock: { now(): number };
  #frames: number;
  #rate: number;
  #isPaused = false;
  #band: Band | null = null;
  #anchor = 0;
  #anchorWallS: number;

  /** A playhead at frame 0, running. */
  constructor(options: PlayheadOptions) {
    this.#clock = options.clock;
    this.#frames = Math.max(1, options.frames);
    this.#rate = options.rate ?? 1;
    this.wrap = options.wrap ?? "zero";
    this.#anchorWallS = this.#clock.now();
  }

  /** Length of the buffer in frames. */
  get frames(): number {
    return this.#frames;
  }

  /** Playback rate, 1 being nominal. */
  get rate(): number {
    return this.#rate;
  }

  /** Whether it stands still. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** The armed loop band, or null. */
  get band(): Band | null {
    return this.#band;
  }

  /** The position in frames with its fraction, in `[0, frames)`. */
  position(): number {
    if (this.#isPaused) return this.#fold(this.#anchor);
    const elapsedS = Math.max(0, this.#clock.now() - this.#anchorWallS);
    return this.#fold(this.#anchor + elapsedS * this.#rate * SAMPLE_RATE);
  }

  /** The position truncated to a whole frame. */
  sample(): number {
    return Math.trunc(this.position());
  }

  /** The position in seconds of the source. */
  seconds(): number {
    return this.position() / SAMPLE_RATE;
  }

  /** Jumps to `positionS` seconds; negative values count from the end. Works while paused. */
  seek(positionS: number): void {
    this.#moveTo(wrap(positionS * SAMPLE_RATE, this.#frames));
  }

  /** Changes the rate without a jump. */
  setRate(rate: number): void {
    this.#rebase();
    this.#rate = rate;
  }

  /** Stops or goes on, in either case at the present position. */
  setPaused(isPaused: boolean): void {
    this.#rebase();
    this.#isPaused = isPaused;
  }

  /** Arms a loop band or, with null, disarms it. A playhead outside it jumps to its start. */
  setBand(band: Band | null): void {
    const position = this.position();
    this.#band = band;
    this.#moveTo(position);
  }

  /**
   * Takes a new buffer: position 0 or, after a reconnect, the present one folded to the new length.
   * Rate and pause state stay, a loop band is gone.
   */
  reset(frames: number, options: { keepPosition?: boolean } = {}): void {
    const position = options.keepPosition === true ? this.position() : 0;
    this.#band = null;
    this.#frames = Math.max(1, frames);
    this.#moveTo(wrap(position, this.#frames));
  }

  #rebase(): void {
    this.#moveTo(this.position());
  }

  #moveTo(position: number): void {
    const band = this.#band;
    this.#anchor = band !== null && !isInBand(position, band) ? band.startSample : position;
    this.#anchorWallS = this.#clock.now();
  }

  #fold(position: number): number {
    const band = this.#band;
    if (band === null) {
      return this.wrap === "seam"
        ? wrapOverSeam(position, this.#frames)
        : wrap(position, this.#frames);
    }
    const span = band.endSample - band.startSample;
    return band.startSample + wrap(position - band.startSample, span);
  }
}
