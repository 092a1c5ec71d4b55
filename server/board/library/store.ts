/**
 * What the board keeps beyond the process: a place for sessions, for who paid what, and for what a
 * person did with a card.
 *
 * @module
 */
import type { TranscriptId } from "../ids.ts";
import { MemoryLedger, type UsageDelta, type UsageLedger } from "../money/charge.ts";
import type { TailState } from "../read/tail_reader.ts";
import type { CardView } from "../state/attention.ts";
import type { SessionFacts } from "../state/facts.ts";

/** A file of a session, as it is kept. */
export interface StoredFile {
  readonly path: string;
  readonly agent: string | null;
  readonly tail: TailState;
  /** Of a file whose beginning was left out: up to where its tokens have been counted. */
  readonly countedTo: number;
}

/** A session, as it is kept. */
export interface StoredSession {
  readonly id: TranscriptId;
  readonly source: string;
  readonly facts: SessionFacts;
  readonly files: readonly StoredFile[];
  readonly view: CardView;
  readonly bornMs: number;
  readonly appendMs: number;
  readonly isArchived: boolean;
}

/** What lists are searched by. */
export interface SearchText {
  readonly title: string;
  readonly project: string;
  readonly branch: string;
  readonly prompt: string;
}

/** Kinds of what is kept beside sessions; none of it can be made anew from transcripts. */
export type DocumentKind = "commit" | "repo" | "note" | "loop";

/** What a session used in a quarter of an hour with a model. */
export interface QuarterUsage {
  readonly session: string;
  readonly quarter: number;
  readonly model: string;
  readonly usd: number;
}

/** Where sessions are kept. */
export interface BoardStore {
  /** Who paid what. */
  readonly ledger: UsageLedger;
  /** Everything that was kept. */
  load(): StoredSession[];
  /** Does `work`, all of it or nothing. */
  together<T>(work: () => T): T;
  /** Keeps a session in place of what was kept of it. */
  save(session: StoredSession, search: SearchText): void;
  /** Adds to what sessions used, by quarter of an hour and model. */
  addUsage(deltas: readonly UsageDelta[]): void;
  /** Forgets what a session has used: its transcript is another one now. */
  forgetUsage(session: TranscriptId): void;
  /** What sessions used in quarters of an hour from `from` on, up to `to`, by session and model. */
  usage(from: number, to: number): readonly QuarterUsage[];
  /** Ids of sessions that match all words, in no order. */
  search(words: string): ReadonlySet<string>;
  /** Everything of a kind that was put, by key. */
  documents(kind: DocumentKind): Iterable<readonly [key: string, json: string]>;
  /** Keeps a text as JSON in place of what was kept under its key; null forgets it. */
  putDocument(kind: DocumentKind, key: string, json: string | null): void;
  /** Ends it. */
  close(): void;
}

/** Keeps nothing beyond the process: for tests, and for servers without a home. */
export class MemoryStore implements BoardStore {
  readonly ledger: UsageLedger = new MemoryLedger();
  readonly #texts = new Map<string, string>();
  readonly #sessions = new Map<string, string>();
  readonly #usage = new Map<string, QuarterUsage>();
  readonly #documents = new Map<DocumentKind, Map<string, string>>();

  /** See {@link BoardStore.load}. */
  load(): StoredSession[] {
    return [...this.#sessions.values()].map((json) => JSON.parse(json));
  }

  /** See {@link BoardStore.together}. */
  together<T>(work: () => T): T {
    return work();
  }

  /** See {@link BoardStore.save}. */
  save(session: StoredSession, search: SearchText): void {
    this.#sessions.set(session.id, JSON.stringify(session));
    this.#texts.set(session.id, Object.values(search).join("\n").toLowerCase());
  }

  /** See {@link BoardStore.addUsage}. */
  addUsage(deltas: readonly UsageDelta[]): void {
    for (const { session, quarter, model, usd } of deltas) {
      const key = `${session}\n${quarter}\n${model}`;
      const known = this.#usage.get(key)?.usd ?? 0;
      this.#usage.set(key, { session, quarter, model, usd: known + usd });
    }
  }

  /** See {@link BoardStore.usage}. */
  usage(from: number, to: number): readonly QuarterUsage[] {
    return [...this.#usage.values()].filter(({ quarter }) => quarter >= from && quarter < to);
  }

  /** See {@link BoardStore.forgetUsage}. */
  forgetUsage(session: TranscriptId): void {
    this.ledger.forget(session);
    for (const [key, it] of this.#usage) if (it.session === session) this.#usage.delete(key);
  }

  /** See {@link BoardStore.documents}. */
  documents(kind: DocumentKind): Iterable<readonly [string, string]> {
    return this.#documents.get(kind) ?? [];
  }

  /** See {@link BoardStore.putDocument}. */
  putDocument(kind: DocumentKind, key: string, json: string | null): void {
    const all = this.#documents.get(kind) ?? new Map<string, string>();
    this.#documents.set(kind, all);
    if (json === null) all.delete(key);
    else all.set(key, json);
  }

  /** See {@link BoardStore.search}. */
  search(words: string): ReadonlySet<string> {
    const wanted = words.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((it) => it !== "");
    const isMatch = (text: string) => wanted.every((word) => text.includes(word));
    return new Set([...this.#texts].filter(([, text]) => isMatch(text)).map(([id]) => id));
  }

  /** See {@link BoardStore.close}. */
  close(): void {}
}
