import { deliveredText } from "./delivered_text.ts";
import type { Job } from "./job.ts";

/** Speech that was stopped. */
export interface Interruption {
  /** How much was heard, 0 to 1. */
  readonly fraction: number;
  readonly deliveredText: string;
  readonly fullText: string;
}

/** What stopping came to. */
export interface Stopped {
  /** What was being heard; null when nothing was. */
  readonly interrupted: Interruption | null;
  /** Jobs that had not begun to be heard. */
  readonly cancelled: number;
}

/** The interruption of a text at a fraction of its speech; what is beyond 0 and 1 is cut. */
export function interruptionOf(fullText: string, rawFraction: number): Interruption {
  const fraction = Math.max(0, Math.min(1, rawFraction));
  return { fraction, deliveredText: deliveredText(fullText, fraction), fullText };
}

/** The interruption of a job. */
export function interruptionOfJob(job: Job, rawFraction: number): Interruption {
  return interruptionOf(job.request.text, rawFraction);
}
