/**
 * What is remembered of a session, as plain data: it grows with what is appended, never with the
 * length of the transcript, and goes on in another process from where it was stored.
 *
 * @module
 */
import type { ToolUse } from "../read/content.ts";

/** The form of the data; another number means that it is made anew from the transcript. */
export const FACTS_VERSION = 3;

/** A record that says where the main thread stands. */
export interface LastRecord {
  readonly kind: "assistant" | "prompt" | "result" | "interruption" | "api_error";
  readonly ms: number;
  readonly uuid: string | null;
  /** Why the answer ended; null when the record does not say. */
  readonly stop: string | null;
  /** Whether the answer's last paragraph asks something. */
  readonly isAsking: boolean;
}

/** A call of a tool that has no answer yet. */
export interface PendingCall {
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly ms: number;
  readonly path: string | null;
  readonly isEdit: boolean;
  readonly isCheck: boolean;
  readonly isShell: boolean;
  /** What its answer is to be searched for ids of commits by; null for calls that make none. */
  readonly commits: "bracketed" | "listed" | null;
  /** The agent whose call it is; null for the main thread. */
  readonly agent: string | null;
  /** What a person is asked who has to say yes to it, on one line. */
  readonly asks?: string;
}

/** The answer of a tool. */
export interface ResultFact {
  readonly ms: number;
  readonly tool: string;
  readonly key: string;
  readonly isError: boolean;
  readonly isDenied: boolean;
  readonly isCheck: boolean;
  readonly path: string | null;
  readonly isEdit: boolean;
  readonly uuid: string | null;
  readonly agent: string | null;
}

/** An agent that the session sent to work, as its call tells. */
export interface SpawnFact {
  readonly toolUseId: string;
  readonly type: string | null;
  readonly description: string | null;
  /** The beginning of what it was told, by which its transcript is found. */
  readonly promptHead: string;
  readonly ms: number;
  readonly agent: string | null;
  readonly status: "running" | "done" | "error";
}

/** An agent, as its transcript tells. */
export interface AgentFact {
  readonly promptHead: string;
  readonly startedMs: number;
  readonly updatedMs: number;
  readonly records: number;
  readonly toolCalls: number;
  readonly toolErrors: number;
  readonly lastText: string;
}

