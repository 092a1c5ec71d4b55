/**
 * What a command gets from the outside: streams, environment, clock, signals. Tests hand in their
 * own; the executable hands in the process's.
 *
 * @module
 */
import type { Clock } from "../runtime/clock.ts";
import { WallClock } from "../runtime/wall_clock.ts";
import { findHome, readConfig } from "../serve/home.ts";
import type { ReadEnv } from "./parse.ts";

/** A stream that text is written to. */
export interface Output {
  /** True when a person looks at it. */
  readonly isTerminal: boolean;
  /** Writes the text as it is; returns when it is written. */
  write(text: string): void;
  /** Width in columns; 80 when it is no terminal. */
  columns(): number;
}

/** The outside world of a command. */
export interface CliContext {
  /** Results and protocol. */
  readonly stdout: Output;
  /** Progress, logs, errors. */
  readonly stderr: Output;
  /** Reads an environment variable. */
  readonly env: ReadEnv;
  /** The settings in the home folder's `config.json`; read when somebody asks. */
  readonly config: () => Readonly<Record<string, unknown>>;
  /** Time, for progress and durations. */
  readonly clock: Clock;
  /**
   * A signal that aborts on the first SIGINT or SIGTERM. From the first call on, that no longer
   * ends the process by itself; a second one does, at once.
   */
  stopSignal(): AbortSignal;
}

/** The context of this process. */
export function processContext(): CliContext {
  let stop: AbortController | null = null;
  return {
    stdout: outputOf(Deno.stdout),
    stderr: outputOf(Deno.stderr),
    env: readEnv,
    config: () => {
      const home = findHome(readEnv);
      return home === null ? {} : readConfig(home);
    },
    clock: new WallClock(),
    stopSignal() {
      stop ??= abortOnSignals();
      return stop.signal;
    },
  };
}

/** A variable that may not be read counts as one that is not set. */
function readEnv(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

function outputOf(stream: typeof Deno.stdout | typeof Deno.stderr): Output {
  const encoder = new TextEncoder();
  let isOpen = true;
  return {
    isTerminal: stream.isTerminal(),
    write(text) {
      let bytes = encoder.encode(text);
      while (isOpen && bytes.length > 0) {
        try {
          bytes = bytes.subarray(stream.writeSync(bytes));
        } catch (error) {
          // The reader left, as `headway … | head` does: nobody is there to tell.
          if (error instanceof Deno.errors.BrokenPipe) isOpen = false;
          else if (!(error instanceof Deno.errors.WouldBlock)) throw error;
        }
      }
    },
    columns() {
      try {
        return Deno.consoleSize().columns;
      } catch {
        return 80;
      }
    },
  };
}

function abortOnSignals(): AbortController {
  const controller = new AbortController();
  const signals: readonly Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT"]
    : ["SIGINT", "SIGTERM"];
  for (const name of signals) {
    Deno.addSignalListener(name, () => {
      if (controller.signal.aborted) Deno.exit(130);
      controller.abort(new DOMException(`stopped by ${name}`, "AbortError"));
    });
  }
  return controller;
}
