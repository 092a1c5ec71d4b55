/**
 * The report's model as a schema: what is checked when a report is read, and where its JSON Schema
 * comes from.
 *
 * @module
 */
import { z } from "zod";
import type { Distribution, Fidelity, Verdict } from "../scenarios/result.ts";
import { type Report, REPORT_SCHEMA } from "./model.ts";

/** How a run was judged. */
export const verdictSchema: z.ZodType<Verdict> = z.enum([
  "passed",
  "failed",
  "inconclusive",
  "not-applicable",
]);

/** Samples and all, or their timing only. */
export const fidelitySchema: z.ZodType<Fidelity> = z.enum(["full", "timing"]);

const count = z.int().min(0);
const nullable = z.number().nullable();

/** The distribution of one quantity; all null when there was no value. */
export const distributionSchema: z.ZodType<Distribution> = z.object({
  min: nullable,
  p5: nullable,
  p50: nullable,
  p95: nullable,
  max: nullable,
  mean: nullable,
});

const expectationSchema = z.object({
  name: z.string(),
  metric: z.string().describe("dotted path of what was measured, below this report"),
  window: z.object({ fromS: z.number(), toS: z.number() }).nullable()
    .describe("seconds of session time; null for the whole run"),
  passed: z.boolean(),
  expectedToFail: z.boolean(),
  actual: z.union([z.number(), z.string(), z.boolean(), z.null()]),
  limit: z.string(),
  unit: z.string(),
});

const lagSchema = z.object({
  slices: z.object({
    count,
    behindPlayhead: count,
    perS: z.number(),
    leadS: distributionSchema,
    intervalS: distributionSchema,
    tickMs: distributionSchema,
    decMs: distributionSchema,
    tagged: z.record(z.string(), count),
  }),
  ticks: z.object({
    count,
    staleThresholdS: z.number(),
    staleTicks: count,
    stalenessS: distributionSchema,
    tagged: z.record(z.string(), count),
  }),
  freshShare: z.number().min(0).max(1).nullable(),
  longestUnrefreshedS: z.number(),
  unexplained: z.object({ behindPlayhead: count, staleTicks: count }),
});

const sessionSchema = z.object({
  id: z.string().nullable(),
  bufferS: nullable,
  channels: nullable,
  sourceEpoch: z.number(),
  reconnects: count,
  gapS: nullable,
  decodeErrors: count,
  closeCode: nullable,
  closeReason: z.string().nullable(),
  events: z.record(z.string(), count),
});

const harnessSchema = z.object({
  tickLatenessMs: z.object({ p50: nullable, p99: nullable, max: nullable }),
  applyMs: z.object({ p50: nullable, p99: nullable }),
  sendQueueMaxBytes: count,
  skippedTicks: count,
  latenessBudgetMs: z.number(),
});

const jobCountsSchema = z.object({
  asked: count,
  heard: count.describe("by a listener"),
  played: count.describe("by the loudspeaker of the server's machine"),
  refused: count,
  failed: count,
  stopped: count,
  unfinished: count.describe("neither heard nor over when the run ended"),
  lost: count.describe("over as the server says, and heard nowhere"),
  doubled: count.describe("heard twice at one ear, or by a listener and from the loudspeaker"),
  wrongSession: count,
  cutShort: count,
});

const speechFields = {
  jobs: jobCountsSchema,
  firstAudioS: distributionSchema.describe("from asking to the first sound"),
  waitS: distributionSchema.describe("from asking to when speech began to be made"),
  makeS: distributionSchema,
  overlaps: count.describe("sounds that began at an ear while another was heard there"),
  overlapS: z.number(),
  heardS: z.number(),
};

