/**
 * What is known of a run about voices while it goes on: jobs, sounds, listeners, stops.
 *
 * @module
 */
import type { Clock } from "../../runtime/mod.ts";
import { Trace, type TraceValue } from "../../sim/mod.ts";
import type { HeardClip, SpokenClip } from "../../sim/voice/mod.ts";
import type { RunMark } from "../result.ts";
import type { JobRecord, SpeakerEvent, VoiceAnswer } from "./voice_api.ts";

/** The ear that hears what the loudspeaker plays. */
export const SPEAKER = "speaker";

/** A job that somebody asked for. */
export interface KnownJob {
  readonly label: string;
  /** The session's name in the scenario; null for nobody's. */
  readonly session: string | null;
  readonly text: string;
  readonly askedS: number;
  /** When the server had answered; null before. */
  answeredS: number | null;
  /** What the server calls it; null before it answered. */
  id: string | null;
  refusal: string | null;
  /** What the server says of it at the end. */
  record: JobRecord | null;
  /** When a step stopped it; null when none did. */
  stoppedS: number | null;
}

/** A clip at an ear, or a file from the loudspeaker. */
export interface Sound {
  readonly ear: string;
  /** The session that the ear listens to; null for the loudspeaker. */
  readonly session: string | null;
  readonly device: string | null;
  /** What the server calls its job. */
  readonly jobId: string;
  /** Whether the header named the session that is listened to. */
  readonly isAddressed: boolean;
  /** Which sentence. */
  readonly index: number;
  /** How often this ear had heard this sentence before. */
  readonly nth: number;
  readonly fromS: number;
  /** Null while it is heard. */
  toS: number | null;
  isWhole: boolean;
}

/** A stretch in which a listener was connected. */
export interface Listening {
  readonly listener: string;
  readonly session: string;
  readonly fromS: number;
  toS: number | null;
}

/** A stop that a step asked for. */
export interface KnownStop {
  readonly askedS: number;
  answeredS: number | null;
  answer: VoiceAnswer | null;
  /** Jobs that it meant. */
  readonly jobs: readonly KnownJob[];
}

/** A policy, from when on. */
export interface PolicyChange {
  readonly atS: number;
  readonly policy: string;
}

/** Sounds that are remembered: a job has a few sentences, and a scenario a hundred jobs. */
const MAX_SOUNDS = 100_000;

/** Everything that is known. */
export class VoiceBook {
  readonly jobs: KnownJob[] = [];
  readonly sounds: Sound[] = [];
  readonly listenings: Listening[] = [];
  readonly stops: KnownStop[] = [];
  readonly policies: PolicyChange[] = [];
  /** Priority of each session, as it was registered. */
  readonly priorities = new Map<string, number>();
  readonly marks: RunMark[] = [];
  readonly trace = new Trace();
  /** Called after anything happened that a step may wait for. */
  onChange: (() => void) | null = null;
  /** Told what is heard, for the recording. */
  onSound: ((clip: SpokenClip, atS: number, ear: string) => void) | null = null;
  lostConnections = 0;
  torn = 0;
  /** When the run began and ended, on its clock. */
  beganS = 0;
  endedS: number | null = null;
  readonly #clock: Clock;
  readonly #byId = new Map<string, KnownJob>();

