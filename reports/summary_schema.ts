/**
 * The summary's model as a schema: what is checked when a summary is read.
 *
 * @module
 */
import { z } from "zod";
import { fidelitySchema, verdictSchema } from "./report_schema.ts";
import { type RunSummary, type Summary, SUMMARY_SCHEMA } from "./summary.ts";

const perColumn = z.array(z.number().nullable());
const columns = z.array(z.int().min(0));

const plotSchema = z.object({
  stepS: z.number().describe("length of a column; the first one begins with streaming"),
  leadMinS: perColumn,
  leadMaxS: perColumn,
  lateS: perColumn.describe("lowest lead behind the playhead that no tag explains"),
  oldShare: perColumn.describe("how much of what was heard was old, 0..1"),
  faults: columns.describe("columns with a fault or a close"),
  jumps: columns.describe("columns with a seek, pause, swap or reconnect"),
});

/** One run in a summary. */
export const runSummarySchema: z.ZodType<RunSummary> = z.object({
  name: z.string(),
  description: z.string(),
  shows: z.array(z.string()).default([]).describe("known failure modes that it shows"),
  verdict: verdictSchema,
  expectedFailure: z.boolean(),
  reason: z.string().nullable(),
  seed: z.number(),
  target: z.string(),
  fidelity: fidelitySchema,
  folder: z.string().describe("the run's folder below the summary's"),
  files: z.array(z.string()).describe("files in that folder"),
  failures: z.array(z.string()).describe("expectations that decided against the run, in words"),
  figures: z.object({
    leadP50S: z.number().nullable(),
    freshShare: z.number().nullable(),
    slicesPerS: z.number(),
    behindPlayhead: z.int().describe("slices behind the playhead that no tag explains"),
    staleTicks: z.int().describe("stale ticks that no tag explains"),
    mirrorIdentical: z.boolean().nullable(),
    speedup: z.number(),
  }),
  voice: z.object({
    asked: z.int(),
    heard: z.int().describe("at any ear"),
    lost: z.int(),
    doubled: z.int(),
    overlaps: z.int(),
    firstAudioP50S: z.number().nullable(),
    plot: z.object({
      stepS: z.number(),
      heard: z.array(z.int()),
      waiting: z.array(z.int()),
      overlaps: columns,
      faults: columns,
    }).nullable(),
  }).exactOptional().describe("figures of a run about voices"),
  nearestLimit: z.object({ name: z.string(), share: z.number() }).nullable().default(null)
    .describe("the expectation nearest to its limit, and the distance as a share of it"),
  plot: plotSchema.nullable().default(null),
  sessionS: z.number(),
  wallS: z.number(),
  traceHash: z.string(),
});

const problemSchema = z.object({ name: z.string(), message: z.string() });

/** The model of `summary.json`. */
export const summarySchema: z.ZodType<Summary> = z.object({
  schema: z.literal(SUMMARY_SCHEMA),
  exitCode: z.int(),
  counts: z.object({
    passed: z.int(),
    failed: z.int(),
    inconclusive: z.int(),
    "not-applicable": z.int(),
  }),
  wallS: z.number().describe("the whole call, with loading, preparing and writing"),
  shard: z.object({
    index: z.int().min(1),
    of: z.int().min(1),
    names: z.array(z.string()).describe("scenarios of the whole call, in its order"),
  }).nullable().default(null).describe("which part of a larger call this is"),
  runs: z.array(runSummarySchema),
  problems: z.array(problemSchema).describe("scenarios that left no report, and why"),
});
