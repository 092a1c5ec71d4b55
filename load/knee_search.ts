/**
 * Looks for the largest number of sessions that a server holds.
 *
 * @module
 */

/** What a trial with some number of sessions found. */
export interface Trial {
  readonly count: number;
  /** Whether all of them were served in time. */
  readonly holds: boolean;
  /** The server's share of a core: guides where to look next. */
  readonly load: number;
}

/** How the search goes. */
export interface SearchOptions {
  /** The first number that is tried. */
  readonly start: number;
  /** What a trial with that number found, if there was one already. */
  readonly first?: Trial;
  /** Never more than this. */
  readonly limit: number;
  /** The search ends when the least failure is no more than this share above the best success. */
  readonly precision: number;
  /** Trials at the most. */
  readonly maxTrials: number;
}

/** The most by which one trial goes beyond the last success. */
const LARGEST_STEP = 4;
/** The load at which a loop that does all the work is expected to fall behind. */
const EXPECTED_LOAD = 0.9;

/**
 * The largest count that held, between 0 and `limit`. Load is about proportional to the count: as long
 * as nothing has failed the next trial goes where the load should be full, afterwards halfway.
 */
export async function largestHeld(
  trial: (count: number) => Promise<Trial>,
  options: SearchOptions,
): Promise<{ readonly held: Trial | null; readonly trials: readonly Trial[] }> {
  const { start, first, limit, precision, maxTrials } = options;
  const trials: Trial[] = [];
  let held: Trial | null = null;
  let failed = limit + 1;
  let count = Math.min(start, limit);
  while (trials.length < maxTrials) {
    const found: Trial = trials.length === 0 && first !== undefined ? first : await trial(count);
    trials.push(found);
    if (found.holds) held = found;
    else failed = count;
    const best = held?.count ?? 0;
    if (failed - best <= Math.max(1, Math.floor(precision * best))) break;
    count = failed <= limit ? Math.floor((best + failed) / 2) : beyond(found, limit);
  }
  return { held, trials };
}

/** Where to look after a success when nothing has failed yet. */
function beyond({ count, load }: Trial, limit: number): number {
  const expected = load > 0 ? Math.floor(count * EXPECTED_LOAD / load) : count * LARGEST_STEP;
  const least = count + Math.max(1, Math.ceil(count / 10));
  return Math.min(limit, Math.max(least, Math.min(expected, count * LARGEST_STEP)));
}
