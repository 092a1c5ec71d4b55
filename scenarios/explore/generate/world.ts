/**
 * A world from a seed: an ordinary scenario, at random.
 *
 * @module
 */
import { Rng } from "../../../runtime/mod.ts";
import type { Fidelity } from "../../result.ts";
import { defineScenario } from "../../define.ts";
import type { Scenario, SourceSpec, Step } from "../../types.ts";
import {
  drawClient,
  drawEngine,
  drawNetwork,
  drawServer,
  drawSource,
  HEALTHY_ENGINE,
  milli,
} from "./setting.ts";
import { drawFeature, drawSwarm } from "./swarm.ts";
import { drawTraffic, type TrafficContext } from "./traffic.ts";

/** A scenario and the seed of everything in it that is random. */
export interface ExploredWorld {
  readonly scenario: Scenario;
  readonly seed: number;
}

/** Counts up whenever the same seed draws another world: numbers of kept worlds mean nothing then. */
export const GENERATOR_VERSION = 1;

/** Length of a world, seconds. */
export const WORLD_S = { timing: 60, full: 24 } as const;
/** Length of the last part, in which all faults are healed, seconds. */
const LIVENESS_S = { timing: [18, 30], full: [13, 15] } as const;
/** Seconds of playback that a world's client records. */
const RECORD_S = { timing: 120, full: 10 } as const;
/** Seconds of a fixture. */
const FIXTURE_S = 60;
/** Time between two knob turns that keep a server awake, seconds. */
const AWAKE_S = 7;

/** Everything that worlds have in common, with the scenarios' defaults. */
const BASE = defineScenario({
  name: "explored",
  description: "A random world.",
  durationS: 60,
  expectations: [{ metric: "invariants.all", equals: 0 }],
});

/** The world of run `index` of a search that began with `seed`. The same on every machine. */
export function drawWorld(seed: number, index: number, fidelity: Fidelity): ExploredWorld {
  const rng = new Rng(`explore/${fidelity}/${seed}/${index}`);
  const swarm = drawSwarm(rng.split("swarm"));
  const { weights } = swarm;
  const durationS = WORLD_S[fidelity];
  const [shortestS, longestS] = LIVENESS_S[fidelity];
  const healS = milli(durationS - rng.between(shortestS, longestS));
  const setting = rng.split("setting");
  const network = weights.networkWeather > 0 && setting.chance(0.5) ? drawNetwork(setting) : {};
  const isThin = weights.networkWeather > 0;
  const source = drawSource(rng.split("source"), fidelity, isThin);
  const server = drawServer(BASE.server, rng.split("server"));
  const context: TrafficContext = { fidelity, bufferS: lengthS(source), healS, isThin };
  const steps: Step[] = [];
  for (let piece = 0; piece < swarm.pieces; piece++) {
    const dice = rng.split(`piece ${piece}`);
    const feature = drawFeature(swarm, dice);
    if (feature === null) break;
    // Often at the very instant of something else, or just behind it.
    const other = steps.length > 0 && dice.chance(0.4) ? dice.pick(steps).atS ?? 0 : null;
    const atS = other === null
      ? milli(dice.between(0.1, healS - 1))
      : Math.min(healS, milli(other + dice.pick([0, 0, 0.005, 0.05, 0.3])));
    steps.push(...drawTraffic(feature, atS, context, dice));
  }
  steps.push(...healing(steps, healS, network), ...awake(rng.split("awake"), server, durationS));
  steps.sort((a, b) => a.atS! - b.atS!);
  return {
    seed: rng.uint32(),
    scenario: {
      ...BASE,
      name: `explored-${seed}-${index}`,
      description: `World ${index} of the search that began with seed ${seed}.`,
      durationS,
      source,
      client: {
        ...drawClient(BASE.client, rng.split("client")),
        recordPlaybackS: RECORD_S[fidelity],
      },
      network,
      engine: weights.engineWeather > 0 && setting.chance(0.3)
        ? drawEngine(setting)
        : HEALTHY_ENGINE,
      server,
      steps,
    },
  };
}

/** What makes everything well again. */
function healing(steps: readonly Step[], healS: number, network: Scenario["network"]): Step[] {
  const has = (...kinds: Step["do"][]) => steps.some((step) => kinds.includes(step.do));
  const isForsaken = has("disconnect", "secondClient") ||
    steps.some((step) => step.do === "network" && typeof step.fault === "string");
  return [
    ...(has("network") || Object.keys(network).length > 0
      ? [{ do: "network", atS: healS, fault: { profile: {} } } as const]
      : []),
    { do: "engine", atS: healS, profile: HEALTHY_ENGINE },
    ...(has("pause") ? [{ do: "resume", atS: healS } as const] : []),
    ...(has("rate") ? [{ do: "rate", atS: healS, rate: 1 } as const] : []),
    ...(isForsaken ? [{ do: "reconnect", atS: milli(healS + 0.1) } as const] : []),
  ];
}

/** Knob turns that keep a server awake, most of the time. */
function awake(rng: Rng, { idlePauseS }: Scenario["server"], durationS: number): Step[] {
  if (idlePauseS < AWAKE_S || rng.chance(0.3)) return [];
  const steps: Step[] = [];
  for (let atS = 1; atS < durationS; atS += AWAKE_S) {
    steps.push({ do: "knobs", atS, values: { denoise: atS % 2 === 0 ? 0.4 : 0.6 } });
  }
  return steps;
}

function lengthS(source: SourceSpec): number {
  return "synthS" in source ? source.synthS : FIXTURE_S;
}
