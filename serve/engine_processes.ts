/**
 * Engines' processes on the operating system: the one place that starts and ends them.
 *
 * @module
 */
import { type Clock, errorMessage } from "../runtime/mod.ts";
import type {
  EndSignal,
  EngineProcess,
  ProcessHandler,
  Spawn,
} from "../server/streaming/engine/mod.ts";

/** How long the last output of a process that has ended is waited for, seconds. */
const LAST_WORDS_S = 0.5;

/** The processes of one server. */
export class EngineProcesses {
  readonly #clock: Clock;
  readonly #running = new Set<DenoProcess>();
  #onNone: (() => void) | null = null;

  /** No process runs. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ids of those that run. */
  get pids(): number[] {
    return [...this.#running].map(({ pid }) => pid);
  }

  /** Starts a process. */
  readonly spawn: Spawn = (command, handler) => {
    const process = new DenoProcess(command, this.#clock, {
      ...handler,
      onExit: (exitCode, signal) => {
        this.#running.delete(process);
        handler.onExit(exitCode, signal);
        if (this.#running.size === 0) this.#onNone?.();
      },
    });
    this.#running.add(process);
    return process;
  };

  /** Calls `done` when none runs any more. */
  whenNone(done: () => void): void {
    if (this.#running.size === 0) done();
    else this.#onNone = done;
  }

  /** Ends all of them, at once. */
  terminate(): void {
    for (const process of this.#running) process.kill("SIGKILL");
  }
}

/** A stream of a process, read piece by piece until it ends or is given up. */
class OutputReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #onBytes: (bytes: Uint8Array) => void;
  #unpause: PromiseWithResolvers<void> | null = null;

  constructor(stream: ReadableStream<Uint8Array>, onBytes: (bytes: Uint8Array) => void) {
    this.#reader = stream.getReader();
    this.#onBytes = onBytes;
  }

  setPaused(isPaused: boolean): void {
    if (isPaused) this.#unpause ??= Promise.withResolvers();
    else {
      this.#unpause?.resolve();
      this.#unpause = null;
    }
  }

  /** Resolves at the end, whichever it is. */
  async read(): Promise<void> {
    try {
      for (;;) {
        await this.#unpause?.promise;
        const { done, value } = await this.#reader.read();
        if (done) return;
        this.#onBytes(value);
      }
    } catch {
      // A pipe that breaks has ended.
    }
  }

  async cancel(): Promise<void> {
    const cancelled = this.#reader.cancel().catch(() => {});
    this.setPaused(false);
    await cancelled;
  }
}

/** One process: program and arguments, stdin, stdout and stderr piped, in a group of its own. */
class DenoProcess implements EngineProcess {
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #handler: ProcessHandler;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #output: OutputReader;
  readonly #errors: OutputReader;
  #isOver = false;

  constructor(command: readonly string[], clock: Clock, handler: ProcessHandler) {
    this.#child = spawned(command);
    this.pid = this.#child.pid;
    this.#handler = handler;
    this.#input = this.#child.stdin.getWriter();
    this.#input.closed.catch(() => {});
    this.#output = new OutputReader(this.#child.stdout, (bytes) => handler.onOutput(bytes));
    this.#errors = new OutputReader(this.#child.stderr, (bytes) => handler.onErrorOutput(bytes));
    this.#live(clock);
  }

  write(bytes: Uint8Array): void {
    this.#input.write(bytes).then(
      () => this.#isOver || this.#handler.onWritten(),
      () => this.#isOver || this.#handler.onBroken("stdin"),
    );
  }

  closeInput(): void {
    this.#input.close().catch(() => {});
  }

  setReadPaused(stream: "stdout" | "stderr", isPaused: boolean): void {
    (stream === "stdout" ? this.#output : this.#errors).setPaused(isPaused);
  }

  kill(signal: EndSignal): void {
    if (!this.#isOver) endProcess(this.#child, signal);
  }

  /** What the process started may live on, and hold its pipes. */
  #endOrphans(): void {
    try {
      endProcess(this.#child, "SIGKILL");
    } catch {
      // Somebody else's by now: its pipes are let go of all the same.
    }
  }

  async #live(clock: Clock): Promise<void> {
    const ended = Promise.all([
      this.#output.read().then(() => this.#isOver || this.#handler.onBroken("stdout")),
      this.#errors.read(),
    ]);
    const { code, signal } = await this.#child.status;
    this.#endOrphans();
    const gaveUp = Promise.withResolvers<void>();
    const patience = clock.after(LAST_WORDS_S, gaveUp.resolve);
    await Promise.race([ended, gaveUp.promise]);
    patience.cancel();
    this.#isOver = true;
    await Promise.all([
      this.#output.cancel(),
      this.#errors.cancel(),
      this.#input.abort().catch(() => {}),
    ]);
    this.#handler.onExit(code, signal);
  }
}

function spawned([program = "", ...args]: readonly string[]): Deno.ChildProcess {
  try {
    return new Deno.Command(program, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      // A Ctrl-C in the terminal is for the server, which ends its engines in order.
      detached: hasGroups,
    }).spawn();
  } catch (error) {
    throw new Error(whyNotStarted(program, error), { cause: error });
  }
}

const hasGroups = Deno.build.os !== "windows";

/** Sends the signal to the process and whatever it started; one that has ended is left in peace. */
function endProcess(child: Deno.ChildProcess, signal: EndSignal): void {
  try {
    if (hasGroups) Deno.kill(-child.pid, signal);
    else child.kill(signal);
  } catch (error) {
    // Groups need the permission to run anything; with less, the process alone is reached.
    if (error instanceof Deno.errors.NotCapable) endAlone(child, signal);
    else if (!isGone(error)) throw error;
  }
}

function endAlone(child: Deno.ChildProcess, signal: EndSignal): void {
  try {
    child.kill(signal);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** `kill` of an ended process says so in one of two ways. */
function isGone(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof TypeError;
}

/** Why a program cannot be started, with how to mend it. */
function whyNotStarted(program: string, error: unknown): string {
  if (error instanceof Deno.errors.NotFound) {
    return `there is no program "${program}" in PATH or at that place`;
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return `"${program}" may not be executed; is it a program, and has it the right to run?`;
  }
  if (error instanceof Deno.errors.NotCapable) {
    return `Deno may not run "${program}"; start the server with --allow-run`;
  }
  return `"${program}": ${errorMessage(error)}`;
}
