/**
 * Measuring in rounds: everything takes its turn, again and again, so that whatever else the machine
 * does falls on all alike. What counts are medians, and ratios of what took turns.
 *
 * @module
 */
import process from "node:process";
import type { Figure, Ratio } from "./figures.ts";

/** Rounds that a ratio needs before its spread says anything. */
const LEAST_ROUNDS = 3;

/** The value below which `share` (0..1) of the values lie, between neighbours in proportion. */
export function quantileOf(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError("there is no quantile of nothing");
  const sorted = values.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const [low, high] = [sorted[below]!, sorted[Math.ceil(at)]!];
  return low + (high - low) * (at - below);
}

/** The middle value. */
export function medianOf(values: readonly number[]): number {
  return quantileOf(values, 0.5);
}

/** Which of two values tells of less disturbance: the larger speed, the smaller time. */
export type Better = "more" | "less";

/** The share of rounds that were disturbed less than the one that a ratio is taken of. */
const UNDISTURBED = 0.1;

/**
 * The ratio of two things that took turns. Other work on the machine slows rounds down: with `better`
 * the value is that of either side's best tenth, which is right for time on the wall; without, it is
 * that of either side's median, right for processor time, which waits for nobody. (The median of the
 * rounds' own ratios moves more from run to run: one restless round of the two spoils it.) The spread
 * is that of the rounds' own ratios.
 */
export function ratioOf(
  ours: readonly number[],
  theirs: readonly number[],
  { to, better }: { readonly to: string; readonly better?: Better },
): Ratio {
  if (ours.length !== theirs.length || ours.length < LEAST_ROUNDS) {
    throw new RangeError(
      `a ratio needs ${LEAST_ROUNDS} rounds or more on both sides, got ${ours.length} and ` +
        `${theirs.length}`,
    );
  }
  const ratios = ours.map((one, i) => one / theirs[i]!);
  const spread = (quantileOf(ratios, 0.75) - quantileOf(ratios, 0.25)) / 2 / medianOf(ratios);
  if (better === undefined) return { to, value: medianOf(ours) / medianOf(theirs), spread };
  const share = better === "less" ? UNDISTURBED : 1 - UNDISTURBED;
  return { to, value: quantileOf(ours, share) / quantileOf(theirs, share), spread };
}

/** The values of many rounds, by what was measured. */
export class Rounds {
  readonly #values = new Map<string, number[]>();
  readonly #part: string;

  /** Rounds of one part. */
  constructor(part: string) {
    this.#part = part;
  }

  /** Adds what one round found. */
  add(name: string, value: number): void {
    const values = this.#values.get(name);
    if (values === undefined) this.#values.set(name, [value]);
    else values.push(value);
  }

  /** What the rounds found. */
  of(name: string): readonly number[] {
    const values = this.#values.get(name);
    if (values === undefined) throw new RangeError(`nothing called "${name}" was measured`);
    return values;
  }

  /**
   * A figure of them.
   *
   * @param name What was added under this name.
   * @param options `scale` turns values into the unit; `peer` was added in the same rounds, and `to` is
   * what readers call it.
   */
  figure(name: string, options: {
    readonly unit: string;
    readonly scale?: number;
    readonly goal?: Figure["goal"];
    readonly peer?: { readonly name: string; readonly to: string; readonly better?: Better };
  }): Figure {
    const { unit, scale = 1, goal = null, peer } = options;
    const values = this.of(name);
    return {
      part: this.#part,
      name,
      value: medianOf(values) * scale,
      unit,
      goal,
      ratio: peer === undefined ? null : ratioOf(values, this.of(peer.name), peer),
    };
  }
}

/** Seconds that `work` takes. */
export function secondsOf(work: () => void): number {
  const beganMs = performance.now();
  work();
  return (performance.now() - beganMs) / 1000;
}

/** Seconds of processor time that this process has used so far, with all its threads. */
export function cpuS(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
