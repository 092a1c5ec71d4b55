import { type Band, isInBand, wrap, wrapOverSeam } from "../../sim/circle.ts";
import type { Playhead } from "../../sim/playhead.ts";
import type { PlayheadMove } from "../../sim/playhead_moves.ts";
import { SAMPLE_RATE } from "../../wire/constants.ts";
import type { RingCommand, RingReport } from "../audio/messages.ts";

/** How long after a report the audio is taken to play on as before, seconds. */
const TRUST_S = 0.05;
/** A position that falls back by less than this was only guessed too far, frames. */
const JITTER_FRAMES = 4800;

/** What an {@link AudioPlayhead} is made of. */
export interface AudioPlayheadOptions {
  /** Tells how old a report is, seconds. */
  readonly clock: { now(): number };
  /** Sends a command to the audio thread. */
  readonly post: (command: RingCommand) => void;
  /** Told of each move, as it is made. */
  readonly onMove?: (move: PlayheadMove) => void;
}

/**
 * The position of real audio: what the audio thread says, each 256 frames, and between two reports
 * what the clock adds to it, for as long as reports can be trusted to follow. What moves it is a
 * command to the audio thread; until that is carried out, it stands where it was told to go.
 *
 * @example
 * ```ts
 * import { AudioPlayhead } from "./audio_playhead.ts";
 *
 * const playhead = new AudioPlayhead({ clock: { now: () => 7 }, post: () => {} });
 * playhead.reset(96_000);
 * playhead.onReport({ seq: 1, sample: 480, hasEnded: false });
 * console.log(playhead.sample()); // 480
 * ```
 */
export class AudioPlayhead implements Playhead {
  readonly rate = 1;
  readonly wrap = "seam";
  readonly #clock: { now(): number };
  readonly #post: (command: RingCommand) => void;
  readonly #onMove: (move: PlayheadMove) => void;
  #frames = 1;
  #isPaused = false;
  #band: Band | null = null;
  #seq = 0;
  #isCarriedOut = false;
  #hasEnded = false;
  #anchor = 0;
  #anchorS = 0;
  #shown = 0;
  #keepsPlace = false;

  /** A playhead at frame 0 of nothing. */
  constructor(options: AudioPlayheadOptions) {
    this.#clock = options.clock;
    this.#post = options.post;
    this.#onMove = options.onMove ?? (() => {});
  }

  get frames(): number {
    return this.#frames;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  get band(): Band | null {
    return this.#band;
  }

  /** Whether playback stands at the end, as it does not loop. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Number of the newest command. */
  get seq(): number {
    return this.#seq;
  }

  /** Where playback of a new source begins: at its head, or where the old one was. */
  setKeepsPlace(keepsPlace: boolean): void {
    this.#keepsPlace = keepsPlace;
  }

  /** The audio thread says where it is. */
  onReport(report: Pick<RingReport, "seq" | "sample" | "hasEnded">): void {
    if (report.seq < this.#seq) return;
    this.#isCarriedOut = true;
    this.#hasEnded = report.hasEnded;
    this.#anchor = report.sample;
    this.#anchorS = this.#clock.now();
  }

  position(): number {
    const isMoving = this.#isCarriedOut && !this.#isPaused && !this.#hasEnded;
    const elapsedS = isMoving ? Math.min(TRUST_S, this.#clock.now() - this.#anchorS) : 0;
    const position = this.#fold(this.#anchor + Math.max(0, elapsedS) * SAMPLE_RATE);
    // The last guess may have been too far: a playhead that plays does not go back.
    const behind = wrap(this.#shown - position, this.#frames);
    if (isMoving && behind > 0 && behind < JITTER_FRAMES) return this.#shown;
    this.#shown = position;
    return position;
  }

  sample(): number {
    return Math.trunc(this.position());
  }

  seconds(): number {
    return this.position() / SAMPLE_RATE;
  }

  seek(positionS: number): void {
    this.#onMove({ type: "seek", positionS });
    const sample = Math.trunc(wrap(positionS * SAMPLE_RATE, this.#frames));
    const to = this.#band !== null && !isInBand(sample, this.#band)
      ? this.#band.startSample
      : sample;
    this.#goTo(to);
    this.#post({ type: "seek", seq: this.#seq, sample: to });
  }

  /** The audio device has the rate that it has. */
  setRate(): void {}

  setPaused(isPaused: boolean): void {
    this.#onMove({ type: "pause", isPaused });
    const position = this.position();
    this.#isPaused = isPaused;
    this.#goTo(position);
    this.#post({ type: "pause", seq: this.#seq, isPaused });
  }

  setBand(band: Band | null): void {
    this.#onMove({ type: "band", band });
    const position = this.position();
    this.#band = band;
    this.#goTo(band !== null && !isInBand(position, band) ? band.startSample : position);
    this.#post({ type: "band", seq: this.#seq, band });
  }

  /** Whether playback goes on at the head after the end. */
  setLooping(isLooping: boolean): void {
    this.#goTo(this.position());
    this.#post({ type: "looping", seq: this.#seq, isLooping });
  }

  /** The position is told now; the audio of the new buffer is sent by {@link AudioPlayhead.take}. */
  reset(frames: number, options: { keepPosition?: boolean } = {}): void {
    const keepsPlace = options.keepPosition === true || this.#keepsPlace;
    this.#onMove({ type: "reset", frames, keepPosition: keepsPlace });
    const position = keepsPlace ? this.position() : 0;
    this.#frames = Math.max(1, frames);
    this.#band = null;
    this.#goTo(Math.trunc(wrap(position, this.#frames)));
  }

  /** Sends the audio of the buffer that {@link AudioPlayhead.reset} told of, as a copy. */
  take(audio: Float32Array, channels: number): void {
    const position = Math.trunc(this.#anchor);
    this.#post({ type: "take", seq: this.#seq, audio: audio.slice(), channels, position });
  }

  #goTo(position: number): void {
    this.#seq++;
    this.#isCarriedOut = false;
    this.#hasEnded = false;
    this.#anchor = position;
    this.#shown = position;
  }

  /** Brings a position that ran over the end, or the end of the band, to where playback goes on. */
  #fold(position: number): number {
    const band = this.#band;
    if (band !== null) {
      const span = band.endSample - band.startSample;
      return band.startSample + wrap(position - band.startSample, span);
    }
    return wrapOverSeam(position, this.#frames);
  }
}
