/**
 * Any external process as the engine of a session.
 *
 * @module
 */
import { type Clock, errorMessage, HeadwayError, type Timer } from "../../../../runtime/mod.ts";
import type { Log } from "../../../log.ts";
import {
  type AudioClip,
  type Engine,
  type RenderRequest,
  type RenderResult,
  type StemMode,
  WindowMissedError,
} from "../engine.ts";
import { type EngineTrouble, troubleMessage, type TroubleReport } from "../trouble.ts";
import { checkWindow } from "../window.ts";
import type { WindowBody } from "./bodies.ts";
import { type ChildLimits, EngineChild } from "./engine_child.ts";
import type { Spawn } from "./process.ts";
import type { EngineHello } from "./protocol.ts";

/** How long a process may take, and how often it is started again. */
export interface CommandLimits extends ChildLimits {
  /**
   * Seconds from each trouble in a row to the next try. One trouble more than there are entries, and
   * the engine is given up. A good window ends a row.
   */
  readonly retryS: readonly number[];
}

/** The limits of an engine that was told nothing. */
export const DEFAULT_COMMAND_LIMITS: CommandLimits = {
  startS: 30,
  windowS: 10,
  graceS: 1,
  retryS: [0.5, 1, 2, 4],
};

/** What a {@link CommandEngine} is made of. */
export interface CommandEngineOptions {
  /** Program and arguments; no shell in between. */
  readonly command: readonly string[];
  /** Starts processes. */
  readonly spawn: Spawn;
  readonly clock: Clock;
  /** Gets troubles, and what the process prints. */
  readonly log: Log;
  readonly limits?: Partial<CommandLimits>;
}

/** A window under way. */
interface Pending {
  readonly request: RenderRequest;
  readonly done: (result: RenderResult) => void;
  readonly failed: (error: Error) => void;
}

/**
 * An engine in a process of its own, which it starts, feeds, watches, restarts and ends. Whatever the
 * process does costs windows, and after too many troubles in a row this session; nothing else.
 */
export class CommandEngine implements Engine {
  /** Its name in logs and reports. */
  readonly name = "command";
  readonly #options: CommandEngineOptions;
  readonly #limits: CommandLimits;
  #source: { readonly clip: AudioClip; readonly stemMode: StemMode } | null = null;
  #child: EngineChild | null = null;
  #pending: Pending | null = null;
  #failures = 0;
  /** Runs between a trouble and the next try. */
  #rest: Timer | null = null;
  #gaveUp: HeadwayError | null = null;
  #isDisposed = false;
  #onTrouble: ((report: TroubleReport) => void) | null = null;
  /** Troubles before anybody listened; no more than it takes to give up. */
  #untold: TroubleReport[] = [];

  /** An engine whose process starts with the first source. */
  constructor(options: CommandEngineOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_COMMAND_LIMITS, ...options.limits };
  }

  /** Tells of every trouble, those before included. */
  watch(onTrouble: (report: TroubleReport) => void): void {
    this.#onTrouble = onTrouble;
    const untold = this.#untold;
    this.#untold = [];
    for (const report of untold) onTrouble(report);
  }

  /** Takes a source, whose samples must not change. One without samples needs no process. */
  load(clip: AudioClip, stemMode: StemMode): void {
    this.#source = { clip, stemMode };
    if (clip.audio.length === 0) return;
    if (this.#child === null) this.#start();
    else this.#child.load(clip, stemMode);
  }

  /** Asks the process for the window; misses it when there is none that could make it now. */
  render(
    request: RenderRequest,
    done: (result: RenderResult) => void,
    failed: (error: Error) => void,
  ): void {
    if (request.out.length === 0) return done({ tickMs: 0, decMs: 0 });
    checkWindow(this.#source?.clip ?? null, request);
    if (this.#gaveUp !== null) return failed(this.#gaveUp);
    if (this.#rest !== null || this.#child?.isReady !== true) {
      return failed(new WindowMissedError("the engine's process is not ready yet"));
    }
    this.#pending = { request, done, failed };
    const { startSample, frames, state, out } = request;
    this.#child.render({ startSample, frames, state, samples: out.length });
  }

  /** Ends the process, politely first. */
  dispose(): void {
    this.#isDisposed = true;
    this.#pending = null;
    this.#rest?.cancel();
    this.#child?.dispose();
  }

  #start(): void {
    if (this.#isDisposed || this.#gaveUp !== null || this.#rest !== null) return;
    if (this.#child !== null || this.#source === null) return;
    const { command, spawn, clock } = this.#options;
    try {
      this.#child = new EngineChild({
        command,
        spawn,
        clock,
        limits: this.#limits,
        host: {
          onReady: (hello) => this.#onReady(hello),
          onWindow: (window) => this.#onWindow(window),
          onRefused: (reason) => this.#fail({ code: "refused", reason }),
          onTrouble: (trouble) => this.#fail(trouble),
          onLine: (line) => this.#log("info", "engine says", { line }),
          onGone: () => {
            this.#child = null;
            this.#start();
          },
        },
      });
    } catch (error) {
      this.#fail({ code: "not_started", reason: errorMessage(error) });
      return;
    }
    this.#child.load(this.#source.clip, this.#source.stemMode);
  }

  #onReady({ name, version }: EngineHello): void {
    this.#log("info", "engine ready", { name, version: version ?? null });
  }

  #onWindow({ tickMs, decMs, samples }: WindowBody): void {
    const pending = this.#pending;
    this.#pending = null;
    this.#failures = 0;
    pending?.request.out.set(samples);
    pending?.done({ tickMs, decMs });
  }

  /** Something went wrong: rests, then tries again; or gives up. */
  #fail(trouble: EngineTrouble): void {
    const message = troubleMessage(trouble);
    const retryS = this.#limits.retryS[this.#failures] ?? null;
    const report = { trouble, failures: ++this.#failures, retryS };
    const { code } = trouble;
    this.#log("warn", "engine trouble", {
      code,
      reason: message,
      failures: this.#failures,
      retryS,
    });
    if (retryS === null) this.#giveUp(trouble, message);
    else {
      this.#rest?.cancel();
      this.#rest = this.#options.clock.after(retryS, () => {
        this.#rest = null;
        this.#start();
      });
    }
    if (this.#onTrouble === null) this.#untold.push(report);
    else this.#onTrouble(report);
    const pending = this.#pending;
    this.#pending = null;
    pending?.failed(this.#gaveUp ?? new WindowMissedError(message));
  }

  #giveUp(trouble: EngineTrouble, message: string): void {
    this.#gaveUp = new HeadwayError(
      `engine was given up after ${this.#failures} troubles in a row; the last: ${message}`,
      { code: trouble.code, failures: this.#failures },
    );
    this.#rest?.cancel();
    this.#rest = null;
    this.#child?.dispose();
  }

  #log(level: "info" | "warn", event: string, fields: Readonly<Record<string, unknown>>): void {
    const pid = this.#child?.pid;
    this.#options.log[level](event, { ...(pid === undefined ? {} : { pid }), ...fields });
  }
}
