/**
 * Simpler steps, one at a time.
 *
 * @module
 */
import { isJsonObject } from "../../../wire/mod.ts";
import type { SourceSpec, Step } from "../../types.ts";
import { HEALTHY_ENGINE, milli } from "../generate/setting.ts";

/** A simpler step, or null when there is nothing to simplify. */
export type StepMove = (step: Step) => Step | null;

const PLAIN_SOURCE: SourceSpec = { synthS: 4, channels: 2, synthSeed: 1 };

/** Every move, the boldest first. */
export const stepMoves: readonly StepMove[] = [
  // Of several knobs at once one alone, or one less.
  ...[(all: Knobs) => all.slice(0, 1), (all: Knobs) => all.slice(-1), (all: Knobs) => all.slice(1)]
    .map((some): StepMove => (step) => withKnobs(step, some)),
  (step) => {
    if (step.do !== "external" || step.message["playback_pos"] === undefined) return null;
    const { playback_pos: _, ...message } = step.message;
    return { ...step, message };
  },
  (step) => {
    if (step.do !== "swap") return null;
    const { tags: _, ...rest } = step;
    return changed(step, { ...rest, source: PLAIN_SOURCE });
  },
  (step) => {
    if (step.do !== "swap") return null;
    const { stems: _, ...source } = step.source;
    return changed(step, { ...step, source });
  },
  (step) =>
    (step.do === "timbre" || step.do === "structure") && step.source !== null
      ? changed(step, { ...step, source: PLAIN_SOURCE })
      : null,
  (step) => step.do === "engine" ? changed(step, { ...step, profile: HEALTHY_ENGINE }) : null,
  (step) => isProfile(step) ? changed(step, { ...step, fault: { profile: {} } }) : null,
  ...(["up", "down", "windowBytes"] as const).map((part): StepMove => (step) => {
    if (!isProfile(step)) return null;
    const { [part]: _, ...profile } = step.fault.profile;
    return changed(step, { ...step, fault: { profile } });
  }),
  ...(["up", "down"] as const).flatMap((way) =>
    (["randomStalls", "bytesPerS", "freeBurstBytes", "jitterMs", "latencyMs"] as const).map(
      (name): StepMove => (step) => {
        const link = isProfile(step) ? step.fault.profile[way] : undefined;
        if (!isProfile(step) || link === undefined) return null;
        const { [name]: _, ...rest } = link;
        return changed(step, {
          ...step,
          fault: { profile: { ...step.fault.profile, [way]: rest } },
        });
      },
    )
  ),
  (step) => {
    if (step.do !== "external" || step.times === undefined) return null;
    const { times: _, ...once } = step;
    return once;
  },
  (step) =>
    step.do === "external" && (step.times ?? 1) > 2
      ? { ...step, times: Math.ceil(step.times! / 2) }
      : null,
  (step) => step.do === "external" && (step.times ?? 1) > 10 ? rounded(step, "times", 10) : null,
  (step) => (step.do === "seek" ? rounded(step, "toS", 1) : null),
  (step) => (step.do === "seek" ? rounded(step, "toS", 0.1) : null),
  (step) => (step.do === "stopReading" ? rounded(step, "durationS", 1) : null),
  (step) =>
    step.do === "loopBand" && step.band !== null
      ? changed(step, {
        ...step,
        band: { startS: Math.round(step.band.startS), endS: Math.round(step.band.endS) || 1 },
      })
      : null,
  ...(["startS", "endS"] as const).flatMap((edge) =>
    [1, 0.1].map((unit): StepMove => (step) => {
      if (step.do !== "loopBand" || step.band === null) return null;
      const band = { ...step.band, [edge]: milli(Math.round(step.band[edge] / unit) * unit) };
      return band.endS > band.startS ? changed(step, { ...step, band }) : null;
    })
  ),
  // Earlier, and at a time that is easy to read.
  (step) => (step.atS ?? 0) > 1 ? { ...step, atS: 1 } : null,
  (step) => (step.atS ?? 0) > 2 ? { ...step, atS: Math.round(step.atS! / 2) } : null,
  (step) => rounded(step, "atS", 1),
  (step) => rounded(step, "atS", 0.1),
];

/** Knobs by name. */
type Knobs = readonly (readonly [name: string, value: unknown])[];

/** The step with some of its knobs, turned by the client or from outside; null with one or none. */
function withKnobs(step: Step, some: (all: Knobs) => Knobs): Step | null {
  const values = step.do === "knobs"
    ? step.values
    : step.do === "external" && isJsonObject(step.message["raw"])
    ? step.message["raw"]
    : {};
  const all = Object.entries(values);
  if (all.length < 2) return null;
  const fewer = Object.fromEntries(some(all));
  if (step.do === "knobs") return { ...step, values: fewer };
  return step.do === "external" ? { ...step, message: { ...step.message, raw: fewer } } : null;
}

type ProfileStep = Extract<Step, { do: "network" }> & {
  readonly fault: {
    readonly profile: Extract<
      Extract<Step, { do: "network" }>["fault"],
      { profile: unknown }
    >["profile"];
  };
};

function isProfile(step: Step): step is ProfileStep {
  return step.do === "network" && typeof step.fault === "object" && "profile" in step.fault;
}

/** The step with a number of it rounded to a multiple of `unit`. */
function rounded<S extends Step>(step: S, name: string, unit: number): Step | null {
  const value = (step as unknown as Record<string, unknown>)[name];
  if (typeof value !== "number") return null;
  const next = Math.round(Math.round(value / unit) * unit * 1000) / 1000;
  return next === value ? null : { ...step, [name]: next } as Step;
}

function changed(before: Step, after: Step): Step | null {
  return JSON.stringify(before) === JSON.stringify(after) ? null : after;
}
