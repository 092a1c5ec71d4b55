/**
 * Reads what is new in a repository: which commits its branches reach, and what they are. What is
 * known of a commit never changes, so each is asked for once.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type Commit, fileSetOf, LOG_FORMAT, parseLog } from "./commit.ts";
import { type Git, gitText } from "./git.ts";
import { beginningWith } from "./link.ts";

/** A repository, as it was read last. */
export interface RepoState {
  /** Stands for where the branches were. */
  readonly refs: string;
  readonly reachable: ReadonlyMap<string, Commit>;
  /** Commits that a session made and no branch reaches any more. */
  readonly lost: ReadonlyMap<string, Commit>;
  /** Ids of commits that no branch elsewhere has, as far as it is known here. */
  readonly unpushed: ReadonlySet<string>;
}

/** What to look for. */
export interface ScanOptions {
  /** A working tree of the repository. */
  readonly top: string;
  /** What is known of it; null for nothing. */
  readonly known: RepoState | null;
  /** Commits from here on, ms since the Unix epoch. */
  readonly sinceMs: number;
  /** Ids that sessions have printed, most of them beginnings. */
  readonly printed: readonly string[];
  /** Whether a commit that is gone from all branches is to be remembered. */
  readonly isLinked: (sha: string) => boolean;
}

/** Most commits of a repository, the newest ones. */
export const MAX_COMMITS = 5000;
const MAX_LOST = 500;
const MAX_UNPUSHED = 1000;
const LOG_BATCH = 400;
const PATCH_BATCH = 50;
const NOTHING = { reachable: new Map(), lost: new Map(), unpushed: new Set<string>() };
const MAX_PATHS = 200;
const MAX_HASHED = 50;
const HEX = /^[0-9a-f]{7,64}$/;
const LOG = ["log", "--no-walk=unsorted", "--stdin", "-z", "--name-status", "-M", LOG_FORMAT];
const PATCH = ["diff-tree", "--stdin", "-p", "--root", "-M", "--no-color"];

/** What a repository could not be read for. */
export class ScanError extends Error {
  /** The kind of error. */
  override readonly name = "ScanError";
}

/** The folder that all working trees of a repository have in common. @throws {ScanError} */
export async function commonFolder(git: Git, top: string): Promise<string> {
  const args = ["rev-parse", "--path-format=absolute", "--git-common-dir"];
  const result = await git.run({ cwd: top, args });
  if (result.kind === "done" && result.code === 0) return result.text.trim();
  throw new ScanError(
    result.kind === "done"
      ? result.complaint
      : result.kind === "late"
      ? "git took too long"
      : result.reason,
  );
}

/**
 * Reads a repository.
 *
 * @throws {ScanError} when git does not tell what its branches are.
 */
export async function scanRepo(git: Git, options: ScanOptions): Promise<RepoState> {
  const { isLinked, known, printed, sinceMs, top: cwd } = options;
  const heads = await gitText(git, {
    cwd,
    args: ["for-each-ref", "--format=%(objectname) %(refname)", "refs/heads", "refs/remotes"],
  });
  if (heads === null) throw new ScanError("git does not tell its branches");
  const refs = createHash("sha256").update(`${sinceMs}\n${heads}`).digest("hex");
  let { reachable, lost, unpushed }: Omit<RepoState, "refs"> = known ?? NOTHING;
  if (known === null || known.refs !== refs) {
    const from = Math.max(0, Math.floor(sinceMs / 1000));
    const list = await gitText(git, {
      cwd,
      args: [
        // With --max-age git would stop at the first commit whose clock was wrong.
        ...["rev-list", "--no-merges", `--max-count=${MAX_COMMITS}`, "--timestamp"],
        ...["--branches", "--remotes"],
      ],
    });
    if (list === null) throw new ScanError("git does not list its commits");
    const ids = linesOf(list).flatMap((line) => {
      const [madeS, sha = ""] = line.split(" ");
      return Number(madeS) >= from ? [sha] : [];
    });
    const isThere = new Set(ids);
    const details = await detailsOf(git, cwd, ids, known);
    const gone = [...reachable.values()]
      .filter(({ sha }) => !isThere.has(sha) && isLinked(sha));
    lost = new Map(
      [...lost, ...gone.map((it) => [it.sha, it] as const)].filter(([sha]) => !isThere.has(sha)),
    );
    reachable = new Map(ids.flatMap((sha) => {
      const commit = details.get(sha);
      return commit === undefined ? [] : [[sha, commit] as const];
    }));
    unpushed = new Set(heads.includes(" refs/remotes/") ? await unpushedOf(git, cwd) : []);
  }
  const found = await findPrinted(git, cwd, printed, reachable, lost);
  const withLost = new Map([...lost, ...found].slice(-MAX_LOST));
  const patched = await withPatches(git, cwd, reachable, withLost);
  const isSame = known?.refs === refs && found.length === 0 && patched.lost === withLost;
  return isSame ? known : { refs, unpushed, ...patched };
}

