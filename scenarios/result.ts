/**
 * What a run leaves behind: data only. Reports are drawn from it.
 *
 * @module
 */
import type { AudioClip } from "../audio/clip.ts";
import type { Scenario } from "./schema.ts";

/** Where a scenario ran: simulated, against our own server in another process, or at a URL. */
export type Target = "sim" | "self" | `ws://${string}` | `wss://${string}`;

/** Whether a target is the address of a server. */
export function isWebSocketUrl(target: string): target is `ws://${string}` | `wss://${string}` {
  return /^wss?:\/\//.test(target) && URL.canParse(target);
}

/** Whether samples exist, or only their timing. Live runs are always `full`. */
export type Fidelity = "full" | "timing";

/**
 * `inconclusive`: the harness itself was too late to judge. `not-applicable`: the scenario needs
 * something that this target cannot offer.
 */
export type Verdict = "passed" | "failed" | "inconclusive" | "not-applicable";

/** Distribution of one quantity; all fields null when there was no value. */
export interface Distribution {
  readonly min: number | null;
  readonly p5: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly max: number | null;
  readonly mean: number | null;
}

/** One judged expectation. */
export interface ExpectationResult {
  readonly name: string;
  /** Dotted path of what was measured, e.g. `lag.slices.leadS.p50`. */
  readonly metric: string;
  /** Seconds of session time that were looked at; null for the whole run. */
  readonly window: { readonly fromS: number; readonly toS: number } | null;
  readonly passed: boolean;
  /** What was measured; null when there was nothing to measure (which never passes). */
  readonly actual: number | string | boolean | null;
  /** The limit in words, e.g. `≤ 0.35`. */
  readonly limit: string;
  /** Unit of `actual`, e.g. `s`; empty for counts and states. */
  readonly unit: string;
  /** True when the scenario says that this one has to fail. */
  readonly expectedToFail: boolean;
}

/** Lag of a run or of a window of it. */
export interface LagSummary {
  readonly slices: {
    readonly count: number;
    /** Slices that landed behind the playhead, false alarms included. */
    readonly behindPlayhead: number;
    readonly perS: number;
    readonly leadS: Distribution;
    readonly intervalS: Distribution;
    readonly tickMs: Distribution;
    readonly decMs: Distribution;
    /** How many slice records carry each tag. */
    readonly tagged: Readonly<Record<string, number>>;
  };
  readonly ticks: {
    readonly count: number;
    readonly staleThresholdS: number;
    readonly staleTicks: number;
    readonly stalenessS: Distribution;
    readonly tagged: Readonly<Record<string, number>>;
  };
  /** Share of played frames that a slice of this epoch rewrote within the last lap, 0..1. */
  readonly freshShare: number | null;
  /** Longest stretch of played audio without such a rewrite, seconds. */
  readonly longestStaleS: number;
  /** The same counts over records that carry no tag. */
  readonly unexplained: { readonly behindPlayhead: number; readonly staleTicks: number };
}

/** How well the harness kept its own time. */
export interface HarnessSummary {
  readonly tickLatenessMs: {
    readonly p50: number | null;
    readonly p99: number | null;
    readonly max: number | null;
  };
  /** Decoding and applying one slice, ms; null in a simulated run, where it takes no time. */
  readonly applyMs: { readonly p50: number | null; readonly p99: number | null };
  /** Most bytes that waited in our own send queue. */
  readonly sendQueueMaxBytes: number;
  readonly skippedTicks: number;
  readonly latenessBudgetMs: number;
}

/** Something that happened at an instant, for plots and for the reader. */
export interface RunMark {
  /** Seconds since the session's first event. */
  readonly atS: number;
  /** `step`, `fault`, `event`, `swap`, `seek`, `close`, … */
  readonly kind: string;
  readonly text: string;
}

/** One slice as plotted: when it landed, where, how far ahead. */
export interface SlicePoint {
  readonly atS: number;
  readonly startS: number;
  readonly durationS: number;
  readonly leadS: number;
  readonly tags: readonly string[];
}

/** One tick as plotted. */
export interface TickPoint {
  readonly atS: number;
  readonly playheadS: number;
  readonly stalenessS: number;
  readonly tags: readonly string[];
}

/** Everything a finished run leaves. */
export interface RunResult {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly target: Target;
  readonly fidelity: Fidelity;
  readonly verdict: Verdict;
  /** Why the verdict is `inconclusive` or `not-applicable`; else null. */
  readonly reason: string | null;
  /** True when the scenario is meant to fail, and `verdict` says whether it did so as foretold. */
  readonly expectedFailure: boolean;
  readonly expectations: readonly ExpectationResult[];
  readonly lag: LagSummary;
  readonly mirror: {
    /** Whether client and server mirrors were equal; null when that could not be compared. */
    readonly identical: boolean | null;
    readonly checkedSlices: number;
  };
  readonly session: {
    readonly id: string | null;
    readonly bufferS: number | null;
    readonly channels: number | null;
    readonly sourceEpoch: number;
    readonly reconnects: number;
    /** Longest gap of slices over a reconnect, seconds; null without one. */
    readonly gapS: number | null;
    readonly decodeErrors: number;
    readonly closeCode: number | null;
    readonly closeReason: string | null;
    /** Server events by type. */
    readonly events: Readonly<Record<string, number>>;
  };
  readonly harness: HarnessSummary;
  readonly timing: {
    readonly sessionS: number;
    readonly prepareS: number;
    /** First to last event of the session, without loading, preparing or drawing. */
    readonly wallS: number;
    readonly speedup: number;
  };
  readonly trace: {
    readonly events: number;
    /** SHA-256 over the trace's lines, hex. */
    readonly hash: string;
    /** NDJSON lines without line ends; newest kept when a cap is reached. */
    readonly lines: readonly string[];
  };
  readonly marks: readonly RunMark[];
  readonly slices: readonly SlicePoint[];
  readonly ticks: readonly TickPoint[];
  /** What the listener heard; null at timing fidelity. */
  readonly played: AudioClip | null;
  /** The client's mirror at the end; null at timing fidelity. */
  readonly buffer: AudioClip | null;
}
