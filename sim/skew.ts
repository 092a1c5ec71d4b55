/**
 * Clocks that run too fast or too slow, as data.
 *
 * A model gives the rate of a skewed clock against the true one, and its reading after a span of
 * true time: the exact integral of the rate, in closed form. Plain arithmetic only, so that a run
 * is the same on every machine.
 *
 * @module
 */
import { z } from "zod";

const PPM = 1e-6;
/** The furthest a rate may be from 1, in ppm: half or one and a half times the true speed. */
const MAX_PPM = 500_000;

const ppm = z.number().min(-MAX_PPM).max(MAX_PPM);

/** The schema of {@link SkewModel}. */
export const skewSchema: z.ZodType<SkewModel> = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("rate"), rate: z.number().min(0.5).max(1.5) }),
  z.strictObject({ type: z.literal("ppm"), ppm }),
  z.strictObject({
    type: z.literal("drift"),
    ppmPerS: z.number().min(-MAX_PPM).max(MAX_PPM),
    limitPpm: z.number().positive().max(MAX_PPM),
  }),
  z.strictObject({
    type: z.literal("periodic"),
    amplitudePpm: ppm,
    periodS: z.number().min(0.01).max(86_400),
  }),
  z.strictObject({ type: z.literal("step"), atS: z.number().min(0).max(86_400), toPpm: ppm }),
]);

/** How a clock's rate differs from the true one. */
export type SkewModel =
  /** Always `rate` times as fast. */
  | { readonly type: "rate"; readonly rate: number }
  /** Always `ppm` parts per million too fast. */
  | { readonly type: "ppm"; readonly ppm: number }
  /** True at first, then faster by `ppmPerS` each second until it is `limitPpm` off. */
  | { readonly type: "drift"; readonly ppmPerS: number; readonly limitPpm: number }
  /** Swings by a triangle wave between `amplitudePpm` too fast and too slow, rising first. */
  | { readonly type: "periodic"; readonly amplitudePpm: number; readonly periodS: number }
  /** True until `atS`, then `toPpm` too fast. */
  | { readonly type: "step"; readonly atS: number; readonly toPpm: number };

/** Rate of the skewed clock after `elapsedS` of true time, 1 being true. */
export function skewRate(model: SkewModel, elapsedS: number): number {
  switch (model.type) {
    case "rate":
      return model.rate;
    case "ppm":
      return 1 + model.ppm * PPM;
    case "drift": {
      const limitPpm = Math.sign(model.ppmPerS) * model.limitPpm;
      return 1 + (elapsedS < rampS(model) ? model.ppmPerS * elapsedS : limitPpm) * PPM;
    }
    case "periodic":
      return 1 + model.amplitudePpm * triangle(elapsedS / model.periodS) * PPM;
    case "step":
      return 1 + (elapsedS < model.atS ? 0 : model.toPpm) * PPM;
  }
}

/** What the skewed clock shows after `elapsedS` (at least 0) of true time. */
export function skewAdvance(model: SkewModel, elapsedS: number): number {
  switch (model.type) {
    case "rate":
      return elapsedS * model.rate;
    case "ppm":
      return elapsedS + elapsedS * model.ppm * PPM;
    case "drift": {
      const rising = Math.min(elapsedS, rampS(model));
      const limitPpm = Math.sign(model.ppmPerS) * model.limitPpm;
      const risen = model.ppmPerS * rising * rising / 2;
      return elapsedS + (risen + limitPpm * (elapsedS - rising)) * PPM;
    }
    case "periodic": {
      const phase = elapsedS / model.periodS;
      return elapsedS + model.amplitudePpm * model.periodS * triangleIntegral(phase) * PPM;
    }
    case "step":
      return elapsedS + Math.max(0, elapsedS - model.atS) * model.toPpm * PPM;
  }
}

/**
 * The true time after which the skewed clock shows `shownS`: the inverse of {@link skewAdvance}, by
 * Newton's method. The rate is never far from 1 and the integral piecewise quadratic, so that it
 * settles in a few steps.
 */
export function skewInverse(model: SkewModel, shownS: number): number {
  let elapsedS = shownS;
  for (let i = 0; i < 40; i++) {
    const errorS = skewAdvance(model, elapsedS) - shownS;
    const nextS = Math.max(0, elapsedS - errorS / skewRate(model, elapsedS));
    if (nextS === elapsedS || Math.abs(errorS) < 1e-12) return nextS;
    elapsedS = nextS;
  }
  return elapsedS;
}

/** How long a drift takes to reach its limit. */
function rampS(model: { readonly ppmPerS: number; readonly limitPpm: number }): number {
  return model.ppmPerS === 0 ? Infinity : model.limitPpm / Math.abs(model.ppmPerS);
}

/** A triangle wave of period 1: 0 at 0, 1 at a quarter, −1 at three quarters. */
function triangle(phase: number): number {
  const x = phase - Math.floor(phase);
  if (x < 0.25) return 4 * x;
  return x < 0.75 ? 2 - 4 * x : 4 * x - 4;
}

/** Integral of {@link triangle} from 0: it never grows, as each period sums to 0. */
function triangleIntegral(phase: number): number {
  const x = phase - Math.floor(phase);
  if (x < 0.25) return 2 * x * x;
  if (x < 0.75) return 0.25 - 2 * (x - 0.5) * (x - 0.5);
  return 2 * (x - 1) * (x - 1);
}
