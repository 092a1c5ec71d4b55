import type { Clock } from "../../runtime/clock.ts";
import { UsageError } from "../../runtime/errors.ts";
import { COMMANDS, needsBinary } from "../../wire/client_messages.ts";
import type { ClientMessage, SwapSourceMessage } from "../../wire/client_types.ts";
import { cellCodec, type CodecAudio, sampleCodec } from "../../wire/codec.ts";
import { type ConfigMessage, VAE_WINDOW_RANGE_S } from "../../wire/config.ts";
import { LATENT_FRAME, SAMPLE_RATE } from "../../wire/constants.ts";
import type { ReadyMessage } from "../../wire/server_types.ts";
import type { CapabilityName } from "../../wire/shapes.ts";
import type { FreshnessMeter } from "../freshness.ts";
import type { HeardLog } from "../heard_log.ts";
import type { LagReport, LagReportOptions } from "../lag_report.ts";
import type { LagTracker } from "../lag_tracker.ts";
import { PlayheadSim } from "../playhead.ts";
import {
  CountingRecorder,
  type PlaybackRecorder,
  type PlayedAudio,
  RingRecorder,
} from "../recorder.ts";
import { skewedClock } from "../skewed_clock.ts";
import { CurrentSource } from "./current_source.ts";
import { Inbound } from "./inbound.ts";
import { KeptCommands } from "./kept_commands.ts";
import { Lifecycle } from "./lifecycle.ts";
import { Listener } from "./listener.ts";
import { Meter } from "./meter.ts";
import { dumpMirror } from "./mirror.ts";
import type { ClientObserver } from "./observer.ts";
import type { ClientFaults, ClientSource, HeadlessClientOptions } from "./options.ts";
import { ParamsSender } from "./params_sender.ts";
import { Receiver } from "./receiver.ts";
import { ClientSession } from "./session.ts";
import {
  type ClientState,
  type ClientStatus,
  type HarnessReport,
  playbackStatus,
  recentEvents,
} from "./status.ts";
import { TickLoop } from "./tick_loop.ts";

/** What {@link HeadlessClient.start} resolves with. */
export interface SessionInfo {
  /** The server's name for the session. */
  readonly sessionId: string;
  /** Length of the buffer in seconds. */
  readonly durationS: number;
  /** 48000. */
  readonly sampleRate: number;
  /** 1 or 2. */
  readonly channels: number;
  /** Length of the buffer in samples per channel. */
  readonly frames: number;
  /** Source epoch. */
  readonly epoch: number;
  /** The whole message. */
  readonly ready: ReadyMessage;
}

/**
 * A PRIMARY client without sound: it plays on a simulated playhead, keeps a mirror of the server's
 * buffer, measures lead and staleness where a listener would be, and records what that listener
 * would hear. Everything happens in callbacks on its clock; the promises of `start` and `stop` only
 * wait for them.
 *
 * @example
 * ```ts
 * import { HeadlessClient } from "./headless_client.ts";
 * import { dialWebSocket } from "../ws_connection.ts";
 * import { Rng } from "../../runtime/rng.ts";
 * import { WallClock } from "../../runtime/wall_clock.ts";
 *
 * // Median lead of ten seconds at `url`.
 * async function medianLeadS(url: string): Promise<number | undefined> {
 *   const clock = new WallClock();
 *   const client = new HeadlessClient({
 *     dial: dialWebSocket(url),
 *     clock,
 *     rng: new Rng(1),
 *     config: { prompt: "warm analogue pads" },
 *     source: { kind: "fixture", name: "low_fi_Gm_loop_60s_gnm.wav" },
 *   });
 *   await client.start();
 *   client.setKnobs({ denoise: 0.6 });
 *   await clock.sleep(10);
 *   const { slices } = client.lagReport({ windowS: 10 });
 *   await client.stop();
 *   return slices.leadS.p50;
 * }
 * ```
 */
export class HeadlessClient {
  readonly #options: HeadlessClientOptions;
  readonly #clock: Clock;
  readonly #tickClock: Clock;
  readonly #observer: ClientObserver;
  readonly #recorder: PlaybackRecorder;
  readonly #listener: Listener;
  readonly #params: ParamsSender;
  readonly #receiver: Receiver;
  readonly #lifecycle: Lifecycle;
  readonly #ticks: TickLoop;
  readonly #kept = new KeptCommands();
  readonly #source: CurrentSource;
  readonly #inbound: Inbound;
  readonly #sendBuffer = new Meter();
  #gatedTicks = 0;

