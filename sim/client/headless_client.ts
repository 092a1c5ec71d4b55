import type { Clock } from "../../runtime/clock.ts";
import { errorMessage, TargetError, UsageError } from "../../runtime/errors.ts";
import { needsBinary } from "../../wire/client_messages.ts";
import type { ClientMessage, SwapSourceMessage } from "../../wire/client_types.ts";
import { cellCodec, type CodecAudio, sampleCodec } from "../../wire/codec.ts";
import { type ConfigMessage, VAE_WINDOW_RANGE_S } from "../../wire/config.ts";
import { LATENT_FRAME, SAMPLE_RATE } from "../../wire/constants.ts";
import type {
  ErrorMessage,
  ReadyMessage,
  ServerMessage,
  SwapReadyMessage,
} from "../../wire/server_types.ts";
import type { CapabilityName } from "../../wire/shapes.ts";
import type { FreshnessMeter } from "../freshness.ts";
import type { LagReport, LagReportOptions } from "../lag_report.ts";
import type { LagTracker } from "../lag_tracker.ts";
import {
  CountingRecorder,
  type PlaybackRecorder,
  type PlayedAudio,
  RingRecorder,
} from "../recorder.ts";
import { skewedClock } from "../skewed_clock.ts";
import { CurrentSource } from "./current_source.ts";
import { EventLog } from "./event_log.ts";
import { KeptCommands } from "./kept_commands.ts";
import { Lifecycle } from "./lifecycle.ts";
import { Listener } from "./listener.ts";
import { Meter } from "./meter.ts";
import { dumpMirror } from "./mirror.ts";
import type { ClientObserver } from "./observer.ts";
import type { ClientFaults, ClientSource, HeadlessClientOptions } from "./options.ts";
import { ParamsSender } from "./params_sender.ts";
import { Receiver } from "./receiver.ts";
import { type ArrivedBuffer, ClientSession, type UnknownEvent } from "./session.ts";
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
  readonly sessionId: string;
  readonly durationS: number;
  readonly sampleRate: number;
  readonly channels: number;
  /** Length of the buffer in samples per channel. */
  readonly frames: number;
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
 * ```ts no-eval
 * import { HeadlessClient } from "./headless_client.ts";
 * import { dialWebSocket } from "../ws_connection.ts";
 * import { Rng } from "../../runtime/rng.ts";
 * import { WallClock } from "../../runtime/wall_clock.ts";
 *
 * const clock = new WallClock();
 * const client = new HeadlessClient({
 *   dial: dialWebSocket("ws://127.0.0.1:1318/"),
 *   clock,
 *   rng: new Rng(1),
 *   config: { prompt: "warm analogue pads" },
 *   source: { kind: "fixture", name: "low_fi_Gm_loop_60s_gnm.wav" },
 * });
 * await client.start();
 * client.setKnobs({ denoise: 0.6 });
 * await clock.sleep(10);
 * console.log(client.lagReport({ windowS: 10 }).slices.leadS.p50);
 * await client.stop();
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
  readonly #log = new EventLog();
  readonly #sendBuffer = new Meter();
  #source: CurrentSource;
  #ready: ReadyMessage | null = null;
  #lastParams: Readonly<Record<string, unknown>> | null = null;
  #decodeErrors = 0;
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
      audioClock: skewedClock(clock, options.audioSkew),
      recorder: this.#recorder,
      rate: options.rate ?? 1,
      windowFrames: windowFrames(options.config),
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
    });
    this.#ticks = new TickLoop(this.#tickClock, paramsHz, () => this.#onTick());
    this.#lifecycle = new Lifecycle({
      clock,
      rng: options.rng,
      policy: options.reconnect ?? null,
      startTimeoutS: options.startTimeoutS ?? 240,
      observer,
      dial: () => this.#dial(),
      onLost: () => {
        this.#receiver.onLost(clock.now());
        this.#source.forgetSwap();
      },
      onFinished: () => this.#ticks.stop(),
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
    return this.#ready;
  }

  /** Every knob value the client holds. */
  get raw(): Readonly<Record<string, unknown>> {
    return this.#params.raw;
  }

  /** Values of the newest `params_update`; null before the first. */
  get lastParams(): Readonly<Record<string, unknown>> | null {
    return this.#lastParams;
  }

  /** The audible position in seconds of the source. */
  get playheadS(): number {
    return this.#listener.playhead.seconds();
  }

  /** Lead and staleness since the last swap or reconnect. */
  get tracker(): LagTracker {
    return this.#listener.tracker;
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
    return this.#ready?.capabilities?.[capability] ?? true;
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
    const ready = this.#ready!;
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
    this.#armBand(band);
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
      sessionId: this.#ready?.session_id ?? null,
      url: this.#options.url ?? null,
      sliceCount,
      decodeErrors: this.#decodeErrors,
      paramsHz: this.#options.paramsHz ?? 30,
      reconnects: Math.max(0, sessions - 1),
      gapS,
      harness: this.harness(),
      recentEvents: recentEvents(this.#log, this.#clock.now()),
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
      codec: fidelity === "timing" ? cellCodec : sampleCodec,
      ...this.#source.opening,
      host: {
        onReady: (message) => this.#onReady(message),
        onInitialBuffer: (buffer, ready) => this.#onInitialBuffer(buffer, ready),
        onSwapBuffer: (buffer, swap) => this.#onSwapBuffer(buffer, swap),
        onEvent: (message) => this.#onEvent(message),
        onSliceFrame: (frame, bytes) => this.#onSliceFrame(frame, bytes),
        onCellSlice: (slice, bytes) => this.#receiver.applyCells(slice, bytes),
        onDecodeError: (error) => this.#onDecodeError(error),
        onClosed: (code, reason) => this.#lifecycle.onClosed(code, reason),
      },
    });
  }

  #onReady(message: ReadyMessage): void {
    this.#log.add(this.#clock.now(), message);
    const sampleRate = message.geometry?.sample_rate ?? message.sample_rate;
    if (sampleRate !== SAMPLE_RATE) {
      this.#lifecycle.refuse(
        new TargetError(
          `server plays at ${sampleRate} Hz, expected ${SAMPLE_RATE} Hz, the only rate that ` +
            "clients of this protocol know",
          { code: "sample_rate", sample_rate: sampleRate },
        ),
      );
      return;
    }
    this.#ready = message;
    this.#observer.onReady?.(message);
  }

  #onInitialBuffer(buffer: ArrivedBuffer, ready: ReadyMessage): void {
    const kind = this.#lifecycle.sessions === 0 ? "initial" : "reconnect";
    try {
      this.#receiver.take(buffer, ready.source_epoch ?? 0, kind);
    } catch (error) {
      this.#onDecodeError(error);
      const text = `initial buffer is unusable: ${errorMessage(error)}`;
      this.#lifecycle.refuse(new TargetError(text, { code: "initial_buffer" }));
      return;
    }
    this.#params.forgetLead();
    this.#armBand(this.#kept.band);
    this.#listener.onActivity();
    this.#lifecycle.onBegun();
    for (const { message, pcm } of this.#kept.all) this.#transmit(message, pcm);
    this.#ticks.start();
  }

  #onSwapBuffer(buffer: ArrivedBuffer, swap: SwapReadyMessage): void {
    try {
      this.#receiver.take(buffer, swap.source_epoch ?? this.epoch + 1, "swap");
    } catch (error) {
      this.#onDecodeError(error);
      return;
    }
    this.#params.forgetLead();
    this.#kept.onSwap(this.#source.onSwapDone());
  }

  #onSliceFrame(frame: Uint8Array, bytes: number): void {
    try {
      this.#receiver.applyFrame(frame, bytes);
    } catch (error) {
      this.#onDecodeError(error);
    }
  }

  #onEvent(message: ServerMessage | UnknownEvent): void {
    if (isEvent(message, "params_update")) {
      this.#lastParams = message.params;
      this.#observer.onEvent?.(message);
      return;
    }
    this.#log.add(this.#clock.now(), message);
    this.#observer.onEvent?.(message);
    if (isEvent(message, "error")) {
      if (!this.#isStreaming) this.#lifecycle.refuse(refusal(message));
      return;
    }
    // An echo or an answer means that somebody gave a command, so the server is awake.
    this.#listener.onActivity();
    if (isEvent(message, "swap_failed")) this.#source.forgetSwap();
    if (this.#params.faults.ignoreEchoes === true) return;
    if (isEvent(message, "params_echo")) this.#params.merge(message.raw);
    if (isEvent(message, "prompt_blend_echo")) {
      this.send({ type: "set_prompt_blend", value: message.value });
    }
  }

  #onDecodeError(thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error(errorMessage(thrown));
    this.#decodeErrors++;
    const entry = { type: "_client_decode_error", error: error.message };
    this.#log.add(this.#clock.now(), entry);
    this.#observer.onDecodeError?.(error);
  }

  #onTick(): void {
    const sample = this.#listener.playhead.sample();
    const { session } = this.#lifecycle;
    if (session !== null && session.isStreaming) {
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
    this.#observer.onTick?.(this.#listener.onTick(sample));
  }

  #transmit(message: ClientMessage, pcm: CodecAudio | null): void {
    this.#lifecycle.session?.send(message, pcm);
    this.#listener.onActivity();
    this.#observer.onSent?.(message);
  }

  /** Loops playback inside the part of the band that the buffer has; none if that is empty. */
  #armBand(band: { readonly startS: number; readonly endS: number } | null): void {
    const startSample = Math.max(0, Math.trunc((band?.startS ?? 0) * SAMPLE_RATE));
    const endSample = Math.min(this.bufferFrames, Math.trunc((band?.endS ?? 0) * SAMPLE_RATE));
    const next = band !== null && endSample > startSample ? { startSample, endSample } : null;
    if (next === null && this.#listener.playhead.band === null) return;
    this.#listener.setBand(next);
  }
}

/** Whether a message is a known one of this type. */
function isEvent<T extends ServerMessage["type"]>(
  message: ServerMessage | UnknownEvent,
  type: T,
): message is Extract<ServerMessage, { type: T }> {
  return message.type === type;
}

/** A server's refusal as an error. */
function refusal({ code, message, build_command: command }: ErrorMessage): TargetError {
  const hint = command === undefined ? "" : `; build it with: ${command}`;
  return new TargetError(`server refused the session with ${code}: ${message}${hint}`, {
    code,
    message,
    ...(command === undefined ? {} : { build_command: command }),
  });
}

/** Whether audio belongs to a message; a type that the protocol does not know has none. */
function announcesBinary(message: ClientMessage): boolean {
  try {
    return needsBinary(message);
  } catch {
    return false;
  }
}

/** Length of the decode window that a config asks for; 0 when slices cover the whole buffer. */
function windowFrames({ vae_window: windowS = VAE_WINDOW_RANGE_S.max }: ConfigMessage): number {
  if (windowS <= 0) return 0;
  const clampedS = Math.min(VAE_WINDOW_RANGE_S.max, Math.max(VAE_WINDOW_RANGE_S.min, windowS));
  return Math.max(1, Math.round(clampedS * SAMPLE_RATE / LATENT_FRAME)) * LATENT_FRAME;
}
