import type { AudioClip } from "../../../../audio/clip.ts";
import type { StemMode } from "../engine.ts";
import { BandMask } from "./band_mask.ts";
import { BlockPool } from "./block_pool.ts";
import { ColourMask } from "./colour_mask.ts";
import { type Layer, MaskedLayer, RestLayer, SourceLayer } from "./layer.ts";
import { type LayerSpec, type MaskSpec, specKey } from "./layer_spec.ts";
import { measureOf } from "./measures.ts";
import { NeighbourFrames } from "./neighbours.ts";
import { PromptMask } from "./prompt_mask.ts";
import { RememberedMask } from "./remembered_mask.ts";
import { StructureMask, TimbreMask } from "./reference_masks.ts";
import { HarmonicMask } from "./stems.ts";
import { type FrameMask, MaskRenderer } from "./stft.ts";
import { SumMask } from "./sum_mask.ts";
import { WashMask } from "./wash_mask.ts";

/** What a {@link MotionBank} may be told. */
export interface MotionBankOptions {
  /** Most bytes of rendered samples, default 256 MiB: eleven layers of a minute of stereo. */
  readonly maxBytes?: number;
  /** Samples per channel of a block, default 9600 (0.2 s). */
  readonly blockFrames?: number;
}

/** Sources whose layers are remembered; older ones make room. */
const MAX_PARTS = 6;
/** Layers that are remembered for each part of a source. */
const MAX_LAYERS = 96;
/** Masks of bands and sums that are remembered for each part: 0.8 MB each. */
const MAX_MASKS = 32;

/**
 * The rendered layers of any number of sources, shared by all engines that are given the same bank.
 * Layers are made block by block on demand, under one cap of memory; what was dropped is made again,
 * the same to the bit. Sources are told apart by their content, and must not be written to.
 */
export class MotionBank {
  readonly #pool: BlockPool;
  readonly #blockFrames: number;
  readonly #parts = new Map<string, SourcePart>();
  // Blocks of a stem are rendered in the middle of rendering another layer: two sets of scratch.
  readonly #stemRenderer = new MaskRenderer();
  readonly #renderer = new MaskRenderer();

  /** An empty bank. */
  constructor(options: MotionBankOptions = {}) {
    const { maxBytes = 256 * 2 ** 20, blockFrames = 9600 } = options;
    this.#pool = new BlockPool(maxBytes);
    this.#blockFrames = blockFrames;
  }

  /** Bytes of rendered samples that it holds. */
  get bytes(): number {
    return this.#pool.bytes;
  }

  /** The layers of one part of a source. */
  open(source: AudioClip, stemMode: StemMode): SourcePart {
    const key = `${stemMode} ${measureOf(source, "digest")}`;
    return remembered(this.#parts, key, MAX_PARTS, () => {
      const whole = new SourceLayer(source, this.#blockFrames);
      return new SourcePart({
        base: this.#stem(whole, stemMode),
        source,
        needsLimit: stemMode !== "full" || measureOf(source, "peak") > 1,
        pool: this.#pool,
        renderer: this.#renderer,
        clipKey: (clip) => measureOf(clip, "digest"),
      });
    });
  }

  #stem(whole: SourceLayer, stemMode: StemMode): Layer {
    if (stemMode === "full") return whole;
    const makeMask = () => new HarmonicMask(new NeighbourFrames(whole));
    const harmonic = new MaskedLayer(whole, makeMask, this.#stemRenderer, this.#pool);
    return stemMode === "vocals" ? harmonic : new RestLayer(whole, harmonic, this.#pool);
  }
}

interface PartOptions {
  readonly base: Layer;
  /** The whole source also for a stem: a mean over that would render the stem everywhere. */
  readonly source: AudioClip;
  readonly needsLimit: boolean;
  readonly pool: BlockPool;
  readonly renderer: MaskRenderer;
  readonly clipKey: (clip: AudioClip) => string;
}

/** One part (full, vocals, instruments) of one source, and the layers that were made of it. */
export class SourcePart {
  /** The part itself. */
  readonly base: Layer;
  /** Whether even the part itself may be too loud: a source beyond ±1, or a stem. */
  readonly needsLimit: boolean;
  readonly #options: PartOptions;
  readonly #layers = new Map<string, Layer>();
  /** A mask may look at a whole clip before its first frame: those in bands and sums are shared. */
  readonly #masks = new Map<string, FrameMask>();
  #frames: NeighbourFrames | null = null;

  /** Made by {@link MotionBank.open}. */
  constructor(options: PartOptions) {
    this.base = options.base;
    this.needsLimit = options.needsLimit;
    this.#options = options;
  }

  /** The layer that a spec describes. */
  layer(spec: LayerSpec): Layer {
    if (spec.kind === "base") return this.base;
    const { pool, renderer, clipKey } = this.#options;
    return remembered(
      this.#layers,
      specKey(spec, clipKey),
      MAX_LAYERS,
      () => new MaskedLayer(this.base, () => this.#mask(spec), renderer, pool),
    );
  }

  #mask(spec: MaskSpec): FrameMask {
    switch (spec.kind) {
      case "prompt":
        return new PromptMask(spec.prompt, spec.seed, this.base.frames);
      case "wash":
        return new WashMask(this.#frames ??= new NeighbourFrames(this.base));
      case "colour":
        return new ColourMask(spec.colour, spec.variation);
      case "timbre":
        return new TimbreMask(
          measureOf(this.#options.source, "envelope"),
          measureOf(spec.clip, "envelope"),
        );
      case "structure":
        return new StructureMask(this.#clipFrames(spec.clip), {
          source: measureOf(this.#options.source, "contour"),
          clip: measureOf(spec.clip, "contour"),
        });
      case "band":
        return new BandMask(this.#sharedMask(spec.of), spec.from, spec.to);
      case "sum":
        return new SumMask(
          spec.of.map(({ spec, weight }) => ({ mask: this.#sharedMask(spec), weight })),
          spec.bands,
        );
    }
  }

  #sharedMask(spec: MaskSpec): FrameMask {
    const key = specKey(spec, this.#options.clipKey);
    return remembered(this.#masks, key, MAX_MASKS, () => new RememberedMask(this.#mask(spec)));
  }

  #clipFrames(clip: AudioClip): NeighbourFrames {
    return new NeighbourFrames(new SourceLayer(clip, this.base.blockFrames));
  }
}

/** The value of `key`, made if it is not there; at most `limit` are kept, the oldest used go. */
function remembered<T>(map: Map<string, T>, key: string, limit: number, make: () => T): T {
  const value = map.get(key) ?? make();
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= limit) break;
    map.delete(oldest);
  }
  return value;
}
