import type { Clock, Ring } from "../../runtime/mod.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { VoiceFaults } from "./faults.ts";
import { generate } from "./generate.ts";
import type { JobId } from "./ids.ts";
import type { Job, JobPiece } from "./job.ts";
import { VoiceError } from "./limits.ts";
import type { LiveJobs } from "./live_jobs.ts";
import type { PolicyQueue, VoicePolicy } from "./policy_queue.ts";
import { engineOf, SPEECH_HZ, type SpeechEngine } from "./speech/engine.ts";
import type { AudioSink, Subscribers } from "./subscribers.ts";
import { wavFile } from "./wav.ts";

/** What speech is made with. */
export interface MakingOptions {
  readonly clock: Clock;
  readonly engines: readonly SpeechEngine[];
  readonly subscribers: Subscribers;
  readonly jobs: LiveJobs;
  /** Jobs whose speech is made at a time. */
  readonly workers: number;
  /** Keeps who was served. */
  readonly dispatches: Ring<readonly [number, string, JobId]>;
  /** Defences that are switched off. */
  readonly faults: VoiceFaults;
  /** The speech of a job is there, and went out to so many listeners. */
  readonly onMade: (job: Job) => void;
}

/** Workers that make speech, and the jobs that wait for one. */
export class Making {
  readonly #options: MakingOptions;
  readonly #slots: Dispatcher<Job>;

  /** Nothing is made. */
  constructor(options: MakingOptions) {
    this.#options = options;
    this.#slots = new Dispatcher(options.workers, (job, done) => this.#make(job, done), {
      isOneALane: !options.faults.raceInSession,
    });
  }

  /** Who waits. */
  get queue(): PolicyQueue<Job> {
    return this.#slots.queue;
  }

  /** The policy of the next pick. */
  set policy(policy: VoicePolicy) {
    this.#slots.policy = policy;
  }

  /** Takes a job in, whose sentences are known. */
  submit(job: Job): void {
    this.#slots.submit(job);
  }

  /** A worker is free for it. */
  #make(job: Job, done: () => void): void {
    const { clock, engines, jobs, subscribers, dispatches } = this.#options;
    const { request, sentences } = job;
    const engine = engineOf(engines, request.voice)!;
    const sessionId = request.session?.id ?? null;
    dispatches.push([clock.unixS(), sessionId ?? "", job.id]);
    job.state = { kind: "generating" };
    jobs.mark(job, "generation_start");
    const pieces: JobPiece[] = [];
    let partSinks: AudioSink[] = request.isRouted && sessionId !== null
      ? subscribers.partSinks(sessionId)
      : [];
    const abort = generate({ sentences, request }, engine, clock, {
      onPiece: (piece) => {
        job.firstAudioS ??= clock.now();
        pieces.push(piece);
        partSinks = this.#sendPart(job, piece, pieces.length - 1, partSinks);
        job.watcher.onPiece?.(piece, job);
      },
      onEnd: (error) => {
        job.abort = null;
        if (error === null) this.#made(job, pieces, partSinks.length);
        else jobs.refuse(job, new VoiceError("failed", `speech could not be made: ${error}`));
        done();
      },
    });
    if (job.isEnded || job.state.kind !== "generating") return;
    job.abort = () => {
      abort();
      done();
    };
  }

  #sendPart(job: Job, piece: JobPiece, index: number, sinks: readonly AudioSink[]): AudioSink[] {
    if (sinks.length === 0) return [];
    return this.#options.subscribers.emitPart({
      sessionId: job.lane,
      jobId: job.id,
      durationS: piece.pcm.length / SPEECH_HZ,
      sampleRate: SPEECH_HZ,
      wav: wavFile([piece.pcm], SPEECH_HZ),
      part: { index, isFinal: piece.isFinal },
    }, sinks);
  }

  /** All of it is there: it becomes a file, which goes to who listens. */
  #made(job: Job, pieces: readonly JobPiece[], heardInParts: number): void {
    const { clock, jobs, subscribers, onMade } = this.#options;
    const { request } = job;
    jobs.mark(job, "generation_complete");
    const madeS = clock.now();
    const genS = pieces.reduce((sum, piece) => sum + piece.genS, 0);
    const samples = pieces.reduce((sum, { pcm }) => sum + pcm.length, 0);
    const durationS = samples / SPEECH_HZ;
    const wav = wavFile(pieces.map(({ pcm }) => pcm), SPEECH_HZ);
    job.wav = wav;
    jobs.mark(job, "encoding_complete");
    const sessionId = request.session?.id ?? null;
    const delivered = request.isRouted && sessionId !== null
      ? heardInParts + subscribers.emitWhole({
        ...{ sessionId, jobId: job.id, durationS, sampleRate: SPEECH_HZ, wav },
      })
      : 0;
    job.metrics = {
      ...{ durationS, samples, sampleRate: SPEECH_HZ, genS, delivered, outputBytes: wav.length },
      encodeS: clock.now() - madeS,
      totalS: clock.now() - job.askedS,
      chunks: pieces.map(({ pcm: _, ...chunk }) => chunk),
    };
    onMade(job);
  }
}
