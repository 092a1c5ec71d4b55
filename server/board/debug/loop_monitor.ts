/**
 * Watches the main thread from within: how late a timer comes, what ran when it was late, and how much
 * processor time goes by. All it answers comes from counters, so that it can be asked at any time.
 *
 * @module
 */
import type { Clock, Timer } from "../../../runtime/mod.ts";
import type { CountedClocks } from "./counted_clocks.ts";
import type { AskedFor, RequestBook } from "./request_book.ts";
import { type Verdict, verdictOf } from "./verdict.ts";
import type { WorkBoard } from "./work_board.ts";

/** A thread beside the main one. */
export interface WatchedWorker {
  readonly name: string;
  /** Questions that wait for it. */
  readonly queue: number;
  readonly work: WorkBoard;
}

/** What it is made of. */
export interface LoopMonitorOptions {
  /** Not one that is counted: its own timer is no work of anybody's. */
  readonly clock: Clock;
  /** Processor time of this process so far, all threads, seconds. */
  readonly cpuS: () => number;
  readonly work: WorkBoard;
  readonly timers: CountedClocks;
  readonly requests: RequestBook;
  readonly workers: () => readonly WatchedWorker[];
}

/** A time at which the loop was late. Names are those of the wire. */
export interface Lag {
  /** When it was over, ISO 8601. */
  readonly at: string;
  readonly lagMs: number;
  /** What ran meanwhile, or had begun before. */
  readonly ran: readonly string[];
}

/** How the loop does. Names are those of the wire. */
export interface LoopState {
  readonly verdict: Verdict;
  readonly because: string;
  readonly lagMs: {
    readonly now: number;
    readonly p50: number;
    readonly p99: number;
    readonly max60s: number;
  };
  /** Of the whole process, percent of one core. */
  readonly cpuPct: { readonly s1: number; readonly s10: number; readonly s60: number };
  /** Timers that ran within the last second, and that wait. */
  readonly ready: number;
  readonly scheduled: number;
  readonly worst: readonly Lag[];
}

const PROBE_S = 0.25;
const SAMPLES = 240;
const TEN_S = 40;
const ONE_S = 4;
/** Less is no lag worth a name, ms. */
const NOTED_MS = 30;
const MAX_WORST = 10;
/** Lags are told for so long, seconds. */
const WORST_WITHIN_S = 600;
const MAX_RAN = 5;

interface Sample {
  readonly atS: number;
  readonly lagMs: number;
  readonly cpuS: number;
  readonly busyS: number;
  readonly requests: number;
  readonly runs: ReadonlyMap<string, number>;
  readonly mostAsked: AskedFor | null;
}

/** The monitor. */
export class LoopMonitor {
  readonly #options: LoopMonitorOptions;
  /** The oldest first. */
  readonly #samples: Sample[] = [];
  #worst: { readonly lag: Lag; readonly atS: number }[] = [];
  #timer: Timer | null = null;

  /** Watches nothing yet. */
  constructor(options: LoopMonitorOptions) {
    this.#options = options;
  }

  /** Begins to watch. */
  start(): void {
    this.#samples.push(this.#sample(0));
    this.#arm();
  }

