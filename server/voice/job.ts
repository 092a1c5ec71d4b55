/**
 * One request for speech, from when it is asked for to how it ended. Every job ends, with a reason.
 *
 * @module
 */
import type { JobId } from "./ids.ts";
import type { VoiceError } from "./limits.ts";
import type { Waiting } from "./policy_queue.ts";
import type { VoiceSession } from "./registry.ts";
import type { EngineInfo } from "./speech/engine.ts";

/** What asked for it. */
export type JobType = "synthesize" | "audio_speech" | "speak" | "chat";

/** What is asked for. */
export interface JobRequest {
  readonly type: JobType;
  readonly text: string;
  /** The voice that speaks, already chosen. */
  readonly voice: string;
  readonly speed: number;
  readonly emotion: number;
  /** For the ledger. */
  readonly format: string;
  /** Whose it is; null for nobody's. */
  readonly session: VoiceSession | null;
  /** The queue of a job that is nobody's; default one that all of those share. */
  readonly lane?: string;
  /** Default that of its session. */
  readonly priority?: number;
  /** Whether the session's listeners get it. */
  readonly isRouted: boolean;
  /** Whether the local player plays it when no listener got it. */
  readonly playsLocally: boolean;
  /** Whether somebody waits for its beginning: its first sentence is then kept short. */
  readonly startsEarly?: boolean;
}

/** How far a job is. */
export type JobState =
  | { readonly kind: "queued" }
  | { readonly kind: "generating" }
  /** Made, and waiting for the loudspeaker. */
  | { readonly kind: "waiting" }
  | { readonly kind: "speaking" }
  | { readonly kind: "ended"; readonly outcome: JobOutcome; readonly reason: string };

/** How it ended. */
export type JobOutcome = "done" | "error" | "cancelled";

/** A sentence that was made. */
export interface JobPiece {
  readonly sentence: string;
  /** The sentence, and the pause after it. */
  readonly pcm: Int16Array<ArrayBuffer>;
  /** Samples of the sentence alone. */
  readonly samples: number;
  readonly genS: number;
  readonly isFinal: boolean;
}

/** Hears of a job. */
export interface JobWatcher {
  /** A sentence is there. */
  onPiece?(piece: JobPiece, job: Job): void;
  /** The speech is complete; its samples are in `job.wav`. */
  onMade?(job: Job): void;
  /** It has ended; comes once, and last. */
  onEnd?(job: Job): void;
}

/** What its speech came to. */
export interface JobMetrics {
  readonly durationS: number;
  readonly samples: number;
  readonly sampleRate: number;
  readonly genS: number;
  readonly encodeS: number;
  readonly totalS: number;
  readonly chunks: readonly Omit<JobPiece, "pcm">[];
  readonly outputBytes: number;
  readonly delivered: number;
}

/** A job, as the voice server moves it on. Others only look. */
export class Job implements Waiting {
  readonly id: JobId;
  readonly request: JobRequest;
  readonly lane: string;
  readonly priority: number;
  readonly sequence: number;
  readonly askedS: number;
  readonly askedUnixS: number;
  readonly watcher: JobWatcher;
  readonly timeline: { readonly event: string; readonly t: number }[] = [];
  /** What is still to be said; empty before it is known, and after the end. */
  sentences: readonly string[] = [];
  state: JobState = { kind: "queued" };
  engine: EngineInfo | null = null;
  failure: VoiceError | null = null;
  metrics: JobMetrics | null = null;
  /** The whole file, from when it is made to when the job ends. */
  wav: Uint8Array<ArrayBuffer> | null = null;
  /** When its first audio was there; null before. */
  firstAudioS: number | null = null;
  /** When it began to be played; null before. */
  playingS: number | null = null;
  endedS: number | null = null;
  /** How its audio went out. */
  route: "routed_ws" | "played" | "returned" | null = null;
  /** Stops whatever it is doing; null between doings. */
  abort: (() => void) | null = null;

  /** A job that waits. */
  constructor(
    made: Pick<Job, "id" | "request" | "lane" | "priority" | "sequence" | "askedS" | "askedUnixS">,
    watcher: JobWatcher,
  ) {
    this.id = made.id;
    this.request = made.request;
    this.lane = made.lane;
    this.priority = made.priority;
    this.sequence = made.sequence;
    this.askedS = made.askedS;
    this.askedUnixS = made.askedUnixS;
    this.watcher = watcher;
  }

  /** Whether it has ended. */
  get isEnded(): boolean {
    return this.state.kind === "ended";
  }
}
