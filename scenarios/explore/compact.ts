/**
 * A scenario as a person would write it: without what is said by default.
 *
 * @module
 */
import { defineScenario } from "../define.ts";
import type {
  Scenario,
  ScenarioInput,
  SourceInput,
  SourceSpec,
  Step,
  StepInput,
} from "../types.ts";

/** What a scenario is that says nothing. */
const DEFAULTS = defineScenario({
  name: "defaults",
  description: "Nothing is said.",
  durationS: 1,
  expectations: [{ metric: "lag.slices.count", min: 0 }],
});

/** Leaves the defaults out; what is left means the same. */
export function compact(scenario: Scenario): ScenarioInput {
  const { name, description, durationS, expectations, steps, source } = scenario;
  const client = without(scenario.client, DEFAULTS.client);
  const server = without(scenario.server, DEFAULTS.server);
  return {
    name,
    description,
    durationS,
    source: compactSource(source),
    ...(isEmpty(client) ? {} : { client }),
    ...(isEmpty(scenario.network) ? {} : { network: scenario.network }),
    ...(isSame(scenario.engine, DEFAULTS.engine) ? {} : { engine: scenario.engine }),
    ...(isEmpty(server) ? {} : { server }),
    ...(steps.length === 0 ? {} : { steps: steps.map(compactStep) }),
    expectations: expectations.map(({ fails, ...expectation }) => ({
      ...expectation,
      ...(fails ? { fails } : {}),
    })),
  };
}

function compactStep(step: Step): StepInput {
  // Time first: steps are read down the page.
  const { atS, do: verb, ...rest } = step as Step & Record<string, unknown>;
  const source = rest["source"];
  const written = { ...(atS === undefined ? {} : { atS }), do: verb, ...rest };
  return (source === undefined || source === null
    ? written
    : { ...written, source: compactSource(source as SourceSpec) }) as StepInput;
}

function compactSource(source: SourceSpec): SourceInput {
  if ("fixture" in source) {
    const { upload, ...rest } = source;
    return upload ? { ...rest, upload } : rest;
  }
  // Samples of a recording have no defaults.
  if ("pcm" in source) return source;
  const { channels, synthSeed, ...rest } = source;
  return {
    ...rest,
    ...(channels === 2 ? {} : { channels }),
    ...(synthSeed === 1 ? {} : { synthSeed }),
  };
}

/** What of `value` differs from its defaults, and so on one level down. */
function without<T extends object>(value: T, defaults: T): Partial<T> {
  const left: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) {
    const base = (defaults as Record<string, unknown>)[name];
    if (isSame(part, base)) continue;
    left[name] = name === "faults" ? without(part as object, base as object) : part;
  }
  return left as Partial<T>;
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}
