/**
 * Takes together what insights are made of, from the library and its repositories.
 *
 * @module
 */
import type { CommitBook } from "../commits/book.ts";
import { assessedNow } from "../library/changes.ts";
import type { BoardLibrary } from "../library/library.ts";
import type { SessionEntry } from "../library/session_entry.ts";
import type { LoopInput } from "./loops.ts";
import type { InsightCommit, InsightSession } from "./model.ts";
import type { RelatedInput } from "./related.ts";

/** An idle session is over after so long, ms. */
const OVER_MS = 30 * 60_000;
const MAX_TITLE_CHARS = 120;

/** All sessions that have been read, as insights see them. */
export function insightSessions(
  library: BoardLibrary,
  book: CommitBook,
  nowMs: number,
): InsightSession[] {
  return readEntries(library).map((entry) => {
    const { facts } = entry;
    const { isLive, session } = assessedNow(library, entry, nowMs);
    const isIdle = session.live.state !== "working" && session.live.state !== "waiting";
    const updatedMs = Date.parse(session.updatedAt);
    return {
      id: entry.id,
      title: session.title.slice(0, MAX_TITLE_CHARS),
      project: session.project,
      hasRepo: book.topOf(entry) !== null,
      isOver: session.live.state === "ended" || isIdle && nowMs - updatedMs > OVER_MS,
      isLive,
      worstHealth: facts.worstHealth,
      worstReasons: facts.worstReasons ?? [],
      unpricedTokens: facts.usage.unpricedTokens,
      isPartial: entry.isPartial,
      startedMs: Date.parse(session.startedAt),
      updatedMs,
      activity: facts.activity,
      prompts: facts.prompts,
    };
  });
}

/** All commits that count for a session. */
export function insightCommits(book: CommitBook): InsightCommit[] {
  return [...book.repos].flatMap(({ links, state }) =>
    links.filter(({ isPrimary }) => isPrimary).map(({ confidence, session, sha }) => {
      const { authorMs, subject } = state.reachable.get(sha)!;
      return { sha, subject, authorMs, session, confidence };
    })
  );
}

/** All sessions, as far as it matters for who has to do with whom. */
export function relatedInputs(library: BoardLibrary, book: CommitBook): RelatedInput[] {
  return readEntries(library).map((entry) => {
    const { facts, id } = entry;
    const parent = library.lineage.parentOf(id);
    return {
      id,
      files: Object.keys(facts.files).map((path) => fileKey(path, entry, book)),
      repo: book.repoOf(entry)?.key ?? book.topOf(entry),
      branch: facts.branch,
      updatedMs: facts.updatedMs ?? entry.appendMs,
      kin: [...(parent === null ? [] : [parent]), ...library.lineage.childrenOf(id)],
    };
  });
}

/** The name of a file that is the same in all working trees of its repository. */
export function fileKey(path: string, entry: SessionEntry, book: CommitBook): string {
  const tops = book.repoOf(entry)?.tops ?? [];
  const top = tops.find((it) => path.startsWith(`${it}/`));
  return top === undefined ? path : `${tops[0]}${path.slice(top.length)}`;
}

/** All sessions, as far as it matters for what they left open. */
export function loopInputs(library: BoardLibrary, book: CommitBook, nowMs: number): LoopInput[] {
  const unpushed = Map.groupBy(unpushedCommits(book), ({ session }) => session);
  return readEntries(library).map((entry) => {
    const { facts, id } = entry;
    const { isLive, session } = assessedNow(library, entry, nowMs);
    const top = book.topOf(entry);
    const changed = top === null ? undefined : book.repoOf(entry)?.uncommitted.get(top);
    const edited = Object.keys(facts.files).filter((path) => path.startsWith(`${top}/`))
      .map((path) => path.slice(top!.length + 1));
    return {
      ...{ id, facts, isLive },
      state: session.live.state,
      waitingFor: session.live.waitingFor ?? null,
      isContinued: session.lineage.continuedBy.length > 0,
      uncommitted: edited.filter((path) => changed?.has(path) === true),
      unpushed: unpushed.get(id) ?? [],
    };
  });
}

function unpushedCommits(book: CommitBook) {
  return [...book.repos].flatMap(({ links, state }) =>
    links.filter(({ confidence, isPrimary, sha }) =>
      isPrimary && confidence !== "low" && state.unpushed.has(sha)
    ).map(({ session, sha }) => {
      const { authorMs, subject } = state.reachable.get(sha)!;
      return { session, sha, subject, ms: authorMs };
    })
  );
}

function readEntries(library: BoardLibrary): SessionEntry[] {
  return [...library.sessions.values()].filter(({ isRead }) => isRead);
}
