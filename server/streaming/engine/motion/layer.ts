/**
 * Layers: whole-buffer renderings of a source that exist block by block, as they are needed.
 *
 * @module
 */
import type { AudioClip } from "../../../../audio/clip.ts";
import { peak } from "../../../../audio/measure.ts";
import type { Block, BlockPool, PooledBlock, Shelf } from "./block_pool.ts";
import { type CircularAudio, FRAME, type FrameMask, type MaskRenderer } from "./stft.ts";

/** A circular buffer in blocks. */
export abstract class Layer implements CircularAudio {
  /** Samples per channel. */
  readonly frames: number;
  /** 1 or 2. */
  readonly channels: number;
  /** Samples per channel of every block but the last. */
  readonly blockFrames: number;
  /** How many blocks make up the buffer. */
  readonly blockCount: number;

  /** For layers of `source`'s shape. */
  constructor(source: Pick<AudioClip, "frames" | "channels">, blockFrames: number) {
    this.frames = source.frames;
    this.channels = source.channels;
    this.blockFrames = blockFrames;
    this.blockCount = Math.ceil(source.frames / blockFrames);
  }

  /** A block, rendered if it is not there. */
  abstract block(index: number): Block;

  /** Whether a block is there, so that asking for it costs nothing. */
  abstract has(index: number): boolean;

  /** First sample and length of a block. */
  protected stretch(index: number): { start: number; frames: number; channels: number } {
    const start = index * this.blockFrames;
    const frames = Math.min(this.blockFrames, this.frames - start);
    return { start, frames, channels: this.channels };
  }

  /** See {@link CircularAudio.readFrame}. */
  readFrame(start: number, window: Float64Array, left: Float64Array, right: Float64Array): void {
    const n = this.frames;
    let at = ((start % n) + n) % n;
    for (let done = 0; done < FRAME;) {
      const index = Math.floor(at / this.blockFrames);
      const { samples } = this.block(index);
      const offset = at - index * this.blockFrames;
      const count = Math.min(FRAME - done, samples.length / this.channels - offset);
      if (this.channels === 1) {
        for (let i = 0; i < count; i++) {
          left[done + i] = samples[offset + i]! * window[done + i]!;
          right[done + i] = 0;
        }
      } else {
        for (let i = 0, s = 2 * offset; i < count; i++, s += 2) {
          const w = window[done + i]!;
          left[done + i] = samples[s]! * w;
          right[done + i] = samples[s + 1]! * w;
        }
      }
      done += count;
      at += count;
      if (at === n) at = 0;
    }
  }
}

/** The source itself: its blocks are views of its samples. */
export class SourceLayer extends Layer {
  readonly #audio: Float32Array;
  readonly #blocks: (Block | undefined)[] = [];

  /** A layer over the samples of `clip`, which must not change. */
  constructor(clip: AudioClip, blockFrames: number) {
    super(clip, blockFrames);
    this.#audio = clip.audio;
  }

  /** Always: the samples are there. */
  has(): boolean {
    return true;
  }

  /** A view. */
  block(index: number): Block {
    return this.#blocks[index] ??= this.#view(index);
  }

  #view(index: number): Block {
    const { start, frames, channels } = this.stretch(index);
    const samples = this.#audio.subarray(start * channels, (start + frames) * channels);
    return { samples, peak: peak(samples) };
  }
}

/** A layer whose blocks are rendered into a pool. */
export abstract class PooledLayer extends Layer implements Shelf {
  /** Blocks that are there; the pool clears the place of one that it drops. */
  readonly slots: (PooledBlock | null)[] = [];
  readonly #pool: BlockPool;

  /** A layer of the shape of `base`. */
  constructor(base: Layer, pool: BlockPool) {
    super(base, base.blockFrames);
    this.#pool = pool;
  }

  /** Whether the block is in the pool. */
  has(index: number): boolean {
    return !!this.slots[index];
  }

  /** The block from the pool, rendered if it is not there. */
  block(index: number): Block {
    const there = this.slots[index];
    if (there) {
      this.#pool.touch(there);
      return there;
    }
    const { frames, channels } = this.stretch(index);
    const samples = new Float32Array(frames * channels);
    const top = this.render(index, samples);
    return this.#pool.keep(samples, top, this, index);
  }

  /** Renders a block into `out` and returns its peak. */
  protected abstract render(index: number, out: Float32Array): number;
}

/** Another layer under a spectral mask. */
export class MaskedLayer extends PooledLayer {
  readonly #base: Layer;
  readonly #makeMask: () => FrameMask;
  readonly #renderer: MaskRenderer;
  #mask: FrameMask | null = null;

  /** The mask is made on first use; `renderer` may be shared by layers of the same base. */
  constructor(base: Layer, makeMask: () => FrameMask, renderer: MaskRenderer, pool: BlockPool) {
    super(base, pool);
    this.#base = base;
    this.#makeMask = makeMask;
    this.#renderer = renderer;
  }

  /** Renders the mask's view of a block. */
  protected render(index: number, out: Float32Array): number {
    this.#mask ??= this.#makeMask();
    return this.#renderer.render(this.#base, this.#mask, this.stretch(index), out);
  }
}

/** What is left of one layer when another is taken away. */
export class RestLayer extends PooledLayer {
  readonly #whole: Layer;
  readonly #part: Layer;

  /** `whole − part`. */
  constructor(whole: Layer, part: Layer, pool: BlockPool) {
    super(whole, pool);
    this.#whole = whole;
    this.#part = part;
  }

  /** Subtracts a block from the other. */
  protected render(index: number, out: Float32Array): number {
    const part = this.#part.block(index).samples;
    const whole = this.#whole.block(index).samples;
    for (let i = 0; i < out.length; i++) out[i] = whole[i]! - part[i]!;
    return peak(out);
  }
}
