/**
 * Slices land ahead of a listener whom nothing disturbs.
 *
 * @module
 */
import { SAMPLE_RATE } from "../../../wire/mod.ts";
import { RECOVER_S } from "../calm.ts";
import { defineInvariant } from "../checker.ts";

/** How old the audio under a playhead may be that nothing disturbs, seconds. */
const MAX_STALENESS_S = 3;

/** The invariant. */
export const leads = defineInvariant({
  name: "leads-positive",
  promise:
    `While the engine keeps its profile and nothing disturbs, no untagged slice lands behind the playhead and no untagged tick is older than ${MAX_STALENESS_S} s.`,
  reason: "A slice that lands behind is heard a lap late, or never.",
  marks: [
    "lead judged",
    "staleness judged",
    "judged after faults were healed",
    "judged on a short buffer",
  ],
  create({ scene, cover, breach }) {
    let hadFault = false;
    const isCalm = () => scene.endS === null && scene.calmS >= RECOVER_S;
    return {
      onStep(step) {
        if (step.do === "network" || step.do === "engine" || step.do === "stopReading") {
          hadFault = true;
        }
      },
      onSlice({ record: { leadS, startSample, playheadSample, tags } }) {
        if (tags !== 0 || !isCalm()) return;
        cover("lead judged");
        if (hadFault) cover("judged after faults were healed");
        if (scene.client.bufferFrames < 5 * SAMPLE_RATE) cover("judged on a short buffer");
        if (leadS >= 0) return;
        breach(
          `a slice at ${seconds(startSample)} landed ${
            (-leadS).toFixed(3)
          } s behind the playhead at ${seconds(playheadSample)}`,
        );
      },
      onTick({ stalenessS, playheadS, tags }) {
        if (tags !== 0 || !isCalm()) return;
        cover("staleness judged");
        if (stalenessS <= MAX_STALENESS_S) return;
        breach(`the audio at ${playheadS.toFixed(3)} s is ${stalenessS.toFixed(2)} s old`);
      },
    };
  },
});

function seconds(sample: number): string {
  return `${(sample / SAMPLE_RATE).toFixed(3)} s`;
}
