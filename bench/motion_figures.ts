/**
 * What the built-in engine does, measured: how far each knob moves the sound, and what it keeps to.
 * The figures are the same on every machine but for the last bits of a logarithm.
 *
 * @module
 */
import {
  type AudioClip,
  clipOf,
  errorDb,
  gainToDb,
  logMelDistanceDb,
  peak,
  quantile,
  steps,
} from "../audio/mod.ts";
import { FIXTURES, loadFixture, synthSource } from "../fixtures/mod.ts";
import type { ControlState, StemMode } from "../server/streaming/engine/mod.ts";
import { LORA_COLOURS } from "../server/streaming/engine/motion.ts";
import { KNOB_RANGES } from "../server/streaming/engine/motion/test_ranges.ts";
import {
  engineFor,
  stateOf,
  whole,
  windowOf,
} from "../server/streaming/engine/motion/test_world.ts";
import { fadeEdges } from "../server/streaming/window_fade.ts";
import { CHANNELS, HOP, WINDOW } from "./music_windows.ts";

/** Where excerpts of the loops begin, seconds: everything plays there. */
const FROM_S = 24;
const WET = { denoise: 0.7 };
const REFERENCE = { ...synthSource({ seconds: 1, seed: 9 }), name: "reference" };
const PROMPTS = [
  ...["death metal growl", "soft piano ballad", "techno", "warm strings at dawn", "lo-fi hip hop"],
  ...["orchestral swell", "jungle breakbeat", "ambient drone", "8-bit arcade", "gospel choir"],
  ...["solo cello", "dub reggae", "acid bass", "bluegrass banjo", "glass harp", "brass band"],
];

/** One source that everything is tried on. */
export interface Excerpt {
  readonly name: string;
  readonly clip: AudioClip;
}

/** How far something moves the log-mel spectrum, dB RMS, over all excerpts. */
export interface Movement {
  readonly what: string;
  readonly from: string;
  readonly to: string;
  readonly beside: string;
  readonly leastDb: number;
  readonly mostDb: number;
}

/** What windows leave behind at their edges. */
export interface EdgeSteps {
  readonly edges: number;
  /** Steps above the source's 99.9th percentile. */
  readonly large: number;
  /** Those of them that the audio did not make there by itself, before the window came. */
  readonly ownFault: number;
}

/** A short synthetic loop, and `seconds` of each built-in one. */
export function excerpts(seconds: number): Excerpt[] {
  const cut = (name: string) => {
    const { audio, channels } = loadFixture(name);
    const rate = 48_000 * channels;
    return clipOf(audio.slice(FROM_S * rate, (FROM_S + seconds) * rate), channels);
  };
  return [
    { name: "synthetic", clip: synthSource({ seconds }) },
    ...FIXTURES.map(({ name }) => ({ name, clip: cut(name) })),
  ];
}

/** Every knob, LoRA, reference and stem mode from end to end. */
export function movements(sources: readonly Excerpt[]): Movement[] {
  const moved = (
    words: Pick<Movement, "what" | "from" | "to"> & { readonly beside?: string },
    from: (source: AudioClip) => Float32Array,
    to: (source: AudioClip) => Float32Array,
  ): Movement => {
    const distances = sources.map(({ clip }) => logMelDistanceDb(from(clip), to(clip), CHANNELS));
    const range = { leastDb: Math.min(...distances), mostDb: Math.max(...distances) };
    return { beside: "", ...words, ...range };
  };
  const under = (state: ControlState, stemMode: StemMode = "full") => (source: AudioClip) =>
    whole(state, source, stemMode);
  const wet = stateOf(WET);
  return [
    ...KNOB_RANGES.map(({ knob, from, to, beside = {} }) => {
      const at = (value: unknown) => stateOf({ ...WET, ...beside, [knob]: value });
      const words = {
        what: knob,
        from: String(from),
        to: String(to),
        beside: Object.entries(beside).filter(([name]) => name !== knob)
          .map(([name, value]) => `${name} ${value}`).join(", "),
      };
      return moved(words, under(at(from)), under(at(to)));
    }),
    ...LORA_COLOURS.map((id) => {
      const words = { what: `LoRA ${id}`, from: "0", to: "2" };
      return moved(words, under(wet), under(stateOf(WET, { loras: [{ id, strength: 2 }] })));
    }),
    moved(
      { what: "timbre clip", from: "0", to: "1" },
      under(wet),
      under(stateOf(WET, { timbre: REFERENCE, timbreStrength: 1 })),
    ),
    moved(
      { what: "structure clip", from: "none", to: "a clip" },
      under(wet),
      under(stateOf(WET, { structure: REFERENCE })),
    ),
    ...(["vocals", "instruments"] as const).map((stem) =>
      moved({ what: "stem mode", from: "full", to: stem }, under(wet), under(wet, stem))
    ),
  ];
}

