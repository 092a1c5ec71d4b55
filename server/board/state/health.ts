/**
 * Whether a session gets on, from its last answers of tools and from what it spends.
 *
 * @module
 */
import { QUARTER_MS } from "../money/usage.ts";
import type { HealthMark, ResultFact, SessionFacts } from "./facts.ts";
import type { LiveName } from "./live.ts";

/** How well it gets on. */
export type HealthLevel = "good" | "warn" | "bad";

/** Why it is thought not to. */
export interface HealthReason {
  readonly code: string;
  readonly weight: number;
  /** ISO 8601. */
  readonly since: string;
  /** Uuids of records. */
  readonly evidence: readonly string[];
  readonly text: string;
}

/** What is told of it. */
export interface Health {
  readonly level: HealthLevel;
  /** 0 to 100; more is worse. */
  readonly score: number;
  readonly reasons: readonly HealthReason[];
}

/** What is known beside the session's own facts. */
export interface HealthInput {
  readonly nowMs: number;
  readonly state: LiveName;
  readonly isVerified: boolean;
  readonly appendMs: number;
  readonly hasRunningAgent: boolean;
  /** How full the context is, percent; null when nobody knows. */
  readonly contextPct: number | null;
}

/** A condition that holds. */
interface Found {
  readonly code: string;
  readonly weight: number;
  readonly evidence: readonly (string | null)[];
  readonly text: string;
}

/** A reason goes when its condition has not held for so many answers, or for so long, ms. */
const CLEAR_RESULTS = 5;
const CLEAR_MS = 600_000;
const MAX_EVIDENCE = 8;

/** The marks that go on, and what they come to. `facts.marks` is not changed. */
export function assessHealth(
  facts: SessionFacts,
  input: HealthInput,
): { readonly health: Health; readonly marks: readonly HealthMark[] } {
  const { nowMs } = input;
  const found = conditions(facts, input);
  const marks: HealthMark[] = found.map((it) => {
    const known = facts.marks.find(({ code }) => code === it.code);
    return {
      code: it.code,
      weight: it.weight,
      text: it.text,
      sinceMs: known?.sinceMs ?? nowMs,
      heldMs: nowMs,
      heldResults: facts.resultCount,
      evidence: it.evidence.filter((uuid) => uuid !== null).slice(-MAX_EVIDENCE),
    };
  });
  for (const mark of facts.marks) {
    const isHeld = found.some(({ code }) => code === mark.code);
    const isOld = nowMs - mark.heldMs >= CLEAR_MS ||
      facts.resultCount - mark.heldResults >= CLEAR_RESULTS;
    if (!isHeld && !isOld) marks.push(mark);
  }
  const score = Math.min(100, marks.reduce((sum, { weight }) => sum + weight, 0));
  const reasons = marks.map(({ code, weight, sinceMs, evidence, text }) => ({
    code,
    weight,
    since: new Date(sinceMs).toISOString(),
    evidence,
    text,
  }));
  return { health: { level: levelOf(score), score, reasons }, marks };
}

/** What a score is called. */
export function levelOf(score: number): HealthLevel {
  return score >= 60 ? "bad" : score >= 30 ? "warn" : "good";
}

/** The worse of two levels. */
export function worse(one: HealthLevel, other: HealthLevel): HealthLevel {
  const order: readonly HealthLevel[] = ["good", "warn", "bad"];
  return order.indexOf(one) >= order.indexOf(other) ? one : other;
}

/** Remembers how bad it ever was, and all reasons that it was as bad as that for. */
export function noteWorst(facts: SessionFacts, { level, reasons }: Health): void {
  if (level === "good" || worse(facts.worstHealth, level) !== level) return;
  const known = facts.worstHealth === level ? facts.worstReasons ?? [] : [];
  facts.worstHealth = level;
  facts.worstReasons = [...new Set([...known, ...reasons.map(({ code }) => code)])];
}

function conditions(facts: SessionFacts, input: HealthInput): Found[] {
  return [
    retryLoop(facts),
    errorSpiral(facts),
    editThrash(facts),
    denials(facts),
    apiErrors(facts, input),
    stalled(input),
    contextPressure(input),
    costSpike(facts, input),
  ].filter((it) => it !== null);
}

/** The answers of each thread on its own: agents that work side by side do not break a row. */
function byThread({ results }: SessionFacts): ResultFact[][] {
  const threads = new Map<string, ResultFact[]>();
  for (const result of results) {
    const key = result.agent ?? "";
    const thread = threads.get(key);
    if (thread === undefined) threads.set(key, [result]);
    else thread.push(result);
  }
  return [...threads.values()];
}

