/**
 * What shipped, what burned, and when: a pure computation over what is known of sessions. A commit of
 * which nobody is sure (`low`) is shown, and enters no ratio.
 *
 * @module
 */
import type { AiDay } from "../copilot_news.ts";
import { modelKey } from "../money/prices.ts";
import { roundUsd } from "../state/usage_facts.ts";
import { heatLevels, median } from "./figures.ts";
import type { InsightCommit, InsightData, InsightSession } from "./model.ts";
import { daysBetween, type LocalPlace, type Zone } from "./zone.ts";

/** Which days, and of what. */
export interface InsightRange {
  /** The first day and the last one, such as `2026-10-01`. */
  readonly from: string;
  readonly to: string;
  readonly zone: Zone;
  /** Key of the only project to look at; null for all. */
  readonly project: string | null;
  /** The day it is. */
  readonly today: string;
}

/** A session in a ranking. */
export interface RankedSession {
  readonly id: string;
  readonly title: string;
  readonly project: string;
  readonly usd: number;
  readonly shipped: number;
  readonly possible: number;
}

/** Costs and commits of a group of sessions. */
export interface GroupFigures {
  readonly usd: number;
  readonly shipped: number;
  /** Commits for ten dollars; null below one dollar. */
  readonly per10: number | null;
  readonly usdPerCommit: number | null;
  /** Sessions in it. */
  readonly n: number;
}

/** A 24 × 7 grid: rows from Monday on. */
export type Grid = readonly (readonly number[])[];

/** What came out. Names are those of the wire. */
export interface Insights {
  readonly from: string;
  readonly to: string;
  readonly tz: string;
  readonly totals: {
    readonly usd: number;
    readonly sessions: number;
    readonly shipped: number;
    readonly possible: number;
    readonly shippedUsd: number;
    readonly burnedUsd: number;
    readonly restUsd: number;
    readonly medianUsd: number | null;
    /** What our own questions to models cost, beside all that; null for a single project. */
    readonly aiUsd: number | null;
    readonly unpricedTokens: number;
    readonly partialSessions: number;
  };
  readonly productive: readonly (RankedSession & { readonly score: number })[];
  readonly wasteful: readonly WastefulSession[];
  readonly uncertain: readonly WastefulSession[];
  readonly byProject: readonly (GroupFigures & { readonly key: string; readonly name: string })[];
  readonly byModel: readonly (GroupFigures & { readonly model: string })[];
  readonly calendar: readonly {
    readonly day: string;
    readonly usd: number;
    readonly level: number;
    readonly sessions: number;
    readonly commits: number;
    readonly partial?: boolean;
  }[];
  readonly grid: {
    readonly activity: Grid;
    readonly errors: Grid;
    readonly commits: Grid;
    /** Of activity; null where there was none. */
    readonly peak:
      | { readonly weekday: number; readonly hour: number; readonly count: number }
      | null;
  };
}

/** A session that cost much and brought nothing. */
export type WastefulSession = RankedSession & {
  readonly health: "warn" | "bad";
  /** Codes of the reasons of its health when that was at its worst. */
  readonly reasons: readonly string[];
  readonly waste: number;
};

/** A session with what is known of it in the range. */
interface Counted {
  readonly session: InsightSession;
  usd: number;
  shipped: number;
  possible: number;
  readonly models: Map<string, number>;
}

/** Sessions in a ranking. */
const TOP = 10;
/** Costs below this count as this where commits are divided by them, USD. */
const MIN_COST_USD = 0.25;
/** What costs less is no waste, USD. */
const MIN_WASTE_USD = 0.5;
const MIN_PER10_USD = 1;
const HALF_DAY_MS = 12 * 3600_000;

