/**
 * What the server tells of what sessions produced. Names are those of the wire.
 *
 * @module
 */

/** How sure a commit is a session's. */
export type Sure = "high" | "medium" | "low";

/** A session in a ranking. */
export interface RankedRecord {
  readonly id: string;
  readonly title: string;
  readonly project: string;
  readonly usd: number;
  readonly shipped: number;
  readonly possible: number;
  readonly score?: number;
  readonly waste?: number;
  readonly health?: "warn" | "bad";
  readonly reasons?: readonly string[];
}

/** Costs and commits of a group. */
export interface GroupRecord {
  readonly key?: string;
  readonly name?: string;
  readonly model?: string;
  readonly usd: number;
  readonly shipped: number;
  readonly per10: number | null;
  readonly usdPerCommit: number | null;
  readonly n: number;
}

/** A day of the calendar. */
export interface DayRecord {
  readonly day: string;
  readonly usd: number;
  readonly level: number;
  readonly sessions: number;
  readonly commits: number;
  readonly partial?: boolean;
}

/** Series of the grid of hours. */
export const SERIES = ["activity", "errors", "commits"] as const;
/** One of them. */
export type Series = typeof SERIES[number];

/** All of it. */
export interface InsightsRecord {
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
    readonly aiUsd: number | null;
    readonly unpricedTokens: number;
    readonly partialSessions: number;
  };
  readonly productive: readonly RankedRecord[];
  readonly wasteful: readonly RankedRecord[];
  readonly uncertain: readonly RankedRecord[];
  readonly byProject: readonly GroupRecord[];
  readonly byModel: readonly GroupRecord[];
  readonly calendar: readonly DayRecord[];
  readonly grid: Readonly<Record<Series, readonly (readonly number[])[]>>;
}

/** Sessions of a project in lanes. */
export interface TimelineRecord {
  readonly lanes: number;
  readonly bars: readonly {
    readonly id: string;
    readonly title: string;
    readonly start: string;
    readonly end: string;
    readonly lane: number;
    readonly usd: number;
    readonly health: string;
    readonly live: boolean;
    readonly segments: readonly (readonly [string, string])[];
  }[];
  readonly ticks: readonly {
    readonly sha: string;
    readonly subject: string;
    readonly ts: string;
    readonly confidence: Sure;
    readonly sessionId: string;
  }[];
  readonly range: { readonly start: string; readonly end: string };
}

/** Something that was left open. */
export interface LoopRecord {
  readonly id: string;
  readonly sessionId: string;
  readonly title: string;
  readonly kind: string;
  readonly text: string;
  readonly since: string;
  readonly evidence: string;
  readonly confidence?: "weak";
}

/** A day. */
export interface JournalRecord {
  readonly day: string;
  readonly totals: {
    readonly usd: number;
    readonly sessions: number;
    readonly commits: number;
    readonly errors: number;
    readonly prompts: number;
  };
  readonly sessions: readonly {
    readonly id: string;
    readonly title: string;
    readonly project: string;
    readonly usd: number;
    readonly minutes: number;
    readonly prompts: readonly string[];
    readonly commits: readonly {
      readonly sha: string;
      readonly subject: string;
      readonly confidence: Sure;
    }[];
    readonly errors: number;
  }[];
  readonly loopsOpened: number;
  readonly loopsClosed: number;
}

/** Who has to do with a commit or a file. */
export interface BacklinkRecord {
  readonly sessionId: string;
  readonly title: string;
  readonly kind: "commit" | "edit" | "continues" | "note";
  readonly at: string;
  readonly confidence?: Sure;
  readonly evidence: string;
  readonly text?: string;
}