const voiceSchema = z.object({
  ...speechFields,
  order: z.object({
    faults: count.describe("jobs that were made when the policy would have taken another"),
    swaps: count.describe("jobs heard before an earlier one of their session"),
    made: z.string(),
    heard: z.string(),
  }),
  speaker: z.object({
    jobs: count,
    overlaps: count,
    whileListened: count,
    on: z.record(z.string(), count).describe("jobs by device"),
  }),
  stops: z.object({
    count,
    silentAfterS: nullable,
    heardAfter: count,
    spokenError: nullable,
  }),
  listeners: z.object({ opened: count, lost: count, torn: count }),
  sessions: z.record(z.string(), z.object(speechFields)),
  timeline: z.object({
    jobs: z.array(z.object({
      job: z.string(),
      session: z.string().nullable(),
      text: z.string(),
      askedS: z.number(),
      startedS: nullable,
      madeS: nullable,
      outcome: z.enum(["heard", "played", "stopped", "failed", "refused", "unfinished", "lost"]),
      reason: z.string(),
      sounds: z.array(z.object({
        ear: z.string(),
        device: z.string().nullable(),
        isAgain: z.boolean(),
        fromS: z.number(),
        toS: z.number(),
      })),
    })),
    listening: z.array(z.object({
      listener: z.string(),
      session: z.string(),
      fromS: z.number(),
      toS: z.number(),
    })),
  }),
});

const markSchema = z.object({ atS: z.number(), kind: z.string(), text: z.string() });

const numbers = z.array(z.number());
const words = z.array(z.string());

const heardSchema = z.object({
  every: z.int().min(1).describe("one record in this many is kept"),
  atS: numbers.describe("when its first frame was heard, session time"),
  endS: numbers.describe("when its last frame had been heard, session time"),
  startS: z.array(nullable).describe("place in played.wav; null where that does not hold it"),
  durationS: numbers.describe("seconds of audio"),
  bufferStartS: numbers.describe("place in the buffer"),
  fresh: z.array(z.boolean()),
  tags: words,
});

/** What is taken for it in a report that was written before there was this series. */
const nothingHeard = () => ({
  every: 1,
  atS: [],
  endS: [],
  startS: [],
  durationS: [],
  bufferStartS: [],
  fresh: [],
  tags: [],
});

/** Points for plots, as columns of equal length; `tags` holds words separated by spaces. */
const seriesSchema = z.object({
  slices: z.object({
    every: z.int().min(1).describe("one record in this many is kept"),
    atS: numbers,
    startS: numbers,
    durationS: numbers,
    leadS: numbers,
    tags: words,
  }),
  ticks: z.object({
    every: z.int().min(1).describe("one record in this many is kept"),
    atS: numbers,
    playheadS: numbers,
    stalenessS: numbers,
    tags: words,
  }),
  heard: heardSchema.default(nothingHeard),
});

/** The model of `report.json`. */
export const reportSchema: z.ZodType<Report> = z.object({
  schema: z.literal(REPORT_SCHEMA),
  scenario: z.string(),
  description: z.string(),
  shows: z.array(z.string()).describe("known failure modes that the scenario shows"),
  seed: z.number(),
  target: z.string(),
  fidelity: fidelitySchema,
  verdict: verdictSchema,
  reason: z.string().nullable().describe("why there is no judgement; null when there is one"),
  expectedFailure: z.boolean(),
  replay: z.string().describe("the command line that repeats the run"),
  expectations: z.array(expectationSchema),
  lag: lagSchema,
  mirror: z.object({ identical: z.boolean().nullable(), checkedSlices: count }),
  session: sessionSchema,
  harness: harnessSchema,
  timing: z.object({
    sessionS: z.number(),
    prepareS: z.number(),
    wallS: z.number(),
    speedup: z.number(),
  }),
  trace: z.object({ events: count, hash: z.string() }),
  files: z.array(z.string()).describe("files of the run, beside this one"),
  voice: voiceSchema.exactOptional().describe("what a run about voices is about"),
  marks: z.array(markSchema),
  series: seriesSchema,
  definition: z.record(z.string(), z.json()).describe("the scenario itself, complete"),
});
