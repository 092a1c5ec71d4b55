/**
 * Watches one task until it has ended: by events of its folder, and every few seconds in any case.
 *
 * @module
 */
import { type Clock, errorMessage, type Timer } from "../../../runtime/mod.ts";
import type { Log } from "../../log.ts";
import type { PtyId } from "../ids.ts";
import type { TaskSettings } from "../settings.ts";
import type { Disk } from "../store/disk.ts";
import { type Progress, ProgressReader } from "../store/progress.ts";
import { readResult, type ResultState, type Verdict } from "../store/result_file.ts";
import type { TaskEntry } from "../store/store.ts";
import { readExitCode } from "../store/task_state.ts";
import { TerminalGoneError } from "../terminal/errors.ts";
import type { Terminals } from "../terminal/terminals.ts";
import { lastOutput } from "./last_output.ts";

/** Tells of changes in a folder and those below it. @returns Ends it. */
export type WatchFolder = (folder: string, on: (path: string) => void) => () => void;

/** What a watcher is made of. */
export interface TaskWatcherOptions {
  readonly task: TaskEntry;
  /** Null for a task without a terminal. */
  readonly ptyId: PtyId | null;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: TaskSettings;
  readonly terminals: Pick<Terminals, "get" | "subscribe">;
  readonly watchFolder: WatchFolder;
  /** Told of each thing that the agent says. */
  readonly onProgress: (said: readonly Progress[]) => void;
  /** Told once of the end: null when the agent wrote a result, else what is to be said in its place. */
  readonly onEnd: (verdict: Verdict | null) => void;
}

/** Files of a task's folder that say nothing of how it stands, and change all the time. */
const OUTPUT_FILES = /(?:transcript\.log|recording\.cast)$/;

/** A watcher. */
export class TaskWatcher {
  readonly #options: TaskWatcherOptions;
  readonly #progress: ProgressReader;
  readonly #startS: number;
  #activeS: number;
  #seq = 0;
  #exit: { readonly code: number | null; readonly atS: number; readonly waitS: number } | null =
    null;
  #broken: { readonly stamp: string; readonly sinceS: number } | null = null;
  #unwatch: () => void = () => {};
  #unsubscribe: () => void = () => {};
  #tick: Timer | null = null;
  #soon: Timer | null = null;
  /** When that is, on the clock. */
  #soonS = 0;
  #isChecking = false;
  #isAskedAgain = false;
  #hasEnded = false;

  /** Looks at nothing before {@link TaskWatcher.start}. */
  constructor(options: TaskWatcherOptions) {
    const { clock, disk, task } = options;
    this.#options = options;
    this.#progress = new ProgressReader(disk, task.paths);
    this.#startS = clock.now();
    this.#activeS = this.#startS;
  }

