/**
 * One life of an engine's process: from its start to its end.
 *
 * @module
 */
import { type Clock, errorMessage, type Timer } from "../../../../runtime/mod.ts";
import { SAMPLE_RATE } from "../../../../wire/mod.ts";
import type { AudioClip, StemMode } from "../engine.ts";
import type { EngineTrouble } from "../trouble.ts";
import {
  byeFrame,
  helloFrame,
  readFailed,
  readHello,
  readText,
  readWindow,
  type WindowBody,
} from "./bodies.ts";
import { Chatter } from "./chatter.ts";
import { Errands, type WindowRequest } from "./errands.ts";
import { type Frame, FrameError, FrameReader } from "./frames.ts";
import type { EndSignal, EngineProcess, Spawn } from "./process.ts";
import {
  type EngineHello,
  FRAME_HEAD_BYTES,
  FROM_ENGINE,
  MAX_SAMPLE,
  MAX_TEXT_BODY_BYTES,
  WINDOW_HEAD_BYTES,
} from "./protocol.ts";
import { FrameSender } from "./sender.ts";

/** How long a process may live on that has closed a pipe, before that counts as a trouble, seconds. */
const BROKEN_PIPE_S = 0.5;
/** Longest reason of a refusal that is passed on, characters. */
const REASON_CHARS = 500;

/** What a child has to do next: `nth` tells one window, or one piece to read, from another. */
interface Awaited {
  readonly what: "hello" | "reading" | "loading" | "rendering";
  readonly nth: number;
}

/** How long things may take, seconds. */
export interface ChildLimits {
  /** From the start to its hello, and from a source to its word that it is loaded. */
  readonly startS: number;
  /** To take in a piece of what it is sent, and from a request to its answer. */
  readonly windowS: number;
  /** From a request to end to the next, harder one. */
  readonly graceS: number;
}

/** Who is told what the child does. */
export interface ChildHost {
  /** It said hello: windows can be asked for. */
  onReady(hello: EngineHello): void;
  /** The window that was asked for. */
  onWindow(window: WindowBody): void;
  /** It cannot make the window that was asked for; it lives on. */
  onRefused(reason: string): void;
  /** It is of no use any more, and is being ended. Comes once at the most, never after `dispose`. */
  onTrouble(trouble: EngineTrouble): void;
  /** A line for the log. */
  onLine(line: string): void;
  /** The process is gone. Comes last. */
  onGone(): void;
}

/** What an {@link EngineChild} is made of. */
export interface ChildOptions {
  readonly command: readonly string[];
  readonly spawn: Spawn;
  readonly clock: Clock;
  readonly limits: ChildLimits;
  readonly host: ChildHost;
}

/** A child process that speaks the engine protocol. */
export class EngineChild {
  readonly #clock: Clock;
  readonly #limits: ChildLimits;
  readonly #host: ChildHost;
  readonly #process: EngineProcess;
  readonly #errands = new Errands();
  readonly #sender = new FrameSender((piece) => this.#process.write(piece));
  readonly #reader = new FrameReader((kind) => this.#limitOf(kind));
  readonly #chatter: Chatter;
  #phase: "starting" | "ready" | "ending" | "gone" = "starting";
  #awaited: Awaited | null = null;
  /** When it must have done what is awaited. */
  #deadline: Timer | null = null;
  /** Pieces that it has taken in. */
  #pieces = 0;
  /** When it must be gone that has closed a pipe. */
  #brokenUntil: Timer | null = null;
  /** When it is ended the harder way. */
  #killing: Timer | null = null;

