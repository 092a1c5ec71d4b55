/**
 * The playhead moves by playing, and jumps by seeking.
 *
 * @module
 */
import { SAMPLE_RATE } from "../../../wire/mod.ts";
import { defineInvariant } from "../checker.ts";
import { PlayheadModel } from "../playhead_model.ts";

/** Rounding may cost this much, frames. */
const TOLERANCE = 0.5;

/** The invariant. */
export const playhead = defineInvariant({
  name: "playhead-continuous",
  promise:
    "The playhead moves on by the audio clock, folds at the buffer's end or the band's, and jumps only by a seek, a band or a swap.",
  reason: "Every measure of lag is taken at the playhead: if it is off, all of them are.",
  marks: ["moved", "wrapped", "after a seek", "in a band", "with a skewed clock", "after a pause"],
  create({ scene, cover, breach }) {
    const model = new PlayheadModel(scene.clock, scene.scenario);
    const isSkewed = scene.scenario.client.audioSkew !== undefined;
    let last = 0;
    let isStarted = false;
    return {
      onStep(step) {
        model.onStep(step);
        if (step.do === "seek") cover("after a seek");
        if (step.do === "resume") cover("after a pause");
      },
      onBuffer({ kind, frames }) {
        isStarted = true;
        model.onBuffer(kind, frames);
        last = model.position;
      },
      onTick() {
        if (!isStarted) return;
        const expected = model.position;
        const actual = scene.client.playheadS * SAMPLE_RATE;
        const apart = Math.abs(expected - actual);
        cover("moved");
        if (expected < last) cover("wrapped");
        if (isSkewed) cover("with a skewed clock");
        if (model.low > 0) cover("in a band");
        last = expected;
        if (Math.min(apart, model.span - apart) <= TOLERANCE) return;
        breach(
          `the playhead is at frame ${actual.toFixed(2)}, it has to be at ${expected.toFixed(2)}`,
        );
      },
    };
  },
});
