/**
 * Which commit came of which session: links with what they rest on. They are evidence, no proof of who
 * wrote what; who a commit names as its author is not looked at.
 *
 * @module
 */
import type { PrintedCommit, TouchFact } from "../state/facts.ts";
import type { Commit } from "./commit.ts";

/** How sure a link is. */
export type Confidence = "high" | "medium" | "low";

/** What a link rests on. */
export type Evidence = "printed" | "trailer" | "files" | "time" | "ambiguous" | "patch";

/** A commit and a session it may have come of. */
export interface CommitLink {
  readonly sha: string;
  readonly session: string;
  readonly confidence: Confidence;
  /** Share of the commit's files that the session edited, 0 to 1. */
  readonly overlap: number;
  readonly evidence: readonly Evidence[];
  /** Whether the commit counts for this session. */
  readonly isPrimary: boolean;
}

/** What a session left in a repository. */
export interface SessionTrace {
  readonly id: string;
  /** The files that it edited, below the top of their working tree. */
  readonly files: ReadonlyMap<string, TouchFact>;
  /** When something came of it last, ms since the Unix epoch. */
  readonly lastMs: number;
  readonly printed: readonly PrintedCommit[];
}

/** A repository, as links are made of it. */
export interface RepoCommits {
  /** Those that a branch reaches, here or as it is known of elsewhere. */
  readonly reachable: Iterable<Commit>;
  /** Those that no branch reaches any more, which somebody once made. */
  readonly lost: Iterable<Commit>;
}

/** A commit belongs to a session from so long before its first edit to so long after its end, ms. */
const BEFORE_MS = 2 * 60_000;
const AFTER_MS = 15 * 60_000;
/** From this share of files on a session may have made a commit. */
const MIN_OVERLAP = 0.5;
/** An id that git did not say it made is that of a commit that was made then, give or take, ms. */
const LISTED_WITHIN_MS = 2 * 60_000;
const RANK: Readonly<Record<Confidence, number>> = { high: 2, medium: 1, low: 0 };

/** Makes all links of a repository: those of a commit together, the primary one first. */
export function linkCommits(
  { reachable, lost }: RepoCommits,
  sessions: readonly SessionTrace[],
): CommitLink[] {
  const commits = [...reachable];
  const gone = [...lost];
  const heirs = heirsOf(gone, commits);
  const told = toldLinks(commits, gone, heirs, sessions);
  const byId = new Map(sessions.map((session) => [session.id, session]));
  for (const commit of commits) {
    for (const name of commit.named) {
      if (byId.has(name)) add(told, commit.sha, name, "high", "trailer");
    }
  }
  const windows = sessions.map(windowOf).filter((it) => it !== null);
  for (const [sha, heir] of heirs) {
    const commit = gone.find((it) => it.sha === sha)!;
    for (const { session, fromMs, toMs } of windows) {
      if (!isWithin(commit, fromMs, toMs) || overlapOf(commit, session) < MIN_OVERLAP) continue;
      add(told, heir.sha, session.id, "medium", "patch");
    }
  }
  const links: CommitLink[] = [];
  for (const commit of commits) {
    const there = told.get(commit.sha) ?? new Map<string, Told>();
    const isTaken = [...there.values()].some(({ confidence }) => confidence === "high");
    const found: Omit<CommitLink, "isPrimary">[] = [];
    for (const [id, it] of there) {
      const overlap = overlapOf(commit, byId.get(id)!);
      const confidence = isTaken && it.confidence === "medium" ? "low" : it.confidence;
      const { evidence } = it;
      found.push({ sha: commit.sha, session: id, confidence, overlap, evidence: [...evidence] });
    }
    for (const { session, fromMs, toMs } of windows) {
      const told = there.get(session.id);
      if (told?.confidence === "high" || !isWithin(commit, fromMs, toMs)) continue;
      const overlap = overlapOf(commit, session);
      const isLikely = overlap >= MIN_OVERLAP || told?.confidence === "medium";
      const confidence = isLikely && !isTaken ? "medium" : "low";
      const evidence: Evidence[] = overlap > 0 ? ["files", "time"] : ["time"];
      const at = found.findIndex((it) => it.session === session.id);
      const link = { sha: commit.sha, session: session.id, confidence, overlap, evidence } as const;
      if (at < 0) found.push(link);
      else found[at] = { ...link, evidence: [...evidence, ...found[at]!.evidence] };
    }
    found.sort((a, b) => compare(a, b, commit, byId));
    for (const [place, link] of found.entries()) links.push({ ...link, isPrimary: place === 0 });
  }
  return links;
}

interface Told {
  confidence: Confidence;
  readonly evidence: Set<Evidence>;
}

