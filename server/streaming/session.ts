/**
 * A streaming session: state, commands, and the loop that keeps rewriting the circular buffer ahead
 * of the listener. It knows no socket, no thread and no host time.
 *
 * @module
 */
import { type Clock, errorMessage, type Timer } from "../../runtime/mod.ts";
import {
  type Capabilities,
  type ClientMessage,
  type EngineTroubleMessage,
  type Geometry,
  LATENT_FRAME,
  MAX_SOURCE_S,
  type ReadyMessage,
  SAMPLE_RATE,
  type ServerMessage,
  type SessionConfig,
} from "../../wire/mod.ts";
import { Activity, type GeneratorState } from "./activity.ts";
import { applyCommand, type CommandOrigin } from "./commands.ts";
import { type ControlBank, MAX_DEPTH } from "./control_bank.ts";
import {
  type AudioClip,
  type Engine,
  type RenderResult,
  WindowMissedError,
} from "./engine/engine.ts";
import { troubleMessage, type TroubleReport } from "./engine/trouble.ts";
import { EventBus, ForOne, type StemSet } from "./events.ts";
import type { StreamFaults } from "./faults.ts";
import { Lane } from "./lane.ts";
import { LeadController } from "./lead.ts";
import { durationS, type SourceLibrary, type SplitStems } from "./library.ts";
import { capabilitiesOf, geometryOf, readyMessage, swapReady } from "./ready.ts";
import { RemotePlayhead } from "./remote_playhead.ts";
import type { SessionOptions, SessionSettings, SessionSource } from "./session_options.ts";
import type { CommandAudio } from "./source_commands.ts";
import type { ResultOf, SourceJob } from "./source_jobs.ts";
import { OwnJobs } from "./source_preparer.ts";
import { type StagedSwap, Staging } from "./staging.ts";
import { fadeEdges } from "./window_fade.ts";
import { type Band, planWindows, type Window } from "./window_plan.ts";
import type { StreamId } from "./stream_id.ts";

/** Time between renders while only the known latents are rendered on, seconds. */
const IDLE_RENDER_S = 0.02;
/** Time between looks for work while nothing is rendered at all, seconds. */
const STOPPED_POLL_S = 0.05;
/** Lead of servers before the adaptive one, seconds. */
const FIXED_LEAD_S = 0.5;
/** What a window holds where there are no samples: the same one for all of them. */
const NO_AUDIO = new Float32Array(0);

/** A window on its way through the engine, and what it was asked for with. */
interface Job {
  readonly window: Window;
  readonly audio: Float32Array;
  readonly params: Readonly<Record<string, unknown>>;
  readonly contentKey: number;
}

/** One session. */
export class StreamingSession {
  readonly id: StreamId;
  readonly clock: Clock;
  readonly config: SessionConfig;
  readonly bus: EventBus = new EventBus();
  readonly bank: ControlBank;
  readonly library: SourceLibrary;
  readonly splitStems: SplitStems;
  readonly capabilities: Capabilities;
  /** Changes of references, which may be ready in another order than they were asked for. */
  readonly lanes: { readonly timbre: Lane; readonly structure: Lane } = {
    timbre: new Lane(),
    structure: new Lane(),
  };
  /** Seconds since the Unix epoch. */
  readonly startedAtS: number;
  readonly interp: Record<"prompt" | "timbre" | "structure" | "feedback", "slerp" | "linear"> = {
    prompt: "slerp",
    timbre: "slerp",
    structure: "slerp",
    feedback: "slerp",
  };
  readonly #settings: SessionSettings;
  readonly #engine: Engine;
  readonly #playhead: RemotePlayhead;
  readonly #lead: LeadController;
  readonly #activity: Activity;
  readonly #staging: Staging;
  readonly #jobs: OwnJobs;
  readonly #windowFrames: number;
  #source: SessionSource;
  #timeSignature: string | null;
  /** The generator's own copy of the circular buffer; empty at timing fidelity. */
  #buffer: Float32Array;
  #epoch = 0;
  #band: Band | null = null;
  /** Where the newest window of the present source ends; null before the first. */
  #lastEnd: number | null = null;
  #depth: number;
  #numGens = 0;
  #sliceNumber = 0;
  #lastSliceS: number | null = null;
  #telemetry: RenderResult = { tickMs: 0, decMs: 0 };
  #telemetryGens = 0;
  #updateParams: Readonly<Record<string, unknown>> | null = null;
  #updateVersion = -1;
  #nextTurnS = 0;
  #timer: Timer | null = null;
  #isRunning = false;
  #isRendering = false;
  #generator: GeneratorState = "active";
  #hasEnded = false;
  #engineTrouble: EngineTroubleMessage | null = null;
  /** Called once when the session has ended; says whether it failed. Must not throw. */
  onEnd: ((failure: Error | null) => void) | null = null;

