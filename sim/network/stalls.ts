import type { Rng } from "../../runtime/rng.ts";
import type { LinkProfile, RandomStalls } from "./profile.ts";

/**
 * When nothing moves on one direction of a network: planned stalls, random ones, and those that
 * somebody asks for while it runs. What it says depends on the time only, not on the traffic.
 */
export class StallSchedule {
  readonly #originS: number;
  readonly #rng: Rng;
  #planned: readonly { readonly fromS: number; readonly toS: number }[] = [];
  #random: RandomStalls | null = null;
  #randomFromS = Infinity;
  #randomToS = Infinity;
  #askedToS = -Infinity;
  #isQuiet = true;

  /** A schedule whose planned stalls count from `originS`. */
  constructor(profile: LinkProfile, originS: number, rng: Rng) {
    this.#originS = originS;
    this.#rng = rng;
    this.setProfile(profile, originS);
  }

  /** Takes another profile; a stall that was asked for goes on. */
  setProfile(profile: LinkProfile, nowS: number): void {
    this.#planned = profile.stalls.map(({ atS, durationS }) => ({
      fromS: this.#originS + atS,
      toS: this.#originS + atS + durationS,
    }));
    this.#random = profile.randomStalls;
    if (this.#random !== null) this.#drawNext(this.#random, nowS);
    this.#isQuiet = this.#planned.length === 0 && this.#random === null &&
      this.#askedToS <= nowS;
  }

  /** Stalls the direction from `nowS` on. */
  stall(durationS: number, nowS: number): void {
    this.#askedToS = Math.max(this.#askedToS, nowS + durationS);
    this.#isQuiet = false;
  }

  /** End of the stall at `nowS`; −Infinity when there is none. Times asked for must not decrease. */
  blockedUntilS(nowS: number): number {
    if (this.#isQuiet) return -Infinity;
    let untilS = this.#askedToS > nowS ? this.#askedToS : -Infinity;
    for (const { fromS, toS } of this.#planned) {
      if (nowS >= fromS && nowS < toS) untilS = Math.max(untilS, toS);
    }
    if (this.#random !== null) {
      while (nowS >= this.#randomToS) this.#drawNext(this.#random, this.#randomToS);
      if (nowS >= this.#randomFromS) untilS = Math.max(untilS, this.#randomToS);
    }
    return untilS;
  }

  #drawNext(random: RandomStalls, afterS: number): void {
    this.#randomFromS = afterS + random.everyS * this.#rng.between(0.5, 1.5);
    this.#randomToS = this.#randomFromS + random.durationS;
  }
}
