/**
 * Which session goes on from which: an agent that resumes writes a new transcript, and copies or names
 * what it goes on from.
 *
 * @module
 */
import type { SessionFacts } from "./facts.ts";

/** What of a session's facts tells whose child it is. */
export type Kin = Pick<
  SessionFacts,
  "firstUuid" | "lastUuid" | "followsUuid" | "foreignSessions"
>;

/** A session with what tells its descent. */
export interface Relative {
  readonly id: string;
  readonly kin: Kin;
  /** When its file was first seen or made, ms: of two with the same beginning the older is the parent. */
  readonly bornMs: number;
}

/** Keeps who goes on from whom, as sessions become known. */
export class Lineage {
  readonly #relatives = new Map<string, Relative>();
  readonly #byFirst = new Map<string, Set<string>>();
  readonly #byLast = new Map<string, string>();
  /** Sessions by what they follow: another session's name, or a record. */
  readonly #followers = new Map<string, Set<string>>();

  /** Adds a session, or what is new of it. */
  set(relative: Relative): void {
    this.delete(relative.id);
    const { id, kin } = relative;
    this.#relatives.set(id, relative);
    if (kin.firstUuid !== null) add(this.#byFirst, kin.firstUuid, id);
    if (kin.lastUuid !== null) this.#byLast.set(kin.lastUuid, id);
    for (const key of followed(kin)) add(this.#followers, key, id);
  }

  /** Takes a session out. */
  delete(id: string): void {
    const known = this.#relatives.get(id);
    if (known === undefined) return;
    this.#relatives.delete(id);
    const { firstUuid, lastUuid } = known.kin;
    if (firstUuid !== null) remove(this.#byFirst, firstUuid, id);
    for (const key of followed(known.kin)) remove(this.#followers, key, id);
    if (lastUuid !== null && this.#byLast.get(lastUuid) === id) this.#byLast.delete(lastUuid);
  }

  /** The session that another one goes on from; null for none that is known. */
  parentOf(id: string): string | null {
    const relative = this.#relatives.get(id);
    if (relative === undefined) return null;
    const { firstUuid, followsUuid, foreignSessions } = relative.kin;
    const followed = followsUuid === null ? undefined : this.#byLast.get(followsUuid);
    if (followed !== undefined && followed !== id) return followed;
    const named = foreignSessions.findLast((other) => this.#isOlder(other, relative));
    if (named !== undefined) return named;
    if (firstUuid === null) return null;
    // Of all that begin alike, the youngest of those that are older.
    let parent: Relative | null = null;
    for (const other of this.#byFirst.get(firstUuid) ?? []) {
      const candidate = this.#relatives.get(other)!;
      if (other === id || !isBefore(candidate, relative)) continue;
      if (parent === null || isBefore(parent, candidate)) parent = candidate;
    }
    return parent?.id ?? null;
  }

  /** The sessions that go on from one, in the order of their ids. */
  childrenOf(id: string): string[] {
    const relative = this.#relatives.get(id);
    if (relative === undefined) return [];
    const { firstUuid, lastUuid } = relative.kin;
    const candidates = new Set([
      ...(firstUuid === null ? [] : this.#byFirst.get(firstUuid) ?? []),
      ...(this.#followers.get(id) ?? []),
      ...(lastUuid === null ? [] : this.#followers.get(lastUuid) ?? []),
    ]);
    return [...candidates].filter((other) => other !== id && this.parentOf(other) === id).sort();
  }

  #isOlder(id: string, than: Relative): boolean {
    const other = this.#relatives.get(id);
    return other !== undefined && isBefore(other, than);
  }
}

function isBefore(a: Relative, b: Relative): boolean {
  return a.bornMs !== b.bornMs ? a.bornMs < b.bornMs : a.id < b.id;
}

function followed({ followsUuid, foreignSessions }: Kin): readonly string[] {
  return followsUuid === null ? foreignSessions : [...foreignSessions, followsUuid];
}

function add(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}

function remove(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  set?.delete(value);
  if (set?.size === 0) sets.delete(key);
}
