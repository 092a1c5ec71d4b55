/**
 * Scenarios with something changed: a defence switched off, or the fault taken away.
 *
 * @module
 */
import { parseStreamScenario } from "../../scenarios/define.ts";
import type {
  ClientInput,
  Scenario,
  ScenarioInput,
  ServerInput,
  Step,
} from "../../scenarios/mod.ts";

/** What is different from a scenario as it is shipped. Plain data. */
export interface Change {
  /** Laid over the scenario's own, field by field. */
  readonly server?: ServerInput;
  /** Laid over the scenario's own, field by field. */
  readonly client?: ClientInput;
  /** In place of the scenario's own. */
  readonly network?: ScenarioInput["network"];
  /** In place of the scenario's own. */
  readonly engine?: ScenarioInput["engine"];
  /** In place of the scenario's own. */
  readonly source?: ScenarioInput["source"];
  /** Kinds of steps that are left out. */
  readonly without?: readonly Step["do"][];
}

/** The scenario with a change. */
export function varied(scenario: Scenario, change: Change): Scenario {
  const { server, client, without = [], ...replaced } = change;
  return parseStreamScenario({
    ...scenario,
    ...replaced,
    server: overlaid(scenario.server, server),
    client: overlaid(scenario.client, client),
    steps: scenario.steps.filter((step) => !without.includes(step.do)),
  }, `${scenario.name} varied`);
}

/** Fields of `over` laid over those of `base`, and so on in what is below `faults`. */
function overlaid<T extends { readonly faults: object }>(
  base: T,
  over: { readonly faults?: object } = {},
): object {
  return { ...base, ...over, faults: { ...base.faults, ...over.faults } };
}

/** Two changes at once; where both replace something, the second one does. */
export function together(first: Change, second: Change): Change {
  return {
    ...first,
    ...second,
    ...(first.server || second.server
      ? { server: overlaid({ faults: {}, ...first.server }, second.server) }
      : {}),
    ...(first.client || second.client
      ? { client: overlaid({ faults: {}, ...first.client }, second.client) }
      : {}),
    without: [...first.without ?? [], ...second.without ?? []],
  };
}
