/**
 * A failure as it is kept: the least scenario that shows it, and where it came from.
 *
 * @module
 */
import { fnv1a } from "../../runtime/rng.ts";
import type { Fidelity } from "../result.ts";
import type { ScenarioInput } from "../types.ts";
import { compact } from "./compact.ts";
import type { ExploredWorld } from "./generate/world.ts";
import { INVARIANTS } from "./invariants.ts";
import type { Search } from "./job.ts";
import type { InvariantName } from "./names.ts";
import type { Breach } from "./watch.ts";

/** What a search has found. Plain data. */
export interface Finding {
  readonly invariant: InvariantName;
  /** How the least scenario breaks it. */
  readonly message: string;
  /** When, seconds after streaming began. */
  readonly atS: number;
  /** The run that failed first. */
  readonly index: number;
  /** The least scenario; its one expectation is that the invariant holds. */
  readonly scenario: ScenarioInput;
  /** Seed to play it with. */
  readonly seed: number;
  readonly fidelity: Fidelity;
  /** Steps of the world that failed. */
  readonly stepsBefore: number;
  /** Worlds that were tried on the way. */
  readonly shrinkRuns: number;
  /** Failures of one shape are likely one bug: what happens, without where and how much. */
  readonly shape: string;
  /** Whether it never came to an end: it is as it was drawn, and playing it hangs. */
  readonly isStuck: boolean;
  /** Whether the scenario, played as any other, fails as well. */
  readonly isVerified: boolean;
}

/** Puts a finding together. */
export function findingOf(found: {
  readonly search: Search & { readonly index: number };
  readonly breach: Breach;
  readonly start: ExploredWorld;
  readonly world: ExploredWorld;
  readonly runs: number;
}): Finding {
  const { search, breach: { invariant, message, atS }, start, world, runs } = found;
  const { promise } = INVARIANTS.find(({ name }) => name === invariant)!;
  const shape = shapeOf(invariant, world);
  const stepsBefore = start.scenario.steps.length;
  const scenario = compact({
    ...world.scenario,
    name: `${invariant}-${fnv1a(shape).toString(16).padStart(8, "0")}`,
    description: `${promise} Broken here: ${message}, at ${atS.toFixed(2)} s. Found by run ` +
      `${search.index} of the search with seed ${search.seed}; made from ${stepsBefore} steps.`,
    expectations: [
      { name: `${invariant} holds`, metric: `invariants.${invariant}`, equals: 0, fails: false },
    ],
  });
  return {
    invariant,
    message,
    atS,
    index: search.index,
    scenario,
    seed: world.seed,
    fidelity: search.fidelity,
    stepsBefore,
    shrinkRuns: runs,
    shape,
    isStuck: false,
    isVerified: false,
  };
}

/** What is done in a scenario, without times and amounts. */
function shapeOf(invariant: InvariantName, { scenario }: ExploredWorld): string {
  const { steps, network, client, server, engine } = compact(scenario);
  const verbs = (steps ?? []).map((step) =>
    step.do === "external" || step.do === "send" ? `${step.do} ${step.message.type}` : step.do
  );
  const settings = [network, client, server, engine].map((part) => Object.keys(part ?? {}).sort());
  return JSON.stringify([invariant, [...new Set(verbs)].sort(), settings]);
}
