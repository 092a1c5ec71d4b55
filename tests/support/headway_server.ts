/**
 * `headway serve` as a user starts it: a process of its own, whose log is read line by line.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { TextLineStream } from "@std/streams";
import { type Finished, NO_HOME, NO_VOICE } from "./headway.ts";

const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

/** A `headway` command that goes on until it is told to stop. */
export class HeadwayProcess implements AsyncDisposable {
  /** Lines of stderr so far. */
  readonly lines: string[] = [];
  readonly #child: Deno.ChildProcess;
  readonly #stdout: Promise<string>;
  readonly #reading: Promise<void>;
  #isGone = false;
  readonly #waiting: { readonly text: string; readonly resolve: (line: string) => void }[] = [];

  /** Starts `headway ...args`, with more permissions if need be. Needs `--allow-run=deno`. */
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

  /** Whether it has ended, as far as its output tells. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid;
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
    this.#isGone = true;
    for (const { resolve } of this.#waiting) resolve("");
  }
}

/** A `headway serve` that runs. */
export class ServeProcess extends HeadwayProcess {
  /** Starts `headway serve ...args`. */
  constructor(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    permissions: readonly string[] = [],
  ) {
    super(["serve", ...args], env, permissions);
  }

  /** The port of a listener, from the line that names it. */
  async port(listener: "main" | "control" | "voice" | "channel"): Promise<number> {
    return Number(/:(\d+)\D*$/.exec(await this.line(`listener=${listener}`))?.[1]);
  }
}

/** A `headway record` that runs as a gateway. */
export class RecordProcess extends HeadwayProcess {
  /** Starts it in front of a server, on a free port unless told otherwise. */
  constructor(upstream: string, out: string, more: readonly string[] = []) {
    super(["record", "--upstream", upstream, "--out", out, ...more], {}, ["--allow-write"]);
  }

  /** Where clients connect. */
  async url(): Promise<string> {
    return /(ws:\/\/[^ ]+)/.exec(await this.line("listening at"))?.[1] ?? "";
  }
}
