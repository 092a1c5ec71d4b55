/**
 * The control states that a scenario will go through, as far as its steps tell.
 *
 * @module
 */
import { ControlBank } from "../server/streaming/mod.ts";
import type { ControlState, StemMode } from "../server/streaming/engine/mod.ts";
import { loraCatalog } from "../server/streaming/loras.ts";
import type { Scenario, SourceSpec, Step } from "./types.ts";

/** One source and the states it is heard in. */
export interface SourceStates {
  readonly source: SourceSpec;
  readonly stemMode: StemMode;
  /** Whether its end is faded into its head, as at the start of a session. */
  readonly seamFade: boolean;
  readonly states: ControlState[];
}

/** Follows the steps in order of their times. */
export function controlStates(scenario: Scenario): SourceStates[] {
  const { client, source, steps } = scenario;
  const { config } = client;
  const bank = new ControlBank({
    sde: config["sde"] === true,
    prompt: client.prompt,
    promptB: typeof config["prompt_b"] === "string" ? config["prompt_b"] : client.prompt,
    loraCatalog: loraCatalog(),
    enabledLoras: [],
    loraStrengths: {},
  });
  let current: SourceStates = {
    source,
    stemMode: source.stems ?? "full",
    seamFade: true,
    states: [bank.state],
  };
  const all = [current];
  const ordered = steps.toSorted((a, b) => (a.atS ?? Infinity) - (b.atS ?? Infinity));
  for (const step of ordered) {
    if (step.do === "swap") {
      if (step.tags !== undefined) bank.setPrompts(step.tags, step.tags);
      const { source } = step;
      current = { source, stemMode: source.stems ?? "full", seamFade: false, states: [] };
      all.push(current);
    } else if (!applyStep(bank, step)) continue;
    current.states.push(bank.state);
  }
  return all;
}

function applyStep(bank: ControlBank, step: Step): boolean {
  switch (step.do) {
    case "knobs":
      return bank.setKnobs(step.values);
    case "prompt":
      bank.setPrompts(step.tags, step.tagsB ?? step.tags);
      return true;
    case "promptBlend":
      bank.setPromptBlend(step.value);
      return true;
    case "lora":
      bank.setLora(step.id, step.strength);
      return true;
    case "external": {
      const { raw } = step.message;
      return step.message.type === "params" && typeof raw === "object" && raw !== null
        ? bank.setKnobs(raw as Record<string, unknown>)
        : false;
    }
    default:
      return false;
  }
}
