/**
 * Scenarios as data: checked when they are written, and when they are read from a file.
 *
 * @module
 */
import { z } from "zod";
import { ScenarioError } from "./errors.ts";
import { type AnyScenario, isAboutVoices, type Scenario, type ScenarioInput } from "./types.ts";
import { scenarioSchema } from "./schema.ts";
import { voiceScenarioSchema } from "./voice/schema.ts";
import type { VoiceScenario, VoiceScenarioInput } from "./voice/types.ts";

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
export function defineScenario(input: VoiceScenarioInput): VoiceScenario;
/** The same for a scenario about streaming. */
export function defineScenario(input: ScenarioInput): Scenario;
export function defineScenario(input: ScenarioInput | VoiceScenarioInput): AnyScenario {
  return parseScenario(input, `scenario "${input.name}"`);
}

/** As {@link defineScenario}, for a value from outside; `origin` says where it came from. */
export function parseScenario(value: unknown, origin: string): AnyScenario {
  const parsed = schemaOf(value).safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) =>
    `${issue.path.length === 0 ? "(top)" : issue.path.join(".")}: ${issue.message}`
  );
  throw new ScenarioError(`${origin} is not a scenario: ${problems.join("; ")}`, {
    origin,
    problems: problems.length,
  });
}

/** As {@link parseScenario}, for one that has to be about streaming. */
export function parseStreamScenario(value: unknown, origin: string): Scenario {
  const scenario = parseScenario(value, origin);
  if (!isAboutVoices(scenario)) return scenario;
  throw new ScenarioError(`${origin} is about voices; only scenarios about streaming do here`, {
    origin,
  });
}

/** What a scenario is about decides what it may hold; problems are then told of that alone. */
function schemaOf(value: unknown): z.ZodType<AnyScenario> {
  const hasSubject = typeof value === "object" && value !== null && "subject" in value;
  return hasSubject ? voiceScenarioSchema : scenarioSchema;
}

/** The JSON Schema of a scenario file, as written by people (defaults are optional). */
export function scenarioJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(z.union([scenarioSchema, voiceScenarioSchema]), {
    ...{ io: "input", unrepresentable: "any", reused: "ref" },
  });
}
