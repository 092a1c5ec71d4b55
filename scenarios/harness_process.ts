/**
 * Our own server in another process, and the lines that it and the runner say to each other.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { TextLineStream } from "@std/streams";
import { errorMessage, TargetError, WallClock } from "../runtime/mod.ts";
import { type HarnessCommand, type HarnessEvent, harnessEventSchema } from "./harness_protocol.ts";

/** How long the server may take to listen, seconds. */
const START_TIMEOUT_S = 30;
/** How long it may take to end, seconds. */
const EXIT_TIMEOUT_S = 5;

const clock = new WallClock();

const SERVER = fileURLToPath(new URL("../serve/harness_main.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../deno.json", import.meta.url));

/** Where it listens. */
export type Listening = Extract<HarnessEvent, { ev: "listening" }>;

/** The server process, and the private channel to it. */
export class HarnessProcess {
  /** Resolves when it listens; rejects when it will not. */
  readonly listening: Promise<Listening>;
  /** Resolves when it has ended, with how. */
  readonly ended: Promise<Deno.CommandStatus>;
  /** Resolves when it says nothing any more. */
  readonly silent: Promise<void>;
  readonly #process: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #listened = Promise.withResolvers<Listening>();
  readonly #onEvent: (event: HarnessEvent) => void;
  #writing: Promise<void> = Promise.resolve();

  /** Starts it; `start` is the first thing that it is told. */
  constructor(start: HarnessCommand, onEvent: (event: HarnessEvent) => void) {
    this.#onEvent = onEvent;
    this.listening = this.#listened.promise;
    this.#process = spawnDeno({
      args: [
        "run",
        "--no-prompt",
        `--config=${CONFIG}`,
        "--allow-net=127.0.0.1",
        "--allow-env",
        "--allow-read",
        SERVER,
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
      // A Ctrl-C in the terminal is for the runner, which lets the scenario end; the server ends
      // with its input, whatever becomes of the runner.
      detached: Deno.build.os !== "windows",
    });
    this.ended = this.#process.status;
    this.#stdin = this.#process.stdin.getWriter();
    this.silent = this.#read();
    this.send(start);
    const timer = clock.after(
      START_TIMEOUT_S,
      () =>
        this.#listened.reject(
          new TargetError(`our server did not start within ${START_TIMEOUT_S} s`),
        ),
    );
    this.listening.finally(() => timer.cancel()).catch(() => {});
  }

  /** Tells it something. */
  send(command: HarnessCommand): void {
    const line = new TextEncoder().encode(`${JSON.stringify(command)}\n`);
    this.#writing = this.#writing.then(() => this.#stdin.write(line)).catch(() => {});
  }

  /** Ends it. */
  async close(): Promise<void> {
    await this.#writing;
    // The server ends with its input, in an orderly way.
    await this.#stdin.close().catch(() => {});
    const ended = await within(this.ended.then(() => true), EXIT_TIMEOUT_S, false);
    if (!ended) this.#process.kill("SIGKILL");
    await this.ended;
    await this.silent;
  }

  async #read(): Promise<void> {
    const lines = this.#process.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    try {
      for await (const line of lines) this.#take(harnessEventSchema.parse(JSON.parse(line)));
    } catch (error) {
      this.#listened.reject(new TargetError(`our server talks nonsense: ${errorMessage(error)}`));
    }
    this.#listened.reject(
      new TargetError("our server ended before it listened; see its log above"),
    );
  }

  #take(event: HarnessEvent): void {
    if (event.ev === "listening") this.#listened.resolve(event);
    else this.#onEvent(event);
  }
}

/**
 * Starts `deno`.
 *
 * @throws {TargetError} when there is none on PATH; it says how to mend that.
 */
export function spawnDeno(options: Deno.CommandOptions): Deno.ChildProcess {
  try {
    return new Deno.Command("deno", options).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new TargetError(
      "cannot start our own server: there is no deno on PATH; add the folder that holds it, " +
        'or run everything through "npx deno"',
    );
  }
}

/** The promise's value, or `fallback` after `limitS` seconds. */
export async function within<T, F>(
  promise: Promise<T>,
  limitS: number,
  fallback: F,
): Promise<T | F> {
  const timeout = Promise.withResolvers<F>();
  const timer = clock.after(limitS, () => timeout.resolve(fallback));
  try {
    return await Promise.race([promise, timeout.promise]);
  } finally {
    timer.cancel();
  }
}
