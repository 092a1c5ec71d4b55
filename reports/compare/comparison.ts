/**
 * The comparison of two sets of runs: data, versioned, from which every other format is drawn.
 *
 * @module
 */
import type { Fidelity, Verdict } from "../../scenarios/result.ts";
import type { Interval } from "./bootstrap.ts";
import type { Better } from "./metrics.ts";

/** The name and version of the model. */
export const COMPARISON_SCHEMA = "headway.comparison/1";

/** How a figure, or a scenario, did against its baseline. */
export type Change = "better" | "same" | "worse" | "incomparable";

/** One figure before and after. */
export interface MetricComparison {
  /** Its dotted path in a report. */
  readonly metric: string;
  /** The same for people. */
  readonly title: string;
  /** Its unit; empty for counts. */
  readonly unit: string;
  /** Which way it should go. */
  readonly better: Better;
  /** What it did. A figure that may go either way is always `same`. */
  readonly verdict: Change;
  /** Whether it differs at all. */
  readonly hasMoved: boolean;
  /** The value before, the median where there are several; null when nothing was measured. */
  readonly before: number | null;
  /** The value after. */
  readonly after: number | null;
  /** After less before; null when one is missing. */
  readonly difference: number | null;
  /** Where the difference lies with 95 % confidence; null where runs are exact. */
  readonly interval: Interval | null;
  /** The least difference that counts between live runs. */
  readonly leastEffect: number;
  /** Why, in one sentence. */
  readonly reason: string;
}

/** One scenario before and after. */
export interface ScenarioComparison {
  /** Its name. */
  readonly name: string;
  /** `worse` when any figure is; `better` when some are and none is worse. */
  readonly verdict: Change;
  /** Why, one sentence each, the gravest first. */
  readonly reasons: readonly string[];
  /** How much worse, for sorting: effects in units of the least that counts. 0 when nothing is. */
  readonly severity: number;
  /** `exact` for simulated runs, `bootstrap` for live ones, null when nothing could be compared. */
  readonly method: "exact" | "bootstrap" | null;
  /** Where it ran; null when the sides differ. */
  readonly target: string | null;
  /** At what fidelity; null when the sides differ. */
  readonly fidelity: Fidelity | null;
  /** How many runs there are. */
  readonly runs: { readonly before: number; readonly after: number };
  /** How the first run of either side was judged; null when there is none. */
  readonly judged: { readonly before: Verdict | null; readonly after: Verdict | null };
  /** Whether simulated runs are equal event by event; null for live ones. */
  readonly sameTrace: boolean | null;
  /** The figures, the gravest first. */
  readonly metrics: readonly MetricComparison[];
}

/** Two sets of runs, compared. */
export interface Comparison {
  /** The name and version of this model. */
  readonly schema: typeof COMPARISON_SCHEMA;
  /** What the first set is called. */
  readonly before: string;
  /** What the second set is called. */
  readonly after: string;
  /** The gravest of the scenarios' verdicts: worse, incomparable, better, same. */
  readonly verdict: Change;
  /** 1 when anything is worse, else 3 when anything cannot be compared, else 0. */
  readonly exitCode: number;
  /** Scenarios by verdict. */
  readonly counts: Readonly<Record<Change, number>>;
  /** The scenarios, the worst first. */
  readonly scenarios: readonly ScenarioComparison[];
}

/** Verdicts from the one to look at first to the one to look at last. */
export const CHANGES: readonly Change[] = ["worse", "incomparable", "better", "same"];
