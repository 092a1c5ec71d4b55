/**
 * Answers about what sessions produced. No transcript is opened for any of it.
 *
 * @module
 */
import type { CommitBook } from "../commits/book.ts";
import { parseTranscriptId } from "../ids.ts";
import { wholeNumber } from "../items/params.ts";
import type { BoardLibrary } from "../library/library.ts";
import type { SessionEntry } from "../library/session_entry.ts";
import { isProblem, type Problem, problem } from "../problem.ts";
import type { NoteOrder, ReportQuestion } from "../questions.ts";
import { backlinksOf } from "./backlinks.ts";
import { insightCommits, insightSessions, loopInputs, relatedInputs } from "./gather.ts";
import { computeInsights } from "./insights.ts";
import { journalOf } from "./journal.ts";
import { LoopLog } from "./loop_log.ts";
import { loopsOf, type OpenLoop } from "./loops.ts";
import type { InsightData } from "./model.ts";
import { Notes } from "./notes.ts";
import { dayParam, type RangeParams, rangeParams, Zones } from "./params.ts";
import { RelatedIndex } from "./related.ts";
import { MAX_BARS, timelineOf } from "./timeline.ts";
import { dayAfter, Zone } from "./zone.ts";
import { QUARTER_MS } from "../money/usage.ts";

/** What reports are made of. */
export interface ReportOptions {
  readonly library: BoardLibrary;
  readonly book: CommitBook;
  /** Ms since the Unix epoch. */
  readonly nowMs: () => number;
  /** Tells how long something takes, seconds. */
  readonly nowS: () => number;
  /** The IANA zone of days; the host's without one. */
  readonly zone?: string;
}

/** What was computed, and how long that took. */
interface Computed {
  readonly it: object;
  readonly computedMs: number;
}

/** States change by time alone: what was computed stands for so long at most, ms. */
const KEEP_MS = 60_000;
const MAX_KEPT = 16;
/** What is open is looked for so often while things change, ms. */
const LOOPS_EVERY_MS = 10_000;
const DAY_MS = 86_400_000;

/** Reports from a library and its repositories. */
export class Reports {
  readonly notes: Notes;
  readonly #options: ReportOptions;
  readonly #zones: Zones;
  readonly #log: LoopLog;
  readonly #kept = new Map<string, Computed & { readonly rev: string; readonly ms: number }>();
  #related: { readonly rev: string; readonly index: RelatedIndex } | null = null;
  #loops:
    | { readonly rev: string; readonly ms: number; readonly loops: readonly OpenLoop[] }
    | null = null;

  /** Reports from these; what was kept is taken up. */
  constructor(options: ReportOptions) {
    this.#options = options;
    this.#zones = new Zones(new Zone(options.zone));
    this.notes = new Notes(options.library.options.store);
    this.#log = new LoopLog(options.library.options.store);
  }

  /** What a question is answered with, as data. */
  answer({ name, query, session }: ReportQuestion): object | Problem {
    const params = new URLSearchParams(query);
    switch (name) {
      case "insights":
        return this.#insights(params);
      case "timeline":
        return this.#timeline(params);
      case "journal":
        return this.#journal(params);
      case "open-loops":
        return this.#openLoops(params);
      case "backlinks":
        return backlinksOf(params, { ...this.#options, notes: this.notes });
    }
    const entry = this.#entry(session);
    if (isProblem(entry)) return entry;
    switch (name) {
      case "commits":
        return this.#commits(entry);
      case "related":
        return this.#relatedTo(entry, params);
      case "notes":
        return { notes: this.notes.of(entry.id) };
    }
  }

  /** Writes, changes or deletes a note. */
  order(order: NoteOrder): object | Problem | null {
    const nowMs = this.#options.nowMs();
    if (order.type === "drop") return this.notes.drop(order.note);
    if (order.type === "change") return this.notes.change(order.note, order, nowMs);
    const entry = this.#entry(order.id);
    return isProblem(entry) ? entry : this.notes.add(entry.id, order, nowMs);
  }

  /** Remembers what is open now, if something may have changed. */
  noteLoops(): void {
    this.#openNow();
  }

  /** The commits that count for a session, the newest first. */
  briefCommits(entry: SessionEntry): { readonly sha: string; readonly subject: string }[] {
    return this.#options.book.linksOf(entry)
      .filter(({ link }) => link.isPrimary && link.confidence !== "low")
      .map(({ commit: { sha, subject } }) => ({ sha, subject }));
  }

  #entry(text: string | null): SessionEntry | Problem {
    const id = parseTranscriptId(text ?? "");
    const entry = id === null ? undefined : this.#options.library.sessions.get(id);
    return entry ?? problem(404, "session_not_found", "there is no such session");
  }

  #commits(entry: SessionEntry): object {
    const { book } = this.#options;
    const top = book.topOf(entry);
    const reason = top === null ? undefined : book.problems.get(top);
    return {
      commits: book.linksOf(entry).map(({ commit, link }) => ({
        sha: commit.sha,
        subject: commit.subject,
        authoredAt: new Date(commit.authorMs).toISOString(),
        files: commit.fileCount,
        confidence: link.confidence,
        overlap: Math.round(link.overlap * 1000) / 1000,
        evidence: link.evidence,
        primary: link.isPrimary,
      })),
      repo: top,
      ...(reason !== undefined && { problem: reason }),
    };
  }

