import { Ring } from "../../runtime/mod.ts";
import { LEDGER_JOBS } from "./limits.ts";
import type { Job, JobType } from "./job.ts";

/** A job as `/v1/jobs` tells of it. */
export type JobRecord = Readonly<Record<string, unknown>>;

/** What the ledger keeps: jobs, and records of what is no job of speech. */
interface Entry {
  readonly id: string;
  readonly type: JobType | "vad";
  readonly job: Job | null;
  record(): JobRecord;
}

/** The last hundred jobs, running ones as they are now. */
export class Ledger {
  readonly #entries = new Ring<Entry>(LEDGER_JOBS);

  /** Jobs that it knows. */
  get size(): number {
    return this.#entries.length;
  }

  /** Keeps a job of speech. */
  add(job: Job): void {
    this.#entries.push({ id: job.id, type: job.request.type, job, record: () => recordOf(job) });
  }

  /** Keeps the record of something else. */
  addRecord(id: string, type: "vad", record: JobRecord): void {
    this.#entries.push({ id, type, job: null, record: () => record });
  }

  /** The newest `limit` of a type, or of all; and how many there are of it. */
  list(limit: number, type: string | null): { readonly jobs: JobRecord[]; readonly total: number } {
    const fitting = [...this.#entries].reverse().filter((entry) =>
      type === null || entry.type === type
    );
    return {
      jobs: fitting.slice(0, Math.max(0, limit)).map((entry) => entry.record()),
      total: fitting.length,
    };
  }

  /** The jobs of speech that it knows, the oldest first. */
  jobs(): Job[] {
    return [...this.#entries].flatMap(({ job }) => job ?? []);
  }

  /** One job's record; null for one that it does not know. */
  find(id: string): JobRecord | null {
    return [...this.#entries].find((entry) => entry.id === id)?.record() ?? null;
  }
}

const TEXT_CHARS = 200;

/** A job in the words of the protocol. */
export function recordOf(job: Job): JobRecord {
  const { request, state, metrics, failure } = job;
  const ended = state.kind === "ended" ? state : null;
  return {
    type: request.type,
    status: statusOf(job),
    requested_at: job.askedUnixS,
    text: request.text.slice(0, TEXT_CHARS),
    voice: request.voice,
    speed: request.speed,
    emotion: request.emotion,
    format: request.format,
    engine: job.engine?.name ?? "",
    session_id: request.session?.id ?? null,
    timeline: job.timeline,
    job_id: job.id,
    ...(ended !== null && ended.outcome !== "done" && { error: failure?.message ?? ended.reason }),
    ...(ended !== null && { reason: ended.reason }),
    ...(metrics !== null && {
      metrics: {
        audio_duration_sec: round(metrics.durationS, 3),
        total_samples: metrics.samples,
        sample_rate: metrics.sampleRate,
        generation_time_sec: round(metrics.genS, 3),
        encoding_time_sec: round(metrics.encodeS, 4),
        total_time_sec: round(metrics.totalS, 3),
        rtf: rtfOf(metrics.durationS, metrics.genS),
        chunks: metrics.chunks.length,
        per_chunk: metrics.chunks.map(({ genS, samples, sentence, isFinal }) => ({
          gen_time_sec: round(genS, 4),
          rtf: rtfOf(samples / metrics.sampleRate, genS),
          samples,
          tokens: 0,
          is_final: isFinal,
          sentence: sentence.slice(0, TEXT_CHARS),
          peak_memory_gb: 0,
        })),
        output_bytes: metrics.outputBytes,
        output_format: request.format,
        ws_subscribers_delivered: metrics.delivered,
      },
    }),
  };
}

/** What is being made is `generating`; what is made is `complete`, even while it is played. */
function statusOf({ state, metrics }: Job): string {
  if (state.kind === "ended") return state.outcome === "done" ? "complete" : "error";
  return metrics === null ? "generating" : "complete";
}

/** Seconds of audio for each second of work; bigger is faster, 0 where it cannot be told. */
export function rtfOf(durationS: number, genS: number): number {
  return genS > 0 ? round(durationS / genS, 2) : 0;
}

/** A number with so many decimals. */
export function round(value: number, decimals: number): number {
  const scale = Number(`1e${decimals}`);
  return Math.round(value * scale) / scale;
}
