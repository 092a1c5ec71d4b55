/**
 * Which sessions have to do with which: by the files that they edited, by descent, branch, repository
 * and time. Computed from one index of files, without a look at any transcript.
 *
 * @module
 */

/** A session, as far as it matters here. */
export interface RelatedInput {
  readonly id: string;
  /** Files that it edited, named so that the same file has the same name in all working trees. */
  readonly files: readonly string[];
  /** The repository; null for none. */
  readonly repo: string | null;
  readonly branch: string | null;
  readonly updatedMs: number;
  /** Sessions that it goes on from, or that go on from it. */
  readonly kin: readonly string[];
}

/** Why a session is related. */
export type RelatedReason = "files" | "repo" | "branch" | "lineage" | "time";

/** A session that has to do with another. */
export interface Related {
  readonly id: string;
  readonly score: number;
  readonly reasons: readonly RelatedReason[];
  readonly sharedFiles: readonly string[];
}

const MAX_SHARED = 5;
const DAY_MS = 86_400_000;
const TIME_DAYS = 7;
/** Sessions further apart are not near in time, days. */
const NEAR_DAYS = 7;

/** Finds related sessions. */
export class RelatedIndex {
  readonly #sessions: ReadonlyMap<string, RelatedInput>;
  readonly #byFile = new Map<string, string[]>();
  readonly #byRepo: ReadonlyMap<string, RelatedInput[]>;

  /** An index of sessions. */
  constructor(sessions: readonly RelatedInput[]) {
    this.#sessions = new Map(sessions.map((it) => [it.id, it]));
    for (const { files, id } of sessions) {
      for (const file of files) {
        const ids = this.#byFile.get(file);
        if (ids === undefined) this.#byFile.set(file, [id]);
        else ids.push(id);
      }
    }
    this.#byRepo = Map.groupBy(sessions.filter(({ repo }) => repo !== null), ({ repo }) => repo!);
  }

  /** Sessions that edited a file. */
  editing(file: string): readonly string[] {
    return this.#byFile.get(file) ?? [];
  }

  /** Sessions that have to do with one, the closest first. */
  related(id: string, limit: number): Related[] {
    const session = this.#sessions.get(id);
    if (session === undefined) return [];
    const shared = new Map<string, { weight: number; files: string[] }>();
    for (const file of session.files) {
      const ids = this.editing(file);
      for (const other of ids) {
        const it = shared.get(other) ?? { weight: 0, files: [] };
        shared.set(other, it);
        it.weight += 1 / Math.log(2 + ids.length);
        if (it.files.length < MAX_SHARED) it.files.push(file);
      }
    }
    const others = new Set([...shared.keys(), ...session.kin]);
    for (const other of this.#byRepo.get(session.repo ?? "") ?? []) others.add(other.id);
    others.delete(id);
    return [...others].flatMap((other) => {
      const it = this.#sessions.get(other);
      return it === undefined ? [] : [scored(session, it, shared.get(other))];
    })
      .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
      .slice(0, limit);
  }
}

function scored(
  session: RelatedInput,
  other: RelatedInput,
  shared: { readonly weight: number; readonly files: readonly string[] } | undefined,
): Related {
  const days = Math.abs(session.updatedMs - other.updatedMs) / DAY_MS;
  const isRepo = session.repo !== null && session.repo === other.repo;
  const isBranch = isRepo && session.branch !== null && session.branch === other.branch;
  const isKin = session.kin.includes(other.id);
  const reasons: RelatedReason[] = [];
  if (shared !== undefined) reasons.push("files");
  if (isKin) reasons.push("lineage");
  if (isBranch) reasons.push("branch");
  if (isRepo) reasons.push("repo");
  if (days <= NEAR_DAYS) reasons.push("time");
  const score = (shared?.weight ?? 0) + (isKin ? 1 : 0) + (isBranch ? 0.4 : 0) +
    (isRepo ? 0.2 : 0) +
    0.2 * Math.exp(-days / TIME_DAYS);
  return {
    id: other.id,
    score: Math.round(score * 1e4) / 1e4,
    reasons,
    sharedFiles: shared?.files ?? [],
  };
}
