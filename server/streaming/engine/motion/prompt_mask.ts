import { dbToGain, sinTurns } from "../../../../audio/trig.ts";
import { Rng } from "../../../../runtime/rng.ts";
import { bandCurve } from "./bands.ts";
import { keepEnergy, Leaning } from "./mask_tools.ts";
import { BINS, type FrameMask, gridSize } from "./stft.ts";

/** Points of the filter curves along the band axis. */
const POINTS = 16;
/** Spread of the filter points, dB: one standard deviation. */
const COLOUR_DB = 8;
/** How far a seed may move a point, dB. */
const SEED_DB = 6;
const LOWEST_DB = -20;
const HIGHEST_DB = 10;

/**
 * How a prompt sounds: a filter bank that moves between two curves, a tremolo, and a leaning towards
 * tone or haze. Each word has a voice of its own and the prompt is their sum, so that prompts that
 * share words sound alike, and two that share none sound unlike.
 */
export class PromptMask implements FrameMask {
  readonly #from: Float64Array;
  readonly #to: Float64Array;
  readonly #sway: Cycle;
  readonly #tremolo: Cycle;
  readonly #tremoloDepth: number;
  readonly #leaning: Leaning;
  readonly #grid: number;

  /** A mask for a source of `frames` samples: its movements fit the loop. */
  constructor(prompt: string, seed: number, frames: number) {
    const words = wordsOf(prompt).map((word) => new Rng(`prompt word ${word}`));
    const variation = new Rng(`seed ${seed}`);
    this.#grid = gridSize(frames);
    this.#from = filterCurve(words, variation);
    this.#to = filterCurve(words, variation);
    this.#sway = new Cycle(frames, 0.1 + 0.9 * spread(words), variation.float());
    this.#tremolo = new Cycle(frames, 1 + 4 * spread(words), variation.float());
    this.#tremoloDepth = 0.3 * spread(words);
    this.#leaning = new Leaning(2 * spread(words) - 1);
  }

  /** Fills `gains` for one frame. */
  apply(power: Float64Array, index: number, gains: Float64Array): void {
    const place = index / this.#grid;
    const to = this.#sway.at(place);
    for (let k = 0; k < BINS; k++) {
      gains[k] = this.#from[k]! + (this.#to[k]! - this.#from[k]!) * to;
    }
    this.#leaning.apply(power, gains);
    keepEnergy(power, gains);
    const level = 1 - this.#tremoloDepth * this.#tremolo.at(place);
    for (let k = 0; k < BINS; k++) gains[k] = gains[k]! * level;
  }
}

/** The words of a prompt in lower case, each once, in order. A prompt without words is one word. */
export function wordsOf(prompt: string): readonly string[] {
  const words = prompt.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.length === 0 ? [""] : [...new Set(words)];
}

/** A movement that comes round a whole number of times in a loop, so that the seam does not jump. */
class Cycle {
  readonly #cycles: number;
  readonly #phase: number;

  constructor(frames: number, hz: number, phase: number) {
    this.#cycles = Math.max(1, Math.floor(hz * frames / 48000 + 0.5));
    this.#phase = phase;
  }

  /** 0..1 at a place (0..1) in the loop. */
  at(place: number): number {
    return 0.5 + 0.5 * sinTurns(this.#cycles * place + this.#phase);
  }
}

/** Gains at random points: the words' voices added, less for more words, so that the spread stays. */
function filterCurve(words: readonly Rng[], variation: Rng): Float64Array {
  const scale = COLOUR_DB / Math.sqrt(words.length);
  const points = Array.from({ length: POINTS }, () => {
    let db = variation.between(-SEED_DB, SEED_DB);
    for (const word of words) db += word.normal(0, scale);
    return Math.min(HIGHEST_DB, Math.max(LOWEST_DB, db));
  });
  return bandCurve(points).map(dbToGain);
}

/** A number in 0..1 that the words agree on: the fraction of the sum of their draws. */
function spread(words: readonly Rng[]): number {
  let sum = 0;
  for (const word of words) sum += word.float();
  return sum - Math.floor(sum);
}
