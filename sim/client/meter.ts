import { percentileOfSorted, roundDecimal } from "../percentiles.ts";

/** Samples that a meter keeps for its percentiles. */
const CAPACITY = 8192;

/** What a {@link Meter} says. */
export interface MeterReport {
  /** How many values there were. */
  readonly count: number;
  /** Median of the newest 8 192 values; 0 without any. */
  readonly p50: number;
  /** 99th percentile of the newest 8 192 values; 0 without any. */
  readonly p99: number;
  /** The largest value of all. */
  readonly max: number;
}

/** Measures the harness itself in bounded memory. */
export class Meter {
  #values = new Float64Array(64);
  #count = 0;
  #max = 0;

  /** Takes a value, at least 0. */
  add(value: number): void {
    if (this.#count === this.#values.length && this.#count < CAPACITY) {
      const values = new Float64Array(this.#count * 2);
      values.set(this.#values);
      this.#values = values;
    }
    this.#values[this.#count++ % CAPACITY] = value;
    if (value > this.#max) this.#max = value;
  }

  /** Sums the values up, multiplied by `scale`. */
  report(scale = 1): MeterReport {
    const sorted = this.#values.slice(0, Math.min(this.#count, CAPACITY)).sort();
    const at = (q: number) =>
      sorted.length === 0 ? 0 : roundDecimal(percentileOfSorted(sorted, q) * scale, 4);
    return {
      count: this.#count,
      p50: at(50),
      p99: at(99),
      max: roundDecimal(this.#max * scale, 4),
    };
  }
}
