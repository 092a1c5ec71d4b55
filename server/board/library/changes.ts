/**
 * What changes on the board: sessions are assessed when something has come of them, or when their
 * state may be another one by now, and told when their card is another one.
 *
 * @module
 */
import { QUARTER_MS } from "../money/usage.ts";
import { NO_AUTOPILOT } from "../copilot_news.ts";
import { type Card, cardOf, columnOf, DONE_MS, leavesMs } from "../state/card.ts";
import { noteWorst } from "../state/health.ts";
import { type Assessed, assessSession } from "../state/session.ts";
import { roundUsd, usdSince } from "../state/usage_facts.ts";
import type { DayClock } from "./day.ts";
import type { BoardLibrary } from "./library.ts";
import type { SessionEntry } from "./session_entry.ts";

/** Money of all sessions together. */
export interface MoneyTotals {
  /** Since midnight. */
  readonly todayUsd: number;
  /** Tokens of models without a price. */
  readonly unpricedTokens: number;
}

/** Cards that came or changed, and cards that went. */
export interface BoardChange {
  readonly up: readonly Omit<Card, "rev">[];
  readonly rm: readonly string[];
  readonly money: MoneyTotals | null;
}

/** Tells changes of a library's sessions. */
export class BoardChanges {
  readonly #library: BoardLibrary;
  readonly #days: DayClock;
  #money: MoneyTotals = { todayUsd: 0, unpricedTokens: 0 };
  #nextMs = 0;
  #hasTold = false;
  #dayMs = 0;
  #quarter = NaN;

  /** Nothing has been told. */
  constructor(library: BoardLibrary, days: DayClock) {
    this.#library = library;
    this.#days = days;
  }

  /** When something may change although nothing comes, ms since the Unix epoch. */
  get nextMs(): number {
    return this.#nextMs;
  }

  /** What has changed since the last time; null for nothing. */
  take(nowMs: number): BoardChange | null {
    const up: Omit<Card, "rev">[] = [];
    const rm: string[] = [];
    let nextMs = Infinity;
    let hasMoney = false;
    for (const entry of this.#library.sessions.values()) {
      const until = entry.assessed === null ? 0 : untilMs(entry);
      // Most sessions left the board long ago: the others are told first.
      if (until === 0 && !this.#hasTold && hasLeft(entry, nowMs)) {
        hasMoney = true;
        nextMs = 0;
        continue;
      }
      if (entry.isDirty || until <= nowMs) {
        hasMoney ||= entry.isDirty;
        this.#assess(entry, nowMs, up, rm);
      }
      nextMs = Math.min(nextMs, untilMs(entry));
    }
    const dayMs = this.#dayOf(nowMs);
    const money = hasMoney || dayMs !== this.#dayMs ? this.#totals(dayMs) : null;
    this.#dayMs = dayMs;
    this.#nextMs = nextMs;
    this.#hasTold = true;
    return up.length + rm.length > 0 || money !== null ? { up, rm, money } : null;
  }

  /** When the day began. It begins with a quarter of an hour in every zone, so that is when it is asked. */
  #dayOf(nowMs: number): number {
    const quarter = Math.floor(nowMs / QUARTER_MS);
    if (quarter === this.#quarter) return this.#dayMs;
    this.#quarter = quarter;
    return this.#days.startMs(nowMs);
  }

  #assess(
    entry: SessionEntry,
    nowMs: number,
    up: Omit<Card, "rev">[],
    rm: string[],
  ): void {
    assess(this.#library, entry, nowMs);
    const { session } = entry.assessed!;
    const col = columnOf(session, nowMs);
    // What has not been read to its end would be told wrong.
    if (col === null || !entry.isRead) {
      if (entry.cardJson !== null) rm.push(entry.id);
      entry.cardJson = null;
      return;
    }
    const card = cardOf(session, col, entry.facts);
    const json = JSON.stringify(card);
    if (json === entry.cardJson) return;
    entry.cardJson = json;
    up.push(card);
  }

  #totals(dayMs: number): MoneyTotals | null {
    const quarter = Math.floor(dayMs / QUARTER_MS);
    let todayUsd = 0;
    let unpricedTokens = 0;
    for (const { facts } of this.#library.sessions.values()) {
      unpricedTokens += facts.usage.unpricedTokens;
      if ((facts.updatedMs ?? 0) >= dayMs) todayUsd += usdSince(facts.usage, quarter);
    }
    const money = { todayUsd: roundUsd(todayUsd), unpricedTokens };
    const isSame = money.todayUsd === this.#money.todayUsd &&
      money.unpricedTokens === this.#money.unpricedTokens;
    this.#money = money;
    return isSame ? null : money;
  }
}

/** Until when what was told of a session is so if nothing comes, ms since the Unix epoch. */
function untilMs({ assessed, cardJson }: SessionEntry): number {
  if (assessed === null) return 0;
  // What is not on the board does not leave it: most sessions have ended long ago.
  return cardJson === null
    ? assessed.untilMs
    : Math.min(assessed.untilMs, leavesMs(assessed.session));
}

/** Whether a session ended so long ago that it is on no board, whatever else is known of it. */
function hasLeft({ appendMs, hook, registry }: SessionEntry, nowMs: number): boolean {
  return hook === null && registry === null && nowMs - appendMs >= DONE_MS;
}

/**
 * What is so of a session now; the board is told of what that changes when its turn comes.
 */
export function assessedNow(
  library: BoardLibrary,
  entry: SessionEntry,
  nowMs: number,
): Assessed {
  if (entry.isDirty || entry.assessed === null || entry.assessed.untilMs <= nowMs) {
    assess(library, entry, nowMs);
    entry.isDirty = true;
  }
  return entry.assessed!;
}

/** Assesses a session now, and keeps what came out. */
export function assess(library: BoardLibrary, entry: SessionEntry, nowMs: number): void {
  const { facts, main } = entry;
  const { repoOf = () => null, prices } = library.options;
  const top = facts.cwd === null ? null : repoOf(facts.cwd);
  const { lineage } = library;
  const assessed = assessSession({
    id: entry.id,
    source: entry.adapter.name,
    facts,
    repo: top === null ? null : { top },
    hook: entry.hook,
    registry: entry.registry,
    view: entry.view,
    appendMs: entry.appendMs,
    nowMs,
    prices,
    headSkippedBytes: main?.start ?? 0,
    isPartial: entry.isPartial,
    isArchived: entry.isArchived,
    continues: lineage.parentOf(entry.id),
    continuedBy: lineage.childrenOf(entry.id),
    commits: entry.commits,
    openLoop: entry.openLoop,
    autopilot: library.copilot.autopilots.get(entry.id) ?? NO_AUTOPILOT,
  });
  facts.marks = [...assessed.marks];
  noteWorst(facts, assessed.session.health);
  entry.assessed = assessed;
  entry.isDirty = false;
}
