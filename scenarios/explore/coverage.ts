/**
 * Which rare paths a search has really taken.
 *
 * @module
 */
import type { Fidelity } from "../result.ts";
import { INVARIANTS } from "./invariants.ts";
import { SITUATIONS } from "./situations.ts";

/** All marks that can be hit at a fidelity, as `invariant: mark`, in order. */
export function allMarks(fidelity: Fidelity): string[] {
  return [
    ...INVARIANTS.flatMap(({ name, marks, fullMarks = [], timingMarks = [] }) => {
      const out = fidelity === "full" ? timingMarks : fullMarks;
      return marks.filter((mark) => !out.includes(mark)).map((mark) => `${name}: ${mark}`);
    }),
    ...SITUATIONS.marks
      .filter((mark) => fidelity === "timing" || !SITUATIONS.timingMarks.includes(mark))
      .map((mark) => `situation: ${mark}`),
  ];
}

/** Counts in how many runs each mark was hit. */
export class Coverage {
  readonly #counts: Map<string, number>;

  /** Nothing is hit yet. */
  constructor(fidelity: Fidelity) {
    this.#counts = new Map(allMarks(fidelity).map((mark) => [mark, 0]));
  }

  /** Runs by mark. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** How many marks there are. */
  get total(): number {
    return this.#counts.size;
  }

  /** How many of them were hit. */
  get hit(): number {
    return this.total - this.missing.length;
  }

  /** Those that were not. */
  get missing(): string[] {
    return [...this.#counts].filter(([, count]) => count === 0).map(([mark]) => mark);
  }

  /** A run hit a mark. Says whether it was the first one. */
  add(mark: string): boolean {
    const before = this.#counts.get(mark) ?? 0;
    this.#counts.set(mark, before + 1);
    return before === 0;
  }
}