/** Links by ids that the sessions' own commands printed, by commit and session. */
function toldLinks(
  commits: readonly Commit[],
  lost: readonly Commit[],
  heirs: ReadonlyMap<string, Commit>,
  sessions: readonly SessionTrace[],
): Map<string, Map<string, Told>> {
  const told = new Map<string, Map<string, Told>>();
  const index = [...commits, ...lost].sort((a, b) => a.sha < b.sha ? -1 : 1);
  const isReachable = new Set(commits.map(({ sha }) => sha));
  for (const { id: session, printed } of sessions) {
    for (const { id, ms, isMade } of printed) {
      const matches = beginningWith(index, id)
        .filter((it) => isMade || Math.abs(it.committerMs - ms) <= LISTED_WITHIN_MS);
      const [only] = matches;
      if (only === undefined) continue;
      if (matches.length > 1) {
        for (const { sha } of matches) {
          if (isReachable.has(sha)) add(told, sha, session, "low", "ambiguous");
        }
      } else if (isReachable.has(only.sha)) add(told, only.sha, session, "high", "printed");
      else {
        const heir = heirs.get(only.sha);
        if (heir !== undefined) add(told, heir.sha, session, "high", "patch");
      }
    }
  }
  return told;
}

/** Commits that took the place of those that are gone: of those with the same change the nearest. */
function heirsOf(gone: readonly Commit[], commits: readonly Commit[]): Map<string, Commit> {
  const byPatch = Map.groupBy(
    commits.filter(({ patchId = "" }) => patchId !== ""),
    (it) => it.patchId!,
  );
  const heirs = new Map<string, Commit>();
  for (const { sha, patchId = "", committerMs } of gone) {
    const distance = (it: Commit) => Math.abs(it.committerMs - committerMs);
    const [nearest] = (byPatch.get(patchId) ?? [])
      .toSorted((a, b) => distance(a) - distance(b) || (a.sha < b.sha ? -1 : 1));
    if (nearest !== undefined) heirs.set(sha, nearest);
  }
  return heirs;
}

/** Commits whose id begins so, of a list in the order of ids. */
export function beginningWith(index: readonly Commit[], beginning: string): Commit[] {
  let [low, high] = [0, index.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (index[middle]!.sha < beginning) low = middle + 1;
    else high = middle;
  }
  const found: Commit[] = [];
  for (let at = low; index[at]?.sha.startsWith(beginning); at++) found.push(index[at]!);
  return found;
}

function add(
  told: Map<string, Map<string, Told>>,
  sha: string,
  session: string,
  confidence: Confidence,
  evidence: Evidence,
): void {
  const links = told.get(sha) ?? new Map<string, Told>();
  told.set(sha, links);
  const known = links.get(session);
  if (known === undefined) links.set(session, { confidence, evidence: new Set([evidence]) });
  else {
    if (RANK[confidence] > RANK[known.confidence]) known.confidence = confidence;
    known.evidence.add(evidence);
  }
}

function windowOf(session: SessionTrace) {
  let firstMs = Infinity;
  for (const touch of session.files.values()) firstMs = Math.min(firstMs, touch.firstMs);
  if (firstMs === Infinity) return null;
  return { session, fromMs: firstMs - BEFORE_MS, toMs: session.lastMs + AFTER_MS };
}

function isWithin({ authorMs, committerMs }: Commit, fromMs: number, toMs: number): boolean {
  return authorMs >= fromMs && authorMs <= toMs || committerMs >= fromMs && committerMs <= toMs;
}

function overlapOf({ files, fileCount }: Commit, session: SessionTrace): number {
  if (fileCount === 0) return 0;
  const edited = files.filter((names) => names.some((name) => session.files.has(name))).length;
  return edited / fileCount;
}

/** The nearest edit of the commit's files before it, ms between them. */
function sinceEditMs({ files, committerMs }: Commit, session: SessionTrace): number {
  let nearest = Infinity;
  for (const name of files.flat()) {
    const lastMs = session.files.get(name)?.lastMs ?? Infinity;
    if (lastMs <= committerMs) nearest = Math.min(nearest, committerMs - lastMs);
  }
  return nearest;
}

function compare(
  a: Omit<CommitLink, "isPrimary">,
  b: Omit<CommitLink, "isPrimary">,
  commit: Commit,
  sessions: ReadonlyMap<string, SessionTrace>,
): number {
  const rank = RANK[b.confidence] - RANK[a.confidence];
  if (rank !== 0) return rank;
  if (a.overlap !== b.overlap) return b.overlap - a.overlap;
  const [nearA, nearB] = [a, b].map((it) => sinceEditMs(commit, sessions.get(it.session)!));
  if (nearA !== nearB) return nearA! < nearB! ? -1 : 1;
  return a.session < b.session ? -1 : 1;
}
