/**
 * All plays in one report: what is printed, published and judged.
 *
 * @module
 */
import type { Machine } from "../../bench/figures.ts";
import type { Scenario } from "../../scenarios/mod.ts";
import { isQuiet, type Pair, type PlayFigures, quantile } from "./compare.ts";

/** How far the playheads may be apart, at 95 of 100 ticks, ms. */
export const PLAYHEAD_TARGET_MS = 20;
/** How far the median leads may be apart, ms. */
export const LEAD_TARGET_MS = 50;
/** Time between two points of the plot, seconds. */
const PLOT_STEP_S = 0.05;

/** Differences over all plays: simulated less real. */
export interface Gap {
  /** Median of the absolute differences, ms. */
  readonly p50Ms: number;
  /** Their 95th percentile, ms. */
  readonly p95Ms: number;
  /** Median of the differences with their sign, ms. */
  readonly signedMs: number;
}

/** One scenario over all its plays. */
export interface ScenarioFigures {
  readonly name: string;
  readonly description: string;
  readonly plays: number;
  /** Plays in which a side was too late to judge it. */
  readonly latePlays: number;
  readonly playhead: {
    readonly before: Gap | null;
    readonly afterZero: Gap | null;
    readonly afterSeam: Gap | null;
    /** Two clients of their own, each at the same time of its session. */
    readonly session: Gap | null;
  };
  /** Medians over the plays. */
  readonly leadP50Ms: Pair;
  /** Headless less browser, median over the plays. */
  readonly leadP50GapMs: number;
  /** Percentile by percentile. */
  readonly lead: Gap | null;
  readonly stalenessP95Ms: Pair;
  readonly freshShare: Pair;
  readonly slicesPerS: Pair;
  /** The latest play's 99th percentile. */
  readonly latenessMs: Pair;
  readonly device: PlayFigures["device"];
}

/** Everything that a run found. */
export interface FidelityReport {
  readonly schema: "headway.fidelity/1";
  readonly machine: Machine;
  readonly browser: string;
  readonly tookS: number;
  readonly scenarios: readonly ScenarioFigures[];
  /** The first play of the first scenario, for the picture. */
  readonly plot: {
    readonly atS: readonly number[];
    readonly zeroMs: readonly number[];
    readonly seamMs: readonly number[];
    readonly leads: PlayFigures["leads"];
  };
}

/** Sums the plays of a scenario up. */
export function summarize(
  { name, description }: Scenario,
  plays: readonly PlayFigures[],
): ScenarioFigures {
  const pool = (values: (play: PlayFigures) => readonly number[]) => gapOf(plays.flatMap(values));
  const median = (value: (play: PlayFigures) => number) => rounded(quantile(plays.map(value), 50));
  const pair = (value: (play: PlayFigures) => Pair): Pair => ({
    browser: median((play) => value(play).browser),
    headless: median((play) => value(play).headless),
  });
  return {
    name,
    description,
    plays: plays.length,
    latePlays: plays.filter((play) => !isQuiet(play)).length,
    playhead: {
      before: pool(({ playhead }) => playhead.beforeMs),
      afterZero: pool(({ playhead }) => playhead.afterZeroMs),
      afterSeam: pool(({ playhead }) => playhead.afterSeamMs),
      session: pool(({ sessionMs }) => sessionMs),
    },
    leadP50Ms: pair(({ leadP50Ms }) => leadP50Ms),
    leadP50GapMs: median(({ leadP50Ms }) => leadP50Ms.headless - leadP50Ms.browser),
    lead: pool(({ leadMs }) => leadMs),
    stalenessP95Ms: pair(({ stalenessP95Ms }) => stalenessP95Ms),
    freshShare: pair(({ freshShare }) => freshShare),
    slicesPerS: pair(({ slicesPerS }) => slicesPerS),
    latenessMs: {
      browser: rounded(Math.max(...plays.map(({ latenessMs }) => latenessMs.browser))),
      headless: rounded(Math.max(...plays.map(({ latenessMs }) => latenessMs.headless))),
    },
    device: {
      skewPpm: median(({ device }) => device.skewPpm),
      startMs: median(({ device }) => device.startMs),
      aheadOfHeardMs: median(({ device }) => device.aheadOfHeardMs),
      latencyMs: median(({ device }) => device.latencyMs),
    },
  };
}

/** What the picture needs of a play. */
export function plotOf({ playhead, leads }: PlayFigures): FidelityReport["plot"] {
  const columnOf = (atS: number) => Math.floor(atS / PLOT_STEP_S + 1e-6);
  const points = playhead.series.filter(({ atS }, i, all) =>
    i === 0 || columnOf(atS) > columnOf(all[i - 1]!.atS)
  );
  return {
    atS: points.map(({ atS }) => rounded(atS)),
    zeroMs: points.map(({ zeroMs }) => rounded(zeroMs)),
    seamMs: points.map(({ seamMs }) => rounded(seamMs)),
    leads: { browser: leads.browser.map(rounded), headless: leads.headless.map(rounded) },
  };
}

/** The targets that a scenario misses, in words. */
export function missed({ name, playhead, leadP50GapMs }: ScenarioFigures): string[] {
  const words: string[] = [];
  const near = (gap: Gap | null, what: string) => {
    if (gap !== null && !(gap.p95Ms <= PLAYHEAD_TARGET_MS)) {
      words.push(`${name}: playhead ${what}: p95 ${gap.p95Ms} ms, not ≤ ${PLAYHEAD_TARGET_MS} ms`);
    }
  };
  near(playhead.before, "before the first turn");
  near(playhead.afterSeam, "behind the seam");
  if (!(Math.abs(leadP50GapMs) <= LEAD_TARGET_MS)) {
    words.push(`${name}: lead p50 differs by ${leadP50GapMs} ms, not ≤ ${LEAD_TARGET_MS} ms`);
  }
  return words;
}

/** Sums differences up; null without any. */
export function gapOf(values: readonly number[]): Gap | null {
  if (values.length === 0) return null;
  const sizes = values.map(Math.abs);
  return {
    p50Ms: rounded(quantile(sizes, 50)),
    p95Ms: rounded(quantile(sizes, 95)),
    signedMs: rounded(quantile(values, 50)),
  };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
