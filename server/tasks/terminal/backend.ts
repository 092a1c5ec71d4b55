/**
 * What terminals stand on: something that runs a program on a pseudo-terminal, and the system's table
 * of processes.
 *
 * @module
 */
import type { TerminalExit } from "./terminals.ts";

/** What is to run. */
export interface PtyOrder {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cols: number;
  readonly rows: number;
}

/** Who is told. */
export interface PtyHandler {
  /** Bytes that the program wrote; they are the handler's. */
  readonly onOutput: (bytes: Uint8Array) => void;
  /** The program ended, and all of its output has come. Once. */
  readonly onExit: (exit: TerminalExit) => void;
}

/** A program on a pseudo-terminal. After its end nothing does anything. */
export interface PtyProcess {
  /** Leader of the process session. */
  readonly pid: number;
  /** Types. @returns How many bytes were taken; 0 when the program has to read first. */
  write(bytes: Uint8Array): number;
  /** Changes the size. */
  resize(cols: number, rows: number): void;
  /** Stops reading, or goes on. Never stops for longer than 0.1 s around an end. */
  setPaused(isPaused: boolean): void;
  /** Name of the program in the foreground, or `unknown`. */
  foreground(): string;
  /** Lets go of the terminal: whoever still uses it is hung up. */
  release(): void;
}

/** Starts programs on pseudo-terminals. */
export interface PtyBackend {
  /** How it is called: `lydell`, `script`, `fake`. */
  readonly name: string;
  /** Starts one. @throws {HeadwayError} if that cannot be. */
  spawn(order: PtyOrder, handler: PtyHandler): Promise<PtyProcess> | PtyProcess;
}

/** The variable that every program on a terminal has: the terminal's id. Leftovers are known by it. */
export const TERMINAL_MARK = "HEADWAY_TERMINAL";

/** Signals that end programs. */
export type EndingSignal = "SIGHUP" | "SIGCONT" | "SIGKILL";

/** The system's processes. */
export interface Processes {
  /** When a process began, as its system counts; null if there is none, or nobody knows. */
  startOf(pid: number): string | null;
  /** Sends a signal; one that has ended is left in peace. */
  signal(pid: number, signal: EndingSignal): void;
  /**
   * Ends all that is left of a terminal whose leader is gone, by force: its process session, and what
   * began one of its own but still has the terminal's mark.
   *
   * @param mark The terminal's id, as its programs have it in {@link TERMINAL_MARK}.
   * @returns How many were ended.
   */
  endSession(leader: number, mark: string): Promise<number>;
}
