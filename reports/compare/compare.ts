/**
 * Two sets of runs, matched by scenario and compared figure by figure.
 *
 * @module
 */
import type { Rng } from "../../runtime/rng.ts";
import {
  type Change,
  CHANGES,
  type Comparison,
  COMPARISON_SCHEMA,
  type MetricComparison,
  type ScenarioComparison,
} from "./comparison.ts";
import { judgeExact, judgeLive, severityOf, type Values } from "./judge.ts";
import { comparedOf } from "./metrics.ts";
import type { RunSample } from "./sample.ts";

/** A set of runs, and what it is called. */
export interface RunSet {
  /** In words, or the folder that it was read from. */
  readonly name: string;
  /** Its runs; several of one scenario are repetitions. */
  readonly samples: readonly RunSample[];
}

/** How a comparison is made. */
export interface CompareOptions {
  /** Where the bootstrap of live runs draws from. */
  readonly rng: Rng;
  /** Scenarios of the first set alone are left out: not everything was run again. */
  readonly onlyAfter?: boolean;
  /** Scenarios that left no run now, and why. */
  readonly problems?: readonly { readonly name: string; readonly message: string }[];
}

/**
 * Compares two sets of runs.
 *
 * @example
 * ```ts
 * import { Rng } from "../../runtime/rng.ts";
 * import { compareRuns, type RunSet } from "./compare.ts";
 *
 * const isFine = (before: RunSet, after: RunSet) =>
 *   compareRuns(before, after, { rng: new Rng(1) }).verdict !== "worse";
 * ```
 */
export function compareRuns(before: RunSet, after: RunSet, options: CompareOptions): Comparison {
  const { rng, onlyAfter = false, problems = [] } = options;
  const [ours, theirs] = [byScenario(before.samples), byScenario(after.samples)];
  const failed = new Map(problems.map(({ name, message }) => [name, message]));
  const names = [
    ...new Set([...(onlyAfter ? [] : ours.keys()), ...theirs.keys(), ...failed.keys()]),
  ];
  const scenarios = names.map((name) => {
    const message = failed.get(name);
    return message === undefined
      ? compareScenario(name, ours.get(name) ?? [], theirs.get(name) ?? [], rng)
      : incomparable(name, ours.get(name) ?? [], [], `it could not run: ${message}`);
  }).sort((a, b) =>
    CHANGES.indexOf(a.verdict) - CHANGES.indexOf(b.verdict) || b.severity - a.severity ||
    movedBy(b) - movedBy(a) || (a.name < b.name ? -1 : 1)
  );
  const counts = { better: 0, same: 0, worse: 0, incomparable: 0 };
  for (const { verdict } of scenarios) counts[verdict]++;
  return {
    schema: COMPARISON_SCHEMA,
    before: before.name,
    after: after.name,
    verdict: CHANGES.find((change) => counts[change] > 0) ?? "same",
    exitCode: counts.worse > 0 ? 1 : counts.incomparable > 0 ? 3 : 0,
    counts,
    scenarios,
  };
}

function byScenario(samples: readonly RunSample[]): Map<string, RunSample[]> {
  const found = new Map<string, RunSample[]>();
  for (const sample of samples) {
    found.set(sample.scenario, [...(found.get(sample.scenario) ?? []), sample]);
  }
  return found;
}

function compareScenario(
  name: string,
  before: readonly RunSample[],
  after: readonly RunSample[],
  rng: Rng,
): ScenarioComparison {
  const obstacle = obstacleOf(before, after);
  if (obstacle !== null) return incomparable(name, before, after, obstacle);
  const isExact = before[0]!.target === "sim";
  const pairs = isExact ? pairsOf(before, after) : null;
  if (typeof pairs === "string") return incomparable(name, before, after, pairs);
  const [a, b] = pairs ?? [judgedOnly(before), judgedOnly(after)];
  if (isUnplayed(a) && isUnplayed(b)) {
    return {
      ...incomparable(name, before, after, a[0]!.reason ?? "not applicable"),
      verdict: "same",
      reasons: [`not applicable on either side: ${a[0]!.reason ?? "no reason given"}`],
    };
  }
  if (a.length === 0 || b.length === 0 || isUnplayed(a) || isUnplayed(b)) {
    const side = a.length === 0 || isUnplayed(a) ? "before" : "after";
    const sample = (side === "before" ? before : after)[0]!;
    const reason = sample.reason === null ? "" : `: ${sample.reason}`;
    return incomparable(name, before, after, `${side}, it was ${sample.verdict}${reason}`);
  }
  const metrics = comparedOf(a[0]!.figures).map((metric) => {
    const values: Values = {
      before: a.map(({ figures }) => figures[metric.name] ?? null),
      after: b.map(({ figures }) => figures[metric.name] ?? null),
    };
    return isExact
      ? judgeExact(metric, values)
      : judgeLive(metric, values, rng.split(`${name} ${metric.name}`));
  });
  const verdict = verdictOf(metrics);
  const sameTrace = isExact ? a.every(({ traceHash }, i) => traceHash === b[i]!.traceHash) : null;
  const sorted = [...metrics].sort((x, y) =>
    rankOf(x) - rankOf(y) || severityOf(y) - severityOf(x)
  );
  return {
    ...frameOf(name, before, after),
    verdict,
    reasons: reasonsOf(verdict, sorted, sameTrace),
    severity: metrics.reduce((sum, it) => sum + severityOf(it), 0) + flipOf(metrics),
    method: isExact ? "exact" : "bootstrap",
    sameTrace,
    metrics: sorted,
  };
}