/** Of files that sessions edited: those that are not as the newest commit has them. */
export async function uncommittedOf(
  git: Git,
  top: string,
  paths: readonly string[],
): Promise<string[]> {
  if (paths.length === 0) return [];
  const names = paths.slice(0, MAX_PATHS);
  const ask = async (...args: string[]) =>
    (await gitText(git, { cwd: top, args: [...args, "--", ...names] }) ?? "")
      .split("\0").filter((it) => it !== "");
  // A file that was only touched differs by its times alone: what is in it decides.
  const touched = (await ask("diff-files", "-z", "--raw", "--abbrev=64", "--ignore-submodules=all"))
    .filter((it) => !it.startsWith(":"));
  const blobs = new Map(
    (await ask("ls-files", "-z", "--stage")).map((line) => {
      const [head = "", path = ""] = line.split("\t");
      return [path, head.split(" ")[1] ?? ""] as const;
    }),
  );
  const changed: string[] = [];
  for (const path of touched.slice(0, MAX_HASHED)) {
    const blob = await gitText(git, {
      cwd: top,
      args: ["hash-object", "--no-filters", "--", path],
    });
    if (blob?.trim() !== blobs.get(path)) changed.push(path);
  }
  const staged = await ask(
    ...["diff-index", "--cached", "-z", "--name-only", "--ignore-submodules=all", "HEAD"],
  );
  const untracked = await ask("ls-files", "-z", "--others", "--exclude-standard");
  return [...new Set([...changed, ...staged, ...untracked])];
}

async function detailsOf(
  git: Git,
  cwd: string,
  ids: readonly string[],
  known: RepoState | null,
): Promise<Map<string, Commit>> {
  const details = new Map<string, Commit>();
  const wanted: string[] = [];
  for (const sha of ids) {
    const commit = known?.reachable.get(sha) ?? known?.lost.get(sha);
    if (commit === undefined) wanted.push(sha);
    else details.set(sha, commit);
  }
  while (wanted.length > 0) {
    const batch = wanted.slice(0, LOG_BATCH);
    const result = await git.run({ cwd, args: LOG, input: linesFrom(batch) });
    if (result.kind !== "done" || result.code !== 0 && !result.isCut) {
      throw new ScanError("git does not show its commits");
    }
    const commits = parseLog(result.text);
    // The last one of an answer that was cut is asked for again, unless it is alone.
    if (result.isCut && commits.length > 1) commits.pop();
    if (commits.length === 0) break;
    for (const commit of commits) details.set(commit.sha, commit);
    wanted.splice(0, result.isCut ? commits.length : batch.length);
  }
  return details;
}

async function unpushedOf(git: Git, cwd: string): Promise<string[]> {
  const args = ["rev-list", "--no-merges", `--max-count=${MAX_UNPUSHED}`, "--branches"];
  return linesOf(await gitText(git, { cwd, args: [...args, "--not", "--remotes"] }) ?? "");
}

/** Commits that sessions printed and no branch reaches: they were amended, or moved. */
async function findPrinted(
  git: Git,
  cwd: string,
  printed: readonly string[],
  reachable: ReadonlyMap<string, Commit>,
  lost: ReadonlyMap<string, Commit>,
): Promise<[string, Commit][]> {
  const known = [...reachable.values(), ...lost.values()].sort((a, b) => a.sha < b.sha ? -1 : 1);
  const unknown = [...new Set(printed)]
    .filter((id) => HEX.test(id) && beginningWith(known, id).length === 0).slice(-MAX_LOST);
  if (unknown.length === 0) return [];
  const text = await gitText(git, {
    cwd,
    args: ["cat-file", "--batch-check"],
    input: linesFrom(unknown),
  });
  const ids = linesOf(text ?? "").flatMap((line) => {
    const [sha, type] = line.split(" ");
    return type === "commit" ? [sha!] : [];
  });
  if (ids.length === 0) return [];
  const log = await gitText(git, { cwd, args: LOG, input: linesFrom(ids) });
  return parseLog(log ?? "").map((commit) => [commit.sha, commit]);
}

/** Commits that are lost, and those that may stand in their place, with what they change. */
async function withPatches(
  git: Git,
  cwd: string,
  reachable: ReadonlyMap<string, Commit>,
  lost: ReadonlyMap<string, Commit>,
): Promise<Pick<RepoState, "reachable" | "lost">> {
  const sets = new Set([...lost.values()].map(fileSetOf));
  const lack = ({ patchId, fileCount }: Commit) => patchId === undefined && fileCount > 0;
  const wanted = [
    ...[...lost.values()].filter(lack),
    ...(sets.size === 0 ? [] : reachable.values()).filter((it) =>
      lack(it) && sets.has(fileSetOf(it))
    ),
  ].map(({ sha }) => sha);
  if (wanted.length === 0) return { reachable, lost };
  const patches = new Map<string, string>();
  const tried = new Set(wanted);
  for (let at = 0; at < wanted.length; at += PATCH_BATCH) {
    const input = linesFrom(wanted.slice(at, at + PATCH_BATCH));
    const diff = await git.run({ cwd, args: PATCH, input });
    if (diff.kind !== "done") continue;
    const text = await gitText(git, { cwd, args: ["patch-id", "--stable"], input: diff.text });
    const lines = linesOf(text ?? "");
    // Of an answer that was cut the last patch is not whole.
    for (const line of diff.isCut ? lines.slice(0, -1) : lines) {
      const [patch, sha] = line.split(" ");
      patches.set(sha!, patch!);
    }
  }
  const patched = (commits: ReadonlyMap<string, Commit>) =>
    new Map([...commits].map(([sha, commit]) => {
      // Of one whose patch is too long to be read nobody asks again.
      const patchId = commit.patchId ?? patches.get(sha) ?? (tried.has(sha) ? "" : undefined);
      const isNew = patchId !== undefined && commit.patchId === undefined;
      return [sha, isNew ? { ...commit, patchId } : commit];
    }));
  return { reachable: patched(reachable), lost: patched(lost) };
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

function linesFrom(ids: readonly string[]): string {
  return ids.map((id) => `${id}\n`).join("");
}
