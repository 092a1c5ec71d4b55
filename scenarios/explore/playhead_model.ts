/**
 * Where a playhead has to be, worked out anew from the steps and the clock.
 *
 * @module
 */
import type { Clock } from "../../runtime/mod.ts";
import { type Band, isInBand, skewedClock, wrap } from "../../sim/mod.ts";
import { SAMPLE_RATE } from "../../wire/mod.ts";
import type { Scenario, Step } from "../types.ts";

type BandS = { readonly startS: number; readonly endS: number };

/** A second opinion on the listener's playhead, and on how much was played. */
export class PlayheadModel {
  readonly #audioClock: Clock;
  #frames = 1;
  #rate: number;
  #isPaused = false;
  #band: Band | null = null;
  /** The band that a new session is told of. */
  #keptBand: BandS | null = null;
  #anchor = 0;
  #anchorS = 0;
  #played = 0;

  /** A playhead at frame 0; made at the instant at which the client is made. */
  constructor(clock: Clock, { client }: Pick<Scenario, "client">) {
    this.#audioClock = skewedClock(clock, client.audioSkew);
    this.#rate = client.rate;
    this.#anchorS = this.#audioClock.now();
  }

  /** Frames that can play in a loop: the band's, or the buffer's. */
  get span(): number {
    return this.#band === null ? this.#frames : this.#band.endSample - this.#band.startSample;
  }

  /** First frame of that. */
  get low(): number {
    return this.#band?.startSample ?? 0;
  }

  /** The position in frames, with its fraction. */
  get position(): number {
    return this.#fold(this.#unfolded());
  }

  /** Whole frames that were played of the present buffer. */
  get played(): number {
    return this.#played + Math.floor(this.#unfolded()) - Math.floor(this.#anchor);
  }

  /** A step is about to be carried out. Says whether what was played until then is settled by it. */
  onStep(step: Step): boolean {
    switch (step.do) {
      case "seek":
        this.#moveTo(wrap(step.toS * SAMPLE_RATE, this.#frames));
        return true;
      case "pause":
      case "resume": {
        const isPaused = step.do === "pause";
        if (isPaused === this.#isPaused) return false;
        this.#moveTo(this.position);
        this.#isPaused = isPaused;
        return true;
      }
      case "rate":
        this.#moveTo(this.position);
        this.#rate = step.rate;
        return true;
      case "loopBand":
        this.#keptBand = step.band;
        return this.#arm(step.band);
      default:
        return false;
    }
  }

  /** A buffer was taken over. */
  onBuffer(kind: "initial" | "swap" | "reconnect", frames: number): void {
    const position = kind === "reconnect" ? this.position : 0;
    if (kind === "swap") this.#keptBand = null;
    this.#band = null;
    this.#frames = Math.max(1, frames);
    this.#moveTo(wrap(position, this.#frames));
    this.#played = 0;
    if (kind === "reconnect") this.#arm(this.#keptBand);
  }

  /** Folds a position onto what plays. */
  #fold(position: number): number {
    return this.low + wrap(position - this.low, this.span);
  }

  #unfolded(): number {
    if (this.#isPaused) return this.#anchor;
    const elapsedS = Math.max(0, this.#audioClock.now() - this.#anchorS);
    return this.#anchor + elapsedS * this.#rate * SAMPLE_RATE;
  }

  /** Arms a band, or none. Says whether anything changed. */
  #arm(band: BandS | null): boolean {
    const startSample = Math.max(0, Math.trunc((band?.startS ?? 0) * SAMPLE_RATE));
    const endSample = Math.min(this.#frames, Math.trunc((band?.endS ?? 0) * SAMPLE_RATE));
    const next = endSample > startSample ? { startSample, endSample } : null;
    if (next === null && this.#band === null) return false;
    this.#moveTo(this.position, next);
    return true;
  }

  #moveTo(position: number, band: Band | null = this.#band): void {
    this.#played = this.played;
    this.#band = band;
    this.#anchor = band !== null && !isInBand(position, band) ? band.startSample : position;
    this.#anchorS = this.#audioClock.now();
  }
}
