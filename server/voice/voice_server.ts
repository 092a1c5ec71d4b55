/**
 * The voice server without a network: sessions, jobs, listeners and the loudspeaker.
 *
 * Two things are scarce: workers that make speech, and the one loudspeaker. Each has a dispatcher, and
 * the policy orders both. A job ends when its audio has gone out to listeners, or has been played, or
 * was given back to who asked.
 *
 * @module
 */
import { type Clock, Ring, type Rng, type Timer } from "../../runtime/mod.ts";
import type { Log } from "../log.ts";
import { deliveredText } from "./delivered_text.ts";
import {
  type DeviceLister,
  isSystemDefault,
  type ResolvedDevice,
  resolveDevice,
} from "./devices.ts";
import { Dispatcher } from "./dispatcher.ts";
import { NO_VOICE_FAULTS, type VoiceFaults } from "./faults.ts";
import { generate } from "./generate.ts";
import { type JobId, mintJobId, parseVoiceSessionId } from "./ids.ts";
import { Job, type JobOutcome, type JobPiece, type JobRequest, type JobWatcher } from "./job.ts";
import { Ledger } from "./ledger.ts";
import { MAX_HELD_BYTES, MAX_SESSION_JOBS, MAX_WAITING_JOBS, VoiceError } from "./limits.ts";
import { Listening } from "./listening.ts";
import type { LocalPlayer } from "./player.ts";
import type { VoicePolicy } from "./policy_queue.ts";
import { VoiceRegistry, type VoiceSession } from "./registry.ts";
import { engineOf, SPEECH_HZ, type SpeechEngine } from "./speech/engine.ts";
import { sentencesOf } from "./speech/sentences.ts";
import { type AudioSink, Subscribers } from "./subscribers.ts";
import { WAV_HEAD_BYTES, wavFile } from "./wav.ts";

/** What a voice server is made of. */
export interface VoiceServerOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Log;
  /** At least one; the first with a voice speaks it. */
  readonly engines: readonly SpeechEngine[];
  /** Null where nothing can be played. */
  readonly player: LocalPlayer | null;
  readonly devices: DeviceLister;
  /** Jobs whose speech is made at a time. */
  readonly workers: number;
  readonly policy: VoicePolicy;
  /** Seconds after which a session goes whose last listener has left; 0 never. */
  readonly expiryS: number;
  /** Defences that are switched off; none by default. */
  readonly faults?: VoiceFaults;
}

/** What a session is doing. */
export type SessionState = "idle" | "speaking" | "blocked" | "waiting_for_input";

/** Speech that was stopped. */
export interface Interruption {
  /** How much was heard, 0 to 1. */
  readonly fraction: number;
  readonly deliveredText: string;
  readonly fullText: string;
}

/** What stopping came to. */
export interface Stopped {
  /** What was being heard; null when nothing was. */
  readonly interrupted: Interruption | null;
  /** Jobs that had not begun to be heard. */
  readonly cancelled: number;
}

/** Dispatches that are remembered. */
const DISPATCHES = 256;

/** Sessions, jobs, listeners, and the loudspeaker. */
export class VoiceServer {
  readonly registry: VoiceRegistry;
  readonly subscribers: Subscribers;
  readonly ledger = new Ledger();
  readonly options: VoiceServerOptions;
  /** Who was served, the oldest first: Unix time, session, job. */
  readonly dispatches = new Ring<readonly [number, string, JobId]>(DISPATCHES);
  readonly startedS: number;
  readonly #making: Dispatcher<Job>;
  readonly #speaker: Dispatcher<Job>;
  readonly #listening: Listening;
  /** Jobs that have not ended. */
  readonly #live = new Map<JobId, Job>();
  /** The sentences of jobs that wait to be made. */
  readonly #sentences = new Map<JobId, readonly string[]>();
  readonly #expiries = new Map<string, Timer>();
  readonly #recording = new Set<string>();
  readonly #faults: VoiceFaults;
  #policy: VoicePolicy;
  #playing: Job | null = null;
  #sequence = 0;
  #isClosed = false;
  /** The device that was chosen for all; null for the system's. */
  device: string | null = null;

