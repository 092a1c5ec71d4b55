/**
 * What is held against each other when two runs are compared, which way is better, and from which
 * difference on a live run's noise is no explanation.
 *
 * @module
 */
import type { Report } from "../model.ts";

/** Which way a figure should go; `neither` is shown when it moves, and decides nothing. */
export type Better = "more" | "less" | "neither";

/** One figure that is compared. */
export interface ComparedMetric {
  /** Its dotted path in a report; `passed` is 1 for a run that passed and 0 for one that failed. */
  readonly name: string;
  /** The same for people. */
  readonly title: string;
  /** Its unit; empty for counts. */
  readonly unit: string;
  /** Which way it should go. */
  readonly better: Better;
  /** The least difference that counts between live runs, in the figure's own unit. */
  readonly leastEffect: number;
  /** The same as a share of the figure before; the greater of both counts. */
  readonly leastShare: number;
  /** What a missing value stands for; null when it means that nothing was measured. */
  readonly whenMissing: number | null;
}

/** A figure's fixed properties, most of which are the same for most. */
function metric(
  name: string,
  title: string,
  better: Better,
  rest: Partial<ComparedMetric> & Pick<ComparedMetric, "leastEffect">,
): ComparedMetric {
  return { name, title, better, unit: "", leastShare: 0, whenMissing: null, ...rest };
}

/**
 * The figures, those that matter most first. Effects are what a listener would notice, or a little
 * less: one per cent of audio, a tick of staleness (its buckets are 0.25 s), 20 ms of lead.
 *
 * The median lead has no better side: more of it is safer, and makes a knob's turn heard later. Its
 * lower end has one, as slices there are nearest to being late.
 */
export const COMPARED: readonly ComparedMetric[] = [
  metric("passed", "Verdict", "more", { leastEffect: 0.2 }),
  metric("mirror.identical", "Mirrors", "more", { leastEffect: 0.2 }),
  metric("session.decodeErrors", "Undecodable slices", "less", { leastEffect: 1 }),
  metric("lag.freshShare", "Fresh share of what was heard", "more", {
    ...{ unit: "of frames", leastEffect: 0.01 },
  }),
  metric("lag.longestUnrefreshedS", "Longest old stretch", "less", {
    ...{ unit: "s", leastEffect: 0.25, leastShare: 0.1 },
  }),
  metric("lag.unexplained.behindPlayhead", "Late slices, unexplained", "less", {
    ...{ leastEffect: 3, leastShare: 0.1 },
  }),
  metric("lag.unexplained.staleTicks", "Stale ticks, unexplained", "less", {
    ...{ leastEffect: 10, leastShare: 0.1 },
  }),
  metric("lag.slices.leadS.p5", "Lead, lowest 5 %", "more", { unit: "s", leastEffect: 0.02 }),
  metric("lag.ticks.stalenessS.p95", "Staleness, highest 5 %", "less", {
    ...{ unit: "s", leastEffect: 0.25 },
  }),
  metric("lag.slices.intervalS.p95", "Between slices, longest 5 %", "less", {
    ...{ unit: "s", leastEffect: 0.01, leastShare: 0.1 },
  }),
  metric("lag.slices.perS", "Slices a second", "more", { leastEffect: 0.1, leastShare: 0.02 }),
  metric("session.gapS", "Longest gap at a reconnect", "less", {
    ...{ unit: "s", leastEffect: 0.1, leastShare: 0.1, whenMissing: 0 },
  }),
  metric("lag.slices.leadS.p50", "Lead, median", "neither", { unit: "s", leastEffect: 0.02 }),
  metric("lag.ticks.stalenessS.p50", "Staleness, median", "neither", {
    ...{ unit: "s", leastEffect: 0.25 },
  }),
];

/** The same of runs about voices. */
export const COMPARED_VOICES: readonly ComparedMetric[] = [
  COMPARED[0]!,
  metric("voice.jobs.lost", "Jobs heard nowhere", "less", { leastEffect: 1 }),
  metric("voice.jobs.doubled", "Jobs heard twice", "less", { leastEffect: 1 }),
  metric("voice.jobs.wrongSession", "Jobs at the wrong ear", "less", { leastEffect: 1 }),
  metric("voice.jobs.failed", "Failed jobs", "less", { leastEffect: 1 }),
  metric("voice.overlaps", "Sounds that overlap at one ear", "less", { leastEffect: 1 }),
  metric("voice.order.faults", "Jobs out of turn", "less", { leastEffect: 1 }),
  metric("voice.firstAudioS.p95", "First sound, slowest 5 %", "less", {
    ...{ unit: "s", leastEffect: 0.05, leastShare: 0.1 },
  }),
  metric("voice.firstAudioS.p50", "First sound, median", "less", {
    ...{ unit: "s", leastEffect: 0.03, leastShare: 0.1 },
  }),
  metric("voice.waitS.p95", "Waiting for a worker, longest 5 %", "less", {
    ...{ unit: "s", leastEffect: 0.05, leastShare: 0.1 },
  }),
  metric("voice.speaker.jobs", "Jobs that the loudspeaker played", "neither", {
    leastEffect: 1,
  }),
];

/** Every figure that is compared of anything. */
export const ALL_COMPARED: readonly ComparedMetric[] = [...COMPARED, ...COMPARED_VOICES.slice(1)];

/** The figures that runs with these are compared by: streams by theirs, voices by theirs. */
export function comparedOf(figures: Readonly<Record<string, number | null>>) {
  return COMPARED_VOICES.some(({ name }) => name !== "passed" && name in figures)
    ? COMPARED_VOICES
    : COMPARED;
}

/** Every compared figure of a report, in the order of {@link COMPARED}. */
export function figuresOf(report: Report): Record<string, number | null> {
  const compared = report.voice === undefined ? COMPARED : COMPARED_VOICES;
  return Object.fromEntries(compared.map(({ name }) => [name, valueOf(report, name)]));
}

function valueOf(report: Report, name: string): number | null {
  if (name === "passed") {
    return report.verdict === "passed" ? 1 : report.verdict === "failed" ? 0 : null;
  }
  let value: unknown = report;
  for (const key of name.split(".")) value = (value as Record<string, unknown> | null)?.[key];
  if (typeof value === "boolean") return value ? 1 : 0;
  return typeof value === "number" ? value : null;
}
