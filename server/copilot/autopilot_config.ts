/**
 * What a person says of a session's autopilot.
 *
 * @module
 */
import { asObject } from "../board/read/fields.ts";
import { sanitizeDraft } from "./sanitize.ts";

/** Names are those of the wire. */
export interface AutopilotConfig {
  readonly mode: "off" | "message" | "ai";
  /** What is sent in the mode `message`, and when a limit has ended. */
  readonly message: string;
  /** Most messages since the last one of a person. */
  readonly maxSends: number;
  /** How long the session has to be idle. */
  readonly idleSeconds: number;
  /** Whether the message is sent once when a limit has ended. */
  readonly resumeOnReset: boolean;
}

/** What is kept of a session's autopilot. */
export interface AutopilotKept {
  readonly config: AutopilotConfig;
  /** Higher with each change of the config. */
  readonly rev: number;
  /** Messages since the last one of a person. */
  readonly sends: number;
  /** Drafts in a row that came to nothing. */
  readonly failures: number;
  readonly lastSent: readonly string[];
  /** Why it rests, or went off; null while it goes on. */
  readonly paused: string | null;
  /** Why the last draft was left; null once one was sent, or a person has spoken. */
  readonly left: string | null;
  /** When it went off by itself, ms since the Unix epoch; 0 where it did not. */
  readonly stoppedMs: number;
  /** Until when it rests; 0 for no time. */
  readonly pausedUntilMs: number;
  /** When a limit ends, after which the session is told to go on. */
  readonly resumeAtMs: number | null;
}

/** What stands while nobody has said anything. */
export const AUTOPILOT_OFF: AutopilotConfig = {
  mode: "off",
  message: "Continue.",
  maxSends: 5,
  idleSeconds: 60,
  resumeOnReset: false,
};

const MODES = ["off", "message", "ai"] as const;

/** Reads one; a plain sentence says what is wrong with it. */
export function parseConfig(value: unknown): AutopilotConfig | string {
  const body = asObject(value);
  if (body === null) return 'expected a body such as {"mode": "off"}';
  const known = Object.keys(AUTOPILOT_OFF);
  const strange = Object.keys(body).find((name) => !known.includes(name));
  if (strange !== undefined) return `${strange} is no setting; known are ${known.join(", ")}`;
  const { mode, message, maxSends, idleSeconds, resumeOnReset } = { ...AUTOPILOT_OFF, ...body };
  if (!MODES.includes(mode)) return `mode must be one of ${MODES.join(", ")}`;
  const text = typeof message === "string" ? sanitizeDraft(message) : null;
  if (text === null) return "message must be a text";
  if (!text.ok) return `message cannot be sent: ${text.reason}`;
  if (!isIn(maxSends, 1, 20)) return "maxSends must be a whole number from 1 to 20";
  if (!isIn(idleSeconds, 30, 3600)) return "idleSeconds must be a whole number from 30 to 3600";
  if (typeof resumeOnReset !== "boolean") return "resumeOnReset must be true or false";
  return { mode, message: text.text, maxSends, idleSeconds, resumeOnReset };
}

function isIn(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}
