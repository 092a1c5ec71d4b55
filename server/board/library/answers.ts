/**
 * Answers questions about sessions. A window reads what it shows; nothing but an export of a whole
 * thread reads a whole transcript, and that piece by piece.
 *
 * @module
 */
import { NO_WORK_LOG, type WorkLog } from "../debug/work_board.ts";
import { parseTranscriptId } from "../ids.ts";
import { parseStreamCursor, streamCursor } from "../items/cursor.ts";
import { outlineOf } from "../items/outline.ts";
import { type WindowParams, windowParams } from "../items/params.ts";
import { projectItem } from "../items/project.ts";
import { openWindow } from "../items/window.ts";
import { isProblem, type Problem, problem } from "../problem.ts";
import type { Reports } from "../insights/reports.ts";
import {
  type BoardAnswer,
  type BoardQuestion,
  type BoardReader,
  type ReportQuestion,
  type SessionPart,
  snoozeProblem,
} from "../questions.ts";
import { agentsOf } from "../state/agents.ts";
import { briefOf } from "../state/brief.ts";
import type { RegistryEntry } from "../state/live.ts";
import { assessedNow } from "./changes.ts";
import { find, findRequest } from "./find.ts";
import type { BoardLibrary } from "./library.ts";
import type { SessionEntry } from "./session_entry.ts";
import { listSessions } from "./session_list.ts";
import { eventsSince } from "./since.ts";
import { standingOf } from "./standing.ts";
import {
  isEnd,
  itemOf,
  openEnd,
  type OpenView,
  openWhole,
  plannedPlace,
  threadPlace,
} from "./thread_view.ts";

/** What answers are made of. */
export interface AnswerOptions {
  readonly library: BoardLibrary;
  /** Ms since the Unix epoch. */
  readonly nowMs: () => number;
  /** Waits for the next turn, so that long work leaves room for other work. */
  readonly turn: () => Promise<void>;
  /** Tells this start of the process from others. */
  readonly boot: string;
  /** How the reading of files goes. */
  readonly ingest: () => object;
  readonly reports: Reports;
  /** What running agents say of themselves at this moment; without it, what they said last. */
  readonly registry?: () => Promise<ReadonlyMap<string, RegistryEntry>>;
  /** Told of a file that has changed, as somebody says. */
  readonly touched?: (path: string) => void;
  /** Told what is being answered. */
  readonly work?: WorkLog;
}

/** Items of a whole thread that are answered at a time. */
const PIECE_ITEMS = 64;

/** Answers from a library in the same thread. */
export class Answers implements BoardReader {
  readonly #options: AnswerOptions;

  /** Answers with these parts. */
  constructor(options: AnswerOptions) {
    this.#options = options;
  }

  /** See {@link BoardReader.ask}. */
  async ask(question: BoardQuestion): Promise<BoardAnswer> {
    const { work = NO_WORK_LOG } = this.#options;
    const end = work.begin(nameOf(question));
    const answer = await this.#answer(question).finally(end);
    return isProblem(answer) ? { kind: "problem", problem: answer } : answer;
  }

  async #answer(question: BoardQuestion): Promise<BoardAnswer | Problem> {
    const { library, ingest, nowMs } = this.#options;
    if (question.kind === "ingest") return json(ingest(), null);
    if (question.kind === "sessions") {
      const list = listSessions(library, new URLSearchParams(question.query), nowMs());
      if (isProblem(list)) return list;
      // States change by time alone, so only the list itself says whether it is the same.
      const text = JSON.stringify(list);
      const etag = this.#tag("list", text);
      return etag === question.etag ? { kind: "same", etag } : { kind: "json", json: text, etag };
    }
    if (question.kind === "report") return this.#report(question);
    if (question.kind === "note") {
      const done = this.#options.reports.order(question.order);
      return done === null ? { kind: "done" } : isProblem(done) ? done : json(done, null);
    }
    const id = parseTranscriptId(question.id);
    if (question.kind === "hook") {
      if (id !== null) library.hear(id, question.event);
      if (question.path !== null) this.#options.touched?.(question.path);
      return { kind: "done" };
    }
    const entry = id === null ? undefined : library.sessions.get(id);
    if (entry === undefined) return problem(404, "session_not_found", "there is no such session");
    switch (question.kind) {
      case "seen":
        library.setView(entry, { seenMs: nowMs() });
        return { kind: "done" };
      case "snooze":
        return this.#snooze(entry, question.minutes);
      case "item":
        return await this.#item(entry, question);
      case "thread":
        return await this.#thread(entry, question);
      case "since":
        return await this.#since(entry, question.cursor);
      case "standing": {
        const { registry } = this.#options;
        if (registry !== undefined) library.setRegistry(await registry());
        return json(standingOf(library, entry, this.#session(entry)), null);
      }
      default:
        return await this.#part(entry, question);
    }
  }

  #report(question: ReportQuestion): BoardAnswer | Problem {
    const report = this.#options.reports.answer(question);
    if (isProblem(report)) return report;
    const text = JSON.stringify(report);
    // When and how it was computed makes it no other answer.
    const its = { ...report, rev: undefined, computedMs: undefined, cached: undefined };
    const said = JSON.stringify(its);
    const etag = this.#tag(question.name, said);
    return etag === question.etag ? { kind: "same", etag } : { kind: "json", json: text, etag };
  }

