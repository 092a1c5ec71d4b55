/**
 * Asks git by way of a process of its own, which is started when it is needed and ends when nobody has
 * asked for a while.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { TextLineStream } from "@std/streams";
import { type Clock, errorMessage, type Timer } from "../../runtime/mod.ts";
import type { Git, GitRequest, GitResult } from "../../server/board/commits/git.ts";
import type { GitAnswer, GitQuestion } from "./git_messages.ts";

const MAIN = fileURLToPath(new URL("./git_host.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));
/** It ends after so long without a question, seconds. */
const IDLE_S = 90;
/** What it gets of the server's environment. */
const PASSED_ON = [
  ...["PATH", "HOME", "DENO_DIR", "XDG_CACHE_HOME", "NPM_CONFIG_REGISTRY"],
  ...["SYSTEMROOT", "LOCALAPPDATA"],
] as const;

/** The process, while it runs. */
interface Host {
  readonly child: Deno.ChildProcess;
  readonly input: WritableStreamDefaultWriter<Uint8Array>;
  readonly waiting: Map<number, PromiseWithResolvers<GitResult>>;
  readonly ended: Promise<void>;
}

/** Git on this machine. Needs `--allow-run=deno`; without it, git is absent. */
export class GitProcess implements Git {
  readonly #clock: Clock;
  #host: Host | null = null;
  #idle: Timer | null = null;
  /** Ends with the last process that was idle. */
  #leaving: Promise<void> = Promise.resolve();
  #lastNo = 0;
  #isClosed = false;

  /** Nothing is started. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the process runs. */
  get isRunning(): boolean {
    return this.#host !== null;
  }

  /** See {@link Git.run}. */
  async run(request: GitRequest): Promise<GitResult> {
    if (this.#isClosed) return { kind: "absent", reason: "the server is closing" };
    let host: Host;
    try {
      host = this.#host ??= this.#start();
    } catch (error) {
      return { kind: "absent", reason: errorMessage(error) };
    }
    const no = ++this.#lastNo;
    const answer = Promise.withResolvers<GitResult>();
    host.waiting.set(no, answer);
    const question: GitQuestion = { no, ...request };
    host.input.write(new TextEncoder().encode(`${JSON.stringify(question)}\n`)).catch(() => {});
    this.#idle?.cancel();
    const result = await answer.promise;
    if (host.waiting.size === 0 && this.#host === host) {
      this.#idle?.cancel();
      this.#idle = this.#clock.after(IDLE_S, () => {
        this.#leaving = this.#end();
      });
    }
    return result;
  }

  /** Ends the process, if it runs; resolves when none is left, one that was idle included. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#leaving, this.#end()]);
  }

  async #end(): Promise<void> {
    this.#idle?.cancel();
    const host = this.#host;
    this.#host = null;
    if (host === null) return;
    if (host.waiting.size > 0) kill(host.child);
    await host.input.close().catch(() => {});
    await host.ended;
  }

  #start(): Host {
    const env: Record<string, string> = { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
    for (const name of PASSED_ON) {
      const { state } = Deno.permissions.querySync({ name: "env", variable: name });
      const value = state === "granted" ? Deno.env.get(name) : undefined;
      if (value !== undefined) env[name] = value;
    }
    const child = new Deno.Command(denoProgram(), {
      args: [
        ...["run", "--quiet", "--no-prompt", "--config", CONFIG],
        ...["--allow-run=git", "--allow-env=PATH,SYSTEMROOT", MAIN],
      ],
      env,
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const waiting: Host["waiting"] = new Map();
    const input = child.stdin.getWriter();
    const host: Host = { child, input, waiting, ended: this.#listen(child, input, waiting) };
    return host;
  }

  async #listen(
    child: Deno.ChildProcess,
    input: Host["input"],
    waiting: Host["waiting"],
  ): Promise<void> {
    const lines = child.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    try {
      for await (const line of lines) {
        const { no, result }: GitAnswer = JSON.parse(line);
        waiting.get(no)?.resolve(result);
        waiting.delete(no);
      }
    } catch {
      // What it says can no longer be understood.
      kill(child);
    }
    const { code } = await child.status;
    if (this.#host?.child === child) this.#host = null;
    for (const answer of waiting.values()) {
      answer.resolve({ kind: "absent", reason: `the process that runs git ended with ${code}` });
    }
    waiting.clear();
    await input.abort().catch(() => {});
  }
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** The program that runs us, by its path if that is allowed, else by its name. */
function denoProgram(): string {
  const path = Deno.execPath();
  const { state } = Deno.permissions.querySync({ name: "run", command: path });
  return state === "granted" ? path : "deno";
}
