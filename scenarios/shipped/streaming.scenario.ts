/**
 * Does an ordinary session work, and what does the server do when little happens?
 *
 * @module
 */
import { defineScenario } from "../define.ts";
import { keepAwake } from "../steps.ts";

/** The session that everything else is compared with. */
export const healthyStream = defineScenario({
  name: "healthy-stream",
  description: "Does fresh audio land ahead of the listener, steadily, with nothing in the way?",
  durationS: 20,
  steps: keepAwake(20),
  expectations: [
    { metric: "lag.slices.leadS.p50", min: 0.17, max: 0.27 },
    { metric: "lag.slices.leadS.p5", min: 0.16, fromS: 1 },
    { metric: "lag.slices.perS", min: 14, max: 18 },
    { metric: "lag.unexplained.staleTicks", equals: 0 },
    { metric: "lag.unexplained.behindPlayhead", equals: 0 },
    { metric: "lag.freshShare", min: 0.99, fromS: 1 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** The end of the buffer, where windows cannot be centred on their target. */
export const loopSeam = defineScenario({
  name: "loop-seam",
  description:
    "Is the dip of the lead at the loop's end, where the last window is pinned, told apart from a real lag?",
  shows: ["lag/11 loop seam"],
  durationS: 16,
  source: { synthS: 4 },
  steps: keepAwake(16),
  expectations: [
    { metric: "lag.slices.tagged.seamPinned", min: 19, max: 29 },
    { metric: "lag.slices.leadS.min", max: -0.085 },
    { metric: "lag.unexplained.behindPlayhead", equals: 0 },
    { metric: "lag.unexplained.staleTicks", equals: 0 },
    { metric: "lag.freshShare", min: 0.97, fromS: 2 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A loop that was not made as one. */
export const cutLoop = defineScenario({
  name: "cut-loop",
  description:
    "A phrase is cut out of a track, so that its end does not meet its head: does it loop without a click all the same?",
  durationS: 12,
  source: { synthS: 6 },
  client: { config: { crop: 3.71 } },
  steps: keepAwake(12),
  expectations: [
    { metric: "session.bufferS", equals: 3.71 },
    { metric: "sound.seamClicks", equals: 0 },
    { metric: "lag.freshShare", min: 0.95, fromS: 2 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A server that rests when nobody touches anything. */
export const idlePause = defineScenario({
  name: "idle-pause",
  description:
    "When nothing changes, does the server come to rest after one buffer, is the silence called idle rather than stale, and does a knob wake it?",
  shows: ["lag/10 idle pause"],
  durationS: 20,
  source: { synthS: 4 },
  server: { idlePauseS: 3 },
  steps: [
    { do: "knobs", atS: 0.2, values: { denoise: 0.5 } },
    { do: "knobs", atS: 15, values: { denoise: 0.6 } },
  ],
  expectations: [
    { metric: "lag.slices.perS", min: 40, max: 55, fromS: 4, toS: 6.5 },
    { metric: "lag.slices.count", equals: 0, fromS: 8, toS: 14.9 },
    { metric: "lag.ticks.staleTicks", min: 160, max: 260 },
    { metric: "lag.unexplained.staleTicks", equals: 0 },
    { metric: "lag.slices.perS", min: 14, max: 18, fromS: 15.5, toS: 17.5 },
    {
      name: "a rest is no stall: the lead is what it was",
      metric: "lag.slices.leadS.p95",
      min: 0.18,
      max: 0.29,
      fromS: 16.1,
      toS: 17.3,
    },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A client that looks fine at first sight: nothing arrives, and the first seconds do not show it. */
export const silentStart = defineScenario({
  name: "silent-start",
  description:
    "A generator that hangs from the start leaves staleness quiet for three seconds; does the count of slices give it away at once?",
  shows: ["lag/13 staleness at start"],
  durationS: 8,
  engine: { type: "stall", renderMs: 12, stalls: [{ atS: 0, durationS: 60 }] },
  steps: keepAwake(8),
  expectations: [
    { metric: "lag.ticks.staleTicks", equals: 0, toS: 2.9 },
    {
      name: "slices arrive in the first three seconds",
      metric: "lag.slices.count",
      min: 1,
      toS: 3,
      fails: true,
    },
    { name: "nothing goes stale", metric: "lag.ticks.staleTicks", max: 0, fails: true },
    { metric: "lag.freshShare", equals: 0 },
  ],
});
