/**
 * What the copilot tells the thread that reads transcripts, so that its answers have it, too.
 *
 * @module
 */

/** How a session's autopilot stands. Names are those of the wire. */
export interface AutopilotState {
  readonly mode: "off" | "message" | "ai";
  /** Messages since the last one of a person. */
  readonly sends: number;
  /** Whether it sends its text when a limit has ended, though its mode is `off`; absent otherwise. */
  readonly resumes?: true;
  /** Why it rests, or went off by itself. */
  readonly paused?: string;
  /** Why its last draft was left; absent once one was sent. */
  readonly left?: string;
  /** When it went off by itself, ISO 8601. */
  readonly stoppedAt?: string;
}

/** One that nobody has turned on. */
export const NO_AUTOPILOT: AutopilotState = { mode: "off", sends: 0 };

/** What our own questions to models cost on a day. */
export interface AiDay {
  /** When the day began in the server's zone, ms since the Unix epoch. */
  readonly startMs: number;
  readonly usd: number;
}

/** All that it tells. It takes the place of what was told before. */
export interface CopilotNews {
  /** By session; sessions that are not named have none. */
  readonly autopilots: ReadonlyMap<string, AutopilotState>;
  readonly aiDays: readonly AiDay[];
}

/** Nothing has been told. */
export const NO_NEWS: CopilotNews = { autopilots: new Map(), aiDays: [] };
