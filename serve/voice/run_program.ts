/**
 * Runs a program that reads all of its input and writes all of its output: engines, recognisers and
 * responders of the user's.
 *
 * @module
 */
import type { Clock } from "../../runtime/mod.ts";

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
    stderr: "null",
    env,
  }).spawn();
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
    if (!success) throw new Error(`${program} ended with ${code}`);
    return output;
  } finally {
    late.cancel();
    signal?.removeEventListener("abort", leave);
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
