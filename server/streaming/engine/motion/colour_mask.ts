import { cosTurns, dbToGain } from "../../../../audio/trig.ts";
import { fnv1a, Rng } from "../../../../runtime/rng.ts";
import { bandCurve } from "./bands.ts";
import { keepEnergy, Leaning } from "./mask_tools.ts";
import type { FrameMask } from "./stft.ts";

/** The name of a colour: what LoRA ids and some knobs turn into. */
export type Colour = LoraColour | "coarse" | "fine" | "target" | "db4" | "sym8" | "db8";

/** The colours that stand for LoRAs. */
export type LoraColour = "telephone" | "crystal" | "velvet" | "haze" | "comb" | "smile";

/** What a colour does to one frame. */
interface Recipe {
  /** Decibels at equal distances on the band axis, from low to high. */
  readonly curveDb: readonly number[];
  /** Ripples on the frequency axis, dB up and down, this many bins apart. */
  readonly rippleDb?: number;
  readonly rippleBins?: number;
  /** See {@link Leaning}. */
  readonly leaning?: number;
}

/** The colours. */
const COLOURS: Readonly<Record<Colour, Recipe>> = {
  /** A small loudspeaker far away. */
  telephone: { curveDb: [-40, -30, -6, 6, 9, 6, -6, -30, -40] },
  /** Bright and glassy, partials laid bare. */
  crystal: { curveDb: [-12, -9, -6, -3, 0, 3, 6, 9, 12], leaning: 1 },
  /** Heavy and dull. */
  velvet: { curveDb: [9, 6, 0, -6, -12, -18, -24, -30, -36], leaning: 0.3 },
  /** Breath and dust: partials drowned in their surroundings. */
  haze: { curveDb: [-6, -3, 0, 0, 0, 3, 3, 3, 0], leaning: -1 },
  /** Sung through a comb. */
  comb: { curveDb: [0, 0, 0, 0, 0, 0, 0, 0, 0], rippleDb: 15, rippleBins: 17 },
  /** Lows and highs without a middle. */
  smile: { curveDb: [9, 6, 0, -12, -24, -18, -6, 6, 9] },
  /** Only what stands out, as a model with too few steps leaves it. */
  coarse: { curveDb: [0, 0, 0, 0, 0, 0, -3, -6, -9], leaning: 1 },
  /** Detail raised everywhere, as with more steps than needed. */
  fine: { curveDb: [0, 0, 0, 0, 0, 2, 3, 4, 5], leaning: -0.6 },
  /** The envelope alone: what the model aims at before it fills in. */
  target: { curveDb: [3, 0, -3, -6, -3, 0, 3, 0, -3], leaning: -1 },
  /** Ripples of the wavelets that are not the plainest one. */
  db4: { curveDb: [0, 0, 0, 0, 0, 0, 0, 0, 0], rippleDb: 8, rippleBins: 29 },
  sym8: { curveDb: [0, 0, 0, 0, 0, 0, 0, 0, 0], rippleDb: 8, rippleBins: 47 },
  db8: { curveDb: [0, 0, 0, 0, 0, 0, 0, 0, 0], rippleDb: 8, rippleBins: 71 },
};

/** The colours that stand for LoRAs, in the order in which a catalog lists them. */
export const LORA_COLOURS: readonly LoraColour[] = [
  "telephone",
  "crystal",
  "velvet",
  "haze",
  "comb",
  "smile",
];

/** The colour of a LoRA: the one that its id names, else one that the id's hash picks. */
export function loraColour(id: string): LoraColour {
  const named = LORA_COLOURS.find((name) => id.toLowerCase().includes(name));
  return named ?? LORA_COLOURS[fnv1a(id) % LORA_COLOURS.length]!;
}

/** A fixed colour, the same at every place of the loop. */
export class ColourMask implements FrameMask {
  readonly #curve: Float64Array;
  readonly #leaning: Leaning;

  /** The colour `name`; `variation` shifts its ripples and tilts it, so that two LoRAs differ. */
  constructor(name: Colour, variation = "") {
    const recipe: Recipe = COLOURS[name];
    const rng = new Rng(`colour ${variation}`);
    const drift = recipe.curveDb.map((db) => variation === "" ? db : db + rng.between(-3, 3));
    const phase = rng.float();
    const { rippleDb = 0, rippleBins = 1 } = recipe;
    this.#curve = bandCurve(drift).map((db, k) =>
      dbToGain(db + rippleDb * cosTurns(k / rippleBins + phase))
    );
    this.#leaning = new Leaning(recipe.leaning ?? 0);
  }

  /** Fills `gains` for one frame. */
  apply(power: Float64Array, _index: number, gains: Float64Array): void {
    gains.set(this.#curve);
    this.#leaning.apply(power, gains);
    keepEnergy(power, gains);
  }
}
