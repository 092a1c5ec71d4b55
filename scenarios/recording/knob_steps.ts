/**
 * Knobs of a recorded client as steps, and steps few enough for one file.
 *
 * @module
 */
import type { JsonObject } from "../../wire/mod.ts";
import type { StepInput } from "../types.ts";

/** Most steps that a scenario is made with; the schema takes a few more. */
const MAX_STEPS = 9_000;
/** The first width of the slots that knob changes are joined in, seconds; then twice that, and so on. */
const SLOT_S = 0.02;

/** A tick's knobs. */
export interface KnobTick {
  readonly atS: number;
  readonly raw: JsonObject;
}

type TimedStep = StepInput & { readonly atS: number };

/** What each tick changed: all knobs at the first, then those that were moved. */
export function knobSteps(ticks: readonly KnobTick[]): TimedStep[] {
  const steps: TimedStep[] = [];
  const held = new Map<string, string>();
  for (const { atS, raw } of ticks) {
    const values: Record<string, unknown> = {};
    let isChanged = false;
    for (const [name, value] of Object.entries(raw)) {
      // Curves are objects; their text says whether they are the same.
      const text = JSON.stringify(value);
      if (held.get(name) === text) continue;
      held.set(name, text);
      Object.defineProperty(values, name, { value, enumerable: true, writable: true });
      isChanged = true;
    }
    if (isChanged) steps.push({ do: "knobs", atS, values });
  }
  return steps;
}

/** Steps in order of time; knob changes close to each other are joined while there are too many. */
export function fewerSteps(
  steps: readonly StepInput[],
  most: number = MAX_STEPS,
): { readonly steps: StepInput[]; readonly isThinned: boolean } {
  let sorted = (steps as readonly TimedStep[]).toSorted((a, b) => a.atS - b.atS);
  let slotS = SLOT_S;
  for (; sorted.length > most && slotS < 60; slotS *= 2) sorted = joined(sorted, slotS);
  return { steps: sorted, isThinned: slotS > SLOT_S };
}

function joined(steps: readonly TimedStep[], slotS: number): TimedStep[] {
  const result: TimedStep[] = [];
  for (const step of steps) {
    const last = result.at(-1);
    const isClose = last !== undefined && last.do === "knobs" && step.do === "knobs" &&
      step.atS - last.atS < slotS;
    if (isClose) {
      result[result.length - 1] = { ...last, values: { ...last.values, ...step.values } };
    } else result.push(step);
  }
  return result;
}
