/**
 * Slices land ahead of a listener whom nothing disturbs.
 *
 * @module
 */
import { SAMPLE_RATE } from "../../../wire/mod.ts";
import { RECOVER_S } from "../calm.ts";
import { defineInvariant } from "../checker.ts";

/** Most that transport may add to a lead, seconds. */
const TRANSPORT_MAX_S = 3;
/** Largest lead without it, if a session does not ask for another one, seconds. */
const CEILING_S = 1.35;
/** A window, and the bucket in which staleness is kept, seconds. */
const GRAIN_S = 0.65;

/** The invariant. */
export const leads = defineInvariant({
  name: "leads-positive",
  promise:
    "While the engine keeps its profile and nothing disturbs, no untagged slice lands behind the playhead, and no untagged tick is older than the longest lead that the server may take.",
  reason: "A slice that lands behind is heard a lap late, or never.",
  marks: [
    "lead judged",
    "staleness judged",
    "judged after faults were healed",
    "judged on a short buffer",
  ],
  create({ scene, cover, breach }) {
    const { config } = scene.scenario.client;
    const [floorS, ceilingS] = [config["lead_floor_s"], config["lead_ceiling_s"]]
      .map((value) => typeof value === "number" ? value : CEILING_S) as [number, number];
    const mostS = Math.max(floorS, ceilingS) + TRANSPORT_MAX_S + GRAIN_S;
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
        if (stalenessS <= mostS) return;
        breach(`the audio at ${playheadS.toFixed(3)} s is ${stalenessS.toFixed(2)} s old`);
      },
    };
  },
});

function seconds(sample: number): string {
  return `${(sample / SAMPLE_RATE).toFixed(3)} s`;
}
