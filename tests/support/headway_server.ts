/**
 * `headway serve` as a user starts it: a process of its own, whose log is read line by line.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { TextLineStream } from "@std/streams";
import { type Finished, NO_HOME, NO_VOICE } from "./headway.ts";

const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

/** A `headway serve` that runs. */
export class ServeProcess implements AsyncDisposable {
  /** Lines of stderr so far. */
  readonly lines: string[] = [];
  readonly #child: Deno.ChildProcess;
  readonly #stdout: Promise<string>;
  readonly #reading: Promise<void>;
  readonly #waiting: { readonly text: string; readonly resolve: (line: string) => void }[] = [];

  /** Starts `headway serve ...args`, with more permissions if need be. Needs `--allow-run=deno`. */
  constructor(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    permissions: readonly string[] = [],
  ) {
    this.#child = new Deno.Command("deno", {
      args: [
        "run",
        "--no-prompt",
        "--allow-net",
        "--allow-read",
        "--allow-env",
        ...permissions,
        MAIN,
        "serve",
        ...args,
      ],
      env: { NO_COLOR: "1", HEADWAY_HOME: NO_HOME, ...NO_VOICE, ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#stdout = new Response(this.#child.stdout).text();
    this.#reading = this.#read();
  }

  /** The first line that holds `text`; an empty one when the process ends without it. */
  line(text: string): Promise<string> {
    const there = this.lines.find((line) => line.includes(text));
    if (there !== undefined) return Promise.resolve(there);
    return new Promise((resolve) => this.#waiting.push({ text, resolve }));
  }

  /** The port of a listener, from the line that names it. */
  async port(listener: "main" | "control"): Promise<number> {
    return Number(/:(\d+)\D*$/.exec(await this.line(`listener=${listener}`))?.[1]);
  }

  /** Sends a signal. */
  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Waits for the end. */
  async finished(): Promise<Finished> {
    const { code } = await this.#child.status;
    await this.#reading;
    return { code, stdout: await this.#stdout, stderr: this.lines.map((it) => `${it}\n`).join("") };
  }

  /** Ends it, whatever it does. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.finished();
  }

  async #read(): Promise<void> {
    const lines = this.#child.stderr.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    for await (const line of lines) {
      this.lines.push(line);
      for (const waiting of [...this.#waiting]) {
        if (!line.includes(waiting.text)) continue;
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        waiting.resolve(line);
      }
    }
    for (const { resolve } of this.#waiting) resolve("");
  }
}
