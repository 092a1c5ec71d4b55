/**
 * How long scenarios take, so that shards come out alike: from a committed file, or from the summary
 * of an earlier call.
 *
 * @module
 */
import { z } from "zod";
import committed from "../scenarios/durations.json" with { type: "json" };
import {
  readJson,
  type RunSummary,
  SUMMARY_SCHEMA,
  summarySchema,
  toJson,
} from "../reports/mod.ts";
import { UsageError } from "../runtime/mod.ts";
import type { AnyScenario } from "../scenarios/mod.ts";

const DURATIONS_SCHEMA = "headway.durations/1";

const durationsSchema = z.object({
  schema: z.literal(DURATIONS_SCHEMA),
  seconds: z.record(z.string(), z.number().min(0)),
});

/** Seconds that each scenario took, by name. */
export type Durations = Readonly<Record<string, number>>;

/** What writing a run's files takes, about, seconds. */
const WRITING_S = 0.1;
/** What a second of session takes where nothing is known, seconds. */
const UNKNOWN_SHARE = 0.01;

/**
 * Reads durations.
 *
 * @param path A durations file or a `summary.json`; undefined for the committed file.
 * @throws {UsageError} when it is neither.
 */
export async function readDurations(path: string | undefined): Promise<Durations> {
  if (path === undefined) return committed.seconds;
  const value = await readJson(path);
  const durations = durationsSchema.safeParse(value);
  if (durations.success) return durations.data.seconds;
  const summary = summarySchema.safeParse(value);
  if (summary.success) return secondsOf(summary.data.runs);
  throw new UsageError(
    `${path} is neither a ${DURATIONS_SCHEMA} nor a ${SUMMARY_SCHEMA}: ` +
      "name a file that --save-durations wrote, or a summary.json",
    { path },
  );
}

/** The durations of these runs, as a file; to two digits, so that files of two calls differ little. */
export function durationsFile(runs: readonly RunSummary[]): string {
  const seconds = Object.entries(secondsOf(runs)).sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, value]) => [name, Number(value.toPrecision(2))] as const);
  return toJson({ schema: DURATIONS_SCHEMA, seconds: Object.fromEntries(seconds) });
}

/** How long a scenario is expected to take, seconds. */
export function weightOf({ name, durationS }: AnyScenario, durations: Durations): number {
  return durations[name] ?? WRITING_S + durationS * UNKNOWN_SHARE;
}

function secondsOf(runs: readonly RunSummary[]): Durations {
  return Object.fromEntries(runs.map(({ name, wallS }) => [name, WRITING_S + wallS]));
}
