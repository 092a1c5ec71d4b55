/**
 * What is answered where there is no speech.
 *
 * @module
 */
import type { Job } from "../job.ts";
import { VoiceError, type VoiceErrorCode } from "../limits.ts";
import { domainError } from "./body.ts";

const STATUSES: Readonly<Record<VoiceErrorCode, number>> = {
  "blank": 400,
  "unpronounceable": 422,
  "too-long": 413,
  "unknown-voice": 400,
  "unknown-session": 404,
  "bad-session": 422,
  "full": 503,
  "failed": 500,
  "cancelled": 409,
};

/** The answer to a request that was refused before it became a job. */
export function refusal(error: VoiceError): Response {
  return domainError(STATUSES[error.code], error.message);
}

/** The answer to a job that ended without speech. */
export function failed(job: Job): Response {
  const failure = job.failure ?? new VoiceError("failed", "the job ended without speech");
  const { code, message } = failure;
  return code === "blank"
    ? domainError(STATUSES.blank, "No audio generated", { reason: message, job_id: job.id })
    : domainError(STATUSES[code], message, { job_id: job.id });
}
