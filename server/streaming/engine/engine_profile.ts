/**
 * How long an engine takes, as data. A profile says when the work on a window that begins now will
 * be finished; it never says what the window sounds like.
 *
 * @module
 */
import { z } from "zod";
import type { Rng } from "../../../runtime/rng.ts";

/** A time during which the engine makes no progress, in seconds since the profile was set. */
export interface EngineStall {
  /** When it begins. */
  readonly atS: number;
  /** How long it lasts. */
  readonly durationS: number;
}

/** A timing profile. All times of one window are ms, all times of the run are seconds. */
export type EngineProfile =
  /** Every window takes the same time. */
  | { readonly type: "constant"; readonly renderMs: number }
  /** Normally distributed about `renderMs` with the standard deviation `jitterMs`, never below 0. */
  | { readonly type: "jittered"; readonly renderMs: number; readonly jitterMs: number }
  /** Constant, except that nothing moves during the stalls. */
  | { readonly type: "stall"; readonly renderMs: number; readonly stalls: readonly EngineStall[] }
  /** A pause of `pauseMs` about every `everyS` (between half and one and a half times that). */
  | {
    readonly type: "gc";
    readonly renderMs: number;
    readonly pauseMs: number;
    readonly everyS: number;
  }
  /** Starts at `fromMs` a window and settles linearly at `toMs` after `overS`. */
  | {
    readonly type: "warmup";
    readonly fromMs: number;
    readonly toMs: number;
    readonly overS: number;
  }
  /** Every window takes longer than it can afford; the same as `constant`, named for its purpose. */
  | { readonly type: "overload"; readonly renderMs: number };

const windowMs = z.number().min(0).max(60_000);
const runS = z.number().min(0).max(86_400);

/** The trust boundary for profiles: scenario files and the control of a simulated server. */
export const engineProfileSchema: z.ZodType<EngineProfile> = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("constant"), renderMs: windowMs }),
  z.strictObject({ type: z.literal("jittered"), renderMs: windowMs, jitterMs: windowMs }),
  z.strictObject({
    type: z.literal("stall"),
    renderMs: windowMs,
    stalls: z.array(z.strictObject({ atS: runS, durationS: runS })).max(1000),
  }),
  z.strictObject({
    type: z.literal("gc"),
    renderMs: windowMs,
    pauseMs: windowMs,
    everyS: runS.min(0.1),
  }),
  z.strictObject({ type: z.literal("warmup"), fromMs: windowMs, toMs: windowMs, overS: runS }),
  z.strictObject({ type: z.literal("overload"), renderMs: windowMs }),
]);

/** A profile at work: it began at one instant and draws from a stream of its own. */
export class ProfileTimer {
  readonly #profile: EngineProfile;
  readonly #startS: number;
  readonly #rng: Rng;
  #nextPauseS: number;

  /** The profile begins at `startS` of the clock on which its windows will be timed. */
  constructor(profile: EngineProfile, startS: number, rng: Rng) {
    this.#profile = profile;
    this.#startS = startS;
    this.#rng = rng;
    this.#nextPauseS = profile.type === "gc" ? this.#pauseGapS(profile.everyS) : Infinity;
  }

  /** When the work on a window that begins at `nowS` ends. Windows come in order of time. */
  finishS(nowS: number): number {
    const profile = this.#profile;
    const atS = nowS - this.#startS;
    const endS = atS + this.#renderMs(atS) / 1000;
    switch (profile.type) {
      case "stall":
        return this.#startS + afterStalls(atS, endS, profile.stalls);
      case "gc":
        return this.#startS + this.#afterPauses(atS, endS, profile.pauseMs / 1000, profile.everyS);
      default:
        return this.#startS + endS;
    }
  }

  #renderMs(atS: number): number {
    const profile = this.#profile;
    switch (profile.type) {
      case "jittered":
        return Math.max(0, this.#rng.normal(profile.renderMs, profile.jitterMs));
      case "warmup": {
        const share = profile.overS === 0 ? 1 : Math.min(1, Math.max(0, atS / profile.overS));
        return profile.fromMs + (profile.toMs - profile.fromMs) * share;
      }
      default:
        return profile.renderMs;
    }
  }

  /** Pauses that fell between two windows hit nobody; those during the work prolong it. */
  #afterPauses(atS: number, endS: number, pauseS: number, everyS: number): number {
    let finish = endS;
    while (this.#nextPauseS < finish) {
      const leftS = this.#nextPauseS + pauseS - Math.max(atS, this.#nextPauseS);
      finish += Math.max(0, leftS);
      this.#nextPauseS += pauseS + this.#pauseGapS(everyS);
    }
    return finish;
  }

  #pauseGapS(everyS: number): number {
    return everyS * this.#rng.between(0.5, 1.5);
  }
}

/** The end of work from `atS` to `endS` when nothing moves during `stalls`, which may overlap. */
function afterStalls(atS: number, endS: number, stalls: readonly EngineStall[]): number {
  let finish = endS;
  let from = atS;
  for (const stall of stalls.toSorted((a, b) => a.atS - b.atS)) {
    const begins = Math.max(from, stall.atS);
    const ends = stall.atS + stall.durationS;
    if (stall.atS >= finish || ends <= begins) continue;
    finish += ends - begins;
    from = ends;
  }
  return finish;
}
