/**
 * Small builders of step lists, for scenario files.
 *
 * @module
 */
import type { StepInput } from "./types.ts";

/** When a repeated step happens. */
export interface Repeat {
  /** First time, seconds after streaming began. */
  readonly fromS: number;
  /** Last time at the latest, seconds. */
  readonly untilS: number;
  readonly everyS: number;
}

/**
 * A step again and again.
 *
 * @param make Makes the step of one time; `index` counts from 0.
 */
export function repeat(
  { fromS, untilS, everyS }: Repeat,
  make: (atS: number, index: number) => StepInput,
): StepInput[] {
  const steps: StepInput[] = [];
  for (let i = 0; fromS + i * everyS <= untilS + 1e-9; i++) steps.push(make(fromS + i * everyS, i));
  return steps;
}

/**
 * Moves `denoise` a little now and then. A server rests when nothing changes for 20 s, and a
 * scenario that is not about resting has to keep it awake.
 */
export function keepAwake(untilS: number, { everyS = 8, low = 0.5, high = 0.6 } = {}): StepInput[] {
  return repeat({ fromS: 0.2, untilS, everyS }, (atS, i) => ({
    do: "knobs",
    atS,
    values: { denoise: i % 2 === 0 ? high : low },
  }));
}
