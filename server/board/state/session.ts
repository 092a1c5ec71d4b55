/**
 * A session as it is told: put together from what is remembered, for one moment.
 *
 * @module
 */
import type { AutopilotState } from "../copilot_news.ts";
import type { TranscriptId } from "../ids.ts";
import { modelKey, type PriceTable } from "../money/prices.ts";
import { oneLine } from "../read/fields.ts";
import { type AgentRef, agentsOf } from "./agents.ts";
import { assessAttention, type Attention, type CardView, type OldLoop } from "./attention.ts";
import type { HealthMark, SessionFacts } from "./facts.ts";
import { assessHealth, type Health } from "./health.ts";
import { type HookEvent, type LiveState, type RegistryEntry, resolveLive } from "./live.ts";
import { roundUsd } from "./usage_facts.ts";

/** A session. Names are those of the wire. */
export interface Session {
  readonly id: TranscriptId;
  /** Which adapter it comes from. */
  readonly source: string;
  readonly project: { readonly key: string; readonly name: string; readonly cwd: string };
  /** The repository that its folder is in; null when it is in none, or nobody has looked. */
  readonly repo: { readonly top: string; readonly branch?: string } | null;
  readonly title: string;
  readonly titleSource: "custom" | "agent" | "summary" | "firstPrompt" | "id";
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly endedAt: string | null;
  readonly live: LiveState;
  readonly health: Health;
  readonly attention: Attention;
  readonly counts: {
    readonly items: number;
    readonly userTurns: number;
    readonly assistantMessages: number;
    readonly toolCalls: number;
    readonly toolErrors: number;
    readonly denials: number;
    readonly compactions: number;
    readonly subagents: number;
  };
  readonly tokens: {
    readonly input: number;
    readonly output: number;
    readonly cacheRead: number;
    readonly cacheWrite5m: number;
    readonly cacheWrite1h: number;
  };
  readonly cost: {
    readonly usd: number;
    readonly unpricedTokens: number;
    readonly source: "computed" | "recorded" | "mixed";
    /** Whether a part of the transcript has not been counted yet. */
    readonly partial: boolean;
  };
  readonly context: { readonly used: number; readonly window: number; readonly pct: number } | null;
  readonly models: readonly {
    readonly id: string;
    readonly usd: number;
    readonly outputTokens: number;
  }[];
  readonly commits: { readonly high: number; readonly medium: number; readonly low: number };
  readonly lineage: {
    readonly continues?: string;
    readonly continuedBy: readonly string[];
    readonly agents: readonly AgentRef[];
  };
  readonly integrity: {
    readonly badLines: number;
    readonly salvaged: number;
    readonly headSkippedBytes: number;
  };
  readonly archived: boolean;
  readonly autopilot: AutopilotState;
}

/** What is known of a session beside its own facts. */
export interface SessionInput {
  readonly id: TranscriptId;
  readonly source: string;
  readonly facts: SessionFacts;
  readonly repo: Session["repo"];
  readonly hook: HookEvent | null;
  readonly registry: RegistryEntry | null;
  readonly view: CardView;
  /** When something was appended last, ms since the Unix epoch. */
  readonly appendMs: number;
  readonly nowMs: number;
  readonly prices: PriceTable;
  readonly headSkippedBytes: number;
  readonly isPartial: boolean;
  readonly isArchived: boolean;
  readonly continues: string | null;
  readonly continuedBy: readonly string[];
  /** What it left open for long; it is asked about while it goes on. */
  readonly openLoop: OldLoop | null;
  /** Commits that count for it. */
  readonly commits: Session["commits"];
  readonly autopilot: AutopilotState;
}

/** A session, whether it goes on, and until when this is so if nothing comes. */
export interface Assessed {
  readonly session: Session;
  readonly isLive: boolean;
  readonly untilMs: number;
  readonly marks: readonly HealthMark[];
}

/** How long an answer of health may stand while nothing comes, ms. */
const HEALTH_MS = 60_000;

