/**
 * A session that the autopilot is at: what it was armed for, and the draft that was made.
 *
 * @module
 */
import type { Armed, DraftOutcome } from "./gates.ts";
import type { Job } from "./jobs.ts";
import type { Prompt } from "./prompt.ts";

/** Where it stands. */
export interface Run {
  armed: (Armed & { readonly pane: string }) | null;
  /** Null while the model writes, and in the mode with a fixed text. */
  draft: DraftOutcome | null;
  jobId: string | null;
  wasBusy: boolean;
  /** It is not armed before, ms since the Unix epoch. */
  notBeforeMs: number;
  /** Why it was left last; what stays so is told once. */
  told: string;
  /** Messages of people that were there at the last look; below 0 before the first. */
  userTurns: number;
}

/** A session that nothing was done about. */
export function newRun(): Run {
  return {
    ...{ armed: null, draft: null, jobId: null, wasBusy: false, notBeforeMs: 0, told: "" },
    userTurns: -1,
  };
}

/** It is armed for nothing any more. */
export function disarm(run: Run): void {
  Object.assign(run, { armed: null, draft: null, jobId: null, wasBusy: false });
}

/** What a job came to, for the gates to judge. */
export function outcomeOf(job: Job, prompt: Prompt | null): DraftOutcome {
  const text = job.state === "done" ? job.result?.text : undefined;
  if (text === undefined) return { kind: "failed" };
  return { kind: "text", text, forbidden: prompt?.forbidden ?? [] };
}
