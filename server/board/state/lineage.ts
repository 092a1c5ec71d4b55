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
  "firstUuid" | "lastUuid" | "followsUuid" | "foreignSessions" | "startedMs"
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

  /** Adds a session, or what is new of it. */
  set(relative: Relative): void {
    this.delete(relative.id);
    const { id, kin } = relative;
    this.#relatives.set(id, relative);
    if (kin.firstUuid !== null) {
      const family = this.#byFirst.get(kin.firstUuid);
      if (family === undefined) this.#byFirst.set(kin.firstUuid, new Set([id]));
      else family.add(id);
    }
    if (kin.lastUuid !== null) this.#byLast.set(kin.lastUuid, id);
  }

  /** Takes a session out. */
  delete(id: string): void {
    const known = this.#relatives.get(id);
    if (known === undefined) return;
    this.#relatives.delete(id);
    const { firstUuid, lastUuid } = known.kin;
    if (firstUuid !== null) {
      const family = this.#byFirst.get(firstUuid);
      family?.delete(id);
      if (family?.size === 0) this.#byFirst.delete(firstUuid);
    }
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
    const candidates = new Set(firstUuid === null ? [] : this.#byFirst.get(firstUuid) ?? []);
    for (const other of this.#relatives.values()) {
      const follows = other.kin.followsUuid;
      const isNamed = other.kin.foreignSessions.includes(id) ||
        follows !== null && follows === lastUuid;
      if (isNamed) candidates.add(other.id);
    }
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
