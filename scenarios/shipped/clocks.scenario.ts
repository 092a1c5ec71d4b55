/**
 * What happens when the listener's clock and the server's do not agree?
 *
 * @module
 */
import { defineScenario } from "../define.ts";
import type { ExpectationInput, Scenario } from "../types.ts";
import { keepAwake } from "../steps.ts";

const RENDER_S = 0.012;
const LATENCY_S = 0.02;

/**
 * The server carries the playhead on at nominal speed between reports, so a device that runs at
 * `rate` drifts away by (rate − 1) × the report's age until the slice is applied: on average half a
 * tick, both ways of the network, and the render time.
 */
function predictedShiftS(rate: number, paramsHz: number): number {
  return -(rate - 1) * (0.5 / paramsHz + 2 * LATENCY_S + RENDER_S);
}

/** One rate at one tick rate: ten seconds true, then ten seconds off. */
function skewed(rate: number, paramsHz: number): Scenario {
  const percent = Math.round(Math.abs(rate - 1) * 100);
  const shiftS = predictedShiftS(rate, paramsHz);
  const bounds = [shiftS * 0.8, shiftS * 1.2].map((s) => Math.round(s * 1e6) / 1e6)
    .sort((a, b) => a - b);
  // At 20 % and one report a second the estimate is up to 0.2 s behind: more than the lead has left.
  const isTooMuch = rate === 1.2 && paramsHz === 1;
  return defineScenario({
    name: `${rate > 1 ? "fast" : "slow"}-audio-clock-${percent}-percent-at-${paramsHz}-hz`,
    description: `Does a listener whose device runs ${percent} % too ${
      rate > 1 ? "fast" : "slow"
    }, reporting ${
      paramsHz === 1 ? "once" : `${paramsHz} times`
    } a second, shift the lead by just what its reports' age explains?`,
    shows: ["lag/8 clock skew"],
    durationS: 20.5,
    ...(Math.abs(shiftS) < 0.002
      ? { simulationOnly: "a shift of a millisecond is less than a live machine's timers repeat" }
      : {}),
    client: { paramsHz, profile: "reference" },
    network: { up: { latencyMs: LATENCY_S * 1000 }, down: { latencyMs: LATENCY_S * 1000 } },
    // A pace that is in no simple ratio to the ticks, so that reports of all ages are met.
    server: { tickMs: 61 },
    engine: { type: "constant", renderMs: RENDER_S * 1000 },
    steps: [
      ...keepAwake(20),
      // Inside a band windows are not moved to the 40 ms grid: the lead shows the estimate itself.
      { do: "loopBand", atS: 0.1, band: { startS: 0, endS: 60 } },
      { do: "rate", atS: 10, rate },
    ],
    expectations: [
      {
        name: "lead shifts as the reports' age predicts",
        metric: "lag.slices.leadS.mean",
        fromS: 11.4,
        toS: 20.4,
        against: { fromS: 0.9, toS: 9.9 },
        min: bounds[0]!,
        max: bounds[1]!,
      },
      isTooMuch
        ? { metric: "lag.slices.behindPlayhead", min: 8 }
        : { metric: "lag.slices.behindPlayhead", equals: 0 },
      { metric: "lag.ticks.staleTicks", equals: 0 },
      { metric: "mirror.identical", equals: true },
    ],
  });
}

/** Rates of ±2 % and ±20 %, at 30 ticks a second and at one. */
export const skews: Scenario[] = [1.02, 0.98, 1.2, 0.8].flatMap((rate) =>
  [30, 1].map((paramsHz) => skewed(rate, paramsHz))
);

const LATENCY = { latencyMs: 15, jitterMs: 4 };

/** What the scenarios of drifting clocks share. */
const DRIFTING = {
  durationS: 15,
  network: { up: LATENCY, down: LATENCY },
} as const;

const UNHARMED: ExpectationInput[] = [
  { metric: "lag.unexplained.behindPlayhead", equals: 0 },
  { metric: "lag.unexplained.staleTicks", equals: 0 },
  { metric: "lag.freshShare", min: 0.99, fromS: 1 },
  { metric: "mirror.identical", equals: true },
];

/**
 * A computer clock that runs fast. The time stamps of late reports gain on their delay, so that the
 * server forgets it bit by bit: 1 % of the time since the reports became late. What is missing shows
 * in the leads that the client reports.
 */
export const fastClientClock = defineScenario({
  ...DRIFTING,
  name: "fast-client-clock",
  description:
    "Reports take 400 ms, and a computer clock that gains 1 % hides a little more of that every second: do the leads that the client reports make up for it?",
  client: { clockSkew: { type: "rate", rate: 1.01 } },
  steps: [
    ...keepAwake(15),
    { do: "network", atS: 4, fault: { profile: { up: { latencyMs: 400 }, down: LATENCY } } },
  ],
  expectations: [
    {
      name: "the lead stays where it is",
      metric: "lag.slices.leadS.mean",
      fromS: 12,
      toS: 15,
      against: { fromS: 5, toS: 8 },
      min: -0.03,
      max: 0.03,
    },
    ...UNHARMED,
  ],
});

/** A computer clock that runs slow: each report looks a little later than the last. */
export const slowClientClock = defineScenario({
  ...DRIFTING,
  name: "slow-client-clock",
  description:
    "A computer clock that loses 1 % makes every report look a little later than the last: does the lead creep up by just that, and nothing else happen?",
  client: { clockSkew: { type: "rate", rate: 0.99 } },
  steps: keepAwake(15),
  expectations: [
    {
      name: "the lead creeps up by 1 % of the time",
      metric: "lag.slices.leadS.mean",
      fromS: 11,
      toS: 15,
      against: { fromS: 2, toS: 6 },
      min: 0.075,
      max: 0.11,
    },
    ...UNHARMED,
  ],
});

/** An audio clock that drifts further and further. */
export const driftingClock = defineScenario({
  ...DRIFTING,
  name: "drifting-clock",
  description:
    "The audio device drifts ever faster, up to 1 %, and would be a tenth of a second off in the end: do the client's reports keep the lead where it is?",
  client: { audioSkew: { type: "drift", ppmPerS: 1000, limitPpm: 10_000 } },
  steps: keepAwake(15),
  expectations: [
    {
      name: "the lead stays where it is",
      metric: "lag.slices.leadS.mean",
      fromS: 11,
      toS: 15,
      against: { fromS: 1, toS: 5 },
      min: -0.02,
      max: 0.02,
    },
    ...UNHARMED,
  ],
});
