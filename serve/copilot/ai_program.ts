/**
 * The command that answers questions: a program that reads a prompt and writes an answer, in an empty
 * folder, without the marks of any session around it.
 *
 * @module
 */
import { basename, join } from "node:path";
import { type Clock, errorMessage } from "../../runtime/mod.ts";
import {
  type AiAnswer,
  type AiWishes,
  type AskAi,
  claudeArguments,
  readAnswer,
} from "../../server/copilot/ai_answer.ts";
import { ensureFolder } from "../home.ts";
import { scrubbed } from "./tmux_program.ts";

/** What it is made of. */
export interface AiProgramOptions extends AiWishes {
  /** Program and arguments; null for none. `claude` alone is called so that it can only answer. */
  readonly command: readonly string[] | null;
  readonly timeoutS: number;
  /** The empty folder that it works in. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
}

const MAX_OUT_BYTES = 2 ** 20;
const MAX_ERROR_BYTES = 2048;
/** From the wish that it end to its end, seconds. */
const KILL_AFTER_S = 5;
const PROBE_S = 20;

/** The command. */
export class AiProgram implements AskAi {
  readonly #options: AiProgramOptions;
  #argv: readonly string[] | null = null;
  #reason: string | null = "it is being looked at";

  /** It cannot be asked before {@link AiProgram.probe}. */
  constructor(options: AiProgramOptions) {
    this.#options = options;
    if (options.command === null) this.#reason = "switched off";
  }

  /** See {@link AskAi.availability}. */
  get availability(): AskAi["availability"] {
    return this.#reason === null ? { available: true } : {
      available: false,
      reason: this.#reason,
    };
  }

  /** Looks whether it is there, and what it understands. */
  async probe(signal: AbortSignal): Promise<void> {
    const { command } = this.#options;
    if (command === null) return;
    const [program = "", ...args] = command;
    if (args.length > 0 || !/^claude(?:\.exe)?$/.test(basename(program))) {
      this.#argv = command;
      this.#reason = null;
      return;
    }
    const run = await this.#run([program, "--help"], "", PROBE_S, signal);
    if (run.kind === "failed") {
      this.#reason = run.reason;
      return;
    }
    const found = claudeArguments(run.stdout, this.#options);
    if ("reason" in found) this.#reason = found.reason;
    else [this.#argv, this.#reason] = [[program, ...found.args], null];
  }

  /** See {@link AskAi.ask}. */
  async ask(prompt: string, signal: AbortSignal): Promise<AiAnswer> {
    if (this.#argv === null) {
      return { kind: "failed", reason: this.#reason ?? "there is none", costUsd: 0 };
    }
    const run = await this.#run(this.#argv, prompt, this.#options.timeoutS, signal);
    if (run.kind === "done") return readAnswer(run.stdout);
    return { kind: "failed", reason: run.reason, costUsd: run.hasRun ? null : 0 };
  }

  async #run(argv: readonly string[], input: string, timeoutS: number, signal: AbortSignal) {
    const { clock, environment, folder } = this.#options;
    const [program = "", ...args] = argv;
    let child: Deno.ChildProcess;
    try {
      await emptied(folder);
      child = new Deno.Command(program, {
        args,
        cwd: folder,
        clearEnv: true,
        env: scrubbed(environment),
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
    } catch (error) {
      return { kind: "failed", reason: whyNot(program, error), hasRun: false } as const;
    }
    const readers = [new Capped(child.stdout, "head"), new Capped(child.stderr, "tail")] as const;
    const [out, errors] = readers;
    let why: string | null = null;
    let killer: { cancel(): void } | null = null;
    const end = (reason: string) => {
      if (why !== null) return;
      why = reason;
      kill(child, "SIGTERM");
      killer = clock.after(KILL_AFTER_S, () => {
        kill(child, "SIGKILL");
        for (const reader of readers) reader.cancel();
      });
    };
    const leave = () => end("cancelled");
    signal.addEventListener("abort", leave, { once: true });
    if (signal.aborted) leave();
    const late = clock.after(timeoutS, () => end(`gave no answer in ${timeoutS} s`));
    out.onFull = () => end(`wrote more than ${MAX_OUT_BYTES} bytes`);
    const written = write(child.stdin, input);
    const { code, success } = await child.status;
    // Something that it left behind may hold its output open; that is not waited for.
    const left = clock.after(1, () => readers.forEach((reader) => reader.cancel()));
    const [stdout, stderr] = await Promise.all([out.text, errors.text]);
    await written;
    for (const timer of [late, left, killer as { cancel(): void } | null]) timer?.cancel();
    signal.removeEventListener("abort", leave);
    if (why !== null) return { kind: "failed", reason: why as string, hasRun: true } as const;
    if (success) return { kind: "done", stdout } as const;
    // What it has to say of a failure may stand in its answer.
    const answer = readAnswer(stdout);
    const said = answer.kind === "failed" && stdout.trim() !== ""
      ? answer.reason
      : stderr.trim().split("\n").at(-1) ?? "";
    const reason = `${basename(program)} ended with ${code}${said === "" ? "" : `: ${said}`}`;
    return { kind: "failed", reason: reason.slice(0, 300), hasRun: true } as const;
  }
}

/** A program that left files behind in its folder must not find them again. */
async function emptied(folder: string): Promise<void> {
  await ensureFolder(folder);
  for await (const { name } of Deno.readDir(folder)) {
    await Deno.remove(join(folder, name), { recursive: true });
  }
}

function whyNot(program: string, error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return `there is no ${program} here`;
  if (error instanceof Deno.errors.NotCapable) {
    return `the server may not run ${program}, or may not write its folder`;
  }
  return errorMessage(error);
}

function kill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has ended by itself.
  }
}

/** A program need not read what it is given. */
async function write(stdin: WritableStream<Uint8Array>, input: string): Promise<void> {
  const writer = stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  } catch {
    await writer.abort().catch(() => {});
  }
}

/** The beginning of an output, or its end. */
class Capped {
  readonly text: Promise<string>;
  onFull: () => void = () => {};
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(stream: ReadableStream<Uint8Array>, part: "head" | "tail") {
    this.#reader = stream.getReader();
    this.text = this.#read(part === "head" ? MAX_OUT_BYTES : MAX_ERROR_BYTES, part);
  }

  cancel(): void {
    this.#reader.cancel().catch(() => {});
  }

  async #read(most: number, part: "head" | "tail"): Promise<string> {
    let bytes = new Uint8Array();
    for (;;) {
      const { value, done } = await this.#reader.read().catch(() => ({
        value: undefined,
        done: true,
      }));
      if (done || value === undefined) break;
      const all = new Uint8Array(bytes.length + value.length);
      all.set(bytes);
      all.set(value, bytes.length);
      bytes = part === "tail" ? all.slice(-most) : all.slice(0, most);
      if (part === "tail" || all.length <= most) continue;
      // Whoever writes on gets nobody's time.
      this.onFull();
      this.cancel();
      break;
    }
    return new TextDecoder().decode(bytes);
  }
}