  /** Begins. */
  start(): void {
    const { task, watchFolder, log } = this.#options;
    try {
      this.#unwatch = watchFolder(task.paths.folder, (path) => {
        if (!OUTPUT_FILES.test(path)) this.#poke(this.#options.settings.eventDelayS);
      });
    } catch (error) {
      log.warn("task is looked at every few seconds only", {
        task: task.id,
        reason: errorMessage(error),
      });
    }
    this.#followTerminal();
    this.#arm();
    // What was written before the watch began made no event.
    this.#poke(this.#options.settings.eventDelayS);
  }

  /** Ends it without a word. */
  stop(): void {
    this.#hasEnded = true;
    this.#unwatch();
    this.#unsubscribe();
    this.#tick?.cancel();
    this.#soon?.cancel();
  }

  /** Looks at the files now and then, should an event have been missed. */
  #arm(): void {
    const { clock, settings } = this.#options;
    this.#tick = clock.after(settings.pollS, () => {
      this.#poke(0);
      this.#arm();
    });
  }

  /** The end of the terminal is the end of the agent. */
  #followTerminal(): void {
    const { ptyId, terminals } = this.#options;
    if (ptyId === null) return;
    try {
      this.#unsubscribe = terminals.subscribe(ptyId, Infinity, ({ kind }) => {
        if (kind === "exited" || kind === "closed") this.#onTerminalGone();
      });
    } catch (error) {
      if (!(error instanceof TerminalGoneError)) throw error;
      this.#onTerminalGone();
    }
  }

  #onTerminalGone(): void {
    const { clock, settings: { crashWaitS } } = this.#options;
    this.#exit ??= { code: null, atS: clock.now(), waitS: crashWaitS };
    this.#poke(0);
  }

  /** Looks at the files that much later, or earlier if somebody asked for that. */
  #poke(delayS: number): void {
    const { clock } = this.#options;
    const atS = clock.now() + delayS;
    if (this.#hasEnded || this.#soon !== null && this.#soonS <= atS) return;
    this.#soon?.cancel();
    this.#soonS = atS;
    this.#soon = clock.at(atS, () => {
      this.#soon = null;
      this.#check();
    });
  }

  async #check(): Promise<void> {
    if (this.#isChecking) {
      this.#isAskedAgain = true;
      return;
    }
    this.#isChecking = true;
    try {
      do {
        this.#isAskedAgain = false;
        await this.#look();
      } while (this.#isAskedAgain && !this.#hasEnded);
    } catch (error) {
      const { log, task } = this.#options;
      log.warn("task could not be looked at", { task: task.id, reason: errorMessage(error) });
    } finally {
      this.#isChecking = false;
    }
  }

  async #look(): Promise<void> {
    if (this.#hasEnded) return;
    const { disk, task: { paths } } = this.#options;
    const code = await readExitCode(disk, paths);
    const result = await readResult(disk, paths);
    await this.#follow();
    if (this.#hasEnded) return;
    if (result.kind === "usable") return this.#end(null);
    if (result.kind === "unusable") {
      return this.#end({
        status: "failed",
        summary: "The agent wrote a result that cannot be used.",
        errors: [result.why],
      });
    }
    this.#noteExit(code);
    const verdict = await this.#exitVerdict(result) ?? this.#brokenVerdict(result) ??
      this.#timeVerdict();
    if (verdict !== null) this.#end(verdict);
  }

  /** Progress is passed on, and counts as activity. */
  async #follow(): Promise<void> {
    const { clock, onProgress, settings, terminals, ptyId } = this.#options;
    const { isTouched, said } = await this.#progress.next();
    const seq = ptyId === null ? 0 : terminals.get(ptyId)?.seq ?? this.#seq;
    if (isTouched || settings.countsOutput && seq !== this.#seq) this.#activeS = clock.now();
    this.#seq = seq;
    if (said.length > 0 && !this.#hasEnded) onProgress(said);
  }

  #noteExit(code: number | null): void {
    const { clock, settings } = this.#options;
    if (code === null || this.#exit?.code != null) return;
    const waitS = code === 0 ? settings.exitWaitS : settings.crashWaitS;
    this.#exit = { code, atS: this.#exit?.atS ?? clock.now(), waitS };
  }

  /** An agent that has ended may have left its result to somebody who still writes it. */
  async #exitVerdict(result: ResultState): Promise<Verdict | null> {
    const { clock, disk, task } = this.#options;
    const exit = this.#exit;
    if (exit === null) return null;
    const leftS = exit.atS + exit.waitS - clock.now();
    if (leftS > 1e-9) {
      this.#poke(leftS);
      return null;
    }
    const how = exit.code === null
      ? "the terminal of the task ended before its agent did"
      : exit.code === 127
      ? "the agent ended with exit code 127: its program was not found"
      : `the agent ended with exit code ${exit.code} and without a result`;
    const output = await lastOutput(disk, task.paths);
    return {
      status: "failed",
      summary: "The agent ended without a result.",
      errors: [
        how,
        ...("why" in result ? [result.why] : []),
        ...(output === "" ? [] : [`its last output:\n${output}`]),
      ],
    };
  }

  #brokenVerdict(result: ResultState): Verdict | null {
    const { clock, settings: { brokenResultS } } = this.#options;
    if (result.kind !== "unfinished") {
      this.#broken = null;
      return null;
    }
    if (this.#broken?.stamp !== result.stamp) {
      this.#broken = { stamp: result.stamp, sinceS: clock.now() };
      return null;
    }
    if (clock.now() - this.#broken.sinceS < brokenResultS) return null;
    return {
      status: "failed",
      summary: "The agent left a result that cannot be read.",
      errors: [`${result.why}; it has not changed for ${brokenResultS} s`],
    };
  }

  #timeVerdict(): Verdict | null {
    const { clock, task: { meta }, settings: { staleS, ceilingS } } = this.#options;
    const elapsedS = clock.now() - this.#startS;
    const isStale = elapsedS > meta.timeout_s && clock.now() - this.#activeS > staleS;
    if (!isStale && elapsedS <= ceilingS) return null;
    const why = isStale
      ? `the task went over its ${meta.timeout_s} s, and no progress came for ${staleS} s`
      : `the task went over the ${ceilingS} s that any may take`;
    return { status: "timeout", summary: "The task took too long and was ended.", errors: [why] };
  }

  #end(verdict: Verdict | null): void {
    if (this.#hasEnded) return;
    this.stop();
    this.#options.onEnd(verdict);
  }
}
