/**
 * What a benchmark finds, as data: figures, each with what it is set against.
 *
 * @module
 */
import { z } from "zod";
import { UsageError } from "../runtime/errors.ts";

/** The version of the JSON that a run writes. */
export const BENCH_SCHEMA = "headway.bench/1";

const ratioSchema = z.strictObject({
  /** What was measured beside it, in the same rounds. */
  to: z.string().min(1),
  /** The figure over its peer. */
  value: z.number().positive(),
  /** Half the distance between the quartiles of the rounds' ratios, as a share of the median. */
  spread: z.number().min(0),
});

const figureSchema = z.strictObject({
  /** The part of the benchmark that measures it. */
  part: z.string().min(1),
  /** What was measured; with `part` and `ratio.to` it names the figure. */
  name: z.string().min(1),
  /** Median of the rounds. */
  value: z.number(),
  unit: z.string(),
  /** A target of the design: at least or at most so much, in `unit`. */
  goal: z.strictObject({ least: z.number() }).or(z.strictObject({ most: z.number() })).nullable(),
  ratio: ratioSchema.nullable(),
});

const machineSchema = z.strictObject({
  cpu: z.string(),
  cores: z.number().int().positive(),
  memoryGiB: z.number().positive(),
  os: z.string(),
  deno: z.string(),
});

const reportSchema = z.strictObject({
  schema: z.literal(BENCH_SCHEMA),
  machine: machineSchema,
  /** How long the run took, seconds. */
  tookS: z.number().min(0),
  figures: z.array(figureSchema),
  /** What could not be measured, and why: one sentence each. */
  notes: z.array(z.string()),
});

/** A figure next to its peer of the same run. */
export type Ratio = z.infer<typeof ratioSchema>;
/** One figure. */
export type Figure = z.infer<typeof figureSchema>;
/** The machine of a run. */
export type Machine = z.infer<typeof machineSchema>;
/** Everything that one run found. */
export type BenchReport = z.infer<typeof reportSchema>;

/** What one part found. */
export interface PartResult {
  readonly figures: readonly Figure[];
  readonly notes: readonly string[];
}

/** Measures one part; `say` tells how far it is. */
export type Part = (options: PartOptions) => Promise<PartResult>;

/** What a part may know of the call. */
export interface PartOptions {
  /** The interpreter that the slice part asks for numpy and zstandard. */
  readonly python: string;
  /** For how long the board part asks again and again for what a page of a session shows, seconds. */
  readonly soakS: number;
  /** Tells somebody who waits what is being measured. */
  readonly say: (what: string) => void;
}

/** Whether a figure reaches its target; null without one. */
export function meetsGoal({ value, goal }: Pick<Figure, "value" | "goal">): boolean | null {
  if (goal === null) return null;
  return "least" in goal ? value >= goal.least : value <= goal.most;
}

/**
 * Reads the JSON of an earlier run.
 *
 * @param origin What messages call it, such as its path.
 * @throws {UsageError} if it is none.
 */
export function readReport(text: string, origin: string): BenchReport {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UsageError(`${origin} holds no JSON, expected what deno task bench --json wrote`);
  }
  const read = reportSchema.safeParse(json);
  if (!read.success) {
    const [issue] = read.error.issues;
    const where = issue?.path.join(".") || "the whole";
    throw new UsageError(
      `${origin} is no ${BENCH_SCHEMA} report: ${where}: ${issue?.message}; ` +
        "write it anew with deno task bench --json",
    );
  }
  return read.data;
}
