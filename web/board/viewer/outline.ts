/**
 * Lists of places in a transcript, made of its outline: what people said, where things failed, where
 * it was compacted, which files were changed, who was sent to work.
 *
 * @module
 */
import type { OutlineRecord } from "./records.ts";

/** The lists, in their order. */
export const OUTLINE_LISTS = ["prompts", "errors", "compactions", "files"] as const;
/** One of them. */
export type OutlineList = typeof OUTLINE_LISTS[number];

/** A place that may be gone to. */
export interface Entry {
  readonly n: number;
  readonly text: string;
  /** When, ms since the Unix epoch; null when nothing says so. */
  readonly ms: number | null;
}

/** An outline that is easy to ask. */
export class Outline {
  readonly #record: OutlineRecord;
  /** When each item was, ms since the Unix epoch. */
  readonly #times: readonly number[];

  /** The outline of a thread. */
  constructor(record: OutlineRecord) {
    this.#record = record;
    let ms = record.t0 ?? NaN;
    this.#times = record.items.map(([, , delta = 0]) => ms += delta);
  }

  /** The generation of the file that it is of. */
  get gen(): number {
    return this.#record.gen;
  }

  /** How many items there are. */
  get count(): number {
    return this.#record.items.length;
  }

  /** A list. */
  entries(list: OutlineList): Entry[] {
    const { prompts, errors, compactions, files } = this.#record;
    switch (list) {
      case "prompts":
        return prompts.map(({ n, text }) => this.#entry(n, text));
      case "errors":
        return errors.map((n, i) => this.#entry(n, `Error ${i + 1}`));
      case "compactions":
        return compactions.map(({ n, trigger, preTokens }) => {
          const how = trigger === "manual" ? "by hand" : "by itself";
          const from = preTokens === null ? "" : `, from ${Math.round(preTokens / 1000)} k tokens`;
          return this.#entry(n, `Compacted ${how}${from}`);
        });
      case "files":
        return files.filter(({ edit }) => edit).map(({ n, path }) => this.#entry(n, path));
    }
  }

  /** The first item at or after a moment; the last one when there is none. Null without times. */
  at(ms: number): number | null {
    const n = this.#times.findIndex((time) => time >= ms);
    if (n >= 0) return n;
    return this.count === 0 || Number.isNaN(this.#times[0]) ? null : this.count - 1;
  }

  /** The entry before or after an item; null when there is none. */
  next(list: OutlineList, from: number, by: 1 | -1): Entry | null {
    const entries = this.entries(list);
    const found = by === 1
      ? entries.find(({ n }) => n > from)
      : entries.findLast(({ n }) => n < from);
    return found ?? null;
  }

  /** The place of an item, as windows take it. */
  cursor(n: number): string {
    return `${this.gen}.${n}`;
  }

  #entry(n: number, text: string): Entry {
    const ms = this.#times[n] ?? NaN;
    return { n, text, ms: Number.isNaN(ms) ? null : ms };
  }
}
