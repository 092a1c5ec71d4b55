/** A rendered stretch of a layer. */
export interface Block {
  /** Interleaved samples. */
  readonly samples: Float32Array;
  /** The largest magnitude among them. */
  readonly peak: number;
}

/** Where a block lives: the pool clears the place when it drops the block. */
export interface Shelf {
  /** Blocks by number. */
  readonly slots: (PooledBlock | null)[];
}

/** A block whose memory belongs to a pool. */
export class PooledBlock implements Block {
  /** Interleaved samples. */
  readonly samples: Float32Array;
  /** The largest magnitude among them. */
  readonly peak: number;
  /** Where it lives. */
  readonly shelf: Shelf;
  /** Its place there. */
  readonly index: number;
  /** Number of the latest use in the pool. */
  lastUse: number;

  /** Made by {@link BlockPool.keep}. */
  constructor(samples: Float32Array, peak: number, shelf: Shelf, index: number, lastUse: number) {
    this.samples = samples;
    this.peak = peak;
    this.shelf = shelf;
    this.index = index;
    this.lastUse = lastUse;
  }
}

/** Memory for rendered blocks under one cap: when it is full, the least recently used block goes. */
export class BlockPool {
  readonly #maxBytes: number;
  readonly #blocks: PooledBlock[] = [];
  #bytes = 0;
  #uses = 0;

  /** A pool that never holds more than `maxBytes` of samples (but always the newest block). */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of samples that it holds. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Puts a finished block on its shelf, and drops others for it. The memory of a dropped block is left
   * to the collector: somebody may be reading it at this moment.
   */
  keep(samples: Float32Array, peak: number, shelf: Shelf, index: number): PooledBlock {
    while (this.#blocks.length > 0 && this.#bytes + samples.byteLength > this.#maxBytes) {
      this.#dropOldest();
    }
    const block = new PooledBlock(samples, peak, shelf, index, ++this.#uses);
    shelf.slots[index] = block;
    this.#blocks.push(block);
    this.#bytes += samples.byteLength;
    return block;
  }

  /** Notes that a block is in use. */
  touch(block: PooledBlock): void {
    block.lastUse = ++this.#uses;
  }

  #dropOldest(): void {
    const blocks = this.#blocks;
    let oldest = 0;
    for (let i = 1; i < blocks.length; i++) {
      if (blocks[i]!.lastUse < blocks[oldest]!.lastUse) oldest = i;
    }
    const block = blocks[oldest]!;
    blocks[oldest] = blocks.at(-1)!;
    blocks.pop();
    block.shelf.slots[block.index] = null;
    this.#bytes -= block.samples.byteLength;
  }
}
