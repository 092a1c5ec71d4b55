/**
 * A streaming server of our own in a process of its own, for tools that were given none.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { TextLineStream } from "@std/streams";
import { z } from "zod";
import { type Clock, errorMessage, TargetError } from "../runtime/mod.ts";
import { spawnDeno } from "../scenarios/harness_process.ts";
import { type Target, targetAt } from "./target.ts";

/** How long the server may take to listen, and to end, seconds. */
const START_S = 30;
const END_S = 5;

const MAIN = fileURLToPath(new URL("../serve/embedded_main.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../deno.json", import.meta.url));

/** The one line that the server says: where it listens. */
const listening = z.object({ url: z.string(), controlUrl: z.string(), token: z.string() });

/** A server's process, as {@link EmbeddedServer} uses it. */
export interface OwnProcess {
  /** Where it listens. */
  readonly target: Promise<Target>;
  /** Resolves when it has ended, whoever ended it. */
  readonly ended: Promise<void>;
  /** Ends it, in an orderly way if it can. */
  close(): Promise<void>;
}

/** A server of our own, and a new one when it has ended by itself. */
export class EmbeddedServer {
  readonly #start: () => OwnProcess;
  #process: OwnProcess | null;
  #wasLost = false;
  #notice: string | null = null;

  /**
   * Starts it, on free ports and silently.
   *
   * @param start Starts a process; a real one unless a test hands in another.
   * @throws {TargetError} when there is no `deno` on PATH.
   */
  constructor(clock: Clock, start: () => OwnProcess = () => new EmbeddedProcess(clock)) {
    this.#start = start;
    this.#process = this.#begin();
  }

  /** Where it listens. Begins a new one when the last has ended; it knows none of its sessions. */
  async target(): Promise<Target> {
    return await (this.#process ??= this.#begin()).target;
  }

  /** What became of the last one, once; null when there is nothing to tell. */
  takeNotice(): string | null {
    const notice = this.#notice;
    this.#notice = null;
    return notice;
  }

  /** Ends it. */
  async close(): Promise<void> {
    await this.#process?.close();
  }

  #begin(): OwnProcess {
    const process = this.#start();
    if (this.#wasLost) {
      this.#notice = "The server of these tools had ended, and a new one was started: " +
        "sessions of before are gone. Begin one with headless_start.";
    }
    process.ended.then(() => {
      this.#wasLost = true;
      this.#process = null;
    });
    return process;
  }
}

/** The process. It ends with its stdin, so with us, however we end. */
class EmbeddedProcess implements OwnProcess {
  /** Where it listens. */
  readonly target: Promise<Target>;
  readonly #clock: Clock;
  readonly #process: Deno.ChildProcess;
  /** Its stdout ends with it. */
  readonly ended: Promise<void>;
  readonly #listened = Promise.withResolvers<Target>();

  /** Starts it. Throws {@link TargetError} when there is no `deno` on PATH. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#process = spawnDeno({
      args: [
        "run",
        "--no-prompt",
        `--config=${CONFIG}`,
        "--allow-net=127.0.0.1",
        "--allow-env",
        "--allow-read",
        // Agent tasks: their files, and the process that holds their terminals.
        "--allow-write",
        "--allow-run=deno,cat",
        MAIN,
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    });
    this.target = this.#listened.promise;
    this.target.catch(() => {});
    const timer = clock.after(START_S, () => {
      this.#listened.reject(new TargetError(`our server did not start within ${START_S} s`));
      this.#process.kill("SIGKILL");
    });
    this.target.then(() => timer.cancel(), () => timer.cancel());
    this.ended = this.#read().finally(() => timer.cancel());
  }

  /** Ends it, in an orderly way if it can. */
  async close(): Promise<void> {
    await this.#process.stdin.close().catch(() => {});
    const late = this.#clock.after(END_S, () => this.#process.kill("SIGKILL"));
    await this.#process.status;
    late.cancel();
    await this.ended;
  }

  async #read(): Promise<void> {
    const lines = this.#process.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    try {
      for await (const line of lines) {
        const { url, controlUrl, token } = listening.parse(JSON.parse(line));
        this.#listened.resolve(targetAt({ url, control: controlUrl, token }));
      }
    } catch (error) {
      this.#listened.reject(new TargetError(`our server talks nonsense: ${errorMessage(error)}`));
    }
    this.#listened.reject(new TargetError("our server ended before it listened; see its log"));
  }
}
