/**
 * The repositories of all sessions, as they were read last, and which commits count for which session.
 * Knows neither threads nor timers; whoever has it calls it again and again.
 *
 * @module
 */
import type { TranscriptId } from "../ids.ts";
import type { BoardLibrary } from "../library/library.ts";
import type { SessionEntry } from "../library/session_entry.ts";
import { type Commit, keptCommit } from "./commit.ts";
import type { Git } from "./git.ts";
import { type CommitLink, linkCommits, type SessionTrace } from "./link.ts";
import { commonFolder, type RepoState, ScanError, scanRepo, uncommittedOf } from "./scan.ts";

/** What it is made of. */
export interface CommitBookOptions {
  readonly library: BoardLibrary;
  readonly git: Git;
  /** Ms since the Unix epoch. */
  readonly nowMs: () => number;
}

/** A repository. */
export interface Repo {
  /** The folder that its working trees have in common. */
  readonly key: string;
  readonly tops: readonly string[];
  readonly state: RepoState;
  readonly links: readonly CommitLink[];
  /** Files that sessions edited and that are not committed, by working tree. */
  readonly uncommitted: ReadonlyMap<string, ReadonlySet<string>>;
}

/** A working tree that sessions are in. */
interface Tree {
  /** The repository; null until git has told. */
  key: string | null;
  /** Why it cannot be read; null when it can. */
  problem: string | null;
  scannedMs: number;
  /** The last answer of a command that the scan knew of, ms. */
  shellMs: number;
}

/** After a command a repository is read so much later at the earliest, ms. */
const AFTER_COMMAND_MS = 2000;
/** It is read so often while a session in it goes on. */
const WHILE_LIVE_MS = 60_000;
/** What somebody looks at is read again when it is older, ms. */
const WHEN_ASKED_MS = 5 * 60_000;
/** What cannot be read is tried again so often, ms. */
const WHEN_BROKEN_MS = 10 * 60_000;
const MAX_TREES = 500;
const MAX_AGE_MS = 400 * 24 * 3600_000;
const DAY_MS = 24 * 3600_000;
/** Edits of sessions that are older are not looked for in working trees, ms. */
const EDITS_MS = 14 * DAY_MS;

/** All of them. */
export class CommitBook {
  readonly #options: CommitBookOptions;
  readonly #trees = new Map<string, Tree>();
  readonly #repos = new Map<string, Repo>();
  #wantedMs = -Infinity;
  /** Higher with each change. */
  rev = 0;

  /** Nothing has been read. */
  constructor(options: CommitBookOptions) {
    this.#options = options;
  }

  /** All repositories. */
  get repos(): Iterable<Repo> {
    return this.#repos.values();
  }

