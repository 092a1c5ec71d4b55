import type { AudioClip } from "../../../../audio/clip.ts";
import { BlockPool } from "./block_pool.ts";
import { MaskedLayer, SourceLayer } from "./layer.ts";
import { NeighbourFrames } from "./neighbours.ts";
import { HarmonicMask } from "./stems.ts";
import { MaskRenderer } from "./stft.ts";

/** Two parts that add up to a source. */
export interface StemPair {
  /** What lasts: voices, chords. */
  readonly vocals: AudioClip;
  /** What is left: strokes. */
  readonly instruments: AudioClip;
}

const BLOCK_FRAMES = 9600;

const ownMemory = (samples: number) => new Float32Array(samples);

/** The stems of a whole source, the very samples that a session in that stem mode plays. */
export function splitStems(clip: AudioClip): StemPair {
  return splitStemsInto(clip, ownMemory);
}

/** As {@link splitStems}; `allocate` makes an array of zeros for each of them. */
export function splitStemsInto(
  clip: AudioClip,
  allocate: (samples: number) => Float32Array,
): StemPair {
  const split = new Splitter(clip, allocate);
  for (let index = 0; index < split.blockCount; index++) split.block(index);
  return split.pair();
}

/**
 * As {@link splitStems}, 0.2 s of audio at a time; `pause` lets other work go on in between.
 *
 * @param pause Resolves when it may go on.
 */
export async function splitStemsGently(
  clip: AudioClip,
  pause: () => Promise<void>,
): Promise<StemPair> {
  const split = new Splitter(clip, ownMemory);
  for (let index = 0; index < split.blockCount; index++) {
    split.block(index);
    await pause();
  }
  return split.pair();
}

class Splitter {
  readonly #clip: AudioClip;
  readonly #layer: MaskedLayer;
  readonly #vocals: Float32Array;
  readonly #instruments: Float32Array;

  constructor(clip: AudioClip, allocate: (samples: number) => Float32Array) {
    const whole = new SourceLayer(clip, BLOCK_FRAMES);
    const makeMask = () => new HarmonicMask(new NeighbourFrames(whole));
    // One block at a time is enough: each is copied as soon as it is there.
    this.#layer = new MaskedLayer(whole, makeMask, new MaskRenderer(), new BlockPool(0));
    this.#clip = clip;
    this.#vocals = allocate(clip.audio.length);
    this.#instruments = allocate(clip.audio.length);
  }

  get blockCount(): number {
    return this.#layer.blockCount;
  }

  block(index: number): void {
    const from = index * BLOCK_FRAMES * this.#clip.channels;
    const { samples } = this.#layer.block(index);
    this.#vocals.set(samples, from);
    for (let i = 0; i < samples.length; i++) {
      this.#instruments[from + i] = this.#clip.audio[from + i]! - samples[i]!;
    }
  }

  pair(): StemPair {
    const { channels, frames } = this.#clip;
    return {
      vocals: { audio: this.#vocals, channels, frames },
      instruments: { audio: this.#instruments, channels, frames },
    };
  }
}
