/**
 * The report of one run: data, versioned, from which every other format is drawn.
 *
 * Readers ignore fields that they do not know; fields may be added within version 1, never taken
 * away or given another meaning.
 *
 * @module
 */
import type {
  ExpectationResult,
  Fidelity,
  HarnessSummary,
  LagSummary,
  RunMark,
  RunResult,
  Verdict,
} from "../scenarios/result.ts";
import type { VoiceResult } from "../scenarios/voice/result.ts";

/** The name and version of the model. */
export const REPORT_SCHEMA = "headway.report/1";

/** Slices for plots, as columns of equal length. */
export interface SliceSeries {
  /** One record in this many is kept; 1 when all are. */
  readonly every: number;
  /** When each was applied, seconds of session time. */
  readonly atS: readonly number[];
  /** Where in the buffer it begins, seconds. */
  readonly startS: readonly number[];
  /** How long it is, seconds. */
  readonly durationS: readonly number[];
  /** How far ahead of the playhead it landed, seconds; negative is behind. */
  readonly leadS: readonly number[];
  /** Its tags, separated by spaces. */
  readonly tags: readonly string[];
}

/** Ticks for plots, as columns of equal length. */
export interface TickSeries {
  /** One record in this many is kept; 1 when all are. */
  readonly every: number;
  /** When each was sent, seconds of session time. */
  readonly atS: readonly number[];
  /** Where the playhead was in the buffer, seconds. */
  readonly playheadS: readonly number[];
  /** Age of the audio under the playhead, seconds. */
  readonly stalenessS: readonly number[];
  /** Its tags, separated by spaces. */
  readonly tags: readonly string[];
}

/**
 * What was heard, as columns of equal length: stretches one after the other, each of one kind of
 * audio from one place of the buffer. A jump, a pause, a swap or a change of `fresh` or `tags`
 * begins the next one.
 */
export interface HeardSeries {
  /** One record in this many is kept; 1 when all are. */
  readonly every: number;
  /** When its first frame was heard, seconds of session time. */
  readonly atS: readonly number[];
  /** When its last frame had been heard, seconds of session time. */
  readonly endS: readonly number[];
  /**
   * Where it begins in `played.wav`, seconds; null where the recording does not hold it. At timing
   * fidelity, where there is no such file, the place that it would have.
   */
  readonly startS: readonly (number | null)[];
  /** How long it is, seconds of audio. */
  readonly durationS: readonly number[];
  /** Where it begins in the buffer, seconds. */
  readonly bufferStartS: readonly number[];
  /** Whether a slice of the present source rewrote it within the last lap before it was heard. */
  readonly fresh: readonly boolean[];
  /** The tags of that moment, separated by spaces. */
  readonly tags: readonly string[];
}

/** The report of one run: what `report.json` holds. */
export interface Report {
  /** The name and version of this model. */
  readonly schema: typeof REPORT_SCHEMA;
  /** The scenario's name. */
  readonly scenario: string;
  /** The question that the scenario answers. */
  readonly description: string;
  /** Known failure modes that it shows. */
  readonly shows: readonly string[];
  /** The seed. */
  readonly seed: number;
  /** `sim`, `self` or a WebSocket address. */
  readonly target: string;
  /** Samples and all, or their timing only. */
  readonly fidelity: Fidelity;
  /** How the run was judged. */
  readonly verdict: Verdict;
  /** Why there is no judgement; null when there is one. */
  readonly reason: string | null;
  /** True when the scenario is meant to fail; `passed` then means that it did so as foretold. */
  readonly expectedFailure: boolean;
  /** The command line that repeats the run. */
  readonly replay: string;
  /** What had to hold, and whether it did. */
  readonly expectations: readonly ExpectationResult[];
  /** Lag of the whole run. */
  readonly lag: LagSummary;
  /** Whether client and server had the same audio. */
  readonly mirror: RunResult["mirror"];
  /** Facts about the session. */
  readonly session: RunResult["session"];
  /** How well the harness kept its own time. */
  readonly harness: HarnessSummary;
  /** How long things took, seconds. */
  readonly timing: RunResult["timing"];
  /** The run's fingerprint. */
  readonly trace: {
    /** How many events the trace has. */
    readonly events: number;
    /** SHA-256 over its lines, hex. */
    readonly hash: string;
  };
  /** Names of the run's files, beside the report. */
  readonly files: readonly string[];
  /** What a run about voices is about; absent in others. */
  readonly voice?: VoiceResult;
  /** Steps, faults and events at their times. */
  readonly marks: readonly RunMark[];
  /** Points for plots. */
  readonly series: {
    /** One point for each slice. */
    readonly slices: SliceSeries;
    /** One point for each tick. */
    readonly ticks: TickSeries;
    /** What was heard, stretch by stretch. */
    readonly heard: HeardSeries;
  };
  /** The scenario itself, complete, as JSON. */
  readonly definition: Readonly<Record<string, unknown>>;
}
