/**
 * What a run leaves behind: data only. Reports are drawn from it.
 *
 * @module
 */
import type { AudioClip } from "../audio/clip.ts";
import type { AnyScenario } from "./types.ts";
import type { VoiceResult } from "./voice/result.ts";

/** The address of a server: of a stream's WebSocket, or of a voice server. */
export type TargetUrl =
  | `ws://${string}`
  | `wss://${string}`
  | `http://${string}`
  | `https://${string}`;

/** Where a scenario ran: simulated, against our own server in another process, or at a URL. */
export type Target = "sim" | "self" | TargetUrl;

/** Whether a target is the address of a server that streams. */
export function isWebSocketUrl(target: string): target is `ws://${string}` | `wss://${string}` {
  return /^wss?:\/\//.test(target) && URL.canParse(target);
}

/** Whether a target is the address of a voice server. */
export function isVoiceUrl(target: string): target is `http://${string}` | `https://${string}` {
  return /^https?:\/\//.test(target) && URL.canParse(target);
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
  /** Smallest. */
  readonly min: number | null;
  /** 5th percentile. */
  readonly p5: number | null;
  /** Median. */
  readonly p50: number | null;
  /** 95th percentile. */
  readonly p95: number | null;
  /** Greatest. */
  readonly max: number | null;
  /** Arithmetic mean. */
  readonly mean: number | null;
}

/** One judged expectation. */
export interface ExpectationResult {
  /** What it is called in reports. */
  readonly name: string;
  /** Dotted path of what was measured, e.g. `lag.slices.leadS.p50`. */
  readonly metric: string;
  /** Seconds of session time that were looked at; null for the whole run. */
  readonly window: { readonly fromS: number; readonly toS: number } | null;
  /** Whether it was within its limits. */
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
  /** Of the slices that were applied. */
  readonly slices: {
    /** How many. */
    readonly count: number;
    /** Slices that landed behind the playhead, false alarms included. */
    readonly behindPlayhead: number;
    /** How many a second. */
    readonly perS: number;
    /** How far ahead of the playhead, seconds. */
    readonly leadS: Distribution;
    /** Gap to the one before, seconds. */
    readonly intervalS: Distribution;
    /** Time of the generation step, ms. */
    readonly tickMs: Distribution;
    /** Time of decoding, ms. */
    readonly decMs: Distribution;
    /** How many slice records carry each tag. */
    readonly tagged: Readonly<Record<string, number>>;
  };
  /** Of the client's ticks. */
  readonly ticks: {
    /** How many. */
    readonly count: number;
    /** A tick is stale above this, seconds. */
    readonly staleThresholdS: number;
    /** How many are stale. */
    readonly staleTicks: number;
    /** Age of the audio under the playhead, seconds. */
    readonly stalenessS: Distribution;
    /** How many records carry each tag. */
    readonly tagged: Readonly<Record<string, number>>;
  };
  /** Share of played frames that a slice of this epoch rewrote within the last lap, 0..1. */
  readonly freshShare: number | null;
  /** Longest stretch of played audio without such a rewrite, seconds. */
  readonly longestUnrefreshedS: number;
  /** The same counts over records that carry no tag. */
  readonly unexplained: { readonly behindPlayhead: number; readonly staleTicks: number };
}

/** How well the harness kept its own time. */
export interface HarnessSummary {
  /** How late ticks came, ms. */
  readonly tickLatenessMs: {
    /** Median. */
    readonly p50: number | null;
    /** 99th percentile. */
    readonly p99: number | null;
    /** Greatest. */
    readonly max: number | null;
  };
  /** Decoding and applying one slice, ms; null in a simulated run, where it takes no time. */
  readonly applyMs: { readonly p50: number | null; readonly p99: number | null };
  /** Most bytes that waited in our own send queue. */
  readonly sendQueueMaxBytes: number;
  /** Deadlines that passed without a tick. */
  readonly skippedTicks: number;
  /** Lateness above which a live run proves nothing, ms. */
  readonly latenessBudgetMs: number;
}

/** Something that happened at an instant, for plots and for the reader. */
export interface RunMark {
  /** Seconds since the session's first event. */
  readonly atS: number;
  /** `step`, `fault`, `event`, `swap`, `seek`, `close`, `breach` (of an invariant), … */
  readonly kind: string;
  /** In words. */
  readonly text: string;
}

/** One slice as plotted: when it landed, where, how far ahead. */
export interface SlicePoint {
  /** Seconds since streaming began. */
  readonly atS: number;
  /** Position in the source, seconds. */
  readonly startS: number;
  /** Length, seconds. */
  readonly durationS: number;
  /** How far ahead of the playhead, seconds. */
  readonly leadS: number;
  /** Why it may look bad although nothing is wrong. */
  readonly tags: readonly string[];
}

