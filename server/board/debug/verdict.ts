/**
 * What keeps a process busy, in a word and a sentence.
 *
 * @module
 */

/** The word. */
export type Verdict = "calm" | "blocked" | "spinning" | "saturated" | "worker_backlog";

/** What it is judged by; all of it over the last ten seconds. */
export interface LoopFacts {
  /** The worst lag but for one in a hundred, ms. */
  readonly lagP99Ms: number;
  /** The worst lag, and what ran meanwhile; null for none. */
  readonly worst: { readonly lagMs: number; readonly ran: readonly string[] } | null;
  /** Processor time of this process without that of its workers, percent of one core. */
  readonly cpuPct: number;
  readonly requestsPerS: number;
  /** What was asked for most. */
  readonly mostAsked: { readonly name: string; readonly count: number } | null;
  /** Whose timers ran most. */
  readonly mostTimers: { readonly name: string; readonly runs: number } | null;
  readonly workers: readonly {
    readonly name: string;
    readonly queue: number;
    readonly currentJob: string | null;
  }[];
}

/** Bounds of the words. */
const BLOCKED_MS = 200;
const CALM_LAG_MS = 50;
const SPINNING_PCT = 50;
const SATURATED_PCT = 85;
const FEW_REQUESTS_PER_S = 5;
const LONG_QUEUE = 32;

/** The verdict, and because of what. */
export function verdictOf(
  facts: LoopFacts,
): { readonly verdict: Verdict; readonly because: string } {
  const { lagP99Ms, worst, cpuPct, requestsPerS, mostAsked, mostTimers, workers } = facts;
  const pct = `${Math.round(cpuPct)} % of a core`;
  if (lagP99Ms > BLOCKED_MS && worst !== null) {
    const ran = worst.ran.length === 0 ? "something without a name" : worst.ran.join(", ");
    const because = `nothing else went on for ${Math.round(worst.lagMs)} ms, during: ${ran}`;
    return { verdict: "blocked", because };
  }
  if (cpuPct > SPINNING_PCT && lagP99Ms < CALM_LAG_MS && requestsPerS < FEW_REQUESTS_PER_S) {
    const whose = mostTimers === null || mostTimers.runs === 0
      ? "nobody's timers ran"
      : `timers of ${mostTimers.name} ran most, ${mostTimers.runs} times in 10 s`;
    return { verdict: "spinning", because: `${pct} with hardly a request: ${whose}` };
  }
  if (cpuPct > SATURATED_PCT && requestsPerS >= FEW_REQUESTS_PER_S) {
    const what = mostAsked === null ? "" : `, most of them ${mostAsked.name}`;
    const because = `${pct} with ${Math.round(requestsPerS)} requests a second${what}`;
    return { verdict: "saturated", because };
  }
  const late = workers.find(({ queue }) => queue > LONG_QUEUE);
  if (late !== undefined) {
    const at = late.currentJob === null ? "which is at nothing" : `which is at: ${late.currentJob}`;
    const because = `${late.queue} questions wait for the thread of the ${late.name}, ${at}`;
    return { verdict: "worker_backlog", because };
  }
  return { verdict: "calm", because: "nothing stands out" };
}
