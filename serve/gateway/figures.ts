/**
 * How long messages stay in the gateway.
 *
 * @module
 */
import type { GatewayFigures } from "../../scenarios/recording/mod.ts";

/** Buckets of one tenth of a power of two, from 1 µs to an hour. */
const BUCKETS = 330;
const SHORTEST_S = 1e-6;
const STEPS_PER_DOUBLING = 10;

/** Times in buckets: an hour of them takes no more room than a second. */
export class LatencyMeter {
  readonly #counts = new Uint32Array(BUCKETS);
  #count = 0;
  #maxS = 0;
  #messages = 0;
  #bytes = 0;

  /** Messages that came whole were handed on so many seconds after that. */
  add(seconds: number): void {
    const octaves = Math.log2(Math.max(SHORTEST_S, seconds) / SHORTEST_S);
    const bucket = Math.min(BUCKETS - 1, Math.floor(octaves * STEPS_PER_DOUBLING));
    this.#counts[bucket] = this.#counts[bucket]! + 1;
    this.#count++;
    if (seconds > this.#maxS) this.#maxS = seconds;
  }

  /** A message has gone by whole. */
  message(bytes: number): void {
    this.#messages++;
    this.#bytes += bytes;
  }

  /** All of it. Percentiles are those of their bucket's upper edge, 7 % too long at most. */
  figures(): GatewayFigures {
    return {
      messages: this.#messages,
      bytes: this.#bytes,
      latencyMs: {
        p50: ms(Math.min(this.#maxS, this.#quantile(0.5))),
        p99: ms(Math.min(this.#maxS, this.#quantile(0.99))),
        max: ms(this.#maxS),
      },
    };
  }

  #quantile(share: number): number {
    let left = Math.ceil(this.#count * share);
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      left -= this.#counts[bucket]!;
      if (left <= 0) return SHORTEST_S * 2 ** ((bucket + 1) / STEPS_PER_DOUBLING);
    }
    return 0;
  }
}

function ms(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e3;
}