  #relatedTo(entry: SessionEntry, params: URLSearchParams): object | Problem {
    const limit = wholeNumber(params, "limit", 8, 1, 50);
    if (isProblem(limit)) return { ...limit, code: "bad_limit" };
    const rev = this.#rev;
    const { book, library } = this.#options;
    if (this.#related?.rev !== rev) {
      this.#related = { rev, index: new RelatedIndex(relatedInputs(library, book)) };
    }
    const related = this.#related.index.related(entry.id, limit).map((it) => ({
      ...it,
      title: this.#titleOf(it.id),
    }));
    return { related };
  }

  #titleOf(id: string): string {
    const entry = this.#entry(id);
    return isProblem(entry) ? id : entry.assessed?.session.title ?? id;
  }

  #openLoops(params: URLSearchParams): object | Problem {
    const days = wholeNumber(params, "days", 14, 1, 400);
    const limit = wholeNumber(params, "limit", 50, 1, 500);
    for (const it of [days, limit]) if (isProblem(it)) return { ...it, code: "bad_query" };
    const fromMs = this.#options.nowMs() - Number(days) * DAY_MS;
    const loops = this.#openNow().filter(({ sinceMs }) => sinceMs >= fromMs);
    return {
      total: loops.length,
      loops: loops.slice(0, Number(limit)).map(({ sinceMs, ...loop }) => ({
        ...loop,
        title: this.#titleOf(loop.sessionId),
        since: new Date(sinceMs).toISOString(),
      })),
    };
  }

  /** What is open, the newest first. */
  #openNow(): readonly OpenLoop[] {
    const { book, library, nowMs } = this.#options;
    const [rev, ms] = [this.#rev, nowMs()];
    const age = ms - (this.#loops?.ms ?? -Infinity);
    if (this.#loops !== null && age < (this.#loops.rev === rev ? KEEP_MS : LOOPS_EVERY_MS)) {
      return this.#loops.loops;
    }
    const loops = loopInputs(library, book, ms).flatMap(loopsOf)
      .sort((a, b) => b.sinceMs - a.sinceMs || (a.id < b.id ? -1 : 1));
    this.#log.note(loops, ms);
    const old = Map.groupBy(
      loops.filter(({ sinceMs }) => ms - sinceMs >= DAY_MS),
      ({ sessionId }) => sessionId,
    );
    for (const entry of library.sessions.values()) {
      const loop = old.get(entry.id)?.at(-1);
      library.setOpenLoop(entry, loop === undefined ? null : loop);
    }
    this.#loops = { rev, ms, loops };
    return loops;
  }

  #insights(params: URLSearchParams): object | Problem {
    const range = this.#range(params);
    if (isProblem(range)) return range;
    const { book, library } = this.#options;
    book.want();
    const { computedMs, isKept, it } = this.#keptOr(
      "insights",
      range,
      () => computeInsights(this.#data(range), range, library.copilot.aiDays),
    );
    return { rev: library.rev + book.rev, ...it, computedMs, cached: isKept };
  }

  #timeline(params: URLSearchParams): object | Problem {
    const range = this.#range(params);
    if (isProblem(range)) return range;
    if (range.project === null) {
      return problem(400, "bad_query", "project is missing: name the key of one of byProject");
    }
    return this.#keptOr("timeline", range, () => {
      const data = this.#data(range);
      const startMs = range.zone.startMs(range.from);
      const endMs = range.zone.startMs(dayAfter(range.to, 1)) - 1;
      const sessions = data.sessions.filter(({ project }) => project.key === range.project);
      return timelineOf({ ...data, sessions }, { startMs, endMs }) ??
        problem(400, "too_many_bars", `more than ${MAX_BARS} sessions`, {
          try: "a shorter range, by from and to",
        });
    }).it;
  }

  #journal(params: URLSearchParams): object | Problem {
    const range = this.#range(new URLSearchParams({ tz: params.get("tz") ?? this.#usual }));
    if (isProblem(range)) return range;
    const day = dayParam(params, "day", range.today);
    if (isProblem(day)) return day;
    const { zone } = range;
    const its = { ...range, from: day, to: day };
    return this.#keptOr("journal", its, () => ({
      ...journalOf(this.#data(its), day, zone),
      ...this.#log.count((ms) => zone.place(ms).day === day),
    })).it;
  }

  get #usual(): string {
    return (this.#zones.of(null) as Zone).name;
  }

  #range(params: URLSearchParams): RangeParams | Problem {
    return rangeParams(params, { nowMs: this.#options.nowMs(), zones: this.#zones });
  }

  #data({ from, to }: Pick<RangeParams, "from" | "to">): InsightData {
    const { book, library, nowMs } = this.#options;
    // A day begins within a day of UTC's in any zone.
    const quarterOf = (day: string) => Math.floor(Date.parse(day) / QUARTER_MS);
    return {
      sessions: insightSessions(library, book, nowMs()),
      usage: library.options.store.usage(
        quarterOf(dayAfter(from, -1)),
        quarterOf(dayAfter(to, 2)),
      ),
      commits: insightCommits(book),
    };
  }

  /** What was computed for the same question, while it stands; else computes it. */
  #keptOr(
    name: string,
    range: RangeParams,
    compute: () => object,
  ): Computed & { readonly isKept: boolean } {
    const { from, project, to, today, zone } = range;
    const key = [name, from, to, zone.name, project ?? "", today].join("\n");
    const { nowMs, nowS } = this.#options;
    const [rev, ms, beganS] = [this.#rev, nowMs(), nowS()];
    const kept = this.#kept.get(key);
    if (kept?.rev === rev && ms - kept.ms < KEEP_MS) return { ...kept, isKept: true };
    const it = compute();
    const computedMs = Math.round((nowS() - beganS) * 10_000) / 10;
    this.#kept.delete(key);
    this.#kept.set(key, { rev, ms, it, computedMs });
    if (this.#kept.size > MAX_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return { it, computedMs, isKept: false };
  }

  get #rev(): string {
    const { book, library } = this.#options;
    return `${library.rev}.${book.rev}`;
  }
}
