/**
 * A load test: how many listeners a server holds.
 *
 * @module
 */
import type { Clock } from "../runtime/mod.ts";
import type { Fleet } from "./fleet.ts";
import { largestHeld, type Trial } from "./knee_search.ts";
import { LOAD_SCHEMA, type LoadBound, type LoadReport, type LoadStep } from "./report.ts";
import type { ThreadReading } from "./sessions.ts";
import { stepOf } from "./step.ts";

/** How finely the knee is looked for: as a share of itself. */
const PRECISION = 0.05;
/** Steps at the most. */
const MAX_STEPS = 16;
/** Sessions that a search begins with. */
const FIRST = 4;

/** How a load test goes. */
export interface LoadOptions {
  readonly fleet: Fleet;
  readonly clock: Clock;
  /** The server, for the report. */
  readonly target: string;
  /** The most sessions. */
  readonly sessions: number;
  /** Threads, for the report. */
  readonly threads: number;
  /** New sessions join evenly over this time, seconds. */
  readonly rampS: number;
  /** How long they play before anything counts, seconds. */
  readonly settleS: number;
  /** How long is measured, seconds. */
  readonly measureS: number;
  /** Looks for the knee; else all sessions are measured once. */
  readonly search: boolean;
  /** Lateness of our own timers (p99) above which the server is not to blame, ms. */
  readonly latenessBudgetMs: number;
  /** Processor time of this process so far, seconds. */
  readonly cpuS: () => number;
  /** Ends it after the step at hand. */
  readonly signal: AbortSignal;
  /** Wraps each measurement, for who measures something else meanwhile. */
  readonly around?: (
    count: number,
    measure: () => Promise<ThreadReading[]>,
  ) => Promise<ThreadReading[]>;
  /** Told before and after each step. */
  readonly say: (text: string, step: LoadStep | null) => void;
}

/** Runs it. */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const { target, sessions, threads, search } = options;
  const steps: LoadStep[] = [];
  const isOver = () => options.signal.aborted || isGone(steps.at(-1));
  const trial = async (count: number): Promise<Trial> => {
    if (isOver()) return { count, holds: false, load: 0 };
    const step = await play(count, options);
    steps.push(step);
    // Our own lateness makes slices late that came in time, never the other way round: what holds
    // holds in spite of it, and what does not may be our doing.
    return { count, holds: step.holds, load: 0 };
  };
  const start = search ? Math.min(FIRST, sessions) : sessions;
  const { held } = await largestHeld(trial, {
    start,
    limit: sessions,
    precision: PRECISION,
    maxTrials: search ? MAX_STEPS : 1,
  });
  const knee = held?.count ?? 0;
  return {
    schema: LOAD_SCHEMA,
    ...{ target, asked: sessions, threads, knee },
    bound: options.signal.aborted
      ? "stopped"
      : isGone(steps.at(-1))
      ? "gone"
      : boundOf(steps, knee, sessions),
    steps,
  };
}

/** Whether nobody got in, or stayed: fewer would fare no better. */
function isGone(step: LoadStep | undefined): boolean {
  return step !== undefined && step.each.every(({ over }) => over !== null);
}

/** What the smallest step above the knee says. */
function boundOf(steps: readonly LoadStep[], knee: number, asked: number): LoadBound {
  if (knee >= asked) return "asked";
  const above = steps.filter((step) => step.sessions > knee)
    .reduce<LoadStep | null>((a, b) => a === null || b.sessions < a.sessions ? b : a, null);
  if (above?.isHarnessLate) return "harness";
  return knee === 0 ? "none" : "server";
}

async function play(count: number, options: LoadOptions): Promise<LoadStep> {
  const { fleet, clock, rampS, settleS, measureS, cpuS, latenessBudgetMs, say } = options;
  say(`${count} sessions join`, null);
  const failures = await fleet.resize(count, rampS);
  await clock.sleep(settleS);
  say(`${count} sessions are measured`, null);
  const before = cpuS();
  const measure = () => fleet.measure(measureS);
  const readings = await (options.around?.(count, measure) ?? measure());
  const step = stepOf({
    ...{ sessions: count, failures, readings, latenessBudgetMs },
    cpuS: cpuS() - before,
  });
  say(`${count} sessions ${step.holds ? "are served in time" : "are not"}`, step);
  return step;
}