function retryLoop(facts: SessionFacts): Found | null {
  for (const thread of byThread(facts)) {
    const row: ResultFact[] = [];
    for (const result of thread.toReversed()) {
      if (!result.isError || (row.length > 0 && row[0]!.key !== result.key)) break;
      row.push(result);
    }
    if (row.length >= 3) {
      return {
        code: "retry_loop",
        weight: 60,
        evidence: row.map(({ uuid }) => uuid),
        text: `${row[0]!.tool} failed ${row.length} times in a row with the same input`,
      };
    }
  }
  return null;
}

function errorSpiral(facts: SessionFacts): Found | null {
  const last = facts.results.filter(({ isDenied }) => !isDenied).slice(-8);
  const errors = last.filter(({ isError }) => isError);
  const inputs = new Set(errors.map(({ key }) => key));
  if (errors.length < 6 || inputs.size < 4) return null;
  return {
    code: "error_spiral",
    weight: 60,
    evidence: errors.map(({ uuid }) => uuid),
    text: `${errors.length} of the last ${last.length} tool results are errors`,
  };
}

function editThrash(facts: SessionFacts): Found | null {
  const byPath = new Map<string, ResultFact[]>();
  for (const result of facts.results) {
    if (!result.isEdit || result.path === null || result.isError || result.isDenied) continue;
    const edits = byPath.get(result.path);
    if (edits === undefined) byPath.set(result.path, [result]);
    else edits.push(result);
  }
  for (const [path, edits] of byPath) {
    const six = edits.slice(-6);
    if (six.length < 6 || six[5]!.ms - six[0]!.ms > 600_000) continue;
    const failed = facts.results.filter(({ isCheck, isError, ms }) =>
      isCheck && isError && ms > six[0]!.ms && ms < six[5]!.ms
    );
    if (failed.length < 2) continue;
    return {
      code: "edit_thrash",
      weight: 35,
      evidence: six.map(({ uuid }) => uuid),
      text:
        `${path.slice(path.lastIndexOf("/") + 1)} was edited ${six.length} times in ten minutes, ` +
        `and ${failed.length} checks between failed`,
    };
  }
  return null;
}

function denials(facts: SessionFacts): Found | null {
  const denied = facts.results.slice(-10).filter(({ isDenied }) => isDenied);
  if (denied.length < 2) return null;
  return {
    code: "denials",
    weight: 35,
    evidence: denied.map(({ uuid }) => uuid),
    text: `${denied.length} of the last ten tool calls were refused`,
  };
}

function apiErrors(facts: SessionFacts, { nowMs }: HealthInput): Found | null {
  const recent = facts.apiErrorsMs.filter((ms) => nowMs - ms < 600_000);
  if (recent.length < 3) return null;
  const text = `${recent.length} errors of the model's service in ten minutes`;
  return { code: "api_errors", weight: 40, evidence: [], text };
}

function stalled({ state, isVerified, appendMs, nowMs, hasRunningAgent }: HealthInput) {
  if (state !== "working" || !isVerified || hasRunningAgent) return null;
  if (nowMs - appendMs <= 600_000) return null;
  return {
    code: "stalled",
    weight: 30,
    evidence: [],
    text: "works, and has written nothing for ten minutes",
  };
}

function contextPressure({ contextPct }: HealthInput): Found | null {
  if (contextPct === null || contextPct < 85) return null;
  return {
    code: "context_pressure",
    weight: contextPct >= 95 ? 60 : 35,
    evidence: [],
    text: `the context is ${Math.floor(contextPct)} % full`,
  };
}

function costSpike(facts: SessionFacts, { nowMs }: HealthInput): Found | null {
  const now = Math.floor(nowMs / QUARTER_MS);
  const { quarters } = facts.usage;
  // The quarter of an hour that is not over yet, and as much of the one before as makes it whole.
  const share = 1 - (nowMs / QUARTER_MS - now);
  const recent = (quarters[now] ?? 0) + (quarters[now - 1] ?? 0) * share;
  const spent = Object.entries(quarters)
    .filter(([quarter, usd]) => Number(quarter) < now && usd > 0)
    .map(([, usd]) => usd)
    .sort((a, b) => a - b);
  const median = spent.length === 0 ? 0 : spent[Math.floor((spent.length - 1) / 2)]!;
  if (recent <= Math.max(1, 4 * median)) return null;
  const text = `$${recent.toFixed(2)} in the last quarter of an hour`;
  return { code: "cost_spike", weight: 30, evidence: [], text };
}
