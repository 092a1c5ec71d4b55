import type { Clock } from "../../runtime/clock.ts";
import { TargetError } from "../../runtime/errors.ts";
import type { ClientMessage } from "../../wire/client_types.ts";
import type { CellSlice } from "../../wire/connection.ts";
import { SAMPLE_RATE } from "../../wire/constants.ts";
import { WireError } from "../../wire/errors.ts";
import type {
  ErrorMessage,
  ReadyMessage,
  ServerMessage,
  SwapReadyMessage,
} from "../../wire/server_types.ts";
import type { CurrentSource } from "./current_source.ts";
import { EventLog } from "./event_log.ts";
import type { KeptCommands } from "./kept_commands.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { Listener } from "./listener.ts";
import type { ClientObserver } from "./observer.ts";
import type { ParamsSender } from "./params_sender.ts";
import type { Receiver } from "./receiver.ts";
import type { ArrivedBuffer, SessionHost, UnknownEvent } from "./session.ts";

/** What an {@link Inbound} is made of. */
export interface InboundOptions {
  readonly clock: Clock;
  readonly observer: ClientObserver;
  readonly listener: Listener;
  readonly receiver: Receiver;
  readonly params: ParamsSender;
  readonly lifecycle: Lifecycle;
  readonly source: CurrentSource;
  readonly kept: KeptCommands;
  /** Sends an answer. */
  readonly send: (message: ClientMessage) => void;
  /** The first buffer of a session is there. */
  readonly onBegin: () => void;
}

/** What the client does with everything that a session tells it. */
export class Inbound implements SessionHost {
  readonly #options: InboundOptions;
  readonly #log = new EventLog();
  #ready: ReadyMessage | null = null;
  #lastParams: Readonly<Record<string, unknown>> | null = null;
  #decodeErrors = 0;

  /** Nothing has been told yet. */
  constructor(options: InboundOptions) {
    this.#options = options;
  }

  /** The newest events. */
  get log(): EventLog {
    return this.#log;
  }

  /** The newest session's `ready`; null before the first. */
  get ready(): ReadyMessage | null {
    return this.#ready;
  }

  /** Values of the newest `params_update`; null before the first. */
  get lastParams(): Readonly<Record<string, unknown>> | null {
    return this.#lastParams;
  }

  /** Messages that could not be read. */
  get decodeErrors(): number {
    return this.#decodeErrors;
  }

  onReady(message: ReadyMessage): void {
    const { clock, lifecycle, observer } = this.#options;
    this.#log.add(clock.now(), message);
    const sampleRate = message.geometry?.sample_rate ?? message.sample_rate;
    if (sampleRate !== SAMPLE_RATE) {
      lifecycle.refuse(
        new TargetError(
          `server plays at ${sampleRate} Hz, expected ${SAMPLE_RATE} Hz, the only rate that ` +
            "clients of this protocol know",
          { code: "sample_rate", sample_rate: sampleRate },
        ),
      );
      return;
    }
    this.#ready = message;
    observer.onReady?.(message);
  }

  onInitialBuffer(buffer: ArrivedBuffer, ready: ReadyMessage): void {
    const { lifecycle, listener, onBegin, params } = this.#options;
    const kind = lifecycle.sessions === 0 ? "initial" : "reconnect";
    if (kind === "reconnect") params.onReconnect();
    const error = this.#take(buffer, ready.source_epoch ?? 0, kind);
    if (error !== null) {
      const text = `initial buffer is unusable: ${error.message}`;
      lifecycle.refuse(new TargetError(text, { code: "initial_buffer" }));
      return;
    }
    listener.onActivity();
    onBegin();
  }

  onSwapBuffer(buffer: ArrivedBuffer, swap: SwapReadyMessage): void {
    const { receiver, kept, source, send } = this.#options;
    const epoch = swap.source_epoch ?? receiver.mirror.epoch + 1;
    if (this.#take(buffer, epoch, "swap") !== null) return;
    const hadBand = kept.band !== null;
    kept.onSwap(source.onSwapDone(swap));
    // A swap ends the band. One that was armed while the buffer was under way reached the server
    // after its swap, and would hold there for ever.
    if (hadBand) send({ type: "loop_band", start_sec: null, end_sec: null });
  }

  onEvent(message: ServerMessage | UnknownEvent): void {
    const { clock, observer, lifecycle, listener, params, kept, send, source } = this.#options;
    if (isEvent(message, "params_update")) {
      this.#lastParams = message.params;
      observer.onEvent?.(message);
      return;
    }
    this.#log.add(clock.now(), message);
    observer.onEvent?.(message);
    if (isEvent(message, "error")) {
      if (lifecycle.session?.isStreaming !== true) lifecycle.onRefused(refusal(message));
      return;
    }
    // Nobody gave a command: the server tells of itself.
    if (isEvent(message, "engine_trouble")) return;
    // An echo or an answer means that somebody gave a command, so the server is awake.
    listener.onActivity();
    if (isEvent(message, "swap_failed")) source.onSwapFailed();
    if (isEvent(message, "lora_catalog") && params.faults.obeyCatalog === true) {
      for (const { id, state } of message.catalog) {
        if (state === "registered" && kept.wantsLora(id)) send({ type: "disable_lora", id });
      }
    }
    if (params.faults.ignoreEchoes === true) return;
    if (isEvent(message, "params_echo")) params.mergeEcho(message.raw);
    if (isEvent(message, "prompt_blend_echo")) {
      send({ type: "set_prompt_blend", value: message.value });
    }
  }

  onSliceFrame(frame: Uint8Array, bytes: number): void {
    this.#decoded(() => this.#applyFrame(frame, bytes));
  }

  #applyFrame(frame: Uint8Array, bytes: number): void {
    try {
      this.#options.receiver.applyFrame(frame, bytes);
    } catch (error) {
      const { throwOnDamage } = this.#options.params.faults;
      if (!(error instanceof WireError) || throwOnDamage === true) throw error;
      this.onDecodeError(error);
    }
  }

  onCellSlice(slice: CellSlice, bytes: number): void {
    this.#decoded(() => this.#options.receiver.applyCells(slice, bytes));
  }

  /** Goes on when a slice is decoded: at once, unless the client is slow on purpose. */
  #decoded(apply: () => void): void {
    const { clock, params: { faults: { decodeLateMs = 0 } } } = this.#options;
    if (decodeLateMs === 0) apply();
    else clock.after(decodeLateMs / 1000, apply);
  }

  onDecodeError(error: Error): void {
    const { clock, observer, params, lifecycle } = this.#options;
    this.#decodeErrors++;
    const entry = { type: "_client_decode_error", error: error.message };
    this.#log.add(clock.now(), entry);
    observer.onDecodeError?.(error);
    if (params.faults.quitOnDamage === true) lifecycle.disconnect();
  }

  onClosed(code: number, reason: string): void {
    this.#options.lifecycle.onClosed(code, reason);
  }

  #take(
    buffer: ArrivedBuffer,
    epoch: number,
    kind: "initial" | "reconnect" | "swap",
  ): Error | null {
    const { receiver, params } = this.#options;
    try {
      receiver.take(buffer, epoch, kind);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.onDecodeError(error);
      return error;
    }
    params.forgetLead();
    return null;
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