  /**
   * A client that has not dialled yet.
   *
   * @throws {UsageError} if `paramsHz` is below 1 or `recordPlaybackS` below 0.
   */
  constructor(options: HeadlessClientOptions) {
    const { clock, paramsHz = 30, recordPlaybackS = 120, observer = {} } = options;
    if (!(paramsHz >= 1)) {
      throw new UsageError(`paramsHz must be at least 1, got ${paramsHz}`, { paramsHz });
    }
    if (!(recordPlaybackS >= 0)) {
      throw new UsageError(`recordPlaybackS must be at least 0, got ${recordPlaybackS}`);
    }
    this.#options = options;
    this.#clock = clock;
    this.#tickClock = skewedClock(clock, options.clockSkew);
    this.#observer = observer;
    this.#source = new CurrentSource(options.config, options.source);
    this.#recorder = options.fidelity === "timing"
      ? new CountingRecorder(recordPlaybackS)
      : new RingRecorder(recordPlaybackS);
    this.#listener = new Listener({
      clock,
      playhead: options.playhead ?? new PlayheadSim({
        frames: 1,
        clock: skewedClock(clock, options.audioSkew),
        rate: options.rate ?? 1,
        wrap: options.wrap ?? "zero",
      }),
      recorder: this.#recorder,
      windowFrames: windowFrames(options.config),
      walkFrames: walkFrames(options.config),
      idlePauseS: options.idlePauseS ?? 20,
      settleS: options.settleS ?? 1,
    });
    this.#params = new ParamsSender({
      hasTelemetry: options.profile !== "reference",
      faults: options.faults ?? {},
    });
    this.#receiver = new Receiver({
      listener: this.#listener,
      observer,
      workClock: options.workClock ?? clock,
      onLead: (leadS) => this.#params.noteLead(leadS),
      faults: () => this.#params.faults,
    });
    this.#ticks = new TickLoop(this.#tickClock, paramsHz, () => this.#onTick());
    this.#lifecycle = new Lifecycle({
      clock,
      rng: options.rng,
      policy: options.reconnect ?? null,
      startTimeoutS: options.startTimeoutS ?? 240,
      observer,
      faults: () => this.#params.faults,
      dial: () => this.#dial(),
      onLost: () => {
        this.#receiver.onLost(clock.now());
        this.#source.forgetSwaps();
      },
      onFinished: () => this.#ticks.stop(),
    });
    this.#inbound = new Inbound({
      clock,
      observer,
      listener: this.#listener,
      receiver: this.#receiver,
      params: this.#params,
      lifecycle: this.#lifecycle,
      source: this.#source,
      kept: this.#kept,
      send: (message) => this.send(message),
      onBegin: () => this.#begin(),
    });
  }

  /** Where it stands. */
  get state(): ClientState {
    return this.#lifecycle.state;
  }

  /** The client's copy of the buffer, interleaved; null at timing fidelity and before the first. */
  get mirror(): Float32Array | null {
    return this.#receiver.mirror.audio;
  }

  /** Channels of the buffer. */
  get channels(): number {
    return this.#receiver.mirror.channels;
  }

  /** Length of the buffer in samples per channel; 0 before the first. */
  get bufferFrames(): number {
    return this.#receiver.mirror.frames;
  }

  /** Source epoch. */
  get epoch(): number {
    return this.#receiver.mirror.epoch;
  }

  /** The session's `ready`; null before the first. */
  get ready(): ReadyMessage | null {
    return this.#inbound.ready;
  }

  /** Every knob value the client holds. */
  get raw(): Readonly<Record<string, unknown>> {
    return this.#params.raw;
  }

  /** Values of the newest `params_update`; null before the first. */
  get lastParams(): Readonly<Record<string, unknown>> | null {
    return this.#inbound.lastParams;
  }

  /** The audible position in seconds of the source. */
  get playheadS(): number {
    return this.#listener.playhead.seconds();
  }

  /** Lead and staleness since the last swap or reconnect. */
  get tracker(): LagTracker {
    return this.#listener.tracker;
  }

  /** What was heard when, over swaps and reconnects. */
  get heard(): HeardLog {
    return this.#listener.heard;
  }

  /** The exact measure of freshness, over swaps and reconnects. */
  get freshness(): FreshnessMeter {
    return this.#listener.freshness;
  }

  /** Slices of an epoch that is over; they were not applied. */
  get staleSlices(): number {
    return this.#receiver.staleSlices;
  }

  /** Whether the server says that it can do this; a server that says nothing can do everything. */
  can(capability: CapabilityName): boolean {
    return this.#inbound.ready?.capabilities?.[capability] ?? true;
  }

  /** Dials. What follows is told to the observer. Does nothing the second time. */
  open(): void {
    this.#lifecycle.open();
  }

  /**
   * Dials, and resolves when the first buffer is there.
   *
   * @throws {TargetError} if the server refuses, speaks another sample rate, or takes too long; its
   * `fields` hold `code` and, if the server sent them, `message` and `build_command`.
   */
  async start(): Promise<SessionInfo> {
    await this.#lifecycle.start();
    const { frames, channels, epoch } = this.#receiver.mirror;
    const ready = this.#inbound.ready!;
    return {
      sessionId: ready.session_id,
      durationS: frames / SAMPLE_RATE,
      sampleRate: SAMPLE_RATE,
      channels,
      frames,
      epoch,
      ready,
    };
  }

  /** Closes in an orderly way; resolves when the connection is gone, after 3 s at the latest. */
  stop(): Promise<void> {
    return this.#lifecycle.stop();
  }

  /** Drops the connection without a word, as a client that vanishes does. Playback goes on. */
  disconnect(): void {
    this.#lifecycle.disconnect();
  }

  /** Makes a new session now, whatever became of the last one. */
  reconnect(): void {
    this.#lifecycle.reconnect();
  }

  /**
   * Sends a command, with its audio if it takes any. What makes up the session's state is kept and
   * told to a new session after a reconnect; without a running session that is all that happens.
   *
   * @param options `omitBinary` sends a command without the audio that it announces.
   * @returns Whether it was sent now.
   * @throws {UsageError} if the audio is missing.
   */
  send(
    message: ClientMessage,
    pcm: CodecAudio | null = null,
    options: { omitBinary?: boolean } = {},
  ): boolean {
    if (pcm === null && options.omitBinary !== true && announcesBinary(message)) {
      throw new UsageError(
        `${message.type} is followed by audio, but none was given; pass the clip with it`,
        { type: message.type },
      );
    }
    this.#kept.note(message, pcm);
    if (!this.#isStreaming) return false;
    if (message.type === "swap_source") this.#source.onSwapAsked(message, pcm);
    this.#transmit(message, pcm);
    return true;
  }

  /** Sets knobs; the next tick carries them. */
  setKnobs(values: Readonly<Record<string, unknown>>): void {
    if (this.#params.merge(values)) this.#listener.onActivity();
  }

  /** Jumps to `positionS` seconds of the source; negative values count from the end. */
  seek(positionS: number): void {
    this.#listener.seek(positionS);
  }

  /** Plays at another rate, 1 being nominal. */
  setRate(rate: number): void {
    this.#listener.setRate(rate);
  }

  /** Stops playback or goes on. Ticks continue. */
  setPaused(isPaused: boolean): void {
    this.#listener.setPaused(isPaused);
  }

  /** Arms a loop band in seconds of the source, here and at the server; null disarms it. */
  setLoopBand(band: { readonly startS: number; readonly endS: number } | null): void {
    this.#listener.armBand(band);
    this.send({
      type: "loop_band",
      start_sec: band === null ? null : band.startS,
      end_sec: band === null ? null : band.endS,
    });
  }

  /** Swaps to another source: one that the server has, or an uploaded clip. */
  swap(
    source: ClientSource,
    options: Omit<SwapSourceMessage, "type" | "use_server_source"> = {},
  ): boolean {
    if (source.kind === "clip") {
      return this.send({ type: "swap_source", ...options, use_server_source: false }, source);
    }
    const { name } = source;
    return this.send({
      type: "swap_source",
      ...options,
      fixture_name: name,
      use_server_source: true,
    });
  }

  /** Switches client faults. */
  setFaults(faults: ClientFaults): void {
    this.#params.setFaults(faults);
  }

  /** Stops or goes on reading from the connection. */
  setReadPaused(isPaused: boolean): void {
    this.#lifecycle.session?.setReadPaused(isPaused);
  }

  /** Lead and staleness since the last swap or reconnect. */
  lagReport(options: LagReportOptions = {}): LagReport {
    return this.#listener.tracker.report(options);
  }

  /** How much the harness itself is to blame. */
  harness(): HarnessReport {
    return {
      tickLatenessMs: this.#ticks.lateness.report(1000),
      applyMs: this.#receiver.applyS.report(1000),
      sendBufferBytes: this.#sendBuffer.report(),
      skippedTicks: this.#ticks.skipped,
      gatedTicks: this.#gatedTicks,
    };
  }

  /** Everything about it that a person would ask. */
  status(): ClientStatus {
    const { state, closedReason, closeCode, sessions } = this.#lifecycle;
    const { mirror, sliceCount, gapS } = this.#receiver;
    return {
      state,
      running: state === "streaming",
      closedReason,
      closeCode,
      sessionId: this.#inbound.ready?.session_id ?? null,
      url: this.#options.url ?? null,
      sliceCount,
      decodeErrors: this.#inbound.decodeErrors,
      paramsHz: this.#options.paramsHz ?? 30,
      reconnects: Math.max(0, sessions - 1),
      gapS,
      harness: this.harness(),
      recentEvents: recentEvents(this.#inbound.log, this.#clock.now()),
      ...(mirror.frames === 0 ? {} : { playback: playbackStatus(this.#listener, mirror.frames) }),
    };
  }

  /**
   * What was played, or the whole buffer.
   *
   * @param lastS Only the newest (or last) so many seconds, above 0; default everything.
   * @throws {UsageError} if there is nothing yet, or `lastS` is not above 0.
   */
  dumpAudio(source: "played" | "buffer" = "played", lastS?: number): PlayedAudio {
    const { mirror } = this.#receiver;
    if (mirror.frames === 0) throw new UsageError("there is no buffer yet; start the client");
    return source === "played" ? this.#recorder.dump(lastS) : dumpMirror(mirror, lastS);
  }

  get #isStreaming(): boolean {
    return this.#lifecycle.session?.isStreaming === true;
  }

  #dial(): ClientSession {
    const { dial, fidelity } = this.#options;
    return new ClientSession({
      dial,
      codec: this.#options.codec ?? (fidelity === "timing" ? cellCodec : sampleCodec),
      ...this.#source.opening,
      host: this.#inbound,
    });
  }

  /** A session has begun: it is told what an earlier one, or we before the start, were told. */
  #begin(): void {
    this.#listener.armBand(this.#kept.band);
    this.#lifecycle.onBegun();
    const isForgetful = this.#params.faults.forgetOnReconnect === true;
    if (this.#lifecycle.sessions === 1 || !isForgetful) {
      for (const { message, pcm } of this.#kept.all) this.#transmit(message, pcm);
    }
    this.#ticks.start();
  }

  #transmit(message: ClientMessage, pcm: CodecAudio | null): void {
    this.#lifecycle.session?.send(message, pcm);
    this.#listener.onActivity();
    this.#observer.onSent?.(message);
  }

  #onTick(): void {
    const sample = this.#listener.playhead.sample();
    const { session } = this.#lifecycle;
    if (session !== null && session.isStreaming && this.#params.faults.omitParams !== true) {
      const { bufferedBytes } = session;
      this.#sendBuffer.add(bufferedBytes);
      if (this.#params.isGated(bufferedBytes)) {
        this.#gatedTicks++;
      } else {
        const message = this.#params.next(sample / SAMPLE_RATE, {
          clientTimeS: this.#tickClock.now(),
          sliceBytes: session.sliceBytes,
        });
        session.send(message, null);
      }
    }
    const record = this.#listener.onTick(sample);
    this.#observer.onTick?.(record);
  }
}

/** Whether audio belongs to a message; a type that the protocol does not know has none. */
function announcesBinary(message: ClientMessage): boolean {
  return message.type in COMMANDS && needsBinary(message);
}

/** Length of the decode window that a config asks for; 0 when slices cover the whole buffer. */
function windowFrames({ vae_window: windowS = VAE_WINDOW_RANGE_S.max }: ConfigMessage): number {
  if (windowS <= 0) return 0;
  const clampedS = Math.min(VAE_WINDOW_RANGE_S.max, Math.max(VAE_WINDOW_RANGE_S.min, windowS));
  return Math.max(1, Math.round(clampedS * SAMPLE_RATE / LATENT_FRAME)) * LATENT_FRAME;
}

/** Length of a chunk of walk mode when a config does not say. */
const WALK_S = 60;

/** Length of a chunk of walk mode that a config asks for; 0 without walk mode. */
function walkFrames({ walk_window: isWalking, walk_window_s: chunkS }: ConfigMessage): number {
  if (isWalking !== true) return 0;
  return Math.round((chunkS ?? WALK_S) * SAMPLE_RATE / LATENT_FRAME) * LATENT_FRAME;
}
