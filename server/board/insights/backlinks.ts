/**
 * From a commit, a file or a session back to the sessions that have to do with it.
 *
 * @module
 */
import type { CommitBook } from "../commits/book.ts";
import type { BoardLibrary } from "../library/library.ts";
import { type Problem, problem } from "../problem.ts";
import type { Notes } from "./notes.ts";

/** Somebody who points at it. Names are those of the wire. */
export interface Backlink {
  readonly sessionId: string;
  readonly title: string;
  readonly kind: "commit" | "edit" | "continues" | "note";
  readonly at: string;
  /** Of commits. */
  readonly confidence?: "high" | "medium" | "low";
  /** A commit, a file, or a note. */
  readonly evidence: string;
  /** What stands there. */
  readonly text?: string;
}

const MAX_LINKS = 200;
const MAX_TEXT_CHARS = 160;
const COMMIT = /^[0-9a-f]{7,64}$/;
/** A file is found by the end of its path, from so many characters on. */
const MIN_FILE_CHARS = 2;
const MAX_FILE_CHARS = 1024;

/** Who points at what a query names: `commit`, `file` or `session`. */
export function backlinksOf(
  query: URLSearchParams,
  { book, library, notes }: {
    readonly book: CommitBook;
    readonly library: BoardLibrary;
    readonly notes: Notes;
  },
): { readonly backlinks: readonly Backlink[] } | Problem {
  const names = ["commit", "file", "session"].filter((it) => query.has(it));
  const [name] = names;
  const text = query.get(name ?? "") ?? "";
  if (names.length !== 1) return bad("expected one of commit, file and session");
  const found: Backlink[] = [];
  const titleOf = (id: string) =>
    [...library.sessions.values()].find((it) => it.id === id)?.assessed?.session.title ?? id;
  const commitsBy = (
    isMeant: (commit: { sha: string; files: readonly (readonly string[])[] }) => boolean,
  ) => {
    for (const { links, state } of book.repos) {
      for (const { confidence, session, sha } of links) {
        const commit = state.reachable.get(sha)!;
        if (!isMeant(commit)) continue;
        found.push({
          ...{ sessionId: session, title: titleOf(session), kind: "commit", confidence },
          ...{ at: iso(commit.authorMs), evidence: sha, text: commit.subject },
        });
      }
    }
  };
  if (name === "commit") {
    if (!COMMIT.test(text)) return bad("commit is no id of a commit, of 7 to 64 characters");
    commitsBy(({ sha }) => sha.startsWith(text));
  } else if (name === "file") {
    if (text.length < MIN_FILE_CHARS || text.length > MAX_FILE_CHARS) {
      return bad(`file needs ${MIN_FILE_CHARS} to ${MAX_FILE_CHARS} characters`);
    }
    const isMeant = (path: string) => path === text || path.endsWith(`/${text.replace(/^\//, "")}`);
    for (const { facts, id } of library.sessions.values()) {
      for (const [path, { lastMs }] of Object.entries(facts.files)) {
        if (!isMeant(path)) continue;
        found.push({
          ...{ sessionId: id, title: titleOf(id), kind: "edit", at: iso(lastMs), evidence: path },
        });
      }
    }
    // A commit has paths from the top of its repository on.
    commitsBy(({ files }) =>
      files.flat().some((path) => isMeant(path) || text.endsWith(`/${path}`))
    );
  } else {
    for (const child of library.lineage.childrenOf(text)) {
      const entry = [...library.sessions.values()].find(({ id }) => id === child);
      const at = iso(entry?.facts.startedMs ?? entry?.bornMs ?? 0);
      found.push({
        ...{ sessionId: child, title: titleOf(child), kind: "continues", at, evidence: text },
      });
    }
  }
  if (text.length >= 7) {
    for (const { body, createdAt, id, sessionId } of notes.naming(text)) {
      found.push({
        ...{ sessionId, title: titleOf(sessionId), kind: "note", at: createdAt, evidence: id },
        text: body.slice(0, MAX_TEXT_CHARS),
      });
    }
  }
  found.sort((a, b) => a.at < b.at ? 1 : a.at > b.at ? -1 : a.sessionId < b.sessionId ? -1 : 1);
  return { backlinks: found.slice(0, MAX_LINKS) };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function bad(message: string): Problem {
  return problem(400, "bad_query", message);
}