  /** Watches no more. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  /** How it goes. */
  state(): LoopState {
    const { timers, workers } = this.#options;
    const nowS = this.#options.clock.now();
    const current = this.#sample(0);
    const lags = this.#samples.map(({ lagMs }) => lagMs);
    const recent = lags.slice(-TEN_S);
    const ten = this.#ago(TEN_S, current);
    const spanS = Math.max(PROBE_S, current.atS - ten.atS);
    const cpuPct = (since: Sample) => percent(current.cpuS - since.cpuS, current.atS - since.atS);
    // A process that has just begun has worked hard, and not for long.
    const ownPct = percent(
      current.cpuS - ten.cpuS - (current.busyS - ten.busyS),
      Math.max(TEN_S * PROBE_S, current.atS - ten.atS),
    );
    const worstOfTen = this.#worst.filter(({ atS }) => nowS - atS <= TEN_S * PROBE_S)
      .map(({ lag }) => lag).sort((a, b) => b.lagMs - a.lagMs)[0] ?? null;
    const { verdict, because } = verdictOf({
      lagP99Ms: quantile(recent, 0.99),
      worst: worstOfTen,
      cpuPct: ownPct,
      requestsPerS: (current.requests - ten.requests) / spanS,
      mostAsked: this.#mostAsked(current),
      mostTimers: mostOf(current.runs, ten.runs),
      workers: workers().map(({ name, queue, work }) => ({
        name,
        queue,
        currentJob: work.running()[0]?.what ?? null,
      })),
    });
    const all = timers.list();
    const second = this.#ago(ONE_S, current).runs;
    return {
      verdict,
      because,
      lagMs: {
        now: round(lags.at(-1) ?? 0),
        p50: round(quantile(lags, 0.5)),
        p99: round(quantile(recent, 0.99)),
        max60s: round(Math.max(0, ...lags)),
      },
      cpuPct: {
        s1: round(cpuPct(this.#ago(ONE_S, current))),
        s10: round(cpuPct(ten)),
        s60: round(cpuPct(this.#ago(SAMPLES, current))),
      },
      ready: all.reduce((sum, { name, runs }) => sum + runs - (second.get(name) ?? 0), 0),
      scheduled: all.reduce((sum, { armed }) => sum + armed, 0),
      worst: this.#worst.filter(({ atS }) => nowS - atS < WORST_WITHIN_S).map(({ lag }) => lag),
    };
  }

  #arm(): void {
    const { clock } = this.#options;
    const dueS = clock.now() + PROBE_S;
    this.#timer = clock.at(dueS, () => {
      const lagMs = Math.max(0, (clock.now() - dueS) * 1000);
      if (lagMs >= NOTED_MS) this.#note(lagMs);
      this.#samples.push(this.#sample(lagMs));
      this.#options.requests.forget();
      if (this.#samples.length > SAMPLES) this.#samples.shift();
      this.#arm();
    });
  }

  #note(lagMs: number): void {
    const { clock, work } = this.#options;
    const nowS = clock.now();
    const endS = clock.unixS();
    const beganS = endS - lagMs / 1000;
    const ran = work.list()
      .filter(({ startedS, endedS }) => startedS <= endS && (endedS ?? endS) >= beganS)
      // What took most of the time is told first.
      .sort((a, b) => lasted(b, beganS, endS) - lasted(a, beganS, endS))
      .map(({ what }) => what);
    const lag = {
      at: new Date(endS * 1000).toISOString(),
      lagMs: round(lagMs),
      ran: [...new Set(ran)].slice(0, MAX_RAN),
    };
    this.#worst = [...this.#worst.filter(({ atS }) => nowS - atS < WORST_WITHIN_S), {
      lag,
      atS: nowS,
    }].sort((a, b) => b.lag.lagMs - a.lag.lagMs).slice(0, MAX_WORST);
  }

  #sample(lagMs: number): Sample {
    const { clock, cpuS, requests, timers, workers } = this.#options;
    return {
      atS: clock.now(),
      lagMs,
      cpuS: cpuS(),
      busyS: workers().reduce((sum, { work }) => sum + work.busyS, 0),
      requests: requests.total,
      runs: new Map(timers.list().map(({ name, runs }) => [name, runs])),
      mostAsked: requests.most(),
    };
  }

  /** The sample of so many probes ago, or the oldest. */
  #ago(probes: number, current: Sample): Sample {
    return this.#samples.at(-probes) ?? this.#samples[0] ?? current;
  }

  #mostAsked(current: Sample): AskedFor | null {
    const counts = new Map<string, number>();
    for (const { mostAsked } of [...this.#samples.slice(-TEN_S), current]) {
      if (mostAsked === null) continue;
      counts.set(mostAsked.name, (counts.get(mostAsked.name) ?? 0) + mostAsked.count);
    }
    const [most] = [...counts].sort((a, b) => b[1] - a[1]);
    return most === undefined ? null : { name: most[0], count: most[1] };
  }
}

function lasted(
  { startedS, endedS }: { readonly startedS: number; readonly endedS: number | null },
  fromS: number,
  toS: number,
): number {
  return Math.min(endedS ?? toS, toS) - Math.max(startedS, fromS);
}

function mostOf(
  now: ReadonlyMap<string, number>,
  before: ReadonlyMap<string, number>,
): { readonly name: string; readonly runs: number } | null {
  let most: { name: string; runs: number } | null = null;
  for (const [name, count] of now) {
    const runs = count - (before.get(name) ?? 0);
    if (most === null || runs > most.runs) most = { name, runs };
  }
  return most;
}

function percent(cpuS: number, wallS: number): number {
  return wallS <= 0 ? 0 : Math.max(0, cpuS / wallS * 100);
}

/** The value that at most so small a share of the others is above; 0 for none. */
function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return 0;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1]!;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
