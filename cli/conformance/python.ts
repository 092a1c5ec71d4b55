/**
 * Runs the Python programs of a checkout.
 *
 * @module
 */
import type { Clock } from "../../runtime/mod.ts";
import { CheckError, UnavailableError } from "./check.ts";

/** How a program is run. */
export interface PythonOptions {
  /** Python and its arguments. */
  readonly python: readonly string[];
  readonly clock: Clock;
  /** The checkout. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** How long it may take, seconds. */
  readonly timeoutS: number;
}

/** Output that is read, characters; what is more is not looked at. */
const MAX_CHARS = 2 ** 20;
/** Lines of its output that are told when it fails. */
const TOLD_LINES = 6;

/** Runs a program to its end; gives back its last lines. Throws when it fails or takes too long. */
export async function runPython(
  args: readonly string[],
  options: PythonOptions,
): Promise<readonly string[]> {
  const child = spawnPython(args, options, "null");
  let isLate = false;
  const timer = options.clock.after(options.timeoutS, () => {
    isLate = true;
    kill(child);
  });
  const [stdout, stderr, { code }] = await Promise.all([
    readText(child.stdout),
    readText(child.stderr),
    child.status,
  ]);
  timer.cancel();
  const lines = lastLines(stdout);
  if (code === 0 && !isLate) return lines;
  throwIfPackageMissing(stderr);
  const how = isLate ? `did not end within ${options.timeoutS} s` : `ended with ${code}`;
  throw new CheckError(`${args[0]} ${how}: ${[...lines, ...lastLines(stderr)].join(" | ")}`);
}

/** Starts a program. */
export function spawnPython(
  args: readonly string[],
  { python, folder, env }: PythonOptions,
  stdin: "null" | "piped",
): Deno.ChildProcess {
  const [program = "python3", ...first] = python;
  try {
    return new Deno.Command(program, {
      args: [...first, ...args],
      cwd: folder,
      // Nothing is to be left in the checkout.
      env: { ...env, PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1" },
      stdin,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new UnavailableError(
        `there is no ${program} here; install Python 3, or name one with --python`,
      );
    }
    if (error instanceof Deno.errors.NotCapable) {
      throw new UnavailableError(
        `Deno may not run ${program}; start this with deno task conformance`,
      );
    }
    throw error;
  }
}

/** Ends a program, if it still runs. */
export function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** A package that is not there says nothing of us. */
export function throwIfPackageMissing(stderr: string): void {
  const name = /ModuleNotFoundError: No module named '([\w.]+)'/.exec(stderr)?.[1];
  if (name === undefined) return;
  const top = name.split(".")[0]!;
  throw new UnavailableError(
    `the Python package ${top} is not there; install it with python3 -m pip install ${top}, or name ` +
      "a Python that has it with --python",
  );
}

/** Reads a stream as text, to its end. */
export async function readText(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream() as never)) {
    if (text.length < MAX_CHARS) text += part;
  }
  return text;
}

function lastLines(text: string): string[] {
  return text.split("\n").map((line) => line.trimEnd()).filter((line) => line !== "").slice(
    -TOLD_LINES,
  );
}
