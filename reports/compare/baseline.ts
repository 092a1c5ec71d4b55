/**
 * Baselines: what runs looked like when somebody last accepted them. One small file for each
 * scenario, made to be read as a difference in git.
 *
 * @module
 */
import { z } from "zod";
import { UsageError } from "../../runtime/errors.ts";
import { toJson } from "../json.ts";
import { fidelitySchema, verdictSchema } from "../report_schema.ts";
import type { RunSample } from "./sample.ts";

/** The name and version of the file's model. */
export const BASELINE_SCHEMA = "headway.baseline/1";

/** What a baseline file holds. */
export interface Baseline {
  /** The name and version of this model. */
  readonly schema: typeof BASELINE_SCHEMA;
  /** The scenario's name, which the file has too. */
  readonly scenario: string;
  /** Its accepted runs: one for a simulated scenario, several for a live one. */
  readonly runs: readonly Omit<RunSample, "scenario">[];
}

const perColumn = z.array(z.number().nullable()).max(1000);

const runSchema = z.object({
  target: z.string(),
  fidelity: fidelitySchema,
  seed: z.number(),
  verdict: verdictSchema,
  reason: z.string().nullable(),
  conditions: z.string(),
  traceHash: z.string(),
  figures: z.record(z.string(), z.number().nullable()),
  curves: z.object({
    stepS: z.number().positive(),
    leadMinS: perColumn,
    stalenessMaxS: perColumn,
  }).nullable(),
});

const baselineSchema: z.ZodType<Baseline> = z.object({
  schema: z.literal(BASELINE_SCHEMA),
  scenario: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "expected a name in kebab-case"),
  runs: z.array(runSchema).min(1).max(1000),
});

/** The baseline files of these runs, by file name. */
export function baselineFiles(samples: readonly RunSample[]): Map<string, string> {
  const byName = new Map<string, RunSample[]>();
  for (const sample of samples) {
    byName.set(sample.scenario, [...(byName.get(sample.scenario) ?? []), sample]);
  }
  return new Map([...byName].map(([scenario, runs]) => [
    `${scenario}.json`,
    toJson({ schema: BASELINE_SCHEMA, scenario, runs: runs.map(({ scenario: _, ...run }) => run) }),
  ]));
}

/** Whether this JSON value calls itself a baseline. */
export function isBaseline(value: unknown): boolean {
  return (value as { schema?: unknown } | null)?.schema === BASELINE_SCHEMA;
}

/**
 * The runs of a baseline file.
 *
 * @param path Names the file in the error.
 * @throws {UsageError} when it is no baseline; it says where and what was expected.
 */
export function parseBaseline(value: unknown, path: string): RunSample[] {
  const parsed = baselineSchema.safeParse(value);
  if (!parsed.success) {
    const { path: at, message } = parsed.error.issues[0]!;
    throw new UsageError(
      `${path} is no baseline: ${at.length === 0 ? "" : `${at.join(".")}: `}${message}; ` +
        "write it again with --update-baseline",
      { path },
    );
  }
  const { scenario, runs } = parsed.data;
  return runs.map((run) => ({ scenario, ...run }));
}
