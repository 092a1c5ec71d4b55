/**
 * What insights are made of: plain data of sessions, their costs and their commits.
 *
 * @module
 */
import type { Confidence } from "../commits/link.ts";

/** A session, as insights see it. */
export interface InsightSession {
  readonly id: string;
  readonly title: string;
  readonly project: { readonly key: string; readonly name: string };
  readonly hasRepo: boolean;
  /** Whether it has ended, or has been idle for half an hour. */
  readonly isOver: boolean;
  readonly isLive: boolean;
  /** The worst that was said of its health. */
  readonly worstHealth: "good" | "warn" | "bad";
  /** Codes of the reasons for that; none where nobody kept them. */
  readonly worstReasons: readonly string[];
  readonly unpricedTokens: number;
  /** Whether a part of it is still to be counted. */
  readonly isPartial: boolean;
  /** Ms since the Unix epoch, as are all times here. */
  readonly startedMs: number;
  readonly updatedMs: number;
  /** By the quarter of an hour: prompts and answers together, and tools that failed. */
  readonly activity: Readonly<Record<string, readonly [acts: number, errors: number]>>;
  readonly prompts: readonly { readonly ms: number; readonly line: string }[];
}

/** A commit with the session that it counts for. */
export interface InsightCommit {
  readonly sha: string;
  readonly subject: string;
  readonly authorMs: number;
  readonly session: string;
  readonly confidence: Confidence;
}

/** What a session cost in a quarter of an hour with a model. */
export interface InsightUsage {
  readonly session: string;
  readonly quarter: number;
  readonly model: string;
  readonly usd: number;
}

/** Everything. */
export interface InsightData {
  readonly sessions: readonly InsightSession[];
  readonly usage: readonly InsightUsage[];
  readonly commits: readonly InsightCommit[];
}
