/**
 * What a listener did with the player, read from the positions that its ticks reported: seeks, pauses,
 * and how fast its sound card ran.
 *
 * A model plays on from what is known. Where the reported position leaves it by more than jitter can,
 * the listener has jumped; where it does not move, the listener has paused. What a swap, a lap or a
 * loop band explains is no jump.
 *
 * @module
 */
import { wrap } from "../../sim/mod.ts";

/** Further off than this, a position is a jump, seconds. */
const JUMP_S = 0.15;
/** A position that stands still for so long is a pause, seconds. */
const PAUSE_S = 0.25;
/** So long after a new buffer, ticks may still tell of the old one, seconds. */
const SETTLE_S = 0.3;
/** Positions that differ by less are the same, seconds. */
const STILL_S = 1e-4;
/** Speeds closer to nominal than this are nominal: what is left is measured noise. */
const NOMINAL_RATE = 0.002;
/** Stretches of ticks that a speed is measured over, seconds. */
const SPEED_S = 1;

/** A tick, in seconds of the session. */
export interface PositionTick {
  readonly atS: number;
  readonly positionS: number;
}

/** What changes how positions go on. */
export type PlaybackChange =
  /** Another buffer plays, from its beginning. */
  | { readonly kind: "buffer"; readonly atS: number; readonly durationS: number }
  /** A loop band is armed, or no more. */
  | {
    readonly kind: "band";
    readonly atS: number;
    readonly band: { readonly startS: number; readonly endS: number } | null;
  };

/** What the listener did. */
export type PlaybackStep =
  | { readonly do: "seek"; readonly atS: number; readonly toS: number }
  | { readonly do: "pause"; readonly atS: number }
  | { readonly do: "resume"; readonly atS: number };

/** Everything that positions tell. */
export interface Playback {
  readonly steps: readonly PlaybackStep[];
  /** Speed of the sound card against the clock of the recording; 1 unless it is clearly another. */
  readonly rate: number;
}

/** Reads ticks and changes, both in order of time. */
export function playbackOf(
  ticks: readonly PositionTick[],
  changes: readonly PlaybackChange[],
): Playback {
  const rate = rateOf(ticks);
  const model = new Model(rate);
  let next = 0;
  for (const tick of ticks) {
    for (; next < changes.length && changes[next]!.atS <= tick.atS; next++) {
      model.change(changes[next]!);
    }
    model.tick(tick);
  }
  return { steps: model.steps, rate };
}

/** The listener, as far as known. */
class Model {
  readonly steps: PlaybackStep[] = [];
  readonly #rate: number;
  #durationS = Infinity;
  #band: { readonly startS: number; readonly endS: number } | null = null;
  /** Where it was when. */
  #known: PositionTick = { atS: 0, positionS: 0 };
  #last: PositionTick | null = null;
  /** The first tick of those that stand still. */
  #still: PositionTick | null = null;
  #isPaused = false;
  #settledS = SETTLE_S;

  constructor(rate: number) {
    this.#rate = rate;
  }

  change(change: PlaybackChange): void {
    const { atS } = change;
    if (change.kind === "band") {
      const { band } = change;
      const positionS = this.#positionAt(atS);
      // A playhead outside of a band that is armed jumps to its start; the player does that by itself.
      const isOutside = band !== null && (positionS < band.startS || positionS >= band.endS);
      this.#known = { atS, positionS: isOutside ? band.startS : positionS };
      this.#band = band;
      return;
    }
    this.#durationS = change.durationS;
    this.#band = null;
    this.#known = { atS, positionS: 0 };
    this.#settledS = atS + SETTLE_S;
    this.#last = null;
    this.#still = null;
  }

  tick(tick: PositionTick): void {
    const last = this.#last;
    this.#last = tick;
    if (last === null) return;
    if (Math.abs(tick.positionS - last.positionS) < STILL_S) return this.#onStill(tick, last);
    if (this.#isPaused && !this.#isStep(tick, last)) {
      this.#jump(tick);
      this.#still = null;
      return;
    }
    if (this.#isPaused) {
      this.steps.push({ do: "resume", atS: last.atS });
      this.#isPaused = false;
      this.#known = last;
    }
    this.#still = null;
    if (tick.atS < this.#settledS) return;
    const offS = this.#circular(tick.positionS - this.#positionAt(tick.atS));
    if (Math.abs(offS) > JUMP_S) this.#jump(tick);
  }

  #onStill(tick: PositionTick, last: PositionTick): void {
    this.#still ??= last;
    if (this.#isPaused || tick.atS - this.#still.atS < PAUSE_S) return;
    const { atS } = this.#still;
    // Where it stands may be where it jumped to, in the very tick before.
    const offS = this.#circular(this.#still.positionS - this.#positionAt(atS));
    if (Math.abs(offS) > JUMP_S) this.steps.push({ do: "seek", atS, toS: this.#still.positionS });
    this.steps.push({ do: "pause", atS });
    this.#isPaused = true;
    this.#known = tick;
  }

  #jump(tick: PositionTick): void {
    this.steps.push({ do: "seek", atS: tick.atS, toS: tick.positionS });
    this.#known = tick;
  }

  /** Whether playing on from the last tick leads to this one. */
  #isStep(tick: PositionTick, last: PositionTick): boolean {
    const movedS = this.#circular(tick.positionS - last.positionS);
    const spentS = (tick.atS - last.atS) * this.#rate;
    return movedS > 0 && movedS < spentS + JUMP_S;
  }

  #positionAt(atS: number): number {
    if (this.#isPaused) return this.#known.positionS;
    const onS = this.#known.positionS + (atS - this.#known.atS) * this.#rate;
    const band = this.#band;
    if (band !== null) return band.startS + wrap(onS - band.startS, band.endS - band.startS);
    return this.#durationS === Infinity ? onS : wrap(onS, this.#durationS);
  }

  /** A difference of positions, the short way round. */
  #circular(differenceS: number): number {
    if (this.#durationS === Infinity) return differenceS;
    const folded = wrap(differenceS, this.#durationS);
    return folded > this.#durationS / 2 ? folded - this.#durationS : folded;
  }
}

/** The median speed of stretches of about a second that nothing interrupts. */
function rateOf(ticks: readonly PositionTick[]): number {
  const rates: number[] = [];
  let from = 0;
  for (let i = 1; i < ticks.length; i++) {
    const [last, tick] = [ticks[i - 1]!, ticks[i]!];
    const movedS = tick.positionS - last.positionS;
    if (movedS < STILL_S || movedS > tick.atS - last.atS + JUMP_S) {
      from = i;
      continue;
    }
    const spentS = tick.atS - ticks[from]!.atS;
    if (spentS < SPEED_S) continue;
    rates.push((tick.positionS - ticks[from]!.positionS) / spentS);
    from = i;
  }
  if (rates.length === 0) return 1;
  const rate = rates.sort((a, b) => a - b)[rates.length >> 1]!;
  if (Math.abs(rate - 1) < NOMINAL_RATE) return 1;
  return Math.round(Math.min(4, Math.max(0.1, rate)) * 1e5) / 1e5;
}
