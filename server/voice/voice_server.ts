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
import type { DeviceLister, ResolvedDevice } from "./devices.ts";
import { NO_VOICE_FAULTS, type VoiceFaults } from "./faults.ts";
import { type JobId, parseVoiceSessionId } from "./ids.ts";
import { type Interruption, interruptionOfJob, type Stopped } from "./interruption.ts";
import type { Job, JobRequest, JobWatcher } from "./job.ts";
import { Ledger } from "./ledger.ts";
import { MAX_SESSION_JOBS, MAX_WAITING_JOBS, VoiceError } from "./limits.ts";
import { Listening } from "./listening.ts";
import { LiveJobs } from "./live_jobs.ts";
import { Loudspeaker } from "./loudspeaker.ts";
import { Making } from "./making.ts";
import type { LocalPlayer, SpeakingLock } from "./player.ts";
import type { VoicePolicy } from "./policy_queue.ts";
import { VoiceRegistry, type VoiceSession } from "./registry.ts";
import { engineOf, SPEECH_HZ, type SpeechEngine } from "./speech/engine.ts";
import { sentencesOf } from "./speech/sentences.ts";
import { Subscribers } from "./subscribers.ts";
import { WAV_HEAD_BYTES } from "./wav.ts";

export type { Interruption, Stopped } from "./interruption.ts";

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
  /** Keeps other processes from speaking at the same time; default none does. */
  readonly lock?: SpeakingLock;
}

