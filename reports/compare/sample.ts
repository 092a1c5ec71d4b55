/**
 * What a comparison needs to know of one run: little enough to be committed.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Fidelity, Verdict } from "../../scenarios/result.ts";
import { round, toJson } from "../json.ts";
import type { Report } from "../model.ts";
import { type Curves, curvesOf } from "./curves.ts";
import { figuresOf } from "./metrics.ts";

/** One run, as it is compared. */
export interface RunSample {
  /** The scenario's name. */
  readonly scenario: string;
  /** `sim`, `self` or a WebSocket address. */
  readonly target: string;
  /** Samples and all, or their timing only. */
  readonly fidelity: Fidelity;
  /** The seed. */
  readonly seed: number;
  /** How the run was judged. */
  readonly verdict: Verdict;
  /** Why there is no judgement; null when there is one. */
  readonly reason: string | null;
  /** Names what was played: equal for equal steps, engines, networks and settings. */
  readonly conditions: string;
  /** The run's fingerprint. */
  readonly traceHash: string;
  /** The compared figures by name, to the microsecond. */
  readonly figures: Readonly<Record<string, number | null>>;
  /** Lead and staleness at a glance; null when nothing was streamed. */
  readonly curves: Curves | null;
}

/** Parts of a definition that say how a run is judged or called, not how it goes. */
const NOT_PLAYED: ReadonlySet<string> = new Set([
  "name",
  "description",
  "shows",
  "expectations",
  "simulationOnly",
  "fullOnly",
]);

/** The sample of a report. */
export function sampleOf(report: Report): RunSample {
  const figures = Object.entries(figuresOf(report)).map(([name, value]) =>
    [name, value === null ? null : round(value)] as const
  );
  return {
    scenario: report.scenario,
    target: report.target,
    fidelity: report.fidelity,
    seed: report.seed,
    verdict: report.verdict,
    reason: report.reason,
    conditions: conditionsOf(report.definition),
    traceHash: report.trace.hash,
    figures: Object.fromEntries(figures),
    curves: curvesOf(report),
  };
}

/** A short name of everything in a definition that changes how a run goes. */
export function conditionsOf(definition: Report["definition"]): string {
  const played = Object.entries(definition).filter(([key]) => !NOT_PLAYED.has(key));
  // With numbers as files have them: a report that was read is under the same name as one just made.
  const text = JSON.stringify(sorted(JSON.parse(toJson(Object.fromEntries(played)))));
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** The same value with its keys in order, so that equal definitions read the same. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