  /** A server in which nobody is. */
  constructor(options: VoiceServerOptions) {
    const faults = this.#faults = options.faults ?? NO_VOICE_FAULTS;
    this.options = options;
    this.registry = new VoiceRegistry(options.clock);
    this.subscribers = new Subscribers((id, count) => this.#onListeners(id, count), faults);
    this.#listening = new Listening(options.clock);
    this.#making = new Dispatcher(options.workers, (job, done) => this.#make(job, done), {
      isOneALane: !faults.raceInSession,
    });
    this.#speaker = new Dispatcher(
      faults.shareSpeaker ? options.workers : 1,
      (job, done) => this.#play(job, done),
    );
    this.#policy = options.policy;
    this.policy = options.policy;
    this.startedS = options.clock.now();
  }

  /** How the next job is picked, for workers and loudspeaker alike. */
  get policy(): VoicePolicy {
    return this.#policy;
  }

  /** Applies from the next pick on. */
  set policy(policy: VoicePolicy) {
    this.#policy = policy;
    const applied = this.#faults.ignorePolicy ? "fifo-global" : policy;
    this.#making.policy = applied;
    this.#speaker.policy = applied;
  }

  /** Jobs that have not ended. */
  get activeJobs(): number {
    return this.#live.size;
  }

  /** What is played on this machine now; null for nothing. */
  get playing(): Job | null {
    return this.#playing;
  }

  /** Jobs that are to be played here, in no particular order: being made, or waiting. */
  get pending(): Job[] {
    return [...this.#live.values()].filter((job) => job !== this.#playing);
  }

  /** Sessions in the order of their turns. */
  get rotation(): readonly string[] {
    return this.#making.queue.rotation;
  }

  /** A job by its id, as long as it runs or the ledger knows it. */
  job(id: string): Job | null {
    return this.#live.get(id as JobId) ?? this.ledger.jobs().find((job) => job.id === id) ?? null;
  }

  /** Jobs of a session that have not been made, or that wait for the loudspeaker. */
  queueDepth(sessionId: string): number {
    return this.#making.queue.depth(sessionId) + this.#speaker.queue.depth(sessionId);
  }

  /** What a session is doing, from what is played. */
  stateOf(sessionId: string): SessionState {
    if (this.#playing?.lane === sessionId || this.#listening.isHeard(sessionId)) return "speaking";
    if (this.#speaker.queue.depth(sessionId) > 0) return "blocked";
    return this.#recording.has(sessionId) ? "waiting_for_input" : "idle";
  }

  /** Says whether somebody is speaking into a session. */
  setRecording(sessionId: string, isRecording: boolean): void {
    if (isRecording) this.#recording.add(sessionId);
    else this.#recording.delete(sessionId);
  }

  /** Whether anybody is recording. */
  get isRecording(): boolean {
    return this.#recording.size > 0;
  }

  /** The output of a preference, as it is now. A fall-back is told in the log. */
  deviceOf(preference: string | null): ResolvedDevice {
    return resolveDevice(preference, this.options.devices);
  }

  /** Takes a session out; its waiting jobs are dropped, and what is being made is made to its end. */
  deregister(id: string): { readonly session: VoiceSession; readonly dropped: number } | null {
    const session = this.registry.deregister(id);
    if (session === null) return null;
    this.#expiries.get(id)?.cancel();
    this.#expiries.delete(id);
    this.#recording.delete(id);
    const dropped = [...this.#making.queue.drop(id), ...this.#speaker.queue.drop(id)];
    for (const job of dropped) this.#end(job, "cancelled", "its session was deregistered");
    return { session, dropped: dropped.length };
  }

  /**
   * Asks for speech. The job may have ended when this returns: its text or its voice may be impossible.
   *
   * @throws {VoiceError} when too many jobs wait.
   */
  submit(request: JobRequest, watcher: JobWatcher = {}): Job {
    const { clock, rng, engines } = this.options;
    const lane = request.session?.id ?? request.lane ?? "";
    if (this.#live.size >= MAX_WAITING_JOBS || this.queueDepth(lane) >= MAX_SESSION_JOBS) {
      throw new VoiceError("full", "too many jobs wait; ask again when some have ended");
    }
    const job = new Job({
      id: this.#newId(rng),
      request,
      lane,
      priority: request.priority ?? request.session?.priority ?? 0,
      sequence: ++this.#sequence,
      ...{ askedS: clock.now(), askedUnixS: clock.unixS() },
    }, watcher);
    this.#mark(job, "request_received");
    this.ledger.add(job);
    this.#live.set(job.id, job);
    if (request.session !== null) this.registry.touch(request.session);
    const engine = engineOf(engines, request.voice);
    if (engine === null) {
      return this.#refuse(
        job,
        new VoiceError("unknown-voice", unknownVoice(request.voice, engines)),
      );
    }
    job.engine = engine.info;
    try {
      const waits = request.isRouted && this.subscribers.partSinks(lane).length > 0;
      this.#sentences.set(job.id, sentencesOf(request.text, waits || request.startsEarly));
    } catch (error) {
      if (error instanceof VoiceError) return this.#refuse(job, error);
      throw error;
    }
    this.#making.submit(job);
    return job;
  }

  /** Plays a file that was made elsewhere, when it is its turn on the loudspeaker. */
  playFile(wav: Uint8Array<ArrayBuffer>, watcher: JobWatcher): void {
    const { clock, rng, player } = this.options;
    const samples = Math.max(0, wav.length - WAV_HEAD_BYTES) / 2;
    const job = new Job({
      id: this.#newId(rng),
      request: {
        ...{ type: "speak", text: "", voice: "", speed: 1, emotion: 0, format: "wav" },
        ...{ session: null, lane: PLAY_LANE, isRouted: false, playsLocally: true },
      },
      ...{ lane: PLAY_LANE, priority: 0, sequence: ++this.#sequence },
      ...{ askedS: clock.now(), askedUnixS: clock.unixS() },
    }, watcher);
    job.wav = wav;
    job.metrics = {
      ...{ durationS: samples / SPEECH_HZ, samples, sampleRate: SPEECH_HZ, genS: 0, encodeS: 0 },
      ...{ totalS: 0, chunks: [], outputBytes: wav.length, delivered: 0 },
    };
    this.#live.set(job.id, job);
    if (player === null || this.#isClosed) {
      this.#refuse(job, new VoiceError("failed", NO_PLAYER));
      return;
    }
    job.state = { kind: "waiting" };
    this.#speaker.submit(job);
  }

  /**
   * Stops a job, the jobs of a session, or all; what is heard stops, what waits is dropped.
   *
   * @returns Null for a job that does not run.
   */
  stop(
    what: { readonly jobId?: string; readonly sessionId?: string; readonly lane?: string } = {},
  ): Stopped | null {
    const { jobId, sessionId } = what;
    const lane = sessionId ?? what.lane;
    if (jobId !== undefined) {
      const job = this.job(jobId);
      if (job === null || lane !== undefined && job.lane !== lane) return null;
      const interrupted = this.#interrupt((it) => it === job);
      const cancelled = this.#cancel([job]);
      return interrupted === null && cancelled === 0 ? null : { interrupted, cancelled };
    }
    const isMeant = (job: Job) => lane === undefined || job.lane === lane;
    const jobs = [...this.#live.values()].filter(isMeant);
    // First what waits, or it would take the place of what is stopped.
    const waiting = this.#faults.keepWaiting ? [] : jobs.filter((job) => job !== this.#playing);
    const cancelled = this.#cancel(waiting);
    return { interrupted: this.#interrupt(isMeant), cancelled };
  }

  /** Ends every job, and lets go of the engines. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.stop();
    for (const timer of this.#expiries.values()) timer.cancel();
    this.#expiries.clear();
    await Promise.all(this.options.engines.map((engine) => engine.close()));
  }

  #newId(rng: Rng): JobId {
    let id = mintJobId(rng);
    while (this.job(id) !== null) id = mintJobId(rng);
    return id;
  }

  #mark(job: Job, event: string): void {
    const t = Math.round((this.options.clock.now() - job.askedS) * 10_000) / 10_000;
    job.timeline.push({ event, t });
  }

  #refuse(job: Job, failure: VoiceError): Job {
    job.failure = failure;
    this.#end(job, "error", failure.message);
    return job;
  }

  /** A worker is free for it. */
  #make(job: Job, done: () => void): void {
    const { clock, engines } = this.options;
    const { request } = job;
    const engine = engineOf(engines, request.voice)!;
    const sentences = this.#sentences.get(job.id)!;
    this.#sentences.delete(job.id);
    const sessionId = request.session?.id ?? null;
    this.dispatches.push([clock.unixS(), sessionId ?? "", job.id]);
    job.state = { kind: "generating" };
    this.#mark(job, "generation_start");
    const pieces: JobPiece[] = [];
    let partSinks: AudioSink[] = request.isRouted && sessionId !== null
      ? this.subscribers.partSinks(sessionId)
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
        if (error === null) this.#made(job, pieces, partSinks);
        else this.#refuse(job, new VoiceError("failed", `speech could not be made: ${error}`));
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
    return this.subscribers.emitPart({
      sessionId: job.lane,
      jobId: job.id,
      durationS: piece.pcm.length / SPEECH_HZ,
      sampleRate: SPEECH_HZ,
      wav: wavFile([piece.pcm], SPEECH_HZ),
      part: { index, isFinal: piece.isFinal },
    }, sinks);
  }

  /** All of it is there: it goes to listeners, else to the loudspeaker, else back to who asked. */
  #made(job: Job, pieces: readonly JobPiece[], partSinks: readonly AudioSink[]): void {
    const { clock, player } = this.options;
    const { request } = job;
    this.#mark(job, "generation_complete");
    const madeS = clock.now();
    const genS = pieces.reduce((sum, piece) => sum + piece.genS, 0);
    const samples = pieces.reduce((sum, { pcm }) => sum + pcm.length, 0);
    const durationS = samples / SPEECH_HZ;
    const wav = wavFile(pieces.map(({ pcm }) => pcm), SPEECH_HZ);
    job.wav = wav;
    this.#mark(job, "encoding_complete");
    const sessionId = request.session?.id ?? null;
    const delivered = request.isRouted && sessionId !== null
      ? partSinks.length + this.subscribers.emitWhole({
        ...{ sessionId, jobId: job.id, durationS, sampleRate: SPEECH_HZ, wav },
      })
      : 0;
    job.metrics = {
      ...{ durationS, samples, sampleRate: SPEECH_HZ, genS, delivered, outputBytes: wav.length },
      encodeS: clock.now() - madeS,
      totalS: clock.now() - job.askedS,
      chunks: pieces.map(({ pcm: _, ...chunk }) => chunk),
    };
    if (delivered > 0) {
      this.#listening.began(sessionId!, job, durationS);
      job.route = "routed_ws";
      job.playingS = clock.now();
    }
    job.watcher.onMade?.(job);
    if (delivered > 0) {
      this.#end(job, "done", `delivered to ${delivered} listeners`);
      return;
    }
    if (!request.playsLocally) {
      job.route = "returned";
      this.#end(job, "done", "given back to who asked; nobody listens");
      return;
    }
    if (player === null) {
      this.#refuse(job, new VoiceError("failed", NO_PLAYER));
      return;
    }
    const heldBytes = this.#speaker.queue.all().reduce((sum, it) => sum + it.wav!.length, 0);
    if (heldBytes + wav.length > MAX_HELD_BYTES) {
      this.#refuse(job, new VoiceError("full", "too much speech waits for the loudspeaker"));
      return;
    }
    job.state = { kind: "waiting" };
    this.#speaker.submit(job);
  }

  /** The loudspeaker is free for it. */
  #play(job: Job, done: () => void): void {
    const { clock, player, log } = this.options;
    const preference = job.request.session?.preferredOutputDevice ?? null;
    const isOwn = preference !== null && !isSystemDefault(preference);
    const device = this.deviceOf(isOwn ? preference : this.device ?? preference);
    if (device.fallback && !isSystemDefault(device.preferred ?? "")) {
      log.warn("another output device is used", { wanted: device.preferred, why: device.reason });
    }
    job.state = { kind: "speaking" };
    job.playingS = clock.now();
    this.#playing = job;
    let isOver = false;
    const over = (end: () => void) => {
      if (isOver) return;
      isOver = true;
      job.abort = null;
      this.#playing = null;
      end();
      done();
    };
    const stop = player!.play(job.wav!, device, (error) =>
      over(() => {
        job.route = "played";
        if (error === null) this.#end(job, "done", "played on this machine");
        else this.#refuse(job, new VoiceError("failed", `the local player failed: ${error}`));
      }));
    if (isOver) return;
    // The loudspeaker is free again when the player has ended, which `done` of the player says.
    job.abort = stop;
  }

  /** Stops what is heard of the jobs that are meant. */
  #interrupt(isMeant: (job: Job) => boolean): Interruption | null {
    let interrupted: Interruption | null = null;
    for (const sessionId of this.#listening.sessions()) {
      const now = this.#listening.now(sessionId);
      if (now !== null && isMeant(now.job)) interrupted = interruption(now.job, now.fraction);
      for (const { id } of this.#listening.stop(sessionId, isMeant)) {
        this.subscribers.stop(sessionId, id);
      }
    }
    const job = this.#playing;
    if (job === null || !isMeant(job)) return interrupted;
    const playedS = this.options.clock.now() - job.playingS!;
    interrupted = interruption(job, playedS / job.metrics!.durationS);
    const stop = job.abort;
    this.#end(job, "cancelled", "stopped while it was played");
    stop?.();
    return interrupted;
  }

  /** Ends jobs that are not heard yet; gives back how many. */
  #cancel(jobs: readonly Job[]): number {
    let count = 0;
    for (const job of jobs) {
      if (job.isEnded) continue;
      this.#making.queue.remove(job);
      this.#speaker.queue.remove(job);
      const abort = job.abort;
      job.abort = null;
      // Whoever takes sentences as they come has some of them already.
      if (job.firstAudioS !== null) this.subscribers.stop(job.lane, job.id);
      this.#end(job, "cancelled", "stopped before it was heard");
      abort?.();
      count++;
    }
    return count;
  }

  #end(job: Job, outcome: JobOutcome, reason: string): void {
    if (job.isEnded) return;
    job.state = { kind: "ended", outcome, reason };
    job.endedS = this.options.clock.now();
    if (outcome === "cancelled") job.failure ??= new VoiceError("cancelled", reason);
    this.#live.delete(job.id);
    this.#sentences.delete(job.id);
    job.watcher.onEnd?.(job);
    job.wav = null;
  }

  /** A session that has lost its last listener goes after a while; so a closed page leaves no trace. */
  #onListeners(sessionId: string, count: number): void {
    this.#expiries.get(sessionId)?.cancel();
    this.#expiries.delete(sessionId);
    const { clock, expiryS, log } = this.options;
    const id = parseVoiceSessionId(sessionId);
    if (count > 0 || expiryS <= 0 || id === null || this.#isClosed) return;
    const timer = clock.after(expiryS, () => {
      this.#expiries.delete(sessionId);
      if (this.deregister(id) !== null) log.info("session expired", { session: id });
    });
    this.#expiries.set(sessionId, timer);
  }
}

/** The queue of files that were made elsewhere; no session can have such an id. */
const PLAY_LANE = "/play";
const NO_PLAYER = "nobody listens to the session, and this machine has no player for speech";

function unknownVoice(voice: string, engines: readonly SpeechEngine[]): string {
  const names = engines.flatMap(({ info }) => info.voices);
  return `Unknown voice '${voice.slice(0, 64)}'. Known voices: ${names.slice(0, 40).join(", ")}`;
}

function interruption(job: Job, rawFraction: number): Interruption {
  const fraction = Math.max(0, Math.min(1, rawFraction));
  const fullText = job.request.text;
  return { fraction, deliveredText: deliveredText(fullText, fraction), fullText };
}
