/**
 * A command's outside world for tests: streams that remember, an environment of its own, virtual
 * time.
 *
 * @module
 */
import type { CliContext, Output } from "../../cli/context.ts";
import { VirtualClock } from "../../runtime/virtual_clock.ts";

/** A stream that keeps what was written. */
export class MemoryOutput implements Output {
  /** Whether it claims to be a terminal. */
  readonly isTerminal: boolean;
  readonly #columns: number;
  /** Everything that was written. */
  text = "";

  /** An empty stream. */
  constructor(options: { readonly isTerminal?: boolean; readonly columns?: number } = {}) {
    this.isTerminal = options.isTerminal ?? false;
    this.#columns = options.columns ?? 80;
  }

  /** Keeps the text. */
  write(text: string): void {
    this.text += text;
  }

  /** The width that it was made with. */
  columns(): number {
    return this.#columns;
  }
}

/** What {@link testContext} makes. */
export interface TestContext extends CliContext {
  readonly stdout: MemoryOutput;
  readonly stderr: MemoryOutput;
  readonly clock: VirtualClock;
  /** Stops the command, as a SIGTERM would. */
  readonly stop: AbortController;
}

/** A context with this environment; `terminal` makes both streams terminals of 80 columns. */
export function testContext(
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly config?: Readonly<Record<string, unknown>>;
    readonly terminal?: boolean;
    readonly columns?: number;
  } = {},
): TestContext {
  const { env = {}, config = {}, terminal = false, columns = 80 } = options;
  const stop = new AbortController();
  return {
    stdout: new MemoryOutput({ isTerminal: terminal, columns }),
    stderr: new MemoryOutput({ isTerminal: terminal, columns }),
    env: (name) => env[name],
    config: () => config,
    clock: new VirtualClock(),
    stop,
    stopSignal: () => stop.signal,
  };
}