/** Distances between the sounds of unlike prompts at denoise 1, dB: least and median of all pairs. */
export function promptDistances(
  sources: readonly Excerpt[],
): { leastDb: number; medianDb: number } {
  const distances = sources.flatMap(({ clip }) => {
    const sounds = PROMPTS.map((prompt) => whole(stateOf({ denoise: 1 }, { prompt }), clip));
    return sounds.flatMap((sound, i) =>
      sounds.slice(0, i).map((other) => logMelDistanceDb(sound, other, CHANNELS))
    );
  });
  return {
    leastDb: Math.min(...distances),
    medianDb: quantile(Float32Array.from(distances), 0.5),
  };
}

/** How many pairs of prompts {@link promptDistances} compares on each source. */
export const PROMPT_PAIRS: number = PROMPTS.length * (PROMPTS.length - 1) / 2;

/** What is left of the source at denoise 0: its error in dB; −Infinity is none. */
export function dryErrorDb(sources: readonly Excerpt[]): number {
  const knobs = { denoise: 0, shift: 6, feedback: 1, ch_g2: 3 };
  return Math.max(
    ...sources.map(({ clip }) => errorDb(clip.audio, whole(stateOf(knobs), clip))),
  );
}

/** The highest peak over loud states of sources that are loud themselves, dBFS. */
export function highestPeakDb(sources: readonly Excerpt[]): number {
  const gains = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`ch_g${i}`, 3]));
  const states = [
    stateOf({ denoise: 0.3 }),
    stateOf({ denoise: 1 }),
    stateOf({ denoise: 1, dcw_scaler: 0.5, dcw_high_scaler: 0.5, shift: 6, feedback: 1, ...gains }),
  ];
  const peaks = sources.flatMap(({ clip }) => {
    const loud = clipOf(clip.audio.map((x) => x * 1.3), CHANNELS);
    return states.map((state) => gainToDb(peak(whole(state, loud))));
  });
  return Math.max(...peaks);
}

/** Windows as a session makes them, one after the other, under a state that changes with each. */
export function edgeSteps(
  sources: readonly Excerpt[],
  stateOfWindow: (index: number) => ControlState,
): EdgeSteps {
  let [edges, large, ownFault] = [0, 0, 0];
  for (const { clip } of sources) {
    const limit = quantile(steps(clip.audio, CHANNELS), 0.999);
    const engine = engineFor(clip);
    const buffer = clip.audio.slice();
    const stepAt = (frame: number) =>
      steps(buffer.subarray((frame - 1) * CHANNELS, (frame + 1) * CHANNELS), CHANNELS)[0]!;
    for (let i = 0; i * HOP + WINDOW <= clip.frames; i++) {
      const startSample = i * HOP;
      const places = [startSample, startSample + WINDOW]
        .filter((frame) => frame > 0 && frame < clip.frames);
      const before = places.map(stepAt);
      const window = windowOf(engine, stateOfWindow(i), startSample, WINDOW);
      fadeEdges(window, buffer, startSample, CHANNELS, clip.frames);
      buffer.set(window, startSample * CHANNELS);
      for (const [at, frame] of places.entries()) {
        const step = stepAt(frame);
        edges++;
        if (step <= limit) continue;
        large++;
        // The crossfade moves the first sample by its smallest share: a hundredth of the limit.
        if (step > before[at]! + limit / 100) ownFault++;
      }
    }
  }
  return { edges, large, ownFault };
}

/** The states under which edges are looked at. */
export const EDGE_STATES: readonly { name: string; state: (index: number) => ControlState }[] = [
  { name: "a fixed state", state: () => stateOf(WET) },
  {
    name: "two knobs that jump with every window",
    state: (index) => stateOf({ denoise: index * 0.37 % 1, ch_g2: index * 0.7 % 3 }),
  },
  {
    name: "another prompt with every window, denoise 1",
    state: (index) =>
      stateOf({ denoise: 1 }, { prompt: index % 2 === 0 ? "techno" : "soft piano ballad" }),
  },
];
