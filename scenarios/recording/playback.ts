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
/** A client that plays a new buffer from its head is no further than this ahead of it, seconds. */
const SETTLE_S = 0.3;
/** So long a client may need until it plays a new buffer, seconds: it goes on with the old one. */
const PATIENCE_S = 10;
/** Positions that differ by less are the same, seconds. */
const STILL_S = 1e-4;
/** Speeds closer to nominal than this are nominal: what is left is measured noise. */
const NOMINAL_RATE = 0.003;
/** Stretches of ticks that a speed is measured over, seconds, and how many of them it takes. */
const SPEED_S = 5;
const MIN_STRETCHES = 4;

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
  /** When a buffer came that the client does not play yet; null when it does. */
  #newS: number | null = null;

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
    this.#newS = atS;
    this.#still = null;
  }

  tick(tick: PositionTick): void {
    const last = this.#last;
    this.#last = tick;
    if (this.#newS !== null) {
      const sinceS = tick.atS - this.#newS;
      const isAtHead = tick.positionS <= sinceS * Math.max(1, this.#rate) + SETTLE_S;
      if (!isAtHead && sinceS < PATIENCE_S) return;
      this.#newS = null;
      this.#known = tick;
      return;
    }
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
    if (this.#isOff(tick)) this.#jump(tick);
  }

  #onStill(tick: PositionTick, last: PositionTick): void {
    this.#still ??= last;
    if (this.#isPaused || tick.atS - this.#still.atS < PAUSE_S) return;
    const { atS } = this.#still;
    // Where it stands may be where it jumped to, in the very tick before.
    if (this.#isOff(this.#still)) this.steps.push({ do: "seek", atS, toS: this.#still.positionS });
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
    const movedS = this.#differenceS(tick.positionS, last.positionS);
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

  /** Whether it is further off than jitter explains. */
  #isOff({ positionS, atS }: PositionTick): boolean {
    return Math.abs(this.#differenceS(positionS, this.#positionAt(atS))) > JUMP_S;
  }

  /** From one position to another, the short way round: of the band, where both lie in it. */
  #differenceS(toS: number, fromS: number): number {
    const band = this.#band;
    const isInside = (s: number) =>
      band !== null && s >= band.startS - JUMP_S && s < band.endS + JUMP_S;
    const roundS = band !== null && isInside(toS) && isInside(fromS)
      ? band.endS - band.startS
      : this.#durationS;
    if (roundS === Infinity) return toS - fromS;
    const folded = wrap(toS - fromS, roundS);
    return folded > roundS / 2 ? folded - roundS : folded;
  }
}

/** The median speed of stretches that nothing interrupts; nominal when there are too few to tell. */
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
  if (rates.length < MIN_STRETCHES) return 1;
  const rate = rates.sort((a, b) => a - b)[rates.length >> 1]!;
  if (Math.abs(rate - 1) < NOMINAL_RATE) return 1;
  return Math.round(Math.min(4, Math.max(0.1, rate)) * 1e5) / 1e5;
}
