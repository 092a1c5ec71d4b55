/**
 * The schema of what all scenarios have, whatever they are about: name, question, length, and what
 * must hold.
 *
 * @module
 */
import { z } from "zod";
import type { Expectation } from "./types.ts";

/** A time in a scenario. */
export const seconds = z.number().min(0).max(3600);

/** Fields of every scenario. */
export const frameFields = {
  $schema: z.string().exactOptional(),
  name: z.string().max(80).regex(
    /^[a-z0-9]+(-[a-z0-9]+)*$/,
    "a scenario's name is in kebab-case: small letters, digits, single hyphens",
  ),
  /** The question that it answers, in one or two sentences. */
  description: z.string().min(1).max(1000),
  /** Known failure modes that it shows, e.g. `lag/8 clock skew`. */
  shows: z.array(z.string().max(100)).default([]),
  durationS: z.number().positive().max(36000),
  /** Why it cannot run against a live server; absent when it can. */
  simulationOnly: z.string().max(300).exactOptional(),
  /** Why it cannot run at timing fidelity; absent when it can. */
  fullOnly: z.string().max(300).exactOptional(),
};

/** What must hold, over the whole run or a window of it; `isKnown` tells which metrics there are. */
function expectationSchema(isKnown: (metric: string) => boolean): z.ZodType<Expectation> {
  return z.strictObject({
    /** Defaults to the metric and its limits. */
    name: z.string().min(1).max(200).exactOptional(),
    metric: z.string().min(1).max(200),
    min: z.number().exactOptional(),
    max: z.number().exactOptional(),
    equals: z.union([z.number(), z.string(), z.boolean()]).exactOptional(),
    /** Seconds after streaming began. */
    fromS: seconds.exactOptional(),
    toS: seconds.exactOptional(),
    /** Judge the difference from the same metric over this stretch. */
    against: z.strictObject({ fromS: seconds, toS: seconds }).exactOptional(),
    /** This one has to fail: the scenario shows a known failure. */
    fails: z.boolean().default(false),
  }).refine((e) => e.min !== undefined || e.max !== undefined || e.equals !== undefined, {
    message: "an expectation needs `min`, `max` or `equals`",
  }).refine((e) => e.min === undefined || e.max === undefined || e.min <= e.max, {
    message: "`min` is greater than `max`, so that nothing can meet it",
  }).refine((e) => isKnown(e.metric), {
    path: ["metric"],
    error: ({ input }) =>
      `there is no metric ${
        JSON.stringify((input as { metric?: unknown }).metric)
      }; docs/writing-scenarios.md lists them`,
  }).refine((e) => e.toS === undefined || (e.fromS ?? 0) < e.toS, {
    path: ["toS"],
    message: "the window ends before it begins",
  });
}

/** Everything that must hold. */
export function expectationsSchema(
  isKnown: (metric: string) => boolean,
): z.ZodType<readonly Expectation[]> {
  return z.array(expectationSchema(isKnown)).min(1).max(200);
}

/** Steps and windows that begin after the end. */
export function lateIssues(
  { durationS, steps, expectations }: {
    readonly durationS: number;
    readonly steps: readonly { readonly atS?: number }[];
    readonly expectations: readonly Expectation[];
  },
  context: z.RefinementCtx,
): void {
  const late = (path: (string | number)[], atS: number) =>
    context.addIssue({
      code: "custom",
      path,
      message: `${atS} s is after the end of the session, which lasts ${durationS} s`,
    });
  for (const [i, { atS }] of steps.entries()) {
    if (atS !== undefined && atS > durationS) late(["steps", i, "atS"], atS);
  }
  for (const [i, { fromS }] of expectations.entries()) {
    if (fromS !== undefined && fromS >= durationS) late(["expectations", i, "fromS"], fromS);
  }
}