  /** Starts the process. Throws what {@link Spawn} throws. */
  constructor(options: ChildOptions) {
    const { clock, command, host, limits, spawn } = options;
    this.#clock = clock;
    this.#limits = limits;
    this.#host = host;
    this.#chatter = new Chatter({
      clock,
      onLine: (line) => host.onLine(line),
      setReadPaused: (stream, isPaused) => this.#process.setReadPaused(stream, isPaused),
    });
    this.#process = spawn(command, {
      onOutput: (bytes) => this.#onOutput(bytes),
      onErrorOutput: (bytes) => this.#chatter.errorOutput(bytes),
      onWritten: () => this.#onWritten(),
      onBroken: (stream) => this.#onBroken(stream),
      onExit: (exitCode, signal) => this.#onExit(exitCode, signal),
    });
    this.#watch();
    this.#sender.send(helloFrame(SAMPLE_RATE));
  }

  /** Its process id. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Whether it could make a window now: it has said hello, and has the newest source. */
  get isReady(): boolean {
    return this.#phase === "ready" && this.#errands.isSettled;
  }

  /** The source of the windows to come. One that has not gone out yet is replaced. */
  load(clip: AudioClip, stemMode: StemMode): void {
    this.#errands.load(clip, stemMode);
    this.#pump();
  }

  /** Asks for a window; only when ready, and not while another one is under way. */
  render(request: WindowRequest): void {
    this.#errands.want(request);
    this.#pump();
  }

  /** Says goodbye; a process that does not go is made to. The host hears of its end only. */
  dispose(): void {
    if (this.#isOver) return;
    this.#beginEnd();
    if (this.#sender.isIdle) this.#sender.send(byeFrame());
    this.#process.closeInput();
    this.#killing = this.#clock.after(this.#limits.graceS, () => this.#kill("SIGTERM"));
  }

  get #isOver(): boolean {
    return this.#phase === "ending" || this.#phase === "gone";
  }

  #pump(): void {
    if (this.#phase !== "ready" || !this.#sender.isIdle) return;
    const parts = this.#errands.next();
    if (parts !== null) this.#sender.send(parts);
    this.#watch();
  }

  /**
   * Sees to it that the child takes what it is sent, and answers. Only something else to wait for
   * begins a new term: more to do is no reason to wait longer.
   */
  #watch(): void {
    const next = this.#nextAwaited();
    if (next?.what === this.#awaited?.what && next?.nth === this.#awaited?.nth) return;
    this.#deadline?.cancel();
    this.#awaited = next;
    this.#deadline = next === null ? null : this.#termOf(next.what);
  }

  #termOf(what: Awaited["what"]): Timer {
    const { startS, windowS } = this.#limits;
    const waitedS = what === "hello" || what === "loading" ? startS : windowS;
    const trouble: EngineTrouble = what === "hello"
      ? { code: "no_hello", waitedS }
      : { code: "hung", during: what, waitedS };
    return this.#clock.after(waitedS, () => this.#end(trouble));
  }

  /** In the child's own order: before it has answered it reads nothing. */
  #nextAwaited(): Awaited | null {
    if (this.#phase === "starting") return { what: "hello", nth: 0 };
    const { asked, isLoading } = this.#errands;
    if (asked !== null) return { what: "rendering", nth: asked.id };
    if (!this.#sender.isIdle) return { what: "reading", nth: this.#pieces };
    return isLoading ? { what: "loading", nth: 0 } : null;
  }

  #onWritten(): void {
    if (this.#isOver) return;
    this.#pieces++;
    this.#sender.onWritten();
    if (this.#phase !== "ready") return;
    if (this.#sender.isIdle) this.#pump();
    else this.#watch();
  }

  #limitOf(kind: number): number | null {
    switch (kind) {
      case FROM_ENGINE.window:
        return WINDOW_HEAD_BYTES + 4 * (this.#errands.asked?.request.samples ?? 0);
      case FROM_ENGINE.loaded:
        return 0;
      case FROM_ENGINE.hello:
      case FROM_ENGINE.log:
      case FROM_ENGINE.failed:
        return MAX_TEXT_BODY_BYTES;
      default:
        return null;
    }
  }

  #onOutput(bytes: Uint8Array): void {
    if (this.#isOver) return;
    try {
      this.#reader.push(bytes, (frame) => this.#onFrame(frame));
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      const { field, kind, message, offset } = error;
      if (kind !== FROM_ENGINE.window || field !== "length") {
        this.#end({ code: "garbage", field, offset, reason: message });
      } else if (this.#errands.asked !== null) {
        this.#end({ code: "wrong_window", reason: message });
      } else {
        const reason = "a window came that nobody had asked for";
        this.#end({ code: "garbage", field: "request", offset, reason });
      }
    }
  }

  #onFrame({ kind, body, offset }: Frame): void {
    if (this.#isOver) return;
    if (kind !== FROM_ENGINE.window) this.#chatter.frame(FRAME_HEAD_BYTES + body.length);
    switch (kind) {
      case FROM_ENGINE.log:
        return this.#chatter.logged(readText(body));
      case FROM_ENGINE.hello:
        return this.#onHello(readHello(body, offset), offset);
      case FROM_ENGINE.loaded:
        return this.#onLoaded(offset);
      case FROM_ENGINE.window:
        return this.#onWindow(readWindow(body, offset), offset);
      case FROM_ENGINE.failed:
        return this.#onFailed(readFailed(body, offset), offset);
    }
  }

  #onHello(hello: EngineHello, offset: number): void {
    if (this.#phase !== "starting") {
      throw new FrameError("engine said hello twice", "hello", offset);
    }
    this.#phase = "ready";
    this.#watch();
    this.#pump();
    this.#host.onReady(hello);
  }

  #onLoaded(offset: number): void {
    // It may be told before the system says that the last piece was taken.
    if (!this.#errands.isLoading) {
      throw new FrameError("engine says it has loaded what it was not sent", "loaded", offset);
    }
    this.#errands.loaded();
    this.#pump();
  }

  #onFailed({ request, reason }: { request: number; reason: string }, offset: number): void {
    const cut = reason.slice(0, REASON_CHARS);
    // Without a source it is of no use; another life begins with the source that counts then.
    if (request === 0 && this.#errands.isLoading) {
      return this.#end({ code: "refused", reason: cut });
    }
    this.#checkRequest(request, offset);
    this.#finishRequest();
    this.#host.onRefused(cut);
  }

  #onWindow(window: WindowBody, offset: number): void {
    this.#checkRequest(window.request, offset);
    const reason = whyUnplayable(window.samples, this.#errands.asked!.request.samples);
    if (reason !== null) return this.#end({ code: "wrong_window", reason });
    this.#finishRequest();
    this.#host.onWindow(window);
  }

  #checkRequest(id: number, offset: number): void {
    const { asked } = this.#errands;
    if (asked?.id === id) return;
    const expected = asked === null ? "none is under way" : `${asked.id} is under way`;
    throw new FrameError(`answer is to request ${id}, but ${expected}`, "request", offset);
  }

  #finishRequest(): void {
    this.#errands.forget();
    this.#watch();
  }

  /** A closed pipe is mostly the first sign of an end. */
  #onBroken(stream: "stdin" | "stdout"): void {
    if (this.#isOver || this.#brokenUntil !== null) return;
    const { offset } = this.#reader;
    const reason = `${stream} is closed, but the process still runs`;
    this.#brokenUntil = this.#clock.after(
      BROKEN_PIPE_S,
      () => this.#end({ code: "garbage", field: stream, offset, reason }),
    );
  }

  #onExit(exitCode: number, signal: string | null): void {
    const isUnasked = !this.#isOver;
    this.#beginEnd();
    this.#phase = "gone";
    this.#killing?.cancel();
    this.#chatter.end();
    if (isUnasked) this.#host.onTrouble({ code: "crashed", exitCode, signal });
    this.#host.onGone();
  }

  #end(trouble: EngineTrouble): void {
    if (this.#isOver) return;
    this.#beginEnd();
    this.#process.setReadPaused("stdout", true);
    this.#kill("SIGTERM");
    this.#host.onTrouble(trouble);
  }

  #beginEnd(): void {
    this.#phase = "ending";
    this.#deadline?.cancel();
    this.#brokenUntil?.cancel();
    this.#errands.forget();
    this.#chatter.release();
  }

  #kill(signal: EndSignal): void {
    try {
      this.#process.kill(signal);
    } catch (error) {
      this.#host.onLine(`could not send ${signal}: ${errorMessage(error)}`);
    }
    if (signal === "SIGKILL") return;
    this.#killing = this.#clock.after(this.#limits.graceS, () => this.#kill("SIGKILL"));
  }
}

/** Why nobody could play these samples; null for those that one can. */
function whyUnplayable(samples: Float32Array, wanted: number): string | null {
  if (samples.length !== wanted) return `it has ${samples.length} samples, expected ${wanted}`;
  for (let i = 0; i < samples.length; i++) {
    if (Math.abs(samples[i]!) <= MAX_SAMPLE) continue;
    return `sample ${i} is ${samples[i]}, expected a number within ±${MAX_SAMPLE}`;
  }
  return null;
}