/** A scenario that passed and now fails comes before all that only drifted. */
function flipOf(metrics: readonly MetricComparison[]): number {
  return metrics.some(({ metric, verdict }) => metric === "passed" && verdict === "worse")
    ? 1e4
    : 0;
}

/** Why the runs of both sides cannot be held against each other; null when they can. */
function obstacleOf(before: readonly RunSample[], after: readonly RunSample[]): string | null {
  const [a, b] = [before[0], after[0]];
  if (a === undefined) return "it has no baseline: accept it with --update-baseline";
  if (b === undefined) return "it was not run this time";
  const all = [...before, ...after];
  const differs = (key: "target" | "fidelity" | "conditions") =>
    all.some((it) => it[key] !== a[key]);
  if (differs("target")) {
    return `the target differs: ${a.target} before, ${b.target} after; run both sides on one`;
  }
  if (differs("fidelity")) {
    return `the fidelity differs: ${a.fidelity} before, ${b.fidelity} after; ` +
      `run it with --fidelity ${a.fidelity}`;
  }
  if (differs("conditions")) {
    return "the scenario is another one now: its steps, engine, network or settings were changed";
  }
  return null;
}

/** Simulated runs of equal seeds, side by side; or why there are none. */
function pairsOf(
  before: readonly RunSample[],
  after: readonly RunSample[],
): [RunSample[], RunSample[]] | string {
  for (const side of [before, after]) {
    const bySeed = new Map<number, string>();
    for (const { seed, traceHash } of side) {
      if ((bySeed.get(seed) ?? traceHash) !== traceHash) {
        return `two simulated runs with seed ${seed} differ among themselves; see --check-determinism`;
      }
      bySeed.set(seed, traceHash);
    }
  }
  const seeds = [...new Set(before.map(({ seed }) => seed))].filter((seed) =>
    after.some((it) => it.seed === seed)
  ).sort((x, y) => x - y);
  if (seeds.length === 0) {
    const [was, is] = [before[0]!.seed, after[0]!.seed];
    return `the seeds differ: ${was} before, ${is} after; run it with --seed ${was}`;
  }
  const of = (side: readonly RunSample[]) =>
    seeds.map((seed) => side.find((it) => it.seed === seed)!);
  return [of(before), of(after)];
}

/** Live runs that were judged; on others nothing can be built. */
function judgedOnly(samples: readonly RunSample[]): RunSample[] {
  return samples.filter(({ verdict }) => verdict === "passed" || verdict === "failed");
}

function isUnplayed(samples: readonly RunSample[]): boolean {
  return samples.length > 0 && samples.every(({ verdict }) => verdict === "not-applicable");
}

function verdictOf(metrics: readonly MetricComparison[]): Change {
  const has = (change: Change) => metrics.some(({ verdict }) => verdict === change);
  return CHANGES.find((change) => has(change)) ?? "same";
}

/** Figures that decide come first, then those that only moved. */
function rankOf({ verdict, hasMoved }: MetricComparison): number {
  return verdict === "same" && hasMoved ? CHANGES.length - 1.5 : CHANGES.indexOf(verdict);
}

/** How far figures moved that decide nothing, so that of equals the restless come first. */
function movedBy({ metrics }: ScenarioComparison): number {
  return metrics.reduce(
    (sum, { hasMoved, difference, leastEffect }) =>
      sum + (hasMoved && difference !== null ? Math.abs(difference) / leastEffect : 0),
    0,
  );
}

function reasonsOf(
  verdict: Change,
  metrics: readonly MetricComparison[],
  sameTrace: boolean | null,
): string[] {
  const telling = metrics.filter((it) => it.hasMoved || it.verdict === "incomparable");
  if (telling.length > 0) {
    const common = new Set(telling.map(({ reason }) => reason));
    if (verdict === "incomparable" && common.size === 1) return [...common];
    return telling.map(({ title, verdict, reason }) =>
      verdict === "better" || verdict === "worse"
        ? `${title} got ${verdict}: ${reason}`
        : `${title}: ${reason}`
    );
  }
  if (sameTrace === true) return ["equal, event by event"];
  if (sameTrace === false) return ["every compared figure is equal, though the traces differ"];
  return ["no figure differs by more than noise"];
}

function incomparable(
  name: string,
  before: readonly RunSample[],
  after: readonly RunSample[],
  reason: string,
): ScenarioComparison {
  return {
    ...frameOf(name, before, after),
    verdict: "incomparable",
    reasons: [reason],
    severity: 0,
    method: null,
    sameTrace: null,
    metrics: [],
  };
}

function frameOf(name: string, before: readonly RunSample[], after: readonly RunSample[]) {
  const common = <K extends "target" | "fidelity">(key: K): RunSample[K] | null => {
    const values = new Set([...before, ...after].map((it) => it[key]));
    return values.size === 1 ? [...values][0]! : null;
  };
  return {
    name,
    target: common("target"),
    fidelity: common("fidelity"),
    runs: { before: before.length, after: after.length },
    judged: { before: before[0]?.verdict ?? null, after: after[0]?.verdict ?? null },
  };
}
