/**
 * What happens when the listener's clock and the server's do not agree?
 *
 * @module
 */
import { defineScenario } from "../define.ts";
import type { Scenario, ScenarioInput } from "../schema.ts";
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
  const bounds = [shiftS * 0.8, shiftS * 1.2].sort((a, b) => a - b);
  return defineScenario({
    name: `${rate > 1 ? "fast" : "slow"}-audio-clock-${percent}-percent-at-${paramsHz}-hz`,
    description: `Does a listener whose device runs ${percent} % too ${
      rate > 1 ? "fast" : "slow"
    }, reporting ${paramsHz} times a second, shift the lead by just what its reports' age explains?`,
    shows: ["lag/8 clock skew"],
    durationS: 20.5,
    client: { paramsHz, profile: "reference" },
    network: { up: { latencyMs: LATENCY_S * 1000 }, down: { latencyMs: LATENCY_S * 1000 } },
    // 61 ms a turn walks over all phases of the 40 ms grid; 60 ms would stand on two of them.
    server: { tickMs: 61 },
    engine: { type: "constant", renderMs: RENDER_S * 1000 },
    steps: [...keepAwake(20), { do: "rate", atS: 10, rate }],
    expectations: [
      {
        name: "lead shifts as the reports' age predicts",
        metric: "lag.slices.leadS.mean",
        fromS: 11,
        toS: 20.76,
        against: { fromS: 0.24, toS: 10 },
        min: bounds[0]!,
        max: bounds[1]!,
      },
      { metric: "lag.unexplained.behindPlayhead", equals: 0 },
      { metric: "lag.unexplained.staleTicks", equals: 0 },
      { metric: "mirror.identical", equals: true },
    ],
  });
}

/** Rates of ±2 % and ±20 %, at 30 ticks a second and at one. */
export const skews: Scenario[] = [1.02, 0.98, 1.2, 0.8].flatMap((rate) =>
  [30, 1].map((paramsHz) => skewed(rate, paramsHz))
);

/** The parts that the three computer-clock scenarios share. */
function clockScenario(
  input: Pick<ScenarioInput, "name" | "description" | "client">,
): Scenario {
  return defineScenario({
    ...input,
    durationS: 15,
    network: { up: { latencyMs: 15, jitterMs: 4 }, down: { latencyMs: 15, jitterMs: 4 } },
    steps: keepAwake(15),
    expectations: [
      { metric: "lag.slices.leadS.p50", min: 0.16, max: 0.24 },
      { metric: "lag.unexplained.behindPlayhead", equals: 0 },
      { metric: "lag.unexplained.staleTicks", equals: 0 },
      { metric: "lag.freshShare", min: 0.99, fromS: 1 },
      { metric: "mirror.identical", equals: true },
    ],
  });
}

/** A computer clock that runs fast: ticks come too often, `client_time` gains. */
export const fastClientClock = clockScenario({
  name: "fast-client-clock",
  description:
    "Does a computer clock that gains 1 % make the server think that its reports are late?",
  client: { clockSkew: { type: "rate", rate: 1.01 } },
});

/** A computer clock that runs slow. */
export const slowClientClock = clockScenario({
  name: "slow-client-clock",
  description: "Does a computer clock that loses 1 % pull the server's estimate back?",
  client: { clockSkew: { type: "rate", rate: 0.99 } },
});

/** An audio clock that drifts further and further. */
export const driftingClock = clockScenario({
  name: "drifting-clock",
  description:
    "Does the lead stay where it is while the audio device drifts ever faster, up to 3 000 ppm?",
  client: { audioSkew: { type: "drift", ppmPerS: 200, limitPpm: 3000 } },
});