/** Computes it. */
export function computeInsights(
  data: InsightData,
  range: InsightRange,
  aiDays: readonly AiDay[] = [],
): Insights {
  const { from, project, to, today, zone } = range;
  const isIn = ({ day }: LocalPlace) => day >= from && day <= to;
  const sessions = new Map(
    data.sessions.filter((it) => project === null || it.project.key === project)
      .map((it) => [it.id, it]),
  );
  const counted = new Map<string, Counted>();
  const days = new Map(
    daysBetween(from, to).map((day) => [day, { usd: 0, commits: 0, sessions: new Set<string>() }]),
  );
  for (const { model, quarter, session: id, usd } of data.usage) {
    const session = sessions.get(id);
    if (session === undefined) continue;
    const place = zone.quarter(quarter);
    if (!isIn(place)) continue;
    let it = counted.get(id);
    if (it === undefined) {
      it = { session, usd: 0, shipped: 0, possible: 0, models: new Map() };
      counted.set(id, it);
    }
    it.usd += usd;
    const key = modelKey(model);
    it.models.set(key, (it.models.get(key) ?? 0) + usd);
    const day = days.get(place.day)!;
    day.usd += usd;
    day.sessions.add(id);
  }
  const grids = { activity: emptyGrid(), errors: emptyGrid(), commits: emptyGrid() };
  for (const commit of data.commits) {
    const it = counted.get(commit.session);
    const place = zone.place(commit.authorMs);
    if (it === undefined || !isIn(place)) continue;
    if (commit.confidence === "low") {
      it.possible++;
      continue;
    }
    it.shipped++;
    days.get(place.day)!.commits++;
    grids.commits[place.weekday]![place.hour]!++;
  }
  for (const { session } of counted.values()) {
    for (const [quarter, [acts, errors]] of Object.entries(session.activity)) {
      const place = zone.quarter(Number(quarter));
      if (!isIn(place)) continue;
      grids.activity[place.weekday]![place.hour]! += acts;
      grids.errors[place.weekday]![place.hour]! += errors;
    }
  }
  const all = [...counted.values()];
  const usd = sum(all, (it) => it.usd);
  const { uncertain, wasteful } = wasteOf(all);
  const shippedUsd = sum(all.filter(({ shipped }) => shipped > 0), (it) => it.usd);
  const burnedUsd = sum(wasteful, (it) => it.usd);
  const levels = heatLevels([...days.values()].map((it) => it.usd));
  const medianUsd = median(all.map((it) => it.usd));
  return {
    ...{ from, to, tz: zone.name },
    totals: {
      usd: roundUsd(usd),
      sessions: all.length,
      shipped: sum(all, (it) => it.shipped),
      possible: sum(all, (it) => it.possible),
      shippedUsd: roundUsd(shippedUsd),
      burnedUsd: roundUsd(burnedUsd),
      // What is left of the rounded ones, so that the three are the total.
      restUsd: roundUsd(roundUsd(usd) - roundUsd(shippedUsd) - roundUsd(burnedUsd)),
      medianUsd: medianUsd === null ? null : roundUsd(medianUsd),
      aiUsd: project === null ? aiUsdOn(aiDays, isIn, zone) : null,
      unpricedTokens: sum(all, ({ session }) => session.unpricedTokens),
      partialSessions: all.filter(({ session }) => session.isPartial).length,
    },
    productive: productiveOf(all),
    wasteful,
    uncertain,
    byProject: projectsOf(all),
    byModel: modelsOf(all),
    calendar: [...days].map(([day, it], no) => ({
      day,
      usd: roundUsd(it.usd),
      level: levels[no]!,
      sessions: it.sessions.size,
      commits: it.commits,
      ...(day === today && { partial: true }),
    })),
    grid: { ...grids, peak: peakOf(grids.activity) },
  };
}

/** Days are known by their beginning in the server's zone: each is the day that it mostly is in this one. */
function aiUsdOn(
  aiDays: readonly AiDay[],
  isIn: (place: LocalPlace) => boolean,
  zone: Zone,
): number {
  const days = aiDays.filter(({ startMs }) => isIn(zone.place(startMs + HALF_DAY_MS)));
  return roundUsd(sum(days, ({ usd }) => usd));
}

