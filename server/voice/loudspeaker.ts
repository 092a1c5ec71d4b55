import type { Clock } from "../../runtime/mod.ts";
import type { Log } from "../log.ts";
import {
  type DeviceLister,
  isSystemDefault,
  type ResolvedDevice,
  resolveDevice,
} from "./devices.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { VoiceFaults } from "./faults.ts";
import { type Interruption, interruptionOfJob } from "./interruption.ts";
import type { Job } from "./job.ts";
import { MAX_HELD_BYTES, VoiceError } from "./limits.ts";
import type { LiveJobs } from "./live_jobs.ts";
import type { LocalPlayer, OutputDevice, SpeakingLock } from "./player.ts";
import type { VoicePolicy } from "./policy_queue.ts";

/** What the loudspeaker is made of. */
export interface LoudspeakerOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly jobs: LiveJobs;
  /** Null where nothing can be played. */
  readonly player: LocalPlayer | null;
  readonly devices: DeviceLister;
  /** Null where no other process speaks. */
  readonly lock: SpeakingLock | null;
  /** Defences that are switched off. */
  readonly faults: VoiceFaults;
  /** Jobs whose speech is made at a time: so many would be played at once without a defence. */
  readonly workers: number;
}

const NO_PLAYER = "nobody listens to the session, and this machine has no player for speech";

/** The one loudspeaker of this machine: jobs that are made wait for it, and it plays one at a time. */
export class Loudspeaker {
  readonly #options: LoudspeakerOptions;
  readonly #slot: Dispatcher<Job>;
  /** Has the slot, and may still wait for other processes. */
  #holder: Job | null = null;
  #playing: Job | null = null;
  /** The device that was chosen for all; null for the system's. */
  device: string | null = null;

  /** Nothing is played. */
  constructor(options: LoudspeakerOptions) {
    this.#options = options;
    const { faults, workers } = options;
    this.#slot = new Dispatcher(
      faults.shareSpeaker ? workers : 1,
      (job, done) => this.#take(job, done),
    );
  }

  /** What is played now; null for nothing. */
  get playing(): Job | null {
    return this.#playing;
  }

  /** The policy of the next pick. */
  set policy(policy: VoicePolicy) {
    this.#slot.policy = policy;
  }

  /** Jobs of a lane that wait for it. */
  depth(lane: string): number {
    const isHeld = this.#holder !== null && this.#playing === null && this.#holder.lane === lane;
    return this.#slot.queue.depth(lane) + (isHeld ? 1 : 0);
  }

  /** Takes a job that is made; refuses it where nothing can be played, or too much waits. */
  submit(job: Job): void {
    const { jobs, player } = this.#options;
    if (player === null) {
      jobs.refuse(job, new VoiceError("failed", NO_PLAYER));
      return;
    }
    const heldBytes = this.#slot.queue.all().reduce((sum, it) => sum + it.wav!.length, 0);
    if (heldBytes + job.wav!.length > MAX_HELD_BYTES) {
      jobs.refuse(job, new VoiceError("full", "too much speech waits for the loudspeaker"));
      return;
    }
    job.state = { kind: "waiting" };
    this.#slot.submit(job);
  }

  /** Takes a job out that waits. */
  remove(job: Job): void {
    this.#slot.queue.remove(job);
  }

  /** Takes all waiting jobs of a lane out. */
  drop(lane: string): Job[] {
    return this.#slot.queue.drop(lane);
  }

  /** The output of a preference, as it is now. */
  deviceOf(preference: string | null): ResolvedDevice {
    return resolveDevice(preference, this.#options.devices);
  }

  /** Stops what is played, if it is meant; null when nothing was stopped. */
  interrupt(isMeant: (job: Job) => boolean): Interruption | null {
    const { clock, jobs } = this.#options;
    const job = this.#playing;
    if (job === null || !isMeant(job)) return null;
    const playedS = clock.now() - job.playingS!;
    const interrupted = interruptionOfJob(job, playedS / job.metrics!.durationS);
    const stop = job.abort;
    jobs.end(job, "cancelled", "stopped while it was played");
    stop?.();
    return interrupted;
  }

  /** The slot is free for it: first other processes end, then the devices are looked at. */
  #take(job: Job, done: () => void): void {
    const { jobs, lock, devices } = this.#options;
    this.#holder = job;
    let leave = () => {};
    let isOver = false;
    const over = () => {
      if (isOver) return;
      isOver = true;
      job.abort = null;
      this.#holder = null;
      this.#playing = null;
      leave();
      done();
    };
    job.abort = over;
    const look = () => {
      const start = () => job.isEnded ? over() : this.#play(job, over);
      const looked = devices.look?.();
      if (looked === undefined) start();
      else looked.then(start, start);
    };
    if (lock === null) return look();
    const { durationS } = job.metrics!;
    leave = lock.acquire({ jobId: job.id, text: job.request.text, durationS }, (error) => {
      if (job.isEnded) return over();
      if (error === null) return look();
      jobs.refuse(job, new VoiceError("failed", error));
      over();
    });
  }

  #output(preference: string | null): OutputDevice {
    const device = this.deviceOf(preference);
    const isChosen = device.index !== null && !device.fallback &&
      !isSystemDefault(preference ?? "");
    const { address = null } = isChosen ? this.#options.devices.list()[device.index] ?? {} : {};
    return { ...device, address };
  }

  #play(job: Job, over: () => void): void {
    const { clock, jobs, player, log } = this.#options;
    const preference = job.request.session?.preferredOutputDevice ?? null;
    const isOwn = preference !== null && !isSystemDefault(preference);
    const device = this.#output(isOwn ? preference : this.device ?? preference);
    if (device.fallback && !isSystemDefault(device.preferred ?? "")) {
      log.warn("another output device is used", { wanted: device.preferred, why: device.reason });
    }
    job.state = { kind: "speaking" };
    job.playingS = clock.now();
    this.#playing = job;
    let isDone = false;
    const stop = player!.play(job.wav!, device, (error) => {
      if (isDone) return;
      isDone = true;
      job.route = "played";
      this.#playing = null;
      if (error === null) jobs.end(job, "done", "played on this machine");
      else jobs.refuse(job, new VoiceError("failed", `the local player failed: ${error}`));
      over();
    });
    // The loudspeaker is free again when the player has ended, which `done` of the player says.
    if (!isDone) job.abort = stop;
  }
}
