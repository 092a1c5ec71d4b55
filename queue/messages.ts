/**
 * What goes through the queue. Both sides check what comes: whoever may write to the NATS server may
 * write anything.
 *
 * @module
 */
import { z } from "zod";
import { type RunSummary, runSummarySchema } from "../reports/mod.ts";
import { errorMessage, UsageError } from "../runtime/mod.ts";
import {
  type AnyScenario,
  type Fidelity,
  isWebSocketUrl,
  parseScenario,
  type Target,
} from "../scenarios/mod.ts";

/** One scenario to be run somewhere. Tokens do not travel: a worker has its own. */
export interface QueuedJob {
  /** The version of Headway that asks; another one would give other runs. */
  readonly version: string;
  readonly scenario: AnyScenario;
  /** The word that named it on the command line. */
  readonly origin: string;
  readonly target: Target;
  readonly controlUrl: string | null;
  readonly fidelity: Fidelity;
  readonly seed: number;
  readonly latenessBudgetMs: number;
  readonly checkDeterminism: boolean;
  /** The run's folder below the call's. */
  readonly folder: string;
}

/** What became of a job, without its files. */
export type QueuedOutcome =
  | { readonly ok: true; readonly run: RunSummary }
  | { readonly ok: false; readonly message: string; readonly code: number };

const jobSchema = z.object({
  version: z.string(),
  scenario: z.record(z.string(), z.unknown()),
  origin: z.string().max(4096),
  target: z.string().refine(
    (it): it is Target => it === "sim" || it === "self" || isWebSocketUrl(it),
    "expected sim, self or a ws:// address",
  ),
  controlUrl: z.string().nullable(),
  fidelity: z.enum(["full", "timing"]),
  seed: z.int().min(0).max(4294967295 + 100),
  latenessBudgetMs: z.number().min(1),
  checkDeterminism: z.boolean(),
  folder: z.string().regex(/^[a-z0-9-]+(\/[a-z0-9-]+)?$/),
});

/** What stands at the head of a result. */
export const outcomeSchema: z.ZodType<QueuedOutcome> = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), run: runSummarySchema }),
  z.object({ ok: z.literal(false), message: z.string().max(10_000), code: z.int() }),
]) as z.ZodType<QueuedOutcome>;

/** A job as a message. */
export function encodeJob(job: QueuedJob): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(job));
}

/**
 * A message as a job.
 *
 * @throws {UsageError} when it is none.
 */
export function decodeJob(bytes: Uint8Array): QueuedJob {
  try {
    const { scenario, ...rest } = jobSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return { ...rest, scenario: parseScenario(scenario, "job") };
  } catch (error) {
    const why = error instanceof z.ZodError
      ? `${error.issues[0]!.path.join(".")}: ${error.issues[0]!.message}`
      : errorMessage(error);
    throw new UsageError(`the queue holds a job that cannot be read: ${why}`);
  }
}
