/**
 * Who follows which session. The thread that reads transcripts is asked once for each, when the first
 * one comes, and told when the last one has gone.
 *
 * @module
 */
import type { Growth } from "./session_feed.ts";

/** Asks for word of a session's growth, or no more. */
export type Follow = (id: string, isOn: boolean) => void;

/** Those who follow. */
export class Followers implements Growth {
  readonly #ask: Follow;
  readonly #byId = new Map<string, Set<() => void>>();

  /** Nobody follows anything. */
  constructor(ask: Follow) {
    this.#ask = ask;
  }

  /** Sessions that are followed, and by how many. */
  list(): { readonly file: string; readonly subs: number }[] {
    return [...this.#byId].map(([file, { size: subs }]) => ({ file, subs }));
  }

  /** See {@link Growth.follow}. */
  follow(id: string, onGrown: () => void): () => void {
    let those = this.#byId.get(id);
    if (those === undefined) {
      this.#byId.set(id, those = new Set());
      this.#ask(id, true);
    }
    // One who follows twice leaves once at a time.
    const own = () => onGrown();
    those.add(own);
    return () => {
      if (!those.delete(own) || those.size > 0) return;
      this.#byId.delete(id);
      this.#ask(id, false);
    };
  }

  /** Something has come of a session. */
  grown(id: string): void {
    for (const tell of [...this.#byId.get(id) ?? []]) tell();
  }
}
