/**
 * The built-in engine: what one live session costs in its first lap, where every layer has to be
 * rendered, under several states; and how much memory its bank takes.
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
import { CodecYardstick } from "../codec_work.ts";
import type { Figure, PartOptions, PartResult } from "../figures.ts";
import { CHANNELS, HOP, SLICES_PER_S, WINDOW } from "../music_windows.ts";
import { cpuS, Rounds } from "../rounds.ts";

const ROUNDS = 28;
/** Windows a round: a second of session. */
const WINDOWS = Math.ceil(SLICES_PER_S);
const CODEC = CodecYardstick.NAME;
/** % of a core for one live session. */
const GOAL = { most: 25 };

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

/** Measures the engine. */
export function motionPart({ say }: PartOptions): Promise<PartResult> {
  const yardstick = new CodecYardstick(1);
  const players = CASES.map((one) => new Player(one));
  const everything = new Player({
    name: "everything at once, a knob moving",
    state: (index) => ({ ...RICH, knobs: { ...RICH.knobs, ch_g2: 1 + index % 50 / 50 } }),
  });
  const all = [...players, everything];
  const rounds = new Rounds("motion");
  for (let i = -4; i < ROUNDS; i++) {
    say(`round ${Math.max(0, i + 1)} of ${ROUNDS}`);
    const into = i < 0 ? new Rounds("warm-up") : rounds;
    for (const player of all) {
      into.add(player.name, player.play());
      into.add(`${player.name}, codec`, yardstick.cpuPerSlice(24));
    }
  }
  const share = (name: string, goal: Figure["goal"]) =>
    rounds.figure(name, {
      unit: "% of a core",
      scale: 100 * SLICES_PER_S,
      goal,
      peer: { name: `${name}, codec`, to: CODEC },
    });
  const playedS = (ROUNDS + 4) * WINDOWS / SLICES_PER_S;
  const memory = ({ name, bank }: Player): Figure => ({
    part: "motion",
    name: `bank after ${Math.round(playedS)} s, ${name}`,
    value: bank.bytes / 2 ** 20,
    unit: "MiB",
    goal: { most: 256 },
    ratio: null,
  });
  const figures = all.map(({ name }) => share(name, GOAL));
  return Promise.resolve({
    figures: [...figures, memory(players[1]!), memory(everything)],
    notes: [],
  });
}
