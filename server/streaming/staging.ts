/**
 * What commands have asked for and the loop has not taken over yet: changes happen between windows,
 * never in the middle of one.
 *
 * @module
 */
import type { MadeBulk } from "../../wire/mod.ts";
import type { SwapEvent } from "./events.ts";
import type { SessionSource } from "./session_options.ts";

/** A source that waits for the loop to take it. */
export interface StagedSwap {
  readonly source: SessionSource;
  /** The generator's own copy of it. */
  readonly buffer: Float32Array;
  /** The message that a client gets it in, if it is made already. */
  readonly made: MadeBulk | null;
  readonly tags: string | null;
  readonly stems: SwapEvent["stems"];
}

/** Depth, LoRAs and a swap that wait for the next turn of a session. */
export class Staging {
  readonly #keepsFirstSwap: boolean;
  #depth: number | null = null;
  /** By id: the last wish counts. Null while there is none. */
  #loras: Map<string, number | null> | null = null;
  #swap: StagedSwap | null = null;
  /** Of all swap requests, how many there were, and which was the last to be staged. */
  #swapOrders = 0;
  #stagedOrder = 0;

  /** Nothing waits. */
  constructor(faults: { readonly keepFirstSwap: boolean }) {
    this.#keepsFirstSwap = faults.keepFirstSwap;
  }

  /** Changes the depth. */
  stageDepth(depth: number): void {
    this.#depth = depth;
  }

  /** Tells of a change of LoRAs, also if it turns out to be none. */
  stageLora(id: string, strength: number | null, isKnown: boolean): void {
    this.#loras ??= new Map();
    if (isKnown) this.#loras.set(id, strength);
  }

  /** The place of a swap request among all of them: sources may be ready in another order. */
  nextSwapOrder(): number {
    return ++this.#swapOrders;
  }

  /** A later request replaces an earlier one, never the reverse. */
  stageSwap(swap: StagedSwap, order: number): void {
    if (order < this.#stagedOrder || (this.#keepsFirstSwap && this.#swap !== null)) return;
    this.#stagedOrder = order;
    this.#swap = swap;
  }

  /** The depth that waits, or null; it waits no longer. */
  takeDepth(): number | null {
    const depth = this.#depth;
    this.#depth = null;
    return depth;
  }

  /** The LoRAs that wait, or null; they wait no longer. */
  takeLoras(): ReadonlyMap<string, number | null> | null {
    const loras = this.#loras;
    this.#loras = null;
    return loras;
  }

  /** The swap that waits, or null; it waits no longer. */
  takeSwap(): StagedSwap | null {
    const swap = this.#swap;
    this.#swap = null;
    return swap;
  }
}
