/**
 * What happens when the listener moves?
 *
 * @module
 */
import { defineScenario } from "../define.ts";
import { keepAwake, repeat } from "../steps.ts";

/** Jumps all over the buffer. */
export const seekStorm = defineScenario({
  name: "seek-storm",
  description:
    "Does fresh audio find the listener again within a second of every one of many seeks?",
  durationS: 20,
  steps: [
    ...keepAwake(20),
    ...repeat({ fromS: 3, untilS: 17, everyS: 2 }, (atS, i) => ({
      do: "seek",
      atS,
      toS: (i * 23.7 + 5) % 58,
    })),
  ],
  expectations: [
    { metric: "lag.slices.leadS.p50", min: 0.17, max: 0.27 },
    { metric: "lag.unexplained.behindPlayhead", equals: 0 },
    { metric: "lag.unexplained.staleTicks", equals: 0 },
    { metric: "lag.freshShare", min: 0.87, fromS: 1 },
    { metric: "lag.longestUnrefreshedS", max: 0.37, fromS: 1 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** Seeks to where the buffer wraps. */
export const seekNearWrap = defineScenario({
  name: "seek-near-wrap",
  description: "Do seeks to just before and just after the loop point keep lead and mirror right?",
  durationS: 16,
  source: { synthS: 10 },
  steps: [
    ...keepAwake(16),
    ...repeat({ fromS: 2, untilS: 14, everyS: 2 }, (atS, i) => ({
      do: "seek",
      atS,
      toS: [9.9, 0.01, 9.64, -0.2, 9.999, 9.3, 0][i % 7]!,
    })),
  ],
  expectations: [
    { metric: "lag.slices.leadS.p50", min: 0.16, max: 0.26 },
    { metric: "lag.unexplained.behindPlayhead", equals: 0 },
    { metric: "lag.unexplained.staleTicks", equals: 0 },
    { metric: "lag.freshShare", min: 0.9, fromS: 1 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A paused client that goes on reporting the same position. */
export const pauseAndResume = defineScenario({
  name: "pause-and-resume",
  description:
    "A paused client repeats its position and the server, which cannot see the pause, runs on: are the wandering leads explained, and is the stream right again after the pause?",
  shows: ["lag/7 paused client"],
  durationS: 18,
  steps: [...keepAwake(18), { do: "pause", atS: 4 }, { do: "resume", atS: 10 }],
  expectations: [
    { metric: "lag.slices.tagged.paused", min: 80, max: 120 },
    { metric: "lag.slices.leadS.max", min: 5, max: 7 },
    { metric: "lag.unexplained.behindPlayhead", equals: 0 },
    { metric: "lag.unexplained.staleTicks", equals: 0 },
    { metric: "lag.slices.leadS.p50", min: 0.17, max: 0.27, fromS: 11.5 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** Playback inside a band. */
export const loopBand = defineScenario({
  name: "loop-band",
  description:
    "With a loop band armed, do windows stay inside it, cut at its end and begin again at its start, ahead of the listener?",
  shows: ["lag/12 loop band"],
  durationS: 18,
  steps: [
    ...keepAwake(18),
    { do: "loopBand", atS: 3, band: { startS: 2, endS: 4.5 } },
    { do: "loopBand", atS: 13, band: null },
  ],
  expectations: [
    { metric: "lag.slices.tagged.loopBand", min: 145, max: 235 },
    { metric: "lag.unexplained.behindPlayhead", equals: 0 },
    { metric: "lag.unexplained.staleTicks", equals: 0 },
    { metric: "lag.freshShare", min: 0.99, fromS: 7, toS: 13 },
    { metric: "playheadS.max", max: 4.5, fromS: 4, toS: 13 },
    { metric: "playheadS.min", min: 2, fromS: 4, toS: 13 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A client whose reports never move. */
export const frozenPosition = defineScenario({
  name: "frozen-position",
  description:
    "A client plays on but keeps reporting one and the same position: does the server still carry the playhead on, so that audio stays fresh?",
  shows: ["lag/6 stationary anchor"],
  durationS: 10,
  steps: [...keepAwake(10), { do: "faults", atS: 3, faults: { frozenPlaybackPos: true } }],
  expectations: [
    { metric: "lag.slices.leadS.p50", min: 0.175, max: 0.28 },
    { metric: "lag.unexplained.behindPlayhead", equals: 0 },
    { metric: "lag.freshShare", min: 0.99, fromS: 1 },
    { metric: "mirror.identical", equals: true },
  ],
});

/** A client that forgets to say where it plays. */
export const missingPosition = defineScenario({
  name: "missing-position",
  description:
    "A client that omits its position counts as being at the start: does the report show that slices land at zero, behind the listener?",
  shows: ["lag/9 missing playback_pos"],
  durationS: 10,
  client: { faults: { omitPlaybackPos: true } },
  steps: [...keepAwake(10), { do: "seek", atS: 3, toS: 20 }],
  expectations: [
    {
      name: "slices land ahead of the listener",
      metric: "lag.slices.leadS.p95",
      min: 0,
      fromS: 4,
      fails: true,
    },
    { name: "audio is fresh", metric: "lag.freshShare", min: 0.9, fromS: 4, fails: true },
    { metric: "mirror.identical", equals: true },
  ],
});
