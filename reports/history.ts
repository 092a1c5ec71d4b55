/**
 * One figure of every scenario over many saved sets of runs.
 *
 * @module
 */
import { ALL_COMPARED, type ComparedMetric, medianOf, type RunSample } from "./compare/mod.ts";
import { UsageError } from "../runtime/errors.ts";

/** The name and version of the model. */
export const HISTORY_SCHEMA = "headway.history/1";

/** One saved set: what it is called, and its runs. */
export interface SavedSet {
  readonly name: string;
  readonly samples: readonly RunSample[];
}

/** A figure of one scenario over all sets. */
export interface HistoryLine {
  /** The scenario. */
  readonly scenario: string;
  /** A value for each set, the median of several runs; null where it was not run or measured. */
  readonly values: readonly (number | null)[];
}

/** A figure over many sets. */
export interface History {
  /** The name and version of this model. */
  readonly schema: typeof HISTORY_SCHEMA;
  /** The figure's dotted path. */
  readonly metric: string;
  /** The same for people. */
  readonly title: string;
  /** Its unit. */
  readonly unit: string;
  /** The sets, in order. */
  readonly sets: readonly string[];
  /** The scenarios, those that changed most in proportion to what counts first. */
  readonly lines: readonly HistoryLine[];
}

/**
 * Gathers it.
 *
 * @param metric One of the figures that comparisons look at.
 * @param scenarios Which scenarios; all when empty.
 * @throws {UsageError} for an unknown figure or a scenario that no set has.
 */
export function historyOf(
  sets: readonly SavedSet[],
  metric: string,
  scenarios: readonly string[] = [],
): History {
  const found = ALL_COMPARED.find(({ name }) => name === metric);
  if (found === undefined) {
    const names = ALL_COMPARED.map(({ name }) => name).join(", ");
    throw new UsageError(`there is no figure ${JSON.stringify(metric)}; there are ${names}`);
  }
  const known = new Set(sets.flatMap(({ samples }) => samples.map(({ scenario }) => scenario)));
  const unknown = scenarios.find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new UsageError(`no saved run is of a scenario ${JSON.stringify(unknown)}`);
  }
  const lines = (scenarios.length > 0 ? [...scenarios] : [...known]).map((scenario) => ({
    scenario,
    values: sets.map((set) => valueOf(set, scenario, found)),
  })).sort((a, b) => spreadOf(b) - spreadOf(a) || (a.scenario < b.scenario ? -1 : 1));
  const { title, unit } = found;
  const names = sets.map(({ name }) => name);
  return { schema: HISTORY_SCHEMA, metric, title, unit, sets: names, lines };
}

function valueOf({ samples }: SavedSet, scenario: string, metric: ComparedMetric): number | null {
  const values = samples.filter((it) => it.scenario === scenario)
    .map(({ figures }) => figures[metric.name] ?? metric.whenMissing)
    .filter((value) => value !== null);
  return values.length === 0 ? null : medianOf(values);
}

/** How far a line goes from its lowest to its highest. */
function spreadOf({ values }: HistoryLine): number {
  const present = values.filter((value) => value !== null);
  return present.length === 0 ? 0 : Math.max(...present) - Math.min(...present);
}
