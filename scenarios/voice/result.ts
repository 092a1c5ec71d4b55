/**
 * What a run about voices leaves behind: data only. Reports are drawn from it.
 *
 * @module
 */
import type { Distribution } from "../result.ts";

/** Jobs by what became of them. One may count under several. */
export interface JobCounts {
  /** Asked for. */
  readonly asked: number;
  /** Heard by a listener, in whole or in part. */
  readonly heard: number;
  /** Played by the loudspeaker of the server's machine, in whole or in part. */
  readonly played: number;
  /** Refused when they were asked for. */
  readonly refused: number;
  /** Accepted, and ended in an error. */
  readonly failed: number;
  /** Stopped by a step, or dropped with their session. */
  readonly stopped: number;
  /** Neither heard nor over when the run ended: waiting, or being made. */
  readonly unfinished: number;
  /** Over, as the server says, neither failed nor stopped, and heard nowhere. */
  readonly lost: number;
  /** Heard twice by one listener, or by a listener and from the loudspeaker. */
  readonly doubled: number;
  /** Heard by a listener of another session. */
  readonly wrongSession: number;
  /** Heard in part: stopped, or left by who listened. */
  readonly cutShort: number;
}

/** Speech of one session, or of all. */
export interface SpeechFigures {
  /** Jobs by what became of them. */
  readonly jobs: JobCounts;
  /** From asking to the first sound at anybody's ear, seconds. */
  readonly firstAudioS: Distribution;
  /** From asking to when speech began to be made, seconds. */
  readonly waitS: Distribution;
  /** How long making took, seconds. */
  readonly makeS: Distribution;
  /** How often a sound began at an ear while another was still heard there. */
  readonly overlaps: number;
  /** Seconds in which two or more were heard at one ear at once. */
  readonly overlapS: number;
  /** Seconds of sound at all ears together. */
  readonly heardS: number;
}

/** Figures of a run about voices, or of a window of it. */
export interface VoiceSummary extends SpeechFigures {
  /** In whose turn jobs came. */
  readonly order: {
    /** Jobs that were made when the policy would have taken another. */
    readonly faults: number;
    /** Jobs that were heard before one that their session had asked for earlier. */
    readonly swaps: number;
    /** Names of jobs in the order in which they were made. */
    readonly made: string;
    /** Names of jobs in the order in which they were first heard. */
    readonly heard: string;
  };
  /** The loudspeaker of the server's machine. */
  readonly speaker: {
    /** Jobs that it played. */
    readonly jobs: number;
    /** How often it began one while another was still played. */
    readonly overlaps: number;
    /** Jobs that it played although somebody listened to their session. */
    readonly whileListened: number;
    /** Jobs by the device that they were played on. */
    readonly on: Readonly<Record<string, number>>;
  };
  /** Stops that steps asked for. */
  readonly stops: {
    /** How many. */
    readonly count: number;
    /** Longest time from asking to silence, seconds; null where nothing was stopped. */
    readonly silentAfterS: number | null;
    /** Jobs that began to be heard although they had been stopped. */
    readonly heardAfter: number;
    /** How far the share that the server took for spoken was from what was heard; null without. */
    readonly spokenError: number | null;
  };
  /** Connections of listeners. */
  readonly listeners: {
    /** Connections that were opened. */
    readonly opened: number;
    /** Connections that were lost, against the listener's will. */
    readonly lost: number;
    /** Headers and files that did not belong together. */
    readonly torn: number;
  };
  /** The same by session, under the names that the scenario gives them. */
  readonly sessions: Readonly<Record<string, SpeechFigures>>;
}

/** A sound at somebody's ear, as plotted. */
export interface SoundPoint {
  /** The listener's name; `speaker` for the loudspeaker. */
  readonly ear: string;
  /** The device that it came from; null for a listener's own. */
  readonly device: string | null;
  /** Whether this ear had heard this sentence of the job before. */
  readonly isAgain: boolean;
  /** Seconds since the start. */
  readonly fromS: number;
  /** Seconds since the start. */
  readonly toS: number;
}

/** What became of a job, in a word. */
export type JobOutcomeWord =
  | "heard"
  | "played"
  | "stopped"
  | "failed"
  | "refused"
  | "unfinished"
  | "lost";

/** A job as plotted. Times are seconds since the start. */
export interface JobPoint {
  /** The name that the scenario gives it. */
  readonly job: string;
  /** The name of its session; null for one that is nobody's. */
  readonly session: string | null;
  /** The beginning of its text. */
  readonly text: string;
  /** When it was asked for. */
  readonly askedS: number;
  /** When its speech began to be made; null when it never was. */
  readonly startedS: number | null;
  /** When its speech was there; null when it never was. */
  readonly madeS: number | null;
  /** What became of it. */
  readonly outcome: JobOutcomeWord;
  /** Why, in the server's words. */
  readonly reason: string;
  /** What was heard of it, by whom. */
  readonly sounds: readonly SoundPoint[];
}

/** A stretch in which somebody listened, as plotted. */
export interface ListeningPoint {
  /** The listener's name. */
  readonly listener: string;
  /** The session that it listened to. */
  readonly session: string;
  /** Seconds since the start. */
  readonly fromS: number;
  /** Seconds since the start. */
  readonly toS: number;
}

/** Everything that a finished run about voices leaves beside what all runs do. */
export interface VoiceResult extends VoiceSummary {
  /** What the plots are drawn from. */
  readonly timeline: {
    /** Every job, in the order of asking. */
    readonly jobs: readonly JobPoint[];
    /** Who listened when. */
    readonly listening: readonly ListeningPoint[];
  };
}
