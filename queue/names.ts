/**
 * What streams and subjects are called. A call is one `headway scenario --nats`; its jobs have numbers;
 * a job may be attempted by several workers, as workers die.
 *
 *     headway.jobs.<call>.<job>
 *     headway.results.<call>.<job>.<attempt>
 *     headway.alive
 *
 * @module
 */

/** The stream of jobs; each is taken away when a worker has acknowledged it. */
export const JOBS_STREAM = "HEADWAY_JOBS";
/** The stream of results, in pieces. */
export const RESULTS_STREAM = "HEADWAY_RESULTS";
/** The consumer that all workers share. */
export const WORKERS = "workers";

/** What whoever is at work says again and again, to all calls; no stream keeps it. */
export const ALIVE = "headway.alive";

/** Every job of every call. */
export const ALL_JOBS = "headway.jobs.*.*";
/** Every piece of every result. */
export const ALL_RESULTS = "headway.results.*.*.*";

/** The subject of a job. */
export function jobSubject(call: string, job: number): string {
  return `headway.jobs.${call}.${job}`;
}

/** All jobs of a call. */
export function jobsOf(call: string): string {
  return `headway.jobs.${call}.*`;
}

/** The subject of one attempt's result. */
export function resultSubject(call: string, job: number, attempt: string): string {
  return `headway.results.${call}.${job}.${attempt}`;
}

/** All results of a call. */
export function resultsOf(call: string): string {
  return `headway.results.${call}.*.*`;
}

/** What a subject names; null for one that is not ours. */
export function parseSubject(
  subject: string,
): { readonly call: string; readonly job: number; readonly attempt: string | null } | null {
  const [, call, job, attempt = null] =
    /^headway\.(?:jobs|results)\.([a-z0-9-]{1,64})\.(\d{1,6})(?:\.([a-z0-9-]{1,64}))?$/
      .exec(subject) ?? [];
  if (call === undefined || job === undefined) return null;
  return { call, job: Number(job), attempt };
}