/** One tick as plotted. */
export interface TickPoint {
  /** Seconds since streaming began. */
  readonly atS: number;
  /** Position in the source, seconds. */
  readonly playheadS: number;
  /** Age of the audio under the playhead, seconds. */
  readonly stalenessS: number;
  /** Why it may look bad although nothing is wrong. */
  readonly tags: readonly string[];
}

/** A stretch of what was heard: of one kind, from one place of the buffer, without a gap. */
export interface HeardStretch {
  /** When its first frame was heard, seconds since streaming began. */
  readonly atS: number;
  /** When its last frame had been heard, seconds since streaming began. */
  readonly endS: number;
  /**
   * Where it begins in the recording ({@link RunResult.played}), seconds; null where that does not
   * hold it. Counted at timing fidelity too, where there is nothing to hear.
   */
  readonly startS: number | null;
  /** Length, seconds of audio. */
  readonly durationS: number;
  /** Position in the source, seconds. */
  readonly bufferStartS: number;
  /** Whether a slice of the present source rewrote it within the last lap before it was heard. */
  readonly isFresh: boolean;
  /** Why it may be old although nothing is wrong. */
  readonly tags: readonly string[];
}

/** Everything a finished run leaves. */
export interface RunResult {
  /** What was played. */
  readonly scenario: AnyScenario;
  /** Seed of everything that was random. */
  readonly seed: number;
  /** Where it ran. */
  readonly target: Target;
  /** Whether samples existed. */
  readonly fidelity: Fidelity;
  /** How it was judged. */
  readonly verdict: Verdict;
  /** Why the verdict is `inconclusive` or `not-applicable`; else null. */
  readonly reason: string | null;
  /** True when the scenario is meant to fail, and `verdict` says whether it did so as foretold. */
  readonly expectedFailure: boolean;
  /** Each expectation, judged. */
  readonly expectations: readonly ExpectationResult[];
  /** Lead and staleness of the whole run. */
  readonly lag: LagSummary;
  /** Equality of client and server mirrors. */
  readonly mirror: {
    /** Whether client and server mirrors were equal; null when that could not be compared. */
    readonly identical: boolean | null;
    /** Slices after which both were compared. */
    readonly checkedSlices: number;
  };
  /** What became of the session. */
  readonly session: {
    /** Id that the server gave. */
    readonly id: string | null;
    /** Length of the buffer, seconds. */
    readonly bufferS: number | null;
    /** 1 or 2. */
    readonly channels: number | null;
    /** 0 at the start, one more for each swap. */
    readonly sourceEpoch: number;
    /** Sessions after the first one. */
    readonly reconnects: number;
    /** Longest gap of slices over a reconnect, seconds; null without one. */
    readonly gapS: number | null;
    /** Binaries that could not be decoded. */
    readonly decodeErrors: number;
    /** WebSocket close code; null while it was open. */
    readonly closeCode: number | null;
    /** Reason that came with it. */
    readonly closeReason: string | null;
    /** Server events by type. */
    readonly events: Readonly<Record<string, number>>;
  };
  /** How well the harness kept its own time. */
  readonly harness: HarnessSummary;
  /** How long it took, in seconds. */
  readonly timing: {
    /** Length of the session, on its own clock. */
    readonly sessionS: number;
    /** Loading and rendering before the session began. */
    readonly prepareS: number;
    /** First to last event of the session, without loading, preparing or drawing. */
    readonly wallS: number;
    /** Session seconds in one second of wall time. */
    readonly speedup: number;
  };
  /** The ordered record of everything that happened. */
  readonly trace: {
    /** How many events. */
    readonly events: number;
    /** SHA-256 over the trace's lines, hex. */
    readonly hash: string;
    /** NDJSON lines without line ends; newest kept when a cap is reached. */
    readonly lines: readonly string[];
  };
  /** What happened when. */
  readonly marks: readonly RunMark[];
  /** Every slice. */
  readonly slices: readonly SlicePoint[];
  /** Every tick. */
  readonly ticks: readonly TickPoint[];
  /** What was heard, stretch by stretch; the newest where there are very many. */
  readonly heard: readonly HeardStretch[];
  /** What the listener heard; null at timing fidelity. */
  readonly played: AudioClip | null;
  /** The client's mirror at the end; null at timing fidelity. */
  readonly buffer: AudioClip | null;
  /** What a scenario about voices is about; absent in others. */
  readonly voice?: VoiceResult;
}
