/**
 * What happens in a world: each feature as the steps of one piece of traffic.
 *
 * @module
 */
import { FIXTURES } from "../../../fixtures/mod.ts";
import type { Rng } from "../../../runtime/mod.ts";
import type { Fidelity } from "../../result.ts";
import type {
  ClientFaultSpec,
  NetworkFaultSpec,
  SourceSpec,
  Step,
  StepAction,
  WireMessage,
} from "../../types.ts";
import { drawEngine, drawNetwork, drawSource, HEALTHY_ENGINE, milli } from "./setting.ts";
import type { Feature } from "./swarm.ts";

/** What a step does, without its time. */
type Action = StepAction<SourceSpec, ClientFaultSpec, NetworkFaultSpec>;

/** What traffic depends on. */
export interface TrafficContext {
  readonly fidelity: Fidelity;
  /** Length of the first source, seconds. */
  readonly bufferS: number;
  /** Faults end here, seconds. */
  readonly healS: number;
  /** Whether sources have to be short. */
  readonly isThin: boolean;
}

/** A fixture that no server has. */
const NO_FIXTURE = "nobody_has_this.wav";
const KNOBS: readonly (readonly [name: string, max: number])[] = [
  ["denoise", 1],
  ["seed", 1000],
  ["feedback", 1],
  ["shift", 6],
  ["hint_strength", 1],
  ["ch_g0", 3],
  ["ch_g7", 3],
  ["ch13", 3],
  ["x_unknown", 1],
];
const PROMPTS = ["warm pads", "hard techno", "solo piano", "rain on a roof"];
const LORAS = ["crystal", "velvet", "haze", "nobody"];

/** The steps of one piece of traffic that begins at `atS`. */
export function drawTraffic(
  feature: Feature,
  atS: number,
  context: TrafficContext,
  rng: Rng,
): Step[] {
  const after = (delayS: number) => Math.min(context.healS, milli(atS + delayS));
  const now = (action: Action): Step[] => [{ atS, ...action }];
  const then = (action: Action, delayS: number, next: Action): Step[] => [
    { atS, ...action },
    { atS: after(delayS), ...next },
  ];
  switch (feature) {
    case "knobs":
      return burst(rng, rng.pick([1, 1, 3, 8]), (i) => ({
        do: "knobs",
        atS: after(i * rng.pick([0.02, 0.1, 0.5])),
        values: drawKnobs(rng),
      }));
    case "prompts":
      return now(
        rng.chance(0.5)
          ? { do: "promptBlend", value: milli(rng.float()) }
          : { do: "prompt", tags: rng.pick(PROMPTS), ...(rng.chance(0.3) ? { tagsB: "B" } : {}) },
      );
    case "references": {
      const kind = rng.pick(["timbre", "structure"] as const);
      if (rng.chance(0.2)) return now({ do: kind, source: null });
      const fixture = rng.chance(0.3) ? NO_FIXTURE : rng.pick(FIXTURES).name;
      if (context.fidelity === "timing" && rng.chance(0.5)) {
        return now({ do: kind, source: { fixture, upload: false } });
      }
      return now({ do: kind, source: drawSource(rng, "full", true) });
    }
    case "loras":
      return now(
        rng.chance(0.2) ? { do: "depth", value: 1 + rng.int(6) } : {
          do: "lora",
          id: rng.pick(LORAS),
          strength: rng.chance(0.3) ? null : milli(rng.float()),
        },
      );
    case "seeks":
      return drawSeeks(atS, context, rng);
    case "pauses":
      return then({ do: "pause" }, rng.pick([0.05, 0.5, 2, 6]), { do: "resume" });
    case "rates":
      return then(
        { do: "rate", rate: rng.pick([0.5, 0.95, 1.05, 1.5, 2]) },
        rng.pick([0.5, 3, 8]),
        {
          do: "rate",
          rate: 1,
        },
      );
    case "bands":
      return then({ do: "loopBand", band: drawBand(context, rng) }, rng.pick([1, 4, 40]), {
        do: "loopBand",
        band: rng.chance(0.7) ? null : drawBand(context, rng),
      });
    case "swaps":
      return burst(rng, rng.pick([1, 1, 1, 2, 4]), (i) => ({
        ...drawSwap(context, rng),
        atS: after(i * rng.pick([0, 0.03, 0.3, 2])),
      }));
    case "outsiders":
      return burst(rng, rng.pick([1, 1, 3, 10]), (i) => ({
        do: "external",
        atS: after(i * rng.pick([0, 0.02, 0.3])),
        message: drawOutside(context, rng),
      }));
    case "floods":
      return drawFlood(atS, after, rng);
    case "carelessMessages":
      return now({ do: "send", message: drawCareless(rng) });
    case "cuts":
      if (rng.chance(0.6)) {
        return rng.chance(0.5)
          ? now({ do: "network", fault: "abruptClose" })
          : then({ do: "network", fault: "abruptClose" }, rng.pick([0, 0.4, 1]), {
            do: "network",
            fault: "abruptClose",
          });
      }
      return then({ do: "network", fault: "halfOpen" }, rng.pick([0.2, 1, 4]), { do: "reconnect" });
    case "reconnects":
      return rng.chance(0.5)
        ? now({ do: "reconnect" })
        : then({ do: "disconnect" }, rng.pick([0.05, 1, 3]), { do: "reconnect" });
    case "secondClients":
      return now({ do: "secondClient" });
    case "stoppedReaders":
      return now({ do: "stopReading", durationS: rng.pick([0.1, 0.5, 2, 5]) });
    case "networkWeather":
      return rng.chance(0.5)
        ? now({
          do: "network",
          fault: {
            stallS: rng.pick([0.05, 0.3, 1, 3]),
            direction: rng.pick(["down", "up", "both"] as const),
          },
        })
        : then({ do: "network", fault: { profile: drawNetwork(rng) } }, rng.pick([1, 5, 40]), {
          do: "network",
          fault: { profile: rng.chance(0.5) ? {} : drawNetwork(rng) },
        });
    case "damage":
      return now({ do: "network", fault: "corruptSlice" });
    case "engineWeather":
      return then({ do: "engine", profile: drawEngine(rng) }, rng.pick([1, 4, 40]), {
        do: "engine",
        profile: rng.chance(0.5) ? HEALTHY_ENGINE : drawEngine(rng),
      });
  }
}