  /** How it goes. */
  figures(): object {
    const commits = [...this.#repos.values()].map(({ state }) => state.reachable.size);
    return {
      repos: this.#repos.size,
      commits: commits.reduce((sum, it) => sum + it, 0),
      problems: Object.fromEntries([...this.problems].slice(0, 20)),
    };
  }

  /** Why working trees cannot be read, by their tops. */
  get problems(): ReadonlyMap<string, string> {
    const problems = [...this.#trees].flatMap(([top, { problem }]) =>
      problem === null ? [] : [[top, problem] as const]
    );
    return new Map(problems);
  }

  /** Somebody looks at all of it: what is old is read again. */
  want(): void {
    this.#wantedMs = this.#options.nowMs();
  }

  /** The working tree that a session is in; null for none. */
  topOf({ facts }: Pick<SessionEntry, "facts">): string | null {
    const { cwd } = facts;
    if (cwd === null) return null;
    const top = this.#options.library.options.repoOf?.(cwd) ?? null;
    if (top !== null) return top;
    // The folder may be gone; what is known of it stays.
    const known = [...this.#trees.keys()].filter((it) => cwd === it || cwd.startsWith(`${it}/`));
    return known.sort((a, b) => b.length - a.length)[0] ?? null;
  }

  /** The repository of a session; null for none that has been read. */
  repoOf(entry: Pick<SessionEntry, "facts">): Repo | null {
    const key = this.#trees.get(this.topOf(entry) ?? "")?.key ?? null;
    return key === null ? null : this.#repos.get(key) ?? null;
  }

  /** Links of a session with their commits, the newest first. */
  linksOf(entry: SessionEntry): { readonly link: CommitLink; readonly commit: Commit }[] {
    const repo = this.repoOf(entry);
    if (repo === null) return [];
    return repo.links.filter(({ session }) => session === entry.id)
      .map((link) => ({ link, commit: repo.state.reachable.get(link.sha)! }))
      .sort((a, b) => b.commit.authorMs - a.commit.authorMs || (a.link.sha < b.link.sha ? -1 : 1));
  }

  /** Reads the working tree whose turn it is. False when it is the turn of none. */
  async tick(): Promise<boolean> {
    const due = this.#due();
    if (due === null) return false;
    const { entries, shellMs, top } = due;
    const tree = this.#trees.get(top) ??
      { key: null, problem: null, scannedMs: -Infinity, shellMs: -Infinity };
    this.#trees.set(top, tree);
    try {
      tree.key ??= await commonFolder(this.#options.git, top);
      await this.#scan(tree.key, top, entries);
      tree.problem = null;
    } catch (error) {
      if (!(error instanceof ScanError)) throw error;
      tree.problem = error.message;
    }
    tree.scannedMs = this.#options.nowMs();
    tree.shellMs = shellMs;
    return true;
  }

  #due() {
    const { library, nowMs } = this.#options;
    const now = nowMs();
    const trees = new Map<string, { entries: SessionEntry[]; shellMs: number; isLive: boolean }>();
    for (const entry of library.sessions.values()) {
      const top = entry.isRead ? this.topOf(entry) : null;
      if (top === null) continue;
      const tree = trees.get(top) ?? { entries: [], shellMs: -Infinity, isLive: false };
      if (trees.size >= MAX_TREES && !trees.has(top)) continue;
      trees.set(top, tree);
      tree.entries.push(entry);
      tree.shellMs = Math.max(tree.shellMs, entry.facts.shellMs ?? -Infinity);
      tree.isLive ||= entry.assessed?.isLive === true;
    }
    for (const [top, { entries, isLive, shellMs }] of trees) {
      const known = this.#trees.get(top);
      const ageMs = known === undefined ? Infinity : now - known.scannedMs;
      const isDue = known === undefined ||
        (known.problem === null
          ? shellMs > known.shellMs && ageMs >= AFTER_COMMAND_MS ||
            isLive && ageMs >= WHILE_LIVE_MS ||
            this.#wantedMs > known.scannedMs && ageMs >= WHEN_ASKED_MS
          : ageMs >= WHEN_BROKEN_MS);
      if (isDue) return { top, entries, shellMs };
    }
    return null;
  }

  async #scan(key: string, top: string, here: readonly SessionEntry[]): Promise<void> {
    const { git, nowMs } = this.#options;
    const known = this.#repos.get(key) ?? null;
    const tops = [...new Set([...known?.tops ?? [], top])];
    const entries = this.#entriesIn(tops, top, here);
    const linked = new Set(
      known?.links.filter(({ confidence }) => confidence !== "low").map(({ sha }) => sha),
    );
    const state = await scanRepo(git, {
      top,
      known: known?.state ?? null,
      sinceMs: sinceMs(entries, nowMs()),
      printed: entries.flatMap(({ facts }) => facts.printed.map(({ id }) => id)),
      isLinked: (sha) => linked.has(sha),
    });
    const fromMs = nowMs() - EDITS_MS;
    const paths = here.filter(({ facts }) => (facts.updatedMs ?? 0) >= fromMs)
      .flatMap((entry) => [...traceOf(entry, [top]).files.keys()]);
    const changed = new Set(await uncommittedOf(git, top, [...new Set(paths)]));
    const uncommitted = new Map([...known?.uncommitted ?? [], [top, changed]]);
    const repo = { key, tops, state, links: known?.links ?? [], uncommitted };
    this.#link(repo, entries);
    this.#keep(repo, known);
  }

  /** Sessions of a repository; those of `top` are known. */
  #entriesIn(
    tops: readonly string[],
    top: string,
    here: readonly SessionEntry[],
  ): readonly SessionEntry[] {
    if (tops.length === 1) return here;
    const others = [...this.#options.library.sessions.values()].filter((entry) => {
      const its = this.topOf(entry);
      return its !== null && its !== top && tops.includes(its);
    });
    return [...here, ...others];
  }

  /** Makes the links of a repository, and tells its sessions. */
  #link(repo: Omit<Repo, "links">, entries: readonly SessionEntry[]): void {
    const { lost, reachable } = repo.state;
    const traces = entries.map((entry) => traceOf(entry, repo.tops));
    const links = linkCommits({ reachable: reachable.values(), lost: lost.values() }, traces);
    const counts = new Map(entries.map(({ id }) => [id, { high: 0, medium: 0, low: 0 }]));
    for (const { confidence, isPrimary, session } of links) {
      if (isPrimary) counts.get(session as TranscriptId)![confidence]++;
    }
    for (const entry of entries) {
      this.#options.library.setCommits(entry, counts.get(entry.id)!);
    }
    this.#repos.set(repo.key, { ...repo, links });
    this.rev++;
  }

  #keep({ key, state, tops }: Omit<Repo, "links">, known: Repo | null): void {
    const { store } = this.#options.library.options;
    if (known?.state === state) return;
    store.together(() => {
      const all = (it: RepoState | undefined) =>
        new Map([...it?.reachable ?? [], ...it?.lost ?? []]);
      const [before, after] = [all(known?.state), all(state)];
      for (const [sha, commit] of after) {
        if (before.get(sha) === commit) continue;
        store.putDocument("commit", `${key}\n${sha}`, JSON.stringify(commit));
      }
      for (const sha of before.keys()) {
        if (!after.has(sha)) store.putDocument("commit", `${key}\n${sha}`, null);
      }
      const lost = [...state.lost.keys()];
      const kept = { tops, refs: state.refs, unpushed: [...state.unpushed], lost };
      store.putDocument("repo", key, JSON.stringify(kept));
    });
  }

  /** Takes up what was kept, after the library has. */
  restore(): void {
    const { library } = this.#options;
    const { store } = library.options;
    const commits = Map.groupBy(
      [...store.documents("commit")].map(([key, json]) => ({
        key: key.slice(0, key.lastIndexOf("\n")),
        commit: keptCommit(json),
      })),
      ({ key }) => key,
    );
    for (const [key, json] of store.documents("repo")) {
      const { lost, refs, tops, unpushed } = JSON.parse(json);
      const all = (commits.get(key) ?? []).map(({ commit }) => [commit.sha, commit] as const);
      const isLost = new Set<string>(lost);
      const state: RepoState = {
        refs,
        unpushed: new Set(unpushed),
        reachable: new Map(all.filter(([sha]) => !isLost.has(sha))),
        lost: new Map(all.filter(([sha]) => isLost.has(sha))),
      };
      for (const top of tops) {
        const tree = { key, problem: null, scannedMs: -Infinity, shellMs: -Infinity };
        this.#trees.set(top, tree);
      }
      const entries = [...library.sessions.values()].filter((entry) =>
        tops.includes(this.topOf(entry))
      );
      this.#link({ key, tops, state, uncommitted: new Map() }, entries);
    }
  }
}

/** From when on commits of sessions may be, ms since the Unix epoch: a whole day. */
function sinceMs(entries: readonly SessionEntry[], nowMs: number): number {
  const first = Math.min(...entries.map(({ facts }) => facts.startedMs ?? nowMs));
  const from = Math.max(first - DAY_MS, nowMs - MAX_AGE_MS);
  return Math.floor(from / DAY_MS) * DAY_MS;
}

/** What a session left in working trees: its own comes first. */
export function traceOf(
  { appendMs, facts, id }: SessionEntry,
  tops: readonly string[],
): SessionTrace {
  const files = Object.entries(facts.files).flatMap(([path, touch]) => {
    const top = tops.find((it) => path.startsWith(`${it}/`));
    const below = top === undefined ? null : path.slice(top.length + 1);
    return below === null || below.split("/").includes("..") ? [] : [[below, touch] as const];
  });
  return {
    id,
    files: new Map(files),
    lastMs: facts.updatedMs ?? appendMs,
    printed: facts.printed,
  };
}
