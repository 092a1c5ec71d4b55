/**
 * Looks for words: at once in what the page has, then in the whole session, a piece at a time.
 *
 * @module
 */
import { wordsIn } from "./item_text.ts";
import type { Row } from "./pages.ts";
import type { FindRecord } from "./records.ts";

/** An item with the words. */
export interface Hit {
  /** Its number; below 0 while numbers are not known. */
  readonly n: number;
  readonly uuid: string;
  readonly text: string;
  readonly ts: string | null;
}

/** How a search stands. */
export interface Findings {
  readonly words: string;
  readonly hits: readonly Hit[];
  /** Whether more is being looked at. */
  readonly isBusy: boolean;
  /** Whether there may be more than what was found. */
  readonly isMore: boolean;
}

/** What a search needs of the page. */
export interface FinderOptions {
  rows(): readonly Row[];
  ask(words: string, from: number): Promise<FindRecord>;
  onFound(findings: Findings): void;
}

/** More is looked for only when somebody asks. */
const MAX_HITS = 200;

/** Looks for one text at a time. */
export class Finder {
  readonly #options: FinderOptions;
  #words = "";
  #hits: Hit[] = [];
  #next: number | null = null;
  /** Which search is the newest: answers to others are late. */
  #run = 0;
  #at = -1;

  /** Nothing is looked for. */
  constructor(options: FinderOptions) {
    this.#options = options;
  }

  /** What is looked for; empty for nothing. */
  get words(): string {
    return this.#words;
  }

  /** Looks for other words. */
  async find(words: string): Promise<void> {
    if (words === this.#words) return;
    const run = ++this.#run;
    [this.#words, this.#at, this.#next] = [words, -1, 0];
    this.#hits = words === "" ? [] : this.#options.rows().flatMap(({ item }) => {
      const text = wordsIn(item, words);
      return text === null ? [] : [{ n: item.n, uuid: item.uuid, ts: item.ts, text }];
    });
    this.#tell(words !== "");
    if (words !== "") await this.#goOn(run, MAX_HITS);
  }

  /** Goes on where it stopped. */
  more(): Promise<void> {
    return this.#goOn(++this.#run, this.#hits.length + MAX_HITS);
  }

  /** The next hit after the one before; null when there is none. */
  step(by: 1 | -1): Hit | null {
    if (this.#hits.length === 0) return null;
    this.#at = this.#at < 0
      ? (by === 1 ? 0 : this.#hits.length - 1)
      : (this.#at + by + this.#hits.length) % this.#hits.length;
    return this.#hits[this.#at]!;
  }

  /** Goes on from this hit. */
  stand(hit: Hit): void {
    this.#at = this.#hits.findIndex(({ uuid }) => uuid === hit.uuid);
  }

  async #goOn(run: number, most: number): Promise<void> {
    try {
      while (this.#next !== null && this.#hits.length < most) {
        const found = await this.#options.ask(this.#words, this.#next);
        if (run !== this.#run) return;
        const known = new Map(this.#hits.map((hit) => [hit.uuid, hit]));
        // The server's numbers are those of the whole.
        for (const hit of found.hits) known.set(hit.uuid, hit);
        this.#hits = [...known.values()].sort((a, b) => a.n - b.n);
        this.#next = found.next;
        this.#tell(this.#next !== null && this.#hits.length < most);
      }
      this.#tell(false);
    } catch (error) {
      if (run !== this.#run) return;
      this.#tell(false);
      throw error;
    }
  }

  #tell(isBusy: boolean): void {
    this.#options.onFound({
      words: this.#words,
      hits: this.#hits,
      isBusy,
      isMore: this.#next !== null,
    });
  }
}
