/**
 * What is played to compare a headless client with a browser.
 *
 * @module
 */
import { defineScenario, type Scenario, type StepInput } from "../../scenarios/mod.ts";

/** Seconds that each side plays. */
export const PLAY_S = 20;

/** What the page sends by itself, so that both sessions are asked for the same. */
const AS_THE_PAGE = {
  paramsHz: 125,
  wrap: "seam",
  config: { walk_window: false, lora: true },
} as const;

/** The page's own first knob, and a later nudge that keeps the server from resting. */
const KNOBS: readonly StepInput[] = [
  { do: "knobs", atS: 0, values: { denoise: 0.6 } },
  { do: "knobs", atS: 10, values: { denoise: 0.5 } },
];

/** A loop of 8 s: nobody touches it, and it turns twice. */
export const WRAPS: Scenario = defineScenario({
  name: "fidelity-wraps",
  description: "Where is a listener who lets a short loop turn?",
  durationS: PLAY_S,
  source: { synthS: 8 },
  client: AS_THE_PAGE,
  steps: KNOBS,
  expectations: [{ metric: "lag.slices.leadS.p50", min: 0 }],
});

/** A loop of 30 s whose end is never reached: what people do with a player. */
export const MOVES: Scenario = defineScenario({
  name: "fidelity-moves",
  description: "Where is a listener who seeks, pauses and loops a band?",
  durationS: PLAY_S,
  source: { synthS: 30 },
  client: AS_THE_PAGE,
  steps: [
    ...KNOBS,
    { do: "seek", atS: 3, toS: 15 },
    { do: "seek", atS: 4.5, toS: 2 },
    { do: "pause", atS: 7 },
    { do: "resume", atS: 8.5 },
    { do: "loopBand", atS: 11, band: { startS: 8, endS: 9.5 } },
    { do: "loopBand", atS: 15, band: null },
    { do: "seek", atS: 17, toS: 22 },
  ],
  expectations: [{ metric: "lag.slices.leadS.p50", min: 0 }],
});

/** Everything that is compared. */
export const COMPARED: readonly Scenario[] = [WRAPS, MOVES];