/** A file that the session changed. */
export interface TouchFact {
  readonly edits: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** An id of a commit, as the answer of a command that makes commits has it. */
export interface PrintedCommit {
  /** In hexadecimal, most often a beginning of the whole. */
  readonly id: string;
  readonly ms: number;
  /** Whether git said that it made it; else it stood first in what came after. */
  readonly isMade: boolean;
}

/** What a person said, as its first line. */
export interface PromptFact {
  readonly ms: number;
  readonly line: string;
  readonly uuid: string | null;
}

/** An entry of the agent's list of work. */
export interface Todo {
  readonly text: string;
  readonly status: string;
}

/** A reason for doubt that is under watch. */
export interface HealthMark {
  readonly code: string;
  readonly sinceMs: number;
  /** When its condition held last, and how many answers there were then. */
  readonly heldMs: number;
  readonly heldResults: number;
  readonly evidence: readonly string[];
  readonly text: string;
  readonly weight: number;
}

/** What a session has used. */
export interface UsageFacts {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  usd: number;
  recordedUsd: number;
  unpricedTokens: number;
  /** By model. */
  models: Record<string, { usd: number; output: number }>;
  /** USD by the quarter of an hour since the Unix epoch. */
  quarters: Record<string, number>;
}

/** A session of Headway's own that an agent drove by its tools. */
export interface AudioFact {
  /** A scenario that left a report, or a headless session. */
  readonly kind: "report" | "session";
  /** The name of the scenario, or the id of the session. */
  readonly id: string;
}

/** Everything of one session. */
export interface SessionFacts {
  version: number;
  cwd: string | null;
  branch: string | null;
  startedMs: number | null;
  updatedMs: number | null;
  firstUuid: string | null;
  lastUuid: string | null;
  /** What the first record follows, which is in another transcript. */
  followsUuid: string | null;
  /** Other sessions whose records stand in this one's transcript. */
  foreignSessions: string[];
  customTitle: string | null;
  agentTitle: string | null;
  summaryTitle: string | null;
  firstPrompt: string | null;
  /** Summaries whose record has not been met. */
  summaries: { leaf: string; text: string }[];
  recentUuids: string[];
  counts: {
    records: number;
    userTurns: number;
    assistantMessages: number;
    toolCalls: number;
    toolErrors: number;
    denials: number;
    compactions: number;
  };
  /** Messages whose lines may still come. */
  openMessages: string[];
  usage: UsageFacts;
  context: { used: number; model: string } | null;
  model: string | null;
  last: LastRecord | null;
  pending: PendingCall[];
  /** In the order of their times. */
  results: ResultFact[];
  resultCount: number;
  apiErrorsMs: number[];
  files: Record<string, TouchFact>;
  /** Commits that commands of the session made, the newest last. */
  printed: PrintedCommit[];
  /** When a command of the session answered last. */
  shellMs: number | null;
  /** The newest last. */
  prompts: PromptFact[];
  /** By the quarter of an hour: prompts and answers together, and tools that failed. */
  activity: Record<string, [acts: number, errors: number]>;
  todos: Todo[];
  lastAsk: string | null;
  lastAnswer: string | null;
  lastError: string | null;
  lastText: string;
  lastRole: "user" | "assistant" | null;
  lastWorkMs: number | null;
  rateLimit: { text: string; ms: number } | null;
  spawns: SpawnFact[];
  /** The newest last; absent for none. */
  audio?: AudioFact[];
  agents: Record<string, AgentFact>;
  integrity: { badLines: number; salvaged: number; rawRecords: number };
  marks: HealthMark[];
  worstHealth: "good" | "warn" | "bad";
  /** Codes of the reasons for which it was that; absent for none, and where nobody kept them. */
  worstReasons?: string[];
}

/** Caps of the lists above. */
export const FACT_LIMITS = {
  foreignSessions: 8,
  summaries: 8,
  recentUuids: 64,
  openMessages: 64,
  pending: 64,
  results: 200,
  apiErrors: 20,
  files: 500,
  printed: 200,
  prompts: 60,
  todos: 50,
  spawns: 300,
  audio: 3,
  agents: 300,
  quarters: 3000,
  models: 40,
} as const;

/** A session of which nothing is known. */
export function emptyFacts(): SessionFacts {
  return {
    version: FACTS_VERSION,
    cwd: null,
    branch: null,
    startedMs: null,
    updatedMs: null,
    firstUuid: null,
    lastUuid: null,
    followsUuid: null,
    foreignSessions: [],
    customTitle: null,
    agentTitle: null,
    summaryTitle: null,
    firstPrompt: null,
    summaries: [],
    recentUuids: [],
    counts: {
      records: 0,
      userTurns: 0,
      assistantMessages: 0,
      toolCalls: 0,
      toolErrors: 0,
      denials: 0,
      compactions: 0,
    },
    openMessages: [],
    usage: {
      input: 0,
      output: 0,
      cacheRead: 0,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      usd: 0,
      recordedUsd: 0,
      unpricedTokens: 0,
      models: {},
      quarters: {},
    },
    context: null,
    model: null,
    last: null,
    pending: [],
    results: [],
    resultCount: 0,
    apiErrorsMs: [],
    files: {},
    printed: [],
    shellMs: null,
    prompts: [],
    activity: {},
    todos: [],
    lastAsk: null,
    lastAnswer: null,
    lastError: null,
    lastText: "",
    lastRole: null,
    lastWorkMs: null,
    rateLimit: null,
    spawns: [],
    agents: {},
    integrity: { badLines: 0, salvaged: 0, rawRecords: 0 },
    marks: [],
    worstHealth: "good",
  };
}

/** Adds to a list that keeps the newest. */
export function pushBounded<T>(list: T[], entry: T, most: number): void {
  if (list.length < most) {
    list.push(entry);
    return;
  }
  if (list.length > most) list.splice(0, list.length - most);
  // Much faster than to take the first one out, and there is one for each record.
  for (let i = 1; i < most; i++) list[i - 1] = list[i]!;
  list[most - 1] = entry;
}

/** Whether a call asks a person something, and what it waits for then. */
export function asksPerson({ name }: Pick<ToolUse, "name">): "question" | "plan" | null {
  if (name === "AskUserQuestion") return "question";
  return name === "ExitPlanMode" ? "plan" : null;
}