/** Puts a session together. */
export function assessSession(input: SessionInput): Assessed {
  const { facts, nowMs, appendMs, view, isArchived } = input;
  const resolved = resolveLive(input);
  const live: LiveState = isArchived
    ? { ...resolved.live, state: "ended", evidence: "transcript" }
    : resolved.live;
  const agents = agentsOf(facts, nowMs);
  const context = contextOf(facts, input.prices);
  const { health, marks } = assessHealth(facts, {
    nowMs,
    state: live.state,
    isVerified: resolved.isVerified,
    appendMs,
    hasRunningAgent: agents.some(({ status }) => status === "running"),
    contextPct: context?.pct ?? null,
  });
  const isLive = resolved.isLive && !isArchived;
  const openLoop = isLive ? input.openLoop : null;
  const { autopilot } = input;
  const attention = assessAttention(facts, { live, health, view, nowMs, openLoop, autopilot });
  const { usage, counts } = facts;
  const [title, titleSource] = titleOf(facts, input.id);
  const cwd = facts.cwd ?? "";
  const key = input.repo?.top ?? cwd;
  const session: Session = {
    id: input.id,
    source: input.source,
    project: { key, name: key.slice(key.lastIndexOf("/") + 1) || key || "?", cwd },
    repo: input.repo === null
      ? null
      : { top: input.repo.top, ...(facts.branch !== null && { branch: facts.branch }) },
    title,
    titleSource,
    startedAt: iso(facts.startedMs ?? appendMs),
    updatedAt: iso(Math.max(facts.updatedMs ?? 0, appendMs)),
    endedAt: live.state === "ended" ? live.since : null,
    live,
    health,
    attention,
    counts: {
      items: counts.userTurns + counts.assistantMessages,
      userTurns: counts.userTurns,
      assistantMessages: counts.assistantMessages,
      toolCalls: counts.toolCalls,
      toolErrors: counts.toolErrors,
      denials: counts.denials,
      compactions: counts.compactions,
      subagents: agents.length,
    },
    tokens: {
      input: usage.input,
      output: usage.output,
      cacheRead: usage.cacheRead,
      cacheWrite5m: usage.cacheWrite5m,
      cacheWrite1h: usage.cacheWrite1h,
    },
    cost: {
      usd: roundUsd(usage.usd),
      unpricedTokens: usage.unpricedTokens,
      source: costSource(usage.usd, usage.recordedUsd),
      partial: input.isPartial,
    },
    context,
    models: Object.entries(usage.models)
      .map(([id, { usd, output }]) => ({ id, usd: roundUsd(usd), outputTokens: output }))
      .sort((a, b) => b.usd - a.usd || b.outputTokens - a.outputTokens),
    commits: input.commits,
    lineage: {
      ...(input.continues !== null && { continues: input.continues }),
      continuedBy: input.continuedBy,
      agents,
    },
    integrity: {
      badLines: facts.integrity.badLines,
      salvaged: facts.integrity.salvaged,
      headSkippedBytes: input.headSkippedBytes,
    },
    archived: isArchived,
    autopilot,
  };
  const untilMs = Math.min(
    resolved.untilMs,
    view.snoozedUntilMs > nowMs ? view.snoozedUntilMs : Infinity,
    marks.length > 0 || resolved.isVerified ? nowMs + HEALTH_MS : Infinity,
  );
  return { session, isLive, untilMs, marks };
}

function costSource(usd: number, recordedUsd: number): Session["cost"]["source"] {
  if (recordedUsd === 0) return "computed";
  return usd - recordedUsd < 1e-9 ? "recorded" : "mixed";
}

function titleOf(facts: SessionFacts, id: string): readonly [string, Session["titleSource"]] {
  if (facts.customTitle !== null) return [facts.customTitle, "custom"];
  if (facts.agentTitle !== null) return [facts.agentTitle, "agent"];
  if (facts.summaryTitle !== null) return [facts.summaryTitle, "summary"];
  if (facts.firstPrompt !== null) return [oneLine(facts.firstPrompt, 80), "firstPrompt"];
  return [id, "id"];
}

function contextOf({ context, updatedMs }: SessionFacts, prices: PriceTable): Session["context"] {
  if (context === null) return null;
  const price = prices.find(context.model, updatedMs ?? 0);
  if (price === null) return null;
  const isLong = /\[1m\]$/i.test(context.model) || context.used > price.context;
  const window = isLong ? Math.max(price.context, 1_000_000) : price.context;
  return {
    used: context.used,
    window,
    pct: Math.round(context.used / window * 1000) / 10,
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** A session as a list has it. */
export type SessionSummary = Omit<Session, "models" | "lineage" | "counts"> & {
  readonly lineage: Omit<Session["lineage"], "agents">;
  readonly counts: { readonly items: number; readonly subagents: number };
};

/** Shortens a session for a list. */
export function summaryOf(session: Session): SessionSummary {
  const { models: _models, lineage, counts, ...rest } = session;
  const { agents: _agents, ...family } = lineage;
  return {
    ...rest,
    lineage: family,
    counts: { items: counts.items, subagents: counts.subagents },
  };
}

/** A model's short name. */
export function shortModel(model: string): string {
  return modelKey(model).replace(/^claude-/, "");
}
