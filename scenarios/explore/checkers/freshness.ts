/**
 * What is heard was made for it.
 *
 * @module
 */
import { LAG_TAGS } from "../../../sim/mod.ts";
import { SAMPLE_RATE } from "../../../wire/mod.ts";
import { RECOVER_S, windowFramesOf } from "../calm.ts";
import { defineInvariant } from "../checker.ts";

/** Least share of what is heard that has to be fresh. */
const MIN_FRESH = 0.99;
/** Less than this proves nothing, seconds. */
const MIN_HEARD_S = 3;

/** The invariant. */
export const freshness = defineInvariant({
  name: "heard-fresh",
  promise: `At steady state at least ${
    MIN_FRESH * 100
  } % of what is heard was rewritten within the last lap.`,
  reason: "Stale audio is the source showing through, or the knobs of a lap ago.",
  marks: [
    "judged",
    "judged in a band",
    "judged after a swap",
    "judged after a reconnect",
    "judged long windows of calm",
  ],
  timingMarks: ["judged long windows of calm"],
  create({ scene, cover, breach }) {
    const windowFrames = windowFramesOf(scene.scenario);
    let band: { readonly startS: number; readonly endS: number } | null = null;
    let reconnects = 0;
    return {
      onStep(step) {
        if (step.do === "loopBand") band = step.band;
      },
      onBuffer({ kind }) {
        if (kind === "swap") band = null;
        if (kind === "reconnect") reconnects++;
      },
      onSettled() {
        const { scenario: { client: { config } }, client } = scene;
        const endS = scene.endS ?? scene.nowS;
        const judgedS = scene.calmS - RECOVER_S;
        if (!scene.isStreaming || judgedS < MIN_HEARD_S) return;
        // Walk mode does not know of bands, and in a band of a window or two laps overlap.
        const bandS = band === null
          ? 0
          : Math.min(band.endS, client.bufferFrames / SAMPLE_RATE) - band.startS;
        const isBandJudged = bandS * SAMPLE_RATE >= 3 * windowFrames &&
          config["walk_window"] !== true;
        const { paused, idle, settling, loopBand } = LAG_TAGS;
        const { playedFrames, freshShare, longestUnrefreshedS } = client.freshness.report({
          sinceS: endS - judgedS,
          untilS: endS,
          ignoreTags: paused | idle | settling | (isBandJudged ? 0 : loopBand),
        });
        if (freshShare === null || playedFrames < MIN_HEARD_S * SAMPLE_RATE) return;
        cover("judged");
        if (isBandJudged) cover("judged in a band");
        if (client.epoch > 0) cover("judged after a swap");
        if (reconnects > 0) cover("judged after a reconnect");
        if (judgedS > 15) cover("judged long windows of calm");
        if (freshShare >= MIN_FRESH) return;
        breach(
          `${(freshShare * 100).toFixed(1)} % of the last ${
            judgedS.toFixed(1)
          } s was fresh, the longest stale stretch is ${longestUnrefreshedS.toFixed(2)} s`,
        );
      },
    };
  },
});
