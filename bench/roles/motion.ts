/**
 * Sessions of the built-in engine in their first lap, where every layer has to be rendered, each under
 * a state of its own: processor time by window, in rounds, and how much memory their banks take.
 *
 * @module
 */
import { synthSource } from "../../fixtures/mod.ts";
import {
  type ControlState,
  MotionBank,
  MotionEngine,
  type StemMode,
} from "../../server/streaming/engine/mod.ts";
import { answerAll } from "../child.ts";
import { CodecYardstick } from "../codec_work.ts";
import { CHANNELS, HOP, SLICES_PER_S, WINDOW } from "../music_windows.ts";
import { cpuS } from "../rounds.ts";

/** Asks for so many rounds. */
export interface MeasureMotion {
  readonly rounds: number;
}

/** Answer to {@link MeasureMotion}. */
export interface MotionReading {
  readonly cases: readonly {
    readonly name: string;
    /** Seconds of processor time for each window, of each round. */
    readonly cpuS: readonly number[];
    /** The same for each slice through the codec, in the same rounds. */
    readonly codecCpuS: readonly number[];
    readonly bankBytes: number;
  }[];
  /** How much sound each case has played, seconds. */
  readonly playedS: number;
}

/** Rounds before those that count. */
const WARM_UP = 4;
/** Windows a round: a second of session. */
const WINDOWS = Math.ceil(SLICES_PER_S);

const PLAIN: ControlState = {
  knobs: { denoise: 0.7 },
  prompt: "warm analogue pads",
  promptB: "warm analogue pads",
  promptBlend: 0,
  loras: [],
  timbre: null,
  timbreStrength: 0,
  structure: null,
};
const REFERENCE = { ...synthSource({ seconds: 4, seed: 9 }), name: "reference" };
/** Nearly everything at once: eleven bands of eight masks. */
const RICH: ControlState = {
  ...PLAIN,
  knobs: {
    ...{ denoise: 0.8, shift: 4.5, feedback: 0.4, hint_strength: 0.6, x0_target: 0.3 },
    ...Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`ch_g${i}`, 1.2 + i / 10])),
  },
  promptB: "brass band",
  promptBlend: 0.3,
  loras: [{ id: "haze", strength: 1 }, { id: "comb", strength: 0.5 }],
  timbre: REFERENCE,
  timbreStrength: 0.5,
  structure: REFERENCE,
};

/** A session whose cost is told. */
interface Case {
  readonly name: string;
  readonly stemMode?: StemMode;
  /** The state of window `index`. */
  readonly state: (index: number) => ControlState;
}

const steady = (state: ControlState) => () => state;

const CASES: readonly Case[] = [
  { name: "denoise 0, the source alone", state: steady({ ...PLAIN, knobs: {} }) },
  { name: "one prompt", state: steady(PLAIN) },
  {
    name: "a knob that moves with every window",
    state: (index) => ({ ...PLAIN, knobs: { denoise: 0.3 + index % 50 / 100 } }),
  },
  {
    name: "two prompts, the blend moving",
    state: (index) => ({ ...PLAIN, promptB: "brass band", promptBlend: index % 50 / 50 }),
  },
  { name: "one prompt, vocals", stemMode: "vocals", state: steady(PLAIN) },
  { name: "one prompt, instruments", stemMode: "instruments", state: steady(PLAIN) },
  { name: "two LoRAs, timbre and structure", state: steady({ ...RICH, knobs: PLAIN.knobs }) },
  { name: "everything at once", state: steady(RICH) },
  {
    name: "everything at once, a knob moving",
    state: (index) => ({ ...RICH, knobs: { ...RICH.knobs, ch_g2: 1 + index % 50 / 50 } }),
  },
];

/** A session that goes on where it stopped. */
class Player {
  readonly name: string;
  readonly bank = new MotionBank();
  readonly #state: Case["state"];
  readonly #engine = new MotionEngine({ bank: this.bank });
  readonly #out = new Float32Array(WINDOW * CHANNELS);
  #index = 0;

  constructor({ name, state, stemMode = "full" }: Case) {
    this.name = name;
    this.#state = state;
    this.#engine.load(SOURCE, stemMode);
  }

  /** Renders the next windows; seconds of processor time for each. */
  play(): number {
    const begunS = cpuS();
    for (let i = 0; i < WINDOWS; i++) {
      const startSample = this.#index * HOP % (SOURCE.frames - WINDOW);
      const state = this.#state(this.#index++);
      this.#engine.render({ startSample, frames: WINDOW, state, out: this.#out }, () => {});
    }
    return (cpuS() - begunS) / WINDOWS;
  }
}

const SOURCE = synthSource({ seconds: 60 });

await answerAll((question) => {
  const { rounds: count } = question as MeasureMotion;
  const yardstick = new CodecYardstick(1);
  const sessions = CASES.map((one) => ({
    player: new Player(one),
    cpuS: [] as number[],
    codecCpuS: [] as number[],
  }));
  for (let i = -WARM_UP; i < count; i++) {
    for (const { player, cpuS, codecCpuS } of sessions) {
      const [own, codec] = [player.play(), yardstick.cpuPerSlice(24)];
      if (i < 0) continue;
      cpuS.push(own);
      codecCpuS.push(codec);
    }
  }
  const reading: MotionReading = {
    cases: sessions.map(({ player: { name, bank }, cpuS, codecCpuS }) => ({
      ...{ name, cpuS, codecCpuS },
      bankBytes: bank.bytes,
    })),
    playedS: (count + WARM_UP) * WINDOWS / SLICES_PER_S,
  };
  return reading;
});
