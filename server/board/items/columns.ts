/**
 * Columns of numbers that grow: a hundred thousand records in a few megabytes, without an object for
 * each.
 *
 * @module
 */

/** The arrays that a column may be kept in. */
type Numbers = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** A list of numbers. */
export class Column<A extends Numbers = Numbers> {
  readonly #make: (length: number) => A;
  #data: A;
  #length = 0;

  private constructor(make: (length: number) => A) {
    this.#make = make;
    this.#data = make(64);
  }

  /** Any number. */
  static float64(): Column<Float64Array<ArrayBuffer>> {
    return new Column((length) => new Float64Array(length));
  }

  /** Whole numbers from 0 to 2³² − 1. */
  static uint32(): Column<Uint32Array<ArrayBuffer>> {
    return new Column((length) => new Uint32Array(length));
  }

  /** Whole numbers from 0 to 255. */
  static uint8(): Column<Uint8Array<ArrayBuffer>> {
    return new Column((length) => new Uint8Array(length));
  }

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  /** Bytes that they take. */
  get byteLength(): number {
    return this.#data.byteLength;
  }

  /** The number at a place, which must be below {@link Column.length}. */
  at(index: number): number {
    return this.#data[index]!;
  }

  /** Puts a number at a place that there is. */
  set(index: number, value: number): void {
    this.#data[index] = value;
  }

  /** Adds a number. */
  push(value: number): void {
    if (this.#length === this.#data.length) {
      const larger = this.#make(this.#length * 2);
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data[this.#length++] = value;
  }
}