/** What a session is doing. */
export type SessionState = "idle" | "speaking" | "blocked" | "waiting_for_input";

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
  readonly #jobs: LiveJobs;
  readonly #making: Making;
  readonly #speaker: Loudspeaker;
  readonly #listening: Listening;
  readonly #expiries = new Map<string, Timer>();
  readonly #recording = new Set<string>();
  readonly #faults: VoiceFaults;
  #policy: VoicePolicy;
  #isClosed = false;

  /** A server in which nobody is. */
  constructor(options: VoiceServerOptions) {
    const faults = this.#faults = options.faults ?? NO_VOICE_FAULTS;
    const { clock, rng, log, engines, player, devices, lock = null, workers } = options;
    this.options = options;
    this.registry = new VoiceRegistry(clock);
    this.subscribers = new Subscribers((id, count) => this.#onListeners(id, count), faults);
    this.#listening = new Listening(clock);
    const jobs = new LiveJobs(clock, rng, this.ledger);
    this.#jobs = jobs;
    const { subscribers, dispatches } = this;
    this.#making = new Making({
      ...{ clock, engines, subscribers, jobs, workers, dispatches, faults },
      onMade: (job) => this.#made(job),
    });
    this.#speaker = new Loudspeaker({ clock, log, jobs, player, devices, lock, faults, workers });
    this.#policy = options.policy;
    this.policy = options.policy;
    this.startedS = clock.now();
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

  /** The device that was chosen for all; null for the system's. */
  get device(): string | null {
    return this.#speaker.device;
  }

  /** Applies from the next playback on. */
  set device(device: string | null) {
    this.#speaker.device = device;
  }

  /** Jobs that have not ended. */
  get activeJobs(): number {
    return this.#jobs.size;
  }

  /** What is played on this machine now; null for nothing. */
  get playing(): Job | null {
    return this.#speaker.playing;
  }

  /** Jobs that are to be played here, in no particular order: being made, or waiting. */
  get pending(): Job[] {
    return this.#jobs.all().filter((job) => job !== this.playing);
  }

  /** Sessions in the order of their turns. */
  get rotation(): readonly string[] {
    return this.#making.queue.rotation;
  }

  /** A job by its id, as long as it runs or the ledger knows it. */
  job(id: string): Job | null {
    return this.#jobs.find(id);
  }

  /** Jobs of a session that have not been made, or that wait for the loudspeaker. */
  queueDepth(sessionId: string): number {
    return this.#making.queue.depth(sessionId) + this.#speaker.depth(sessionId);
  }

  /** What a session is doing, from what is played. */
  stateOf(sessionId: string): SessionState {
    if (this.playing?.lane === sessionId || this.#listening.isHeard(sessionId)) return "speaking";
    if (this.#speaker.depth(sessionId) > 0) return "blocked";
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

  /** The output of a preference, as it was when the devices were last looked at. */
  deviceOf(preference: string | null): ResolvedDevice {
    return this.#speaker.deviceOf(preference);
  }

  /** Looks at the devices of this machine, so that {@link VoiceServer.deviceOf} tells how it is now. */
  async lookAtDevices(): Promise<void> {
    await this.options.devices.look?.();
  }

  /** Takes a session out; its waiting jobs are dropped, and what is being made is made to its end. */
  deregister(id: string): { readonly session: VoiceSession; readonly dropped: number } | null {
    const session = this.registry.deregister(id);
    if (session === null) return null;
    this.#expiries.get(id)?.cancel();
    this.#expiries.delete(id);
    this.#recording.delete(id);
    const dropped = [...this.#making.queue.drop(id), ...this.#speaker.drop(id)];
    for (const job of dropped) this.#jobs.end(job, "cancelled", "its session was deregistered");
    return { session, dropped: dropped.length };
  }

  /**
   * Asks for speech. The job may have ended when this returns: its text or its voice may be impossible.
   *
   * @throws {VoiceError} when too many jobs wait.
   */
  submit(request: JobRequest, watcher: JobWatcher = {}): Job {
    const { engines } = this.options;
    const lane = request.session?.id ?? request.lane ?? "";
    if (this.activeJobs >= MAX_WAITING_JOBS || this.queueDepth(lane) >= MAX_SESSION_JOBS) {
      throw new VoiceError("full", "too many jobs wait; ask again when some have ended");
    }
    const job = this.#jobs.begin(request, watcher);
    this.#jobs.mark(job, "request_received");
    this.ledger.add(job);
    if (request.session !== null) this.registry.touch(request.session);
    const engine = engineOf(engines, request.voice);
    if (engine === null) {
      const why = unknownVoice(request.voice, engines);
      return this.#jobs.refuse(job, new VoiceError("unknown-voice", why));
    }
    job.engine = engine.info;
    try {
      const waits = request.isRouted && this.subscribers.partSinks(lane).length > 0;
      job.sentences = sentencesOf(request.text, {
        startsEarly: waits || request.startsEarly === true,
        isAsWritten: engine.info.isAsWritten === true,
      });
    } catch (error) {
      if (error instanceof VoiceError) return this.#jobs.refuse(job, error);
      throw error;
    }
    this.#making.submit(job);
    return job;
  }

  /**
   * Plays a file that was made elsewhere, when it is its turn on the loudspeaker: that of its session,
   * on whose output it is played, too.
   */
  playFile(
    wav: Uint8Array<ArrayBuffer>,
    watcher: JobWatcher,
    session: VoiceSession | null = null,
  ): void {
    const samples = Math.max(0, wav.length - WAV_HEAD_BYTES) / 2;
    const job = this.#jobs.begin({
      ...{ type: "speak", text: "", voice: "", speed: 1, emotion: 0, format: "wav" },
      ...{ session, lane: PLAY_LANE, isRouted: false, playsLocally: true },
    }, watcher);
    job.wav = wav;
    job.metrics = {
      ...{ durationS: samples / SPEECH_HZ, samples, sampleRate: SPEECH_HZ, genS: 0, encodeS: 0 },
      ...{ totalS: 0, chunks: [], outputBytes: wav.length, delivered: 0 },
    };
    if (this.#isClosed) this.#jobs.end(job, "cancelled", "the voice server is closing");
    else this.#speaker.submit(job);
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
    const jobs = this.#jobs.all().filter(isMeant);
    // First what waits, or it would take the place of what is stopped.
    const waiting = this.#faults.keepWaiting ? [] : jobs.filter((job) => job !== this.playing);
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

  /** All of it is there, and has gone to listeners; else it is for the loudspeaker, or for who asked. */
  #made(job: Job): void {
    const { request, metrics } = job;
    const { delivered, durationS } = metrics!;
    if (delivered > 0) {
      this.#listening.began(job.lane, job, durationS);
      job.route = "routed_ws";
      job.playingS = this.options.clock.now();
    }
    job.watcher.onMade?.(job);
    if (delivered > 0) {
      const listeners = delivered === 1 ? "1 listener" : `${delivered} listeners`;
      this.#jobs.end(job, "done", `delivered to ${listeners}`);
    } else if (request.playsLocally) {
      this.#speaker.submit(job);
    } else {
      job.route = "returned";
      this.#jobs.end(job, "done", "given back to who asked; nobody listens");
    }
  }

  /** Stops what is heard of the jobs that are meant. */
  #interrupt(isMeant: (job: Job) => boolean): Interruption | null {
    let interrupted: Interruption | null = null;
    for (const sessionId of this.#listening.sessions()) {
      const now = this.#listening.now(sessionId);
      if (now !== null && isMeant(now.job)) interrupted = interruptionOfJob(now.job, now.fraction);
      for (const { id } of this.#listening.stop(sessionId, isMeant)) {
        this.subscribers.stop(sessionId, id);
      }
    }
    return this.#speaker.interrupt(isMeant) ?? interrupted;
  }

  /** Ends jobs that are not heard yet; gives back how many. */
  #cancel(jobs: readonly Job[]): number {
    let count = 0;
    for (const job of jobs) {
      if (job.isEnded) continue;
      this.#making.queue.remove(job);
      this.#speaker.remove(job);
      const abort = job.abort;
      job.abort = null;
      // Whoever takes sentences as they come has some of them already.
      if (job.firstAudioS !== null) this.subscribers.stop(job.lane, job.id);
      this.#jobs.end(job, "cancelled", "stopped before it was heard");
      abort?.();
      count++;
    }
    return count;
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

function unknownVoice(voice: string, engines: readonly SpeechEngine[]): string {
  const names = engines.flatMap(({ info }) => info.voices);
  return `Unknown voice '${voice.slice(0, 64)}'. Known voices: ${names.slice(0, 40).join(", ")}`;
}