function productiveOf(all: readonly Counted[]): Insights["productive"] {
  return all.filter(({ shipped }) => shipped > 0)
    .map((it) => ({ ...ranked(it), score: round3(it.shipped / Math.max(it.usd, MIN_COST_USD)) }))
    .sort((a, b) =>
      b.score - a.score || b.shipped - a.shipped || a.usd - b.usd || (a.id < b.id ? -1 : 1)
    )
    .slice(0, TOP);
}

function wasteOf(all: readonly Counted[]) {
  const limit = Math.max(MIN_WASTE_USD, median(all.map(({ usd }) => usd)) ?? 0);
  const found = all.flatMap((it): WastefulSession[] => {
    const { session, shipped, usd } = it;
    const health = session.worstHealth;
    if (!session.isOver || !session.hasRepo || shipped > 0 || usd < limit) return [];
    if (health === "good") return [];
    const reasons = session.worstReasons;
    return [{
      ...ranked(it),
      health,
      reasons,
      waste: roundUsd(usd * (health === "bad" ? 1 : 0.5)),
    }];
  }).sort((a, b) => b.waste - a.waste || (a.id < b.id ? -1 : 1));
  return {
    wasteful: found.filter(({ possible }) => possible === 0),
    uncertain: found.filter(({ possible }) => possible > 0),
  };
}

function ranked({ possible, session, shipped, usd }: Counted): RankedSession {
  const { id, title, project } = session;
  return { id, title, project: project.name, usd: roundUsd(usd), shipped, possible };
}

function projectsOf(all: readonly Counted[]): Insights["byProject"] {
  return [...Map.groupBy(all, ({ session }) => session.project.key)]
    .map(([key, its]) => ({
      key,
      name: its[0]!.session.project.name,
      ...group(sum(its, (it) => it.usd), sum(its, (it) => it.shipped), its.length),
    }))
    .sort((a, b) => b.usd - a.usd || (a.key < b.key ? -1 : 1));
}

/** Commits of a session are split over its models as its cost is; evenly where it cost nothing. */
function modelsOf(all: readonly Counted[]): Insights["byModel"] {
  const models = new Map<string, { usd: number; shipped: number; n: number }>();
  for (const { models: its, shipped, usd } of all) {
    for (const [model, cost] of its) {
      const known = models.get(model) ?? { usd: 0, shipped: 0, n: 0 };
      models.set(model, known);
      known.usd += cost;
      known.shipped += shipped * (usd > 0 ? cost / usd : 1 / its.size);
      known.n++;
    }
  }
  return [...models]
    .map(([model, { n, shipped, usd }]) => ({ model, ...group(usd, shipped, n) }))
    .sort((a, b) => b.usd - a.usd || (a.model < b.model ? -1 : 1));
}

function group(usd: number, shipped: number, n: number): GroupFigures {
  return {
    usd: roundUsd(usd),
    // Commits are split over models: finer than money, so that the parts are the whole to a millionth.
    shipped: Math.round(shipped * 1e9) / 1e9,
    per10: usd >= MIN_PER10_USD ? round3(10 * shipped / usd) : null,
    // What has no price is not free.
    usdPerCommit: shipped > 0 && usd > 0 ? roundUsd(usd / shipped) : null,
    n,
  };
}

function peakOf(grid: Grid): Insights["grid"]["peak"] {
  let peak: Insights["grid"]["peak"] = null;
  for (const [weekday, row] of grid.entries()) {
    for (const [hour, count] of row.entries()) {
      if (count > (peak?.count ?? 0)) peak = { weekday, hour, count };
    }
  }
  return peak;
}

function emptyGrid(): number[][] {
  return Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
}

function sum<T>(list: readonly T[], of: (it: T) => number): number {
  return list.reduce((total, it) => total + of(it), 0);
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Commits of a session on the days of a range, the newest first. */
export function commitsWithin(
  commits: readonly InsightCommit[],
  isIn: (place: LocalPlace) => boolean,
  zone: Zone,
): InsightCommit[] {
  return commits.filter(({ authorMs }) => isIn(zone.place(authorMs)))
    .sort((a, b) => b.authorMs - a.authorMs || (a.sha < b.sha ? -1 : 1));
}