  async #part(
    entry: SessionEntry,
    { kind, query, etag: known }: BoardQuestion & { readonly kind: SessionPart },
  ): Promise<BoardAnswer | Problem> {
    const params = new URLSearchParams(query);
    const etag = this.#tag(`${kind}${this.#revOf(entry)}`, query);
    if (kind === "window") return await this.#window(entry, params, etag, known);
    if (known === etag) return { kind: "same", etag };
    const { library, nowMs, turn } = this.#options;
    switch (kind) {
      case "brief":
        return json({
          ...briefOf(entry.facts, this.#options.reports.briefCommits(entry)),
          rev: library.rev,
        }, etag);
      case "agents":
        return json({ agents: agentsOf(entry.facts, nowMs()), rev: library.rev }, etag);
      case "lineage": {
        const { lineage } = this.#session(entry);
        return json({ ...lineage, continues: lineage.continues ?? null, rev: library.rev }, etag);
      }
      case "outline": {
        const place = threadPlace(entry, params.get("agent"));
        if (isProblem(place)) return place;
        const opened = await openWhole(library, place, turn);
        if (isProblem(opened)) return opened;
        using it = opened;
        const { index, thread, gen } = it.view;
        return json({ ...outlineOf(index, thread, gen), rev: library.rev }, etag);
      }
      case "find": {
        const request = findRequest(params);
        if (isProblem(request)) return request;
        const place = threadPlace(entry, params.get("agent"));
        if (isProblem(place)) return place;
        const opened = await openWhole(library, place, turn);
        if (isProblem(opened)) return opened;
        using it = opened;
        return json({ ...find(it.view, request), rev: library.rev }, etag);
      }
    }
  }

  async #window(
    entry: SessionEntry,
    query: URLSearchParams,
    etag: string,
    known: string | null,
  ): Promise<BoardAnswer | Problem> {
    const params = windowParams(query);
    if (isProblem(params)) return params;
    if (params === null) return problem(400, "bad_window", "a whole thread comes in pieces");
    const opened = await this.#open(entry, params);
    if (isProblem(opened)) return opened;
    using it = opened;
    // What one end of a file showed is another answer than what the index shows.
    const tag = it.view.isWhole ? etag : etag.replace(/"$/, `-end"`);
    if (tag === known) return { kind: "same", etag: tag };
    const place = plannedPlace(this.#placeOf(entry, params), it, entry);
    if (isProblem(place)) return place;
    const { limit, maxBytes, hasQuiet } = params;
    const { items, window } = openWindow(it.view, { limit, place, maxBytes, hasQuiet });
    const text =
      `{"session":${JSON.stringify(this.#session(entry))},"items":[${items.join(",")}],` +
      `"window":${JSON.stringify(window)},` +
      `"streamCursor":${JSON.stringify(streamCursor(it.view.gen, it.offset))},` +
      `"rev":${this.#options.library.rev}}`;
    return { kind: "json", json: text, etag: tag };
  }

  /** One end of a file is shown without an index; that is made for whoever looks elsewhere. */
  async #open(entry: SessionEntry, params: WindowParams): Promise<OpenView | Problem> {
    const { library, turn } = this.#options;
    const place = threadPlace(entry, params.agent);
    if (isProblem(place)) return place;
    const { file } = place;
    const wanted = this.#placeOf(entry, params);
    if (file.index !== null || !isEnd(wanted, params.agent, file)) {
      return await openWhole(library, place, turn);
    }
    const end = wanted.kind === "head" ? "head" : "tail";
    return openEnd(library, place, { end, limit: params.limit });
  }

  #placeOf(entry: SessionEntry, { place }: WindowParams) {
    if (place !== null) return place;
    this.#session(entry);
    return { kind: entry.assessed!.isLive ? "tail" : "head" } as const;
  }

  async #item(
    entry: SessionEntry,
    { item, query, etag: known }: BoardQuestion & { readonly kind: "item" },
  ): Promise<BoardAnswer | Problem> {
    const params = new URLSearchParams(query);
    const etag = this.#tag(`item${this.#revOf(entry)}:${item}`, query);
    if (etag === known) return { kind: "same", etag };
    const place = threadPlace(entry, params.get("agent"));
    if (isProblem(place)) return place;
    const opened = await openWhole(this.#options.library, place, this.#options.turn);
    if (isProblem(opened)) return opened;
    using it = opened;
    const { view } = it;
    const n = /^\d{1,10}$/.test(item) ? Number(item) : itemOf(view, item);
    if (n === null || n >= view.total) {
      return problem(404, "item_not_found", "this thread has no such item");
    }
    const whole = projectItem(n, view);
    const part = params.get("part");
    if (part === null) return json(whole, etag);
    const block = /^\d{1,6}$/.test(part) ? whole.text?.[Number(part)] : undefined;
    if (block === undefined) return problem(404, "part_not_found", "the item has no such part");
    return json(block, etag);
  }

  async #thread(
    entry: SessionEntry,
    { agent, from, gen }: BoardQuestion & { readonly kind: "thread" },
  ): Promise<BoardAnswer | Problem> {
    const { library, turn } = this.#options;
    const place = threadPlace(entry, agent);
    if (isProblem(place)) return place;
    const opened = await openWhole(library, place, turn);
    if (isProblem(opened)) return opened;
    using it = opened;
    const { view } = it;
    if (gen !== null && gen !== view.gen) {
      return problem(409, "cursor_stale", "the transcript is another file than it was", {
        gen: view.gen,
      });
    }
    const to = Math.min(view.total, from + PIECE_ITEMS);
    const items: string[] = [];
    for (let n = from; n < to; n++) items.push(JSON.stringify(projectItem(n, view)));
    const isLast = to >= view.total;
    const window = {
      start: 0,
      end: view.total,
      total: view.total,
      totalExact: true,
      hasBefore: false,
      hasAfter: false,
      before: null,
      after: null,
      anchor: "head",
      ...(view.isHeadCut && { truncatedHead: true }),
    };
    const cursor = streamCursor(view.gen, it.offset);
    const needsFrame = from === 0 || isLast;
    return {
      kind: "thread",
      items: items.join(","),
      next: isLast ? null : to,
      gen: view.gen,
      frame: needsFrame
        ? {
          session: JSON.stringify(this.#session(entry)),
          tail: `"window":${JSON.stringify(window)},"streamCursor":${JSON.stringify(cursor)},` +
            `"rev":${library.rev}`,
        }
        : null,
    };
  }

  async #since(entry: SessionEntry, cursor: string | null): Promise<BoardAnswer | Problem> {
    const { library, turn } = this.#options;
    const place = threadPlace(entry, null);
    if (isProblem(place)) return place;
    const { live, health, attention, cost, context } = this.#session(entry);
    const state = JSON.stringify({ live, health, attention, cost, context });
    const { file } = place;
    const from = cursor === null ? null : parseStreamCursor(cursor);
    // Who has all needs no index.
    if (from === null || (from.gen === file.gen && from.offset >= file.offset)) {
      const at = streamCursor(file.gen, file.offset);
      return { kind: "events", events: [], cursor: at, isMore: false, state };
    }
    if (from.gen !== file.gen) return anotherFile(file.gen, file.offset);
    const opened = await openWhole(library, place, turn);
    if (isProblem(opened)) return opened;
    using it = opened;
    if (it.view.gen !== from.gen) return anotherFile(it.view.gen, it.offset);
    return eventsSince(it, from.offset, state);
  }

  #snooze(entry: SessionEntry, minutes: number): BoardAnswer | Problem {
    const refused = snoozeProblem(minutes);
    if (refused !== null) return refused;
    const { library, nowMs } = this.#options;
    library.setView(entry, { snoozedUntilMs: minutes === 0 ? 0 : nowMs() + minutes * 60_000 });
    return { kind: "done" };
  }

  #session(entry: SessionEntry) {
    return assessedNow(this.#options.library, entry, this.#options.nowMs()).session;
  }

  /** Changes with the session, and with its state that changes by time alone. */
  #revOf(entry: SessionEntry): string {
    const { live, attention } = this.#session(entry);
    return `${entry.rev}.${live.state}.${Date.parse(live.since)}.${attention.priority}`;
  }

  #tag(what: string, query: string): string {
    return `"${this.#options.boot.slice(0, 8)}-${hash(`${what}?${query}`)}"`;
  }
}

/** Whoever follows a file that was replaced looks anew, and goes on from where this one ends by now. */
function anotherFile(gen: number, offset: number): Problem {
  return problem(409, "cursor_stale", "the transcript is another file than it was", {
    ...{ gen, cursor: streamCursor(gen, offset) },
  });
}

/** What a question is called among the work of its thread. */
function nameOf(question: BoardQuestion): string {
  if (question.kind === "report") return `report ${question.name}`;
  return "id" in question ? `${question.kind} of session ${question.id}` : question.kind;
}

function json(value: object, etag: string | null): BoardAnswer {
  return { kind: "json", json: JSON.stringify(value), etag };
}

/** FNV-1a over code units, twice with different beginnings: 64 bits. */
function hash(text: string): string {
  let [a, b] = [0x811c9dc5, 0x1b873593];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
  }
  return (a >>> 0).toString(16).padStart(8, "0") + (b >>> 0).toString(16).padStart(8, "0");
}
