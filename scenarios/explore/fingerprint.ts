/**
 * A cheap number over everything that happened in a run: equal runs have equal ones.
 *
 * @module
 */

/** Mixes numbers into 2 × 32 bits. Not for secrets; a trace's SHA-256 says the same with more proof. */
export class Fingerprint {
  #a = 0x811c9dc5;
  #b = 0x9e3779b9;
  readonly #float = new Float64Array(1);
  readonly #words = new Uint32Array(this.#float.buffer);

  /** As hexadecimal digits. */
  get text(): string {
    const hex = (word: number) => (word >>> 0).toString(16).padStart(8, "0");
    return hex(this.#a) + hex(this.#b);
  }

  /** Takes three numbers in. */
  add(first: number, second: number, third: number): void {
    this.#mix(first);
    this.#mix(second);
    this.#mix(third);
  }

  /** Takes a text in. */
  addText(text: string): void {
    for (let i = 0; i < text.length; i++) this.#mix(text.charCodeAt(i));
  }

  #mix(value: number): void {
    this.#float[0] = value;
    this.#a = Math.imul(this.#a ^ this.#words[0]!, 0x01000193) ^ (this.#a >>> 15);
    this.#b = Math.imul(this.#b ^ this.#words[1]!, 0x85ebca6b) ^ (this.#b >>> 13) ^ this.#a;
  }
}