  /** Nothing is known. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Seconds since the start. */
  get nowS(): number {
    return rounded(this.#clock.now() - this.beganS);
  }

  /** A job by the scenario's name for it. */
  job(label: string): KnownJob | null {
    return this.jobs.find((it) => it.label === label) ?? null;
  }

  /** The job that a sound is of; null for one that nobody here asked for. */
  jobOf({ jobId }: Sound): KnownJob | null {
    return this.#byId.get(jobId) ?? null;
  }

  /** What was heard of a job. */
  soundsOf({ id }: KnownJob): Sound[] {
    return id === null ? [] : this.sounds.filter(({ jobId }) => jobId === id);
  }

  /** Whether it is over: heard to its end at an ear, stopped, or refused. */
  hasEnded(job: KnownJob): boolean {
    if (job.refusal !== null || job.stoppedS !== null) return true;
    const sounds = this.soundsOf(job);
    return sounds.length > 0 && sounds.every(({ toS }) => toS !== null);
  }

  /** Adds a line to the trace. */
  record(event: string, fields: Readonly<Record<string, TraceValue>>): void {
    if (this.endedS === null) this.trace.add(this.nowS, event, fields);
  }

  /** Notes something for plots and for the reader. */
  mark(kind: string, text: string): void {
    if (this.endedS !== null) return;
    this.marks.push({ atS: this.nowS, kind, text });
    this.record(kind, { text });
  }

  /** Somebody asks for a job. */
  asked(label: string, session: string | null, text: string): KnownJob {
    const job: KnownJob = {
      ...{ label, session, text, askedS: this.#clock.now() },
      ...{ answeredS: null, id: null, refusal: null, record: null, stoppedS: null },
    };
    this.jobs.push(job);
    this.record("asked", { job: label, session });
    return job;
  }

  /** The server has taken it. */
  accepted(job: KnownJob, id: string): void {
    job.id = id;
    job.answeredS = this.#clock.now();
    this.#byId.set(id, job);
    this.record("accepted", { job: job.label, id });
    this.onChange?.();
  }

  /** The server has refused it. */
  refused(job: KnownJob, why: string): void {
    job.refusal = why;
    this.mark("event", `refused ${JSON.stringify({ job: job.label, why })}`);
    this.onChange?.();
  }

  /** A listener is connected. */
  opened(listener: string, session: string): void {
    this.listenings.push({ listener, session, fromS: this.#clock.now(), toS: null });
    this.record("open", { listener });
    this.onChange?.();
  }

  /** It is connected no longer. */
  closed(listener: string, code: number, isLost: boolean): void {
    for (const it of this.listenings) {
      if (it.listener === listener) it.toS ??= this.#clock.now();
    }
    if (this.endedS !== null) return;
    if (!isLost) return this.record("close", { listener, code });
    this.lostConnections++;
    this.mark("close", `connection lost ${JSON.stringify({ listener, code })}`);
    this.onChange?.();
  }

  /** A clip begins to be heard by a listener. */
  begins(ear: string, session: string, clip: SpokenClip, isAddressed: boolean, atS: number): void {
    this.onSound?.(clip, atS, ear);
    const { jobId, index } = clip;
    this.#begin({ ear, session, device: null, jobId, index, isAddressed, fromS: atS });
  }

  /** A clip is heard no longer by a listener. */
  ends(ear: string, { clip, toS, isWhole }: HeardClip): void {
    this.#end(ear, clip.jobId, clip.index, toS, isWhole);
  }

  /** The loudspeaker begins or ends. */
  speaks(event: SpeakerEvent): void {
    const nowS = this.#clock.now();
    if (event.kind === "begin") {
      const { jobId, device } = event;
      this.#begin({
        ...{ ear: SPEAKER, session: null, device, jobId, index: 0, isAddressed: true, fromS: nowS },
      });
    } else {
      this.#end(SPEAKER, event.jobId, 0, nowS, !event.isStopped);
    }
  }

  #begin(
    it: Pick<
      Sound,
      "ear" | "session" | "device" | "jobId" | "index" | "isAddressed" | "fromS"
    >,
  ): void {
    if (this.endedS !== null || this.sounds.length >= MAX_SOUNDS) return;
    const { ear, jobId, index, device, fromS } = it;
    const nth =
      this.sounds.filter((sound) =>
        sound.ear === ear && sound.jobId === jobId && sound.index === index
      ).length;
    this.sounds.push({ ...it, nth, toS: null, isWhole: false });
    this.record("begin", { ear, id: jobId, index, device, from: fromS - this.beganS });
    this.onChange?.();
  }

  #end(ear: string, jobId: string, index: number, toS: number, isWhole: boolean): void {
    // What the end of the run cuts off was not cut by anybody in it.
    if (this.endedS !== null) return;
    const sound = this.sounds.find((it) =>
      it.ear === ear && it.jobId === jobId && it.index === index && it.toS === null
    );
    if (sound === undefined) return;
    sound.toS = toS;
    sound.isWhole = isWhole;
    this.record("end", { ear, id: jobId, index, whole: isWhole, to: toS - this.beganS });
    this.onChange?.();
  }
}

/**
 * When the server took each job, on the run's clock. Its own word for that is on a clock that may stand
 * otherwise, or be set while the run goes on; it was between asking and the answer in any case.
 */
export function takenTimes(jobs: readonly KnownJob[]): ReadonlyMap<KnownJob, number> {
  const known = jobs.filter(({ record }) => record !== null);
  const offsets = known.map(({ askedS, record }) => askedS - record!.askedUnixS);
  const offsetS = offsets.sort((a, b) => a - b)[offsets.length >> 1] ?? 0;
  return new Map(known.map((job) => {
    const { askedS, answeredS, record } = job;
    const takenS = record!.askedUnixS + offsetS;
    return [job, Math.min(answeredS ?? Infinity, Math.max(askedS, takenS))];
  }));
}

/** Seconds to the microsecond: finer digits would only be rounding errors. */
export function rounded(valueS: number): number {
  return Math.round(valueS * 1e6) / 1e6;
}