  /** A session that has not started. */
  constructor(options: SessionOptions) {
    const { clock, config, source, settings } = options;
    this.id = options.id;
    this.clock = clock;
    this.config = config;
    this.bank = options.bank;
    this.library = options.library;
    this.splitStems = options.splitStems;
    this.startedAtS = clock.unixS();
    this.capabilities = capabilitiesOf(config);
    this.#settings = settings;
    this.#engine = options.engine;
    this.#source = source;
    this.#timeSignature = source.facts.timeSignature;
    this.#buffer = options.buffer;
    this.#jobs = new OwnJobs(options.preparer);
    this.#depth = Math.min(Math.max(1, config.depth), MAX_DEPTH);
    this.#windowFrames = config.vaeWindowS <= 0
      ? 0
      : Math.max(1, Math.round(config.vaeWindowS * SAMPLE_RATE / LATENT_FRAME)) * LATENT_FRAME;
    const { faults } = settings;
    const nowS = clock.now();
    this.#activity = new Activity(settings.idlePauseS, nowS);
    this.#staging = new Staging(faults);
    this.#playhead = new RemotePlayhead(source.clip.frames, nowS, SAMPLE_RATE, faults);
    this.#lead = new LeadController({
      floorS: Math.min(config.leadFloorS, MAX_SOURCE_S),
      ceilingS: Math.min(config.leadCeilingS, MAX_SOURCE_S),
      releaseTauS: config.leadReleaseTauS,
      windowS: (this.#windowFrames || source.clip.frames) / SAMPLE_RATE,
      bufferS: durationS(source.clip),
      ...(faults.fixedLead ? { fixedS: FIXED_LEAD_S } : {}),
      ignoreReports: faults.ignoreTransportLead,
      allowShortRelease: faults.allowShortRelease,
    }, nowS);
    this.#engine.load(source.clip, source.stemMode);
  }

  /** Defences that are switched off. */
  get faults(): StreamFaults {
    return this.#settings.faults;
  }
  get source(): SessionSource {
    return this.#source;
  }
  /** What the listener hears: the circular buffer as it is now. It goes on being rewritten in place. */
  get buffer(): AudioClip {
    return { ...this.#source.clip, audio: this.#buffer };
  }
  get epoch(): number {
    return this.#epoch;
  }
  get depth(): number {
    return this.#depth;
  }
  get band(): Band | null {
    return this.#band;
  }
  get hasEnded(): boolean {
    return this.#hasEnded;
  }
  /** What the generator did in its newest turn. */
  get generator(): GeneratorState {
    return this.#generator;
  }
  /** The engine's newest trouble, until it makes a window again. */
  get engineTrouble(): EngineTroubleMessage | null {
    return this.#engineTrouble;
  }
  /** How many slices it has published. */
  get sliceCount(): number {
    return this.#sliceNumber;
  }

  /** When the last window was made, on the session's clock; null before the first. */
  get lastSliceS(): number | null {
    return this.#lastSliceS;
  }
  /** Stored for later encodes. */
  get timeSignature(): string | null {
    return this.#timeSignature;
  }
  set timeSignature(value: string | null) {
    this.#timeSignature = value;
  }

  /** The session's `geometry`. */
  get geometry(): Geometry {
    return geometryOf(this.#source.clip);
  }

  /** The handshake's `ready`. */
  ready(): ReadyMessage {
    return readyMessage(this, this.#engine.name);
  }

  /** Starts the loop. */
  start(): void {
    if (this.#isRunning || this.#hasEnded) return;
    this.#isRunning = true;
    this.#nextTurnS = this.clock.now();
    this.#activity.note(this.#nextTurnS);
    this.#engine.watch?.((report) => this.#onTrouble(report));
    if (this.bank.loraCatalog.some((l) => l.state === "enabled")) {
      this.publish({ type: "lora_catalog", catalog: this.bank.loraCatalog });
    }
    this.#schedule(this.#nextTurnS);
  }

  /** Makes no more windows, but goes on otherwise: a harness compares buffers at rest. */
  hold(): void {
    this.#isRunning = false;
    this.#timer?.cancel();
  }

  /** Ends the session. What was published can still be delivered. */
  close(failure: Error | null = null): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#isRunning = false;
    this.#timer?.cancel();
    this.#jobs.close();
    this.lanes.timbre.close();
    this.lanes.structure.close();
    this.#engine.dispose();
    this.bus.close();
    this.onEnd?.(failure);
  }

  /** Applies a command. The one path for PRIMARY and EXTERNAL alike. */
  command(origin: CommandOrigin, message: ClientMessage, audio: CommandAudio | null): void {
    if (this.#hasEnded) return;
    // The client's own ticks come all the time; noteRaw tells which of them mean something.
    if (message.type !== "params" || origin === "EXTERNAL") {
      this.#activity.note(this.clock.now());
    }
    this.#guard(() => applyCommand(this, origin, message, audio));
  }

  /** Prepares audio that a command brought. A session that has ended is told nothing more. */
  prepare<J extends SourceJob>(
    job: J,
    done: (result: ResultOf<J>) => void,
    failed: (error: Error) => void,
  ): void {
    this.#jobs.prepare(
      job,
      (result) => this.#guard(() => done(result)),
      (error) => this.#guard(() => failed(error)),
    );
  }

  /** Publishes a control message. */
  publish(message: ServerMessage): void {
    this.bus.publish({ type: "message", message });
  }

  /** Publishes stems of the source that plays. */
  publishStems(stems: StemSet): void {
    this.bus.publish({ type: "stems", stems });
  }

  /** A `params` dictionary arrived; one that differs from the last is activity. */
  noteRaw(raw: Readonly<Record<string, unknown>>): void {
    this.#activity.noteRaw(raw, this.clock.now());
  }

  /** The PRIMARY client says where it plays, and how far ahead slices land. */
  reportPlayhead(positionS: number, clientTimeS: number | null, leadS: number | null): void {
    const nowS = this.clock.now();
    this.#playhead.report(positionS, nowS, clientTimeS);
    if (leadS !== null && this.#band === null) this.#lead.onReport(leadS, nowS);
  }

  /** Where it takes the playhead to be at `nowS` of its clock, samples. */
  playheadSample(nowS: number): number {
    return this.#playhead.estimate(nowS, this.#band);
  }

  /** Arms a loop band, in samples; null clears it. */
  setBand(band: Band | null): void {
    this.#band = band;
  }

  /** Changes the depth before the next turn. */
  stageDepth(depth: number): void {
    this.#staging.stageDepth(depth);
  }

  /** Enables or disables a LoRA before the next turn. */
  stageLora(id: string, strength: number | null): void {
    const isKnown = this.bank.loraCatalog.some((entry) => entry.id === id);
    this.#staging.stageLora(id, strength, isKnown);
  }

  /** The place of a swap request among all of them: sources may be ready in another order. */
  nextSwapOrder(): number {
    return this.#staging.nextSwapOrder();
  }

  /** Swaps before the next turn; a later request replaces an earlier one, never the reverse. */
  stageSwap(swap: StagedSwap, order: number = this.nextSwapOrder()): void {
    this.#staging.stageSwap(swap, order);
  }

  /** Replaces the samples of the present source, without a new epoch. */
  rewriteSource(clip: AudioClip): void {
    this.#source = { ...this.#source, clip };
    this.#engine.load(clip, this.#source.stemMode);
  }

  #schedule(atS: number): void {
    this.#timer = this.clock.at(atS, () => this.#guard(() => this.#turn()));
  }

  /** Whatever goes wrong in a session is the end of that session, and of nothing else. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(errorMessage(error)));
    }
  }

  /** One turn of the loop: take over what was staged, then render where the listener will be. */
  #turn(): void {
    if (!this.#isRunning || this.#isRendering) return;
    const nowS = this.clock.now();
    this.#commitStaged(nowS);
    const state = this.#activity.state(nowS, durationS(this.#source.clip));
    this.#generator = state;
    if (state === "stopped") {
      if (!this.faults.countRestAsStall) this.#lead.forgetGap();
      this.#nextTurnS = nowS + STOPPED_POLL_S;
      this.#schedule(this.#nextTurnS);
      return;
    }
    if (state === "active") this.#numGens++;
    const paceS = state === "active" ? this.#settings.tickMs / 1000 : IDLE_RENDER_S;
    // Deadlines, not delays, so that the pace does not drift; but no bunching after a stall.
    this.#nextTurnS = Math.max(this.#nextTurnS + paceS, nowS);
    this.#render(this.#plan(nowS), 0, { tickMs: 0, decMs: 0 });
  }

  #plan(nowS: number): Window[] {
    const band = this.faults.ignoreLoopBand ? null : this.#band;
    return planWindows({
      playhead: this.#playhead.estimate(nowS, band),
      lead: this.#lead.leadS(nowS) * SAMPLE_RATE,
      bufferFrames: this.#source.clip.frames,
      windowFrames: this.#windowFrames,
      band,
      walkFrames: this.config.walkWindow
        ? Math.round(this.config.walkWindowS * SAMPLE_RATE / LATENT_FRAME) * LATENT_FRAME
        : 0,
      lastEnd: this.#lastEnd,
    });
  }

  #render(windows: readonly Window[], index: number, spent: RenderResult): void {
    const window = windows[index];
    if (window === undefined || !this.#isRunning) {
      this.#isRendering = false;
      // Telemetry is of the turn before: the first slice of a session reports zeros.
      this.#telemetry = spent;
      this.#telemetryGens = this.#numGens;
      if (this.#isRunning) this.#schedule(this.#nextTurnS);
      return;
    }
    this.#isRendering = true;
    const { channels } = this.#source.clip;
    const size = this.#buffer.length === 0 ? 0 : window.frames * channels;
    const job: Job = {
      window,
      audio: size === 0 ? NO_AUDIO : new Float32Array(size),
      params: this.#paramsUsed(),
      contentKey: this.bank.isWet ? this.bank.version + 1 : 0,
    };
    const request = {
      startSample: window.startSample,
      frames: window.frames,
      state: this.bank.state,
      out: job.audio,
    };
    const done = (result: RenderResult) =>
      this.#guard(() => {
        if (!this.#isRunning) return;
        this.#publishSlice(job);
        this.#render(windows, index + 1, {
          tickMs: spent.tickMs + result.tickMs,
          decMs: spent.decMs + result.decMs,
        });
      });
    const failed = (error: Error) =>
      this.#guard(() => {
        if (!(error instanceof WindowMissedError)) throw error;
        // The place of a window belongs to its turn: the next turn looks for another.
        this.#isRendering = false;
        if (this.#isRunning) this.#schedule(this.#nextTurnS);
      });
    this.#guard(() => this.#engine.render(request, done, failed));
  }

  #publishSlice(job: Job): void {
    const nowS = this.clock.now();
    const { channels, frames } = this.#source.clip;
    const { window, audio, contentKey, params } = job;
    const { startSample } = window;
    this.#lastEnd = startSample + window.frames;
    if (audio.length > 0) {
      if (!this.faults.noEdgeFade) fadeEdges(audio, this.#buffer, startSample, channels, frames);
      this.#buffer.set(audio, startSample * channels);
    }
    this.#lead.onSlice(nowS);
    this.#lastSliceS = nowS;
    this.#engineTrouble = null;
    const { tickMs, decMs } = this.#telemetry;
    const numGens = this.#telemetryGens;
    this.bus.publish({
      type: "slice",
      startSample,
      numSamples: window.frames,
      channels,
      tickMs,
      decMs,
      numGens,
      audio,
      epoch: this.#epoch,
      sliceNumber: ++this.#sliceNumber,
      contentKey,
      queuedAtS: nowS,
      bufferFrames: frames,
      isInBand: this.#band !== null,
      update: {
        type: "params_update",
        params: { ...params, num_gens: numGens, tick_ms: tickMs, dec_ms: decMs },
      },
    });
  }

  /**
   * What the window that is asked for now is made with; the same object until something changes. Each
   * slice has a copy with its own telemetry in the first places: they are there already, because to
   * copy an object and set what it has costs a seventh of adding all of it to another.
   */
  #paramsUsed(): Readonly<Record<string, unknown>> {
    if (this.#updateParams === null || this.#updateVersion !== this.bank.version) {
      const telemetry = { num_gens: 0, tick_ms: 0, dec_ms: 0 };
      this.#updateParams = { ...telemetry, ...this.bank.reported, _prompt: this.bank.prompt };
      this.#updateVersion = this.bank.version;
    }
    return this.#updateParams;
  }

  #commitStaged(nowS: number): void {
    const depth = this.#staging.takeDepth();
    if (depth !== null && depth !== this.#depth) {
      this.#depth = depth;
      this.publish({ type: "depth_applied", value: depth });
    }
    const loras = this.#staging.takeLoras();
    if (loras !== null) {
      for (const [id, strength] of loras) this.bank.setLora(id, strength);
      this.publish({ type: "lora_catalog", catalog: this.bank.loraCatalog });
    }
    const swap = this.#staging.takeSwap();
    if (swap !== null) this.#commitSwap(swap, nowS);
  }

  #commitSwap(swap: StagedSwap, nowS: number): void {
    const { source } = swap;
    const { clip, facts } = source;
    this.#source = source;
    this.#buffer = swap.buffer;
    if (!this.faults.keepEpochOnSwap) this.#epoch++;
    this.#playhead.reset(clip.frames, nowS);
    this.#band = null;
    this.#lastEnd = null;
    this.#lead.setBuffer(durationS(clip));
    this.#activity.noteBuffer();
    this.#timeSignature = facts.timeSignature;
    if (swap.tags !== null) {
      const follows = this.bank.promptB === this.bank.prompt;
      this.bank.setPrompts(swap.tags, follows ? swap.tags : null);
    }
    this.#engine.load(clip, source.stemMode);
    this.bus.publish({
      type: "swap",
      message: swapReady(source, this.#epoch),
      source: clip,
      made: swap.made && new ForOne(swap.made),
      stems: swap.stems,
    });
  }

  /** The engine sees to its troubles by itself; the client is told why there are no windows. */
  #onTrouble({ trouble, failures, retryS }: TroubleReport): void {
    this.#engineTrouble = {
      type: "engine_trouble",
      code: trouble.code,
      message: troubleMessage(trouble),
      failures,
      retry_s: retryS,
    };
    this.publish(this.#engineTrouble);
  }

  #fail(error: Error): void {
    this.publish({ type: "error", code: "pipeline_error", message: errorMessage(error) });
    this.close(error);
  }
}
