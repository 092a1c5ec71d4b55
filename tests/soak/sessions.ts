/**
 * Long sessions: one without an end in sight at timing fidelity, many after each other at full.
 *
 * @module
 */
import { Rng, VirtualClock } from "../../runtime/mod.ts";
import { defineScenario, playScenario, Studio } from "../../scenarios/mod.ts";
import { PassThroughEngine } from "../../server/streaming/engine/mod.ts";
import { DEFAULT_STREAM_SETTINGS } from "../../server/streaming/mod.ts";
import { HeadlessClient } from "../../sim/mod.ts";
import { World } from "../../sim/world.ts";
import { cellCodec } from "../../wire/mod.ts";
import { type MemorySample, memorySample } from "./flatness.ts";

/** What came of a soak. */
export interface Soaked {
  readonly sessionS: number;
  /** What was done, for people: so many slices, so many jobs. */
  readonly done: string;
  /** What went wrong, one sentence each. */
  readonly problems: readonly string[];
  readonly memory: readonly MemorySample[];
}

/** Seconds between two nudges; a server rests after twenty without. */
const NUDGE_S = 8;
/** Frames of the source: 60 s. */
const FRAMES = 2_880_000;
const SAMPLES = 30;
/**
 * The shortest session at timing fidelity that says anything of memory: bounded records fill for 1.7
 * hours, which has to be over when the growth begins to count.
 */
export const LEAST_TIMING_S = 4 * 3600;
/** Slices a second below which a session does not count as running. */
const MIN_SLICES_PER_S = 14;

/** A soak of streaming, which counts slices. */
export interface SoakedSlices extends Soaked {
  readonly slices: number;
}

/** One session of `sessionS` at timing fidelity, with a network that has weather. */
export function soakTiming(sessionS: number): SoakedSlices {
  const clock = new VirtualClock();
  const rng = new Rng(1);
  const world = new World({
    clock,
    rng: rng.split("world"),
    codec: cellCodec,
    network: {
      up: { latencyMs: 20, jitterMs: 5 },
      down: { latencyMs: 20, jitterMs: 5, randomStalls: { everyS: 30, durationS: 0.2 } },
    },
    engine: { type: "jittered", renderMs: 15, jitterMs: 4 },
    createEngine: () => new PassThroughEngine(),
    settings: DEFAULT_STREAM_SETTINGS,
    tracks: [],
    splitStems: (clip) => ({ vocals: clip, instruments: clip }),
    loraCatalog: [],
  });
  let slices = 0;
  const client = new HeadlessClient({
    dial: world.network.dial,
    clock,
    rng: rng.split("client"),
    fidelity: "timing",
    codec: cellCodec,
    config: { prompt: "pads" },
    source: { kind: "clip", audio: new Float32Array(0), channels: 2, frames: FRAMES },
    observer: { onSlice: () => void slices++ },
  });
  client.open();
  let nudges = 0;
  const nudge = () => {
    client.setKnobs({ denoise: nudges++ % 2 === 0 ? 0.6 : 0.5 });
    clock.after(NUDGE_S, nudge);
  };
  clock.after(1, nudge);
  const memory: MemorySample[] = [];
  for (let i = 1; i <= SAMPLES; i++) {
    clock.runUntil(sessionS * i / SAMPLES);
    memory.push(memorySample(i / SAMPLES));
  }
  const problems: string[] = [];
  const { state, decodeErrors } = client.status();
  if (state !== "streaming") problems.push(`the session is ${state} at its end`);
  if (decodeErrors > 0) problems.push(`${decodeErrors} slices could not be decoded`);
  if (slices < MIN_SLICES_PER_S * (sessionS - 1)) problems.push(`only ${slices} slices came`);
  return { sessionS, slices, done: `${slices} slices`, problems, memory };
}

/** Sessions at full fidelity after each other, `sessionS` in all. */
export async function soakFull(sessionS: number): Promise<SoakedSlices> {
  const chunks = Math.max(6, Math.ceil(sessionS / 120));
  const durationS = sessionS / chunks;
  const scenario = defineScenario({
    name: "soak",
    description: "Does a long session stay whole?",
    durationS,
    source: { synthS: 10 },
    steps: Array.from({ length: Math.ceil(durationS / NUDGE_S) }, (_, i) => ({
      do: "knobs",
      atS: 0.2 + i * NUDGE_S,
      values: { denoise: i % 2 === 0 ? 0.6 : 0.5 },
    })),
    expectations: [
      { metric: "mirror.identical", equals: true },
      { metric: "lag.slices.perS", min: MIN_SLICES_PER_S },
    ],
  });
  const studio = new Studio();
  const memory: MemorySample[] = [];
  const problems: string[] = [];
  let slices = 0;
  for (let i = 1; i <= chunks; i++) {
    const { verdict, lag } = await playScenario(scenario, { studio, seed: i });
    if (verdict !== "passed") problems.push(`session ${i} of ${chunks} ${verdict}`);
    slices += lag.slices.count;
    memory.push(memorySample(i / chunks));
  }
  return { sessionS, slices, done: `${slices} slices`, problems, memory };
}
