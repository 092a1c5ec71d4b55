/**
 * Scenarios as data: checked when they are written, and when they are read from a file.
 *
 * @module
 */
import { z } from "zod";
import { ScenarioError } from "./errors.ts";
import type { Scenario, ScenarioInput } from "./types.ts";
import { scenarioSchema } from "./schema.ts";

/**
 * Checks a scenario and fills its defaults in.
 *
 * @throws {ScenarioError} naming each field that is wrong, and why.
 *
 * @example
 * ```ts
 * import { defineScenario } from "./define.ts";
 *
 * export const scenario = defineScenario({
 *   name: "late-start",
 *   description: "Does a slow first second hurt?",
 *   durationS: 10,
 *   engine: { type: "warmup", fromMs: 400, toMs: 12, overS: 1 },
 *   expectations: [{ metric: "lag.slices.leadS.p50", min: 0.1 }],
 * });
 * ```
 */
export function defineScenario(input: ScenarioInput): Scenario {
  return parseScenario(input, `scenario "${input.name}"`);
}

/** As {@link defineScenario}, for a value from outside; `origin` says where it came from. */
export function parseScenario(value: unknown, origin: string): Scenario {
  const parsed = scenarioSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) =>
    `${issue.path.length === 0 ? "(top)" : issue.path.join(".")}: ${issue.message}`
  );
  throw new ScenarioError(`${origin} is not a scenario: ${problems.join("; ")}`, {
    origin,
    problems: problems.length,
  });
}

/** The JSON Schema of a scenario file, as written by people (defaults are optional). */
export function scenarioJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(scenarioSchema, { io: "input", unrepresentable: "any", reused: "ref" });
}
