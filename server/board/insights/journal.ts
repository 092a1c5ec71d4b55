/**
 * A day: which sessions were at work, what was asked of them, what came of it.
 *
 * @module
 */
import { roundUsd } from "../state/usage_facts.ts";
import { commitsWithin } from "./insights.ts";
import type { InsightData } from "./model.ts";
import type { LocalPlace, Zone } from "./zone.ts";

const MAX_PROMPTS = 5;
const QUARTER_MINUTES = 15;

/** The journal of a day. */
export function journalOf(data: InsightData, day: string, zone: Zone) {
  const isIn = (place: LocalPlace) => place.day === day;
  const usd = new Map<string, number>();
  for (const it of data.usage) {
    if (isIn(zone.quarter(it.quarter))) usd.set(it.session, (usd.get(it.session) ?? 0) + it.usd);
  }
  const commits = Map.groupBy(commitsWithin(data.commits, isIn, zone), ({ session }) => session);
  const sessions = data.sessions.flatMap((session) => {
    const active = Object.entries(session.activity)
      .filter(([quarter]) => isIn(zone.quarter(Number(quarter))));
    const its = commits.get(session.id) ?? [];
    if (active.length === 0 && !usd.has(session.id) && its.length === 0) return [];
    const prompts = session.prompts.filter(({ ms }) => isIn(zone.place(ms)));
    return [{
      id: session.id,
      title: session.title,
      project: session.project.name,
      usd: roundUsd(usd.get(session.id) ?? 0),
      minutes: active.length * QUARTER_MINUTES,
      promptCount: prompts.length,
      prompts: prompts.slice(0, MAX_PROMPTS).map(({ line }) => line),
      commits: its.map(({ confidence, sha, subject }) => ({ sha, subject, confidence })),
      errors: active.reduce((sum, [, [, errors]]) => sum + errors, 0),
    }];
  }).sort((a, b) => b.usd - a.usd || (a.id < b.id ? -1 : 1));
  const sum = (of: (it: typeof sessions[number]) => number) =>
    sessions.reduce((total, it) => total + of(it), 0);
  return {
    day,
    tz: zone.name,
    totals: {
      usd: roundUsd(sum((it) => it.usd)),
      sessions: sessions.length,
      commits: sum((it) => it.commits.filter(({ confidence }) => confidence !== "low").length),
      errors: sum((it) => it.errors),
      prompts: sum((it) => it.promptCount),
    },
    sessions: sessions.map(({ promptCount: _, ...session }) => session),
  };
}
