/**
 * What a session is doing, from whatever is known: what its agent's hooks said, what its process says
 * of itself, what its transcript ends with, and for how long nothing came.
 *
 * @module
 */
import { asksPerson, type SessionFacts } from "./facts.ts";

/** What a session is doing. */
export type LiveName = "working" | "waiting" | "idle" | "shell" | "ended" | "unknown";

/** What it is doing, and how that is known. */
export interface LiveState {
  readonly state: LiveName;
  /** Since when, ISO 8601. */
  readonly since: string;
  readonly confidence: "high" | "medium" | "low";
  readonly evidence: "hook" | "registry" | "transcript" | "process";
  /** What a waiting session waits for. */
  readonly waitingFor?: string;
}

/** What the agent's process says of itself. */
export interface RegistryEntry {
  readonly pid: number;
  readonly status: string;
  /** When it said so, ms since the Unix epoch. */
  readonly statusMs: number;
  readonly waitingFor: string | null;
  /** Whether that very process runs: its number may be another's by now. Null when nobody can tell. */
  readonly isAlive: boolean | null;
}

/** What a hook of the agent told. */
export interface HookEvent {
  readonly name: string;
  readonly notification: string | null;
  readonly ms: number;
}

/** What is known. */
export interface LiveInput {
  readonly facts: SessionFacts;
  readonly hook: HookEvent | null;
  readonly registry: RegistryEntry | null;
  /** When something was appended last, ms since the Unix epoch. */
  readonly appendMs: number;
  readonly nowMs: number;
}

/** What came out. */
export interface LiveResult {
  readonly live: LiveState;
  /** Whether the session is to be looked at as one that goes on. */
  readonly isLive: boolean;
  /** Whether its process is known to run. */
  readonly isVerified: boolean;
  /** When the answer may be another one although nothing came, ms since the Unix epoch. */
  readonly untilMs: number;
}

/** Longer than so long without a record, a tool that runs may as well wait for a permission, ms. */
export const WORKING_MS = 120_000;
/** A session without a process has ended after so long without a record, ms. */
export const ENDED_MS = 600_000;
/** An answer that does not say that it ended has ended after so long, ms. */
export const SETTLED_MS = 10_000;

interface Verdict {
  readonly state: LiveName;
  readonly sinceMs: number;
  readonly confidence: LiveState["confidence"];
  readonly evidence: LiveState["evidence"];
  readonly waitingFor?: string;
  readonly untilMs?: number;
}

/** What the session is doing now. */
export function resolveLive(input: LiveInput): LiveResult {
  const { appendMs, nowMs, registry } = input;
  const isVerified = registry?.isAlive === true;
  const told = byHook(input) ?? byRegistry(input);
  const verdict = told ?? byTranscript(input);
  const heardMs = told?.evidence === "hook" ? Math.max(appendMs, told.sinceMs) : appendMs;
  const isQuiet = nowMs - heardMs >= ENDED_MS;
  // Nobody tells a hook that its agent was killed. Who waits for a person may wait for long.
  const isOpen = told !== null && (told.evidence !== "hook" || told.state === "waiting");
  const hasEnded = !isVerified && isQuiet && !isOpen;
  const last = hasEnded
    ? {
      state: "ended" as const,
      sinceMs: told?.state === "ended" ? told.sinceMs : heardMs,
      confidence: "medium" as const,
      evidence: registry === null ? "transcript" as const : "process" as const,
    }
    : verdict;
  const { state, sinceMs, confidence, evidence } = last;
  const waitingFor = "waitingFor" in last ? last.waitingFor : undefined;
  const untilMs = "untilMs" in last ? last.untilMs ?? Infinity : Infinity;
  return {
    live: {
      state,
      since: new Date(sinceMs).toISOString(),
      confidence,
      evidence,
      ...(waitingFor !== undefined && { waitingFor }),
    },
    isLive: state !== "ended" && (isVerified || !isQuiet),
    isVerified,
    untilMs: hasEnded ? Infinity : Math.min(untilMs, isQuiet ? Infinity : heardMs + ENDED_MS),
  };
}

/**
 * What a hook told, unless the process has said something since. An agent that waited for a permission
 * and then wrote something has got it, or was refused; few people have it tell that by a hook.
 */
function byHook({ facts, hook, registry }: LiveInput): Verdict | null {
  if (hook === null || hook.ms <= (registry?.statusMs ?? -Infinity)) return null;
  if (hook.name === "Notification" && (facts.last?.ms ?? -Infinity) > hook.ms) return null;
  const known = { sinceMs: hook.ms, confidence: "high", evidence: "hook" } as const;
  switch (hook.name) {
    case "Notification":
      return hook.notification?.includes("permission")
        ? { ...known, state: "waiting", waitingFor: "permission prompt" }
        : null;
    case "UserPromptSubmit":
    case "PreToolUse":
    case "PostToolUse":
      return { ...known, state: "working" };
    case "Stop":
      return { ...known, state: "idle" };
    case "SessionEnd":
      return { ...known, state: "ended" };
    default:
      return null;
  }
}

const STATUSES: Readonly<Record<string, LiveName>> = {
  busy: "working",
  waiting: "waiting",
  idle: "idle",
  shell: "shell",
};

/** What the process says, if it runs. How old that is does not matter: long turns say nothing anew. */
function byRegistry({ registry }: LiveInput): Verdict | null {
  if (registry === null || registry.isAlive !== true) return null;
  const state = Object.hasOwn(STATUSES, registry.status) ? STATUSES[registry.status]! : "unknown";
  return {
    state,
    sinceMs: registry.statusMs,
    confidence: "high",
    evidence: "registry",
    ...(state === "waiting" && { waitingFor: registry.waitingFor ?? "permission prompt" }),
  };
}

function byTranscript({ facts, appendMs, nowMs, registry }: LiveInput): Verdict {
  const { last } = facts;
  const known = { confidence: "medium", evidence: "transcript" } as const;
  if (last === null) return { ...known, state: "unknown", sinceMs: appendMs, confidence: "low" };
  const { ms: sinceMs } = last;
  const ageMs = nowMs - sinceMs;
  const pending = facts.pending.filter(({ agent }) => agent === null);
  const question = pending.map(asksPerson).find((it) => it !== null);
  if (question) return { ...known, state: "waiting", sinceMs, waitingFor: question };
  if (pending.length > 0) {
    if (ageMs < WORKING_MS) {
      return { ...known, state: "working", sinceMs, untilMs: sinceMs + WORKING_MS };
    }
    const isGone = registry?.isAlive === false;
    return isGone
      ? { ...known, state: "unknown", sinceMs, confidence: "low" }
      : { ...known, state: "waiting", sinceMs, confidence: "low", waitingFor: "maybe permission" };
  }
  switch (last.kind) {
    case "interruption":
    case "api_error":
      return { ...known, state: "idle", sinceMs };
    case "prompt":
    case "result":
      return ageMs < WORKING_MS
        ? { ...known, state: "working", sinceMs, untilMs: sinceMs + WORKING_MS }
        : { ...known, state: "unknown", sinceMs, confidence: "low" };
    case "assistant":
      if (last.stop !== null && last.stop !== "tool_use") {
        return { ...known, state: "idle", sinceMs };
      }
      return nowMs - appendMs < SETTLED_MS
        ? { ...known, state: "working", sinceMs, untilMs: appendMs + SETTLED_MS }
        : { ...known, state: "idle", sinceMs, confidence: "low" };
  }
}
