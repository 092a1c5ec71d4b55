/**
 * What a load test found: data, versioned.
 *
 * @module
 */
import type { Percentiles } from "../sim/mod.ts";

/** The name and version of the model. */
export const LOAD_SCHEMA = "headway.load/1";

/** One session of a step. */
export interface LoadedSession {
  /** Slices a second. */
  readonly slicesPerS: number;
  /** Lead that 95 % of its slices had at least, seconds; null without a slice. */
  readonly leadP5S: number | null;
  /** Median lead, seconds. */
  readonly leadP50S: number | null;
  /** Greatest age of the audio under the playhead, seconds; null without a tick. */
  readonly stalenessMaxS: number | null;
  /** Ticks with stale audio. */
  readonly staleTicks: number;
  /** Why it ended by itself; null when it did not. */
  readonly over: string | null;
}

/** What was found with some number of sessions. */
export interface LoadStep {
  /** How many were asked for. */
  readonly sessions: number;
  /** Whether all were served in time: lead p5 above 0, no stale tick, nobody missing. */
  readonly holds: boolean;
  /** Why not, one sentence each; empty when it holds. */
  readonly reasons: readonly string[];
  /** Whether our own side was too late to blame the server. */
  readonly isHarnessLate: boolean;
  /** How long was measured, seconds. */
  readonly seconds: number;
  /** Lead over all sessions' slices, seconds. */
  readonly leadS: Percentiles;
  /** Age of the audio under the playhead over all sessions' ticks, seconds. */
  readonly stalenessS: Percentiles;
  /** Stale ticks of all sessions. */
  readonly staleTicks: number;
  /** Slices a second over all sessions. */
  readonly slicesPerS: number;
  /** How late our own timers came, p99, ms. */
  readonly latenessP99Ms: number;
  /** Our own share of a core, all threads together. */
  readonly clientCores: number;
  /** Each session, the worst first. */
  readonly each: readonly LoadedSession[];
}

/** What bounded the search. */
export type LoadBound =
  /** The server fell behind with more. */
  | "server"
  /** Our own side was too late with more: the server may hold them. */
  | "harness"
  /** More were not asked for. */
  | "asked"
  /** It was stopped before it was over. */
  | "stopped"
  /** In the last step nobody got in or stayed: the server is gone, or turns all away. */
  | "gone"
  /** Not even one session is served in time. */
  | "none";

/** A load test. */
export interface LoadReport {
  /** The name and version of this model. */
  readonly schema: typeof LOAD_SCHEMA;
  /** The server. */
  readonly target: string;
  /** The most sessions that were asked for. */
  readonly asked: number;
  /** Threads of this machine, or workers on others, that they were spread over. */
  readonly threads: number;
  /** The largest number of sessions that were all served in time; 0 when none was. */
  readonly knee: number;
  /** What bounded it. */
  readonly bound: LoadBound;
  /** What was tried, in order. */
  readonly steps: readonly LoadStep[];
}
