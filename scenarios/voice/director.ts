/**
 * Carries the steps of a scenario about voices out: requests one after the other, listeners at once.
 *
 * @module
 */
import { errorMessage } from "../../runtime/mod.ts";
import { VoiceListener } from "../../sim/voice/mod.ts";
import { StepSchedule } from "../step_schedule.ts";
import type { KnownJob, VoiceBook } from "./book.ts";
import type { VoiceStage } from "./stage.ts";
import type { VoiceScenario, VoiceStep } from "./types.ts";
import { askJson, isMet, jobRecord, refusalOf, type VoiceAnswer } from "./voice_api.ts";

/** Carries steps out, from the start on. */
export class VoiceDirector {
  readonly #scenario: VoiceScenario;
  readonly #stage: VoiceStage;
  readonly #book: VoiceBook;
  readonly #schedule: StepSchedule<VoiceStep>;
  readonly #listeners = new Map<string, VoiceListener>();
  readonly #registered = new Set<string>();
  #requests: Promise<void> = Promise.resolve();
  #pending = 0;
  /** The policy that the server had; undefined while none was changed. */
  #usualPolicy: unknown;
  /** Why requests could not be made at all; null when they could. */
  failure: Error | null = null;

  /** A director that has not begun. */
  constructor(scenario: VoiceScenario, stage: VoiceStage, book: VoiceBook) {
    this.#scenario = scenario;
    this.#stage = stage;
    this.#book = book;
    this.#schedule = new StepSchedule({
      steps: scenario.steps,
      clock: stage.clock,
      holds: (step) => this.#holds(step),
      carryOut: (step) => this.#carryOut(step),
    });
    book.onChange = () => this.#schedule.look();
  }

  /** The start. */
  begin(): void {
    this.#schedule.begin();
  }

  /** What has to be answered before time may go on in a simulation; null for nothing. */
  pending(): Promise<void> | null {
    return this.#pending === 0 ? null : this.#requests;
  }

  /** The end: carries nothing more out, asks what became of the jobs, and takes all listeners away. */
  end(done: () => void): void {
    this.#schedule.stop();
    this.#book.onChange = null;
    for (const listener of this.#listeners.values()) listener.leave();
    for (const job of this.#book.jobs) this.#request(() => this.#look(job));
    // A server that goes on after the run is left as it was found.
    const policy = this.#usualPolicy;
    if (typeof policy === "string") this.#request(() => this.#ask("PUT", "/v1/policy", { policy }));
    for (const session of this.#registered) {
      this.#request(() => this.#ask("POST", `${this.#path(session)}/deregister`, {}));
    }
    this.#request(() => Promise.resolve(done()));
  }

  #holds({ when }: VoiceStep): boolean {
    if (when === undefined) return false;
    if ("listening" in when) return this.#listeners.get(when.listening)?.isListening ?? false;
    const job = this.#book.job("heard" in when ? when.heard : when.ended);
    if (job === null) return false;
    return "heard" in when ? this.#book.soundsOf(job).length > 0 : this.#book.hasEnded(job);
  }

  #carryOut(step: VoiceStep): void {
    const { faults, backdoor } = this.#stage;
    this.#book.mark(isFault(step) ? "fault" : "step", inWords(step));
    switch (step.do) {
      case "register":
        return this.#register(step);
      case "deregister":
        return this.#deregister(step.session);
      case "subscribe":
        return this.#subscribe(step);
      case "unsubscribe": {
        const listener = this.#listeners.get(step.listener);
        return step.how === "drop" ? listener?.drop() : listener?.leave();
      }
      case "speak":
        return this.#speak(step);
      case "stop":
        return this.#stop(step);
      case "policy":
        return this.#request(async () => {
          this.#usualPolicy ??= (await this.#ask("GET", "/v1/policy")).body["policy"] ?? null;
          this.#expect(await this.#ask("PUT", "/v1/policy", { policy: step.policy }), step.do);
          this.#book.policies.push({ atS: this.#stage.clock.now(), policy: step.policy });
        });
      case "deviceChange":
        return backdoor?.setDevices(step.devices);
      case "stopReading": {
        const listener = this.#listeners.get(step.listener);
        listener?.setReadPaused(true);
        return this.#schedule.later(step.durationS, () => listener?.setReadPaused(false));
      }
      case "network":
        if (step.fault === "halfOpen") return faults.halfOpen();
        if (step.fault === "abruptClose") return faults.abruptClose();
        if ("stallS" in step.fault) return faults.stall(step.fault.stallS, step.fault.direction);
        return faults.setProfile(step.fault.profile);
      case "engine":
        return backdoor?.setEngine(step.profile);
    }
  }

  #register({ session, voice, priority, device }: Extract<VoiceStep, { do: "register" }>): void {
    this.#registered.add(session);
    this.#request(async () => {
      const answer = await this.#ask("POST", "/v1/sessions/register", {
        session_id: this.#id(session),
        participant_id: session,
        ...(voice !== undefined && { preferred_voice: voice }),
        ...(priority !== undefined && { priority }),
        ...(device !== undefined && { preferred_output_device: device }),
      });
      this.#expect(answer, "register");
      // A renewal changes no priority.
      if (answer.body["created"] !== false) this.#book.priorities.set(session, priority ?? 0);
    });
  }

  #deregister(session: string): void {
    this.#registered.delete(session);
    this.#request(async () => {
      const jobs = this.#waiting((job) => job.session === session);
      this.#expect(await this.#ask("POST", `${this.#path(session)}/deregister`, {}), "deregister");
      for (const job of jobs) job.stoppedS ??= this.#stage.clock.now();
    });
  }

  #subscribe(
    { session, listener: name = session, chunks = false }: Extract<VoiceStep, { do: "subscribe" }>,
  ): void {
    const { listener: { latencyMs, faults } } = this.#scenario;
    const { clock } = this.#stage;
    const book = this.#book;
    const id = this.#id(session);
    const listener = new VoiceListener({
      ...{ clock, faults, latencyS: latencyMs / 1000 },
      dial: this.#stage.dial(
        `/ws/audio/${encodeURIComponent(id)}${chunks ? "?chunks=1" : ""}`,
      ),
      observer: {
        onOpen: () => book.opened(name, session),
        onClose: (code, _reason, isLost) => book.closed(name, code, isLost),
        onTorn: (reason) => {
          book.torn++;
          book.mark("event", `torn ${JSON.stringify({ listener: name, reason })}`);
        },
        onClip: ({ jobId, index, durationS }) =>
          book.record("clip", { ear: name, id: jobId, index, durationS }),
        onBegin: (clip, atS) => book.begins(name, session, clip, clip.sessionId === id, atS),
        onEnd: (heard) => book.ends(name, heard),
      },
    });
    this.#listeners.get(name)?.leave();
    this.#listeners.set(name, listener);
    listener.open();
  }

  #speak(step: Extract<VoiceStep, { do: "speak" }>): void {
    const { session, text, voice, speed = 1 } = step;
    this.#request(async () => {
      const job = this.#book.asked(step.job, session, text);
      const answer = await this.#ask("POST", "/v1/speak", {
        ...{ text, speed },
        ...(session !== null && { session_id: this.#id(session) }),
        ...(voice !== undefined && { voice }),
      });
      const { job_id: id } = answer.body;
      if (isMet(answer) && typeof id === "string") this.#book.accepted(job, id);
      else this.#book.refused(job, refusalOf(answer));
    });
  }

  #stop({ session, job: label }: Extract<VoiceStep, { do: "stop" }>): void {
    this.#request(async () => {
      const { clock } = this.#stage;
      const jobs = this.#waiting((job) =>
        (label === undefined || job.label === label) &&
        (session === undefined || job.session === session)
      );
      const stop = { askedS: clock.now(), answeredS: null as number | null, jobs };
      const known = { ...stop, answer: null as VoiceAnswer | null };
      this.#book.stops.push(known);
      const id = label === undefined ? null : this.#book.job(label)?.id ?? null;
      // Without its id this would stop everything.
      if (label !== undefined && id === null) return;
      known.answer = await this.#ask("POST", "/v1/stop", {
        ...(id !== null && { job_id: id }),
        ...(session !== undefined && { session_id: this.#id(session) }),
      });
      known.answeredS = clock.now();
      this.#expect(known.answer, "stop");
      for (const job of jobs) job.stoppedS ??= known.askedS;
    });
  }

  /** Jobs of a kind that are not over. */
  #waiting(isMeant: (job: KnownJob) => boolean): KnownJob[] {
    return this.#book.jobs.filter((job) => isMeant(job) && !this.#book.hasEnded(job));
  }

  /** What the server says of a job. */
  async #look(job: KnownJob): Promise<void> {
    if (job.id === null) return;
    const answer = await this.#ask("GET", `/v1/jobs/${job.id}`);
    if (isMet(answer)) job.record = jobRecord(answer.body);
  }

  #id(session: string): string {
    return this.#stage.prefix + session;
  }

  #path(session: string): string {
    return `/v1/sessions/${encodeURIComponent(this.#id(session))}`;
  }

  #ask(
    method: string,
    path: string,
    body: Readonly<Record<string, unknown>> | null = null,
  ): Promise<VoiceAnswer> {
    return askJson(this.#stage.ask, method, path, body);
  }

  /** A request that has to be met: the run is another one if it is not, and the reader has to know. */
  #expect(answer: VoiceAnswer, what: string): void {
    if (isMet(answer)) return;
    this.#book.mark("event", `refused ${JSON.stringify({ what, why: refusalOf(answer) })}`);
  }

  /** One after the other: the order of requests is part of the scenario. */
  #request(work: () => Promise<unknown>): void {
    this.#pending++;
    this.#requests = this.#requests.then(work).catch((error) => {
      this.failure ??= error instanceof Error ? error : new Error(errorMessage(error));
    }).then(() => void this.#pending--);
  }
}

/** Whether a step breaks something. */
function isFault(step: VoiceStep): boolean {
  return step.do === "network" || step.do === "engine" || step.do === "deviceChange" ||
    step.do === "stopReading" || step.do === "unsubscribe" && step.how === "drop";
}

/** A step in a few words, for plots and for the trace. */
export function inWords(step: VoiceStep): string {
  const { do: name, atS: _atS, when: _when, afterS: _afterS, ...rest } = step;
  if (step.do === "deviceChange") {
    const { devices, defaultIndex } = step.devices;
    const standard = defaultIndex === null ? "none" : devices[defaultIndex]?.name ?? "none";
    return `${name} ${
      JSON.stringify({ devices: devices.map((it) => it.name), default: standard })
    }`;
  }
  if (step.do === "speak") return `${name} ${JSON.stringify({ job: step.job })}`;
  const details = JSON.stringify(rest);
  return details === "{}" ? name : `${name} ${details}`;
}
