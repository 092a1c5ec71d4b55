/**
 * Commits, as git's log tells of them.
 *
 * @module
 */
import { firstChars, MAX_TIME_MS, oneLine } from "../read/fields.ts";

/** A commit that is no merge. */
export interface Commit {
  readonly sha: string;
  /** Ms since the Unix epoch, as are all times here. */
  readonly authorMs: number;
  readonly committerMs: number;
  readonly subject: string;
  /** Its files: each by its name, a renamed one by the new name and the old one. */
  readonly files: readonly (readonly string[])[];
  /** How many files it has; more than are listed when there are many. */
  readonly fileCount: number;
  /** Words of its trailers that may be ids of sessions. */
  readonly named: readonly string[];
  /** Stands for its change, whatever it stands on; absent until asked for, empty for none. */
  readonly patchId?: string;
}

/** The format that {@link parseLog} reads; with `-z --name-status -M`. */
export const LOG_FORMAT =
  "--format=%H%x00%at%x00%ct%x00%s%x00%(trailers:only=true,unfold=true)%x00";

/** Most files that are listed of a commit, and longest names, characters. */
const MAX_FILES = 200;
const MAX_NAME_CHARS = 1024;
const MAX_SUBJECT_CHARS = 160;
const MAX_NAMED = 16;
const SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const STATUS = /^\n?([ACDMRTUXB])\d*$/;
/** What may be the id of a session, and is long enough not to be a word. */
const NAME = /[A-Za-z0-9][A-Za-z0-9_.:@+-]{7,159}/g;

/** The commits of a log, in its order. Of one that was cut off what is there is told. */
export function parseLog(text: string): Commit[] {
  const tokens = text.split("\0");
  const commits: Commit[] = [];
  let at = 0;
  while (at < tokens.length) {
    const sha = tokens[at]!.trim();
    if (!SHA.test(sha) || at + 4 >= tokens.length) {
      at++;
      continue;
    }
    const [author, committer, subject, trailers] = tokens.slice(at + 1, at + 5);
    at += 5;
    const files: string[][] = [];
    let fileCount = 0;
    for (; at < tokens.length; at++) {
      const token = tokens[at]!;
      const status = STATUS.exec(token)?.[1];
      if (status === undefined) {
        if (SHA.test(token)) break;
        continue;
      }
      const names = status === "R" || status === "C" ? 2 : 1;
      const paths = tokens.slice(at + 1, at + 1 + names).map((it) =>
        firstChars(it, MAX_NAME_CHARS)
      );
      at += names;
      if (paths.length < names) break;
      fileCount++;
      // Of a copy only the new file is its own.
      if (files.length < MAX_FILES) files.push(status === "R" ? paths.reverse() : paths.slice(-1));
    }
    commits.push({
      sha,
      authorMs: writableMs(Number(author) * 1000),
      committerMs: writableMs(Number(committer) * 1000),
      subject: oneLine(subject!, MAX_SUBJECT_CHARS),
      files,
      fileCount,
      named: namesIn(trailers!),
    });
  }
  return commits;
}

/** A commit that was kept as JSON. */
export function keptCommit(json: string): Commit {
  const commit: Commit = JSON.parse(json);
  // Those that were kept by an older version may have any time.
  return {
    ...commit,
    authorMs: writableMs(commit.authorMs),
    committerMs: writableMs(commit.committerMs),
  };
}

/** Anybody may write any number into a commit: one that no calendar has becomes one that it has. */
function writableMs(ms: number | null): number {
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms ?? 0, 0), MAX_TIME_MS);
}

function namesIn(trailers: string): string[] {
  const values = trailers.split("\n").map((line) => line.slice(line.indexOf(":") + 1));
  const names = values.flatMap((value) => firstChars(value, 2048).match(NAME) ?? []);
  return [...new Set(names)].slice(0, MAX_NAMED);
}

/** Equal for commits that change the same files. */
export function fileSetOf({ files, fileCount }: Commit): string {
  return `${fileCount}\n${files.map(([name]) => name).sort().join("\n")}`;
}
