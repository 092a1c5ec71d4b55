/**
 * The agents that a session sent to work: what their calls tell, and what their transcripts tell.
 *
 * @module
 */
import type { AgentFact, SessionFacts, SpawnFact } from "./facts.ts";

/** An agent of a session. */
export interface AgentRef {
  /** Its id; that of its call until it has one. */
  readonly id: string;
  readonly type: string | null;
  readonly description: string | null;
  readonly status: "running" | "done" | "error";
  readonly toolUseId: string | null;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly records: number;
  readonly toolCalls: number;
  readonly toolErrors: number;
  readonly lastText: string;
  /** Whether there is a transcript to look into. */
  readonly hasThread: boolean;
}

/** An agent without a call that wrote so lately is still at work, ms. */
const RUNNING_MS = 120_000;

/** The agents, in the order in which they were sent. */
export function agentsOf(facts: SessionFacts, nowMs: number): AgentRef[] {
  const left = new Map(Object.entries(facts.agents));
  const refs: (AgentRef & { readonly ms: number })[] = [];
  for (const spawn of facts.spawns) {
    const id = threadOf(spawn, left);
    const fact = id === null ? null : left.get(id) ?? null;
    if (id !== null) left.delete(id);
    refs.push({ ...refOf(id ?? spawn.agent ?? spawn.toolUseId, spawn, fact, spawn.status) });
  }
  for (const [id, fact] of left) {
    const isRecent = nowMs - fact.updatedMs < RUNNING_MS;
    refs.push(refOf(id, null, fact, isRecent ? "running" : "done"));
  }
  return refs.sort((a, b) => a.ms - b.ms).map(({ ms: _, ...ref }) => ref);
}

/** The thread of a call: the one that its answer named, else the one that begins with what was asked. */
function threadOf(spawn: SpawnFact, threads: ReadonlyMap<string, AgentFact>): string | null {
  if (spawn.agent !== null) return threads.has(spawn.agent) ? spawn.agent : null;
  if (spawn.promptHead === "") return null;
  for (const [id, { promptHead }] of threads) if (promptHead === spawn.promptHead) return id;
  return null;
}

function refOf(
  id: string,
  spawn: SpawnFact | null,
  fact: AgentFact | null,
  status: AgentRef["status"],
): AgentRef & { readonly ms: number } {
  const startedMs = spawn?.ms ?? fact?.startedMs ?? 0;
  return {
    ms: startedMs,
    id,
    type: spawn?.type ?? null,
    description: spawn?.description ?? null,
    status,
    toolUseId: spawn?.toolUseId ?? null,
    startedAt: new Date(startedMs).toISOString(),
    updatedAt: new Date(fact?.updatedMs ?? startedMs).toISOString(),
    records: fact?.records ?? 0,
    toolCalls: fact?.toolCalls ?? 0,
    toolErrors: fact?.toolErrors ?? 0,
    lastText: fact?.lastText ?? "",
    hasThread: fact !== null,
  };
}