function burst(_rng: Rng, count: number, make: (index: number) => Step): Step[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

function drawKnobs(rng: Rng): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (let i = rng.pick([1, 1, 2, 4]); i > 0; i--) {
    const [name, max] = rng.pick(KNOBS);
    // Now and then outside its range: the server clamps.
    values[name] = milli(rng.float() * max * (rng.chance(0.1) ? 2 : 1));
  }
  return values;
}

function drawSeeks(atS: number, { bufferS, healS }: TrafficContext, rng: Rng): Step[] {
  const toS = () => {
    switch (rng.int(5)) {
      case 0: // just before the wrap, or just behind it
        return milli(bufferS + rng.between(-0.4, 0.2));
      case 1: // counted from the end
        return milli(-rng.between(0, 0.5));
      case 2: // into what is being rendered
        return milli(atS % bufferS + rng.between(0, 0.7));
      default:
        return milli(rng.float() * bufferS);
    }
  };
  const gapS = rng.pick([0.02, 0.1, 0.3]);
  return Array.from({ length: rng.pick([1, 1, 2, 6]) }, (_, i) => ({
    do: "seek",
    atS: Math.min(healS, milli(atS + i * gapS)),
    toS: toS(),
  }));
}

function drawBand({ bufferS }: TrafficContext, rng: Rng): { startS: number; endS: number } {
  const startS = milli(rng.float() * bufferS * 0.8);
  const lengthS = rng.chance(0.15) ? 0.25 : rng.chance(0.1) ? bufferS : rng.between(1.2, 4);
  return { startS, endS: milli(startS + lengthS) };
}

function drawSwap(context: TrafficContext, rng: Rng): Action {
  const { fidelity, isThin } = context;
  const isMissing = rng.chance(0.1);
  const source: SourceSpec = isMissing
    ? { fixture: NO_FIXTURE, upload: false }
    : drawSource(rng, fidelity, isThin);
  return { do: "swap", source, ...(rng.chance(0.3) ? { tags: rng.pick(PROMPTS) } : {}) };
}

function drawOutside({ fidelity, isThin }: TrafficContext, rng: Rng): WireMessage {
  switch (rng.int(8)) {
    case 0:
      return { type: "set_prompt_blend", value: milli(rng.between(-0.2, 1.2)) };
    case 1:
      return { type: "prompt", tags: rng.pick(PROMPTS) };
    case 2:
      return { type: "set_depth", value: 1 + rng.int(5) };
    case 3:
      return { type: "enable_lora", id: rng.pick(LORAS), strength: 0.5 };
    case 4:
      return { type: "set_timbre_fixture", name: rng.chance(0.5) ? NO_FIXTURE : FIXTURES[0]!.name };
    case 5:
      if (fidelity === "timing" && !isThin) {
        const name = rng.chance(0.2) ? NO_FIXTURE : rng.pick(FIXTURES).name;
        return { type: "swap_source", fixture_name: name, use_server_source: true };
      }
      return { type: "set_structure_fixture", name: NO_FIXTURE };
    default:
      return { type: "params", raw: drawKnobs(rng), playback_pos: milli(rng.float() * 5) };
  }
}

/** A reader that stops while somebody outside says much: queues fill up. */
function drawFlood(atS: number, after: (delayS: number) => number, rng: Rng): Step[] {
  const times = rng.pick([40, 150, 220, 240, 250, 300]);
  return [
    { do: "stopReading", atS, durationS: rng.pick([3, 5]) },
    {
      do: "external",
      atS: after(rng.pick([1, 2])),
      times,
      message: rng.chance(0.7)
        ? { type: "prompt", tags: rng.pick(PROMPTS) }
        : { type: "params", raw: drawKnobs(rng), playback_pos: 0 },
    },
    ...burst(rng, rng.pick([0, 3, 16]), () => ({
      do: "external",
      atS: after(2.5),
      message: { type: "params", raw: drawKnobs(rng), playback_pos: 1 },
    })),
  ];
}

/** Audio that is announced and never comes, and what nobody knows. */
function drawCareless(rng: Rng): WireMessage {
  return rng.pick<WireMessage>([
    { type: "swap_source", use_server_source: false },
    { type: "write_audio", at_s: 1, mix: "replace", repeat: "none" },
    { type: "no_such_command" },
    { type: "prompt" },
  ]);
}
