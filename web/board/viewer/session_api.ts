/**
 * Questions about one session, or about one agent's thread in it.
 *
 * @module
 */
import { ask } from "../api.ts";
import { Outline } from "./outline.ts";
import type { FindRecord, ItemRecord, OutlineRecord, WindowRecord } from "./records.ts";

/** The questions. */
export class SessionApi {
  readonly #path: string;
  readonly #agent: string;

  /** Those of a session; `agent` is the one whose thread is meant. */
  constructor(id: string, agent: string | null) {
    this.#path = `/api/sessions/${encodeURIComponent(id)}`;
    this.#agent = agent === null ? "" : `agent=${encodeURIComponent(agent)}`;
  }

  /** Where the stream is. */
  streamPath(cursor: string | null): string {
    return `${this.#path}/stream${cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`}`;
  }

  /** Where the whole of an item is. */
  itemPath(uuid: string): string {
    const query = this.#agent === "" ? "" : `?${this.#agent}`;
    return `${this.#path}/items/${encodeURIComponent(uuid)}${query}`;
  }

  /** A window. */
  window(query: string): Promise<WindowRecord> {
    return ask(this.#with("", query));
  }

  /** An item, whole. */
  item(uuid: string): Promise<ItemRecord> {
    return ask(this.itemPath(uuid));
  }

  /** Every item in a few bytes. */
  async outline(): Promise<Outline> {
    return new Outline(await ask<OutlineRecord>(this.#with("/outline", "")));
  }

  /** Items with words, from a record on. */
  find(words: string, from: number): Promise<FindRecord> {
    return ask(this.#with("/find", `q=${encodeURIComponent(words)}&from=${from}`));
  }

  /** Somebody has seen its end. */
  see(): Promise<void> {
    const headers = { "Content-Type": "application/json" };
    return ask(`${this.#path}/seen`, { method: "POST", headers, body: "{}" });
  }

  #with(part: string, query: string): string {
    const text = [query, this.#agent].filter((it) => it !== "").join("&");
    return this.#path + part + (text === "" ? "" : `?${text}`);
  }
}
