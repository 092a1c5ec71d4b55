/** Reading knobs that may be absent, or anything: an engine is the last place to trust its input. */
export class KnobValues {
  readonly #knobs: Readonly<Record<string, unknown>>;

  /** Knob values by registry name. */
  constructor(knobs: Readonly<Record<string, unknown>>) {
    this.#knobs = knobs;
  }

  /** A number within its range; `fallback` when it is none. */
  number(name: string, fallback: number, min: number, max: number): number {
    const value = this.#knobs[name];
    if (typeof value !== "number" || !Number.isFinite(value)) return fallback;
    return Math.min(max, Math.max(min, value));
  }

  /** Whether a number is given. */
  has(name: string): boolean {
    return typeof this.#knobs[name] === "number";
  }

  /** A text. */
  text(name: string, fallback: string): string {
    const value = this.#knobs[name];
    return typeof value === "string" ? value : fallback;
  }

  /** A truth value. */
  flag(name: string, fallback: boolean): boolean {
    const value = this.#knobs[name];
    return typeof value === "boolean" ? value : fallback;
  }

  /** The names that begin with `prefix`, with what follows it. */
  *withPrefix(prefix: string): IterableIterator<{ name: string; rest: string }> {
    for (const name of Object.keys(this.#knobs)) {
      if (name.startsWith(prefix)) yield { name, rest: name.slice(prefix.length) };
    }
  }

  /**
   * The mean of a curve over the steps, `{type: "constant", value}` or `{type: "raw", values}`;
   * `null` when there is none.
   */
  curveMean(name: string): number | null {
    const curve = this.#knobs[name];
    if (typeof curve !== "object" || curve === null) return null;
    const { type, value, values } = curve as { type?: unknown; value?: unknown; values?: unknown };
    const numbers = type === "constant" ? [value] : Array.isArray(values) ? values : [];
    const finite = numbers.filter((item): item is number => Number.isFinite(item));
    if (finite.length === 0) return null;
    return finite.reduce((sum, item) => sum + item, 0) / finite.length;
  }
}
