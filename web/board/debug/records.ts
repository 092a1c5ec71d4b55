/**
 * What the server tells of its own business. Names are those of the wire.
 *
 * @module
 */

/** A time at which the main thread was late. */
export interface LagRecord {
  readonly at: string;
  readonly lagMs: number;
  readonly ran: readonly string[];
}

/** A stream that is open. */
export interface StreamRecord {
  readonly kind: string;
  readonly ageS: number;
  readonly queuedBytes: number;
  readonly sent: number;
}

/** Timers of a part. */
export interface TimerRecord {
  readonly name: string;
  readonly armed: number;
  readonly runs: number;
  readonly lastMs: number;
  readonly totalMs: number;
}

/** Something that runs. */
export interface WorkRecord {
  readonly thread: string;
  readonly name: string;
  readonly ageS: number;
}

/** A thread beside the main one. */
export interface WorkerRecord {
  readonly name: string;
  readonly queue: number;
  readonly busyMs: number;
  readonly currentJob?: string;
}

/** What `/api/debug/loop` answers, as far as it is shown. */
export interface LoopRecord {
  readonly uptimeS: number;
  readonly verdict: string;
  readonly because: string;
  readonly lagMs: { readonly now: number; readonly p99: number; readonly max60s: number };
  readonly cpuPct: { readonly s10: number };
  readonly worst: readonly LagRecord[];
  readonly inflight: readonly { readonly route: string }[];
  readonly streams: readonly StreamRecord[];
  readonly timers: readonly TimerRecord[];
  readonly tasks: readonly WorkRecord[];
  readonly workers: readonly WorkerRecord[];
  readonly rss: number;
}

/** Something that has ended. */
export interface EndedRecord {
  readonly thread: string;
  readonly name: string;
  readonly ms: number;
  readonly endedAt: string;
}

/** What `/api/debug/tasks` answers, as far as it is shown. */
export interface TasksRecord {
  /** The longest first. */
  readonly ended: readonly EndedRecord[];
}

/** What `/api/debug/ingest` answers, as far as it is shown. */
export interface IngestRecord {
  readonly mode: string;
  readonly sessions: number;
  readonly files: number;
  readonly waiting: number;
  readonly bytesRead: number;
  readonly badLines: number;
  readonly cache: {
    readonly bytes: number;
    readonly hits: number;
    readonly misses: number;
    readonly evictions: number;
  };
  /** Of the reading thread alone, bytes. */
  readonly memory: { readonly heapUsed: number; readonly heapTotal: number };
}
