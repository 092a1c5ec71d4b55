/**
 * Runs a program that reads all of its input and writes all of its output: engines, recognisers and
 * responders of the user's.
 *
 * @module
 */
import type { Clock } from "../../runtime/mod.ts";

/** What is kept of a program's complaint, characters. */
const COMPLAINT_CHARS = 200;
/** Seconds that a complaint may come after its program's end, whose children may hold the pipe. */
const LATE_S = 0.2;

/** How a program is run. */
export interface RunOptions {
  readonly clock: Clock;
  readonly timeoutS: number;
  readonly signal?: AbortSignal;
  /** Longest output, bytes. */
  readonly maxBytes: number;
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs it to its end; rejects when it fails, takes too long, or writes too much. */
export async function runProgram(
  command: readonly string[],
  input: Uint8Array,
  { clock, timeoutS, signal, maxBytes, env = {} }: RunOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const [program = "", ...args] = command;
  const child = new Deno.Command(program, {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    env,
  }).spawn();
  const complaint = new Complaint(child.stderr);
  let reason = "";
  const end = (why: string) => {
    reason = why;
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  };
  const late = clock.after(timeoutS, () => end(`gave no answer in ${timeoutS} s`));
  const leave = () => end("was called off");
  signal?.addEventListener("abort", leave, { once: true });
  if (signal?.aborted) leave();
  try {
    const written = write(child.stdin, input);
    const output = await readAll(child.stdout, maxBytes, () => end(`wrote over ${maxBytes} bytes`));
    const { code, success } = await child.status;
    await written;
    if (reason !== "") throw new Error(`${program} ${reason}`);
    if (!success) throw new Error(`${program} ended with ${code}${await complaint.text(clock)}`);
    return output;
  } finally {
    late.cancel();
    signal?.removeEventListener("abort", leave);
    await complaint.close();
  }
}

/** What a program writes to stderr: read to keep it going, and the end of it kept. */
class Complaint {
  readonly #reader: ReadableStreamDefaultReader<string>;
  readonly #isRead: Promise<void>;
  #tail = "";

  constructor(stderr: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = stderr.pipeThrough(new TextDecoderStream()).getReader();
    this.#isRead = this.#read();
  }

  /** Its last line, as the end of a sentence; empty where it says nothing. */
  async text(clock: Clock): Promise<string> {
    const isLate = Promise.withResolvers<void>();
    const timer = clock.after(LATE_S, isLate.resolve);
    await Promise.race([this.#isRead, isLate.promise]);
    timer.cancel();
    const lines = this.#tail.replace(/[^\P{Cc}\n]/gu, " ").split("\n").map((line) => line.trim());
    const last = lines.findLast((line) => line !== "");
    return last === undefined ? "" : `: ${last.slice(-COMPLAINT_CHARS)}`;
  }

  /** Reads no more. */
  async close(): Promise<void> {
    await this.#reader.cancel().catch(() => {});
    await this.#isRead;
  }

  async #read(): Promise<void> {
    try {
      for (let it = await this.#reader.read(); !it.done; it = await this.#reader.read()) {
        this.#tail = (this.#tail + it.value).slice(-2 * COMPLAINT_CHARS);
      }
    } catch {
      // It was called off.
    }
  }
}

/** A program need not read what it is given. */
async function write(stdin: WritableStream<Uint8Array>, input: Uint8Array): Promise<void> {
  const writer = stdin.getWriter();
  try {
    await writer.write(input);
    await writer.close();
  } catch {
    await writer.abort().catch(() => {});
  }
}

async function readAll(
  stdout: ReadableStream<Uint8Array>,
  most: number,
  tooMuch: () => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stdout) {
    length += part.length;
    if (length > most) {
      tooMuch();
      break;
    }
    parts.push(part);
  }
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}
