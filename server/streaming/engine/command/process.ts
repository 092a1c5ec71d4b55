/**
 * The road to a process, as callbacks: what an engine's supervisor needs of the operating system.
 *
 * @module
 */

/** A signal that ends a process: asked politely, or not. */
export type EndSignal = "SIGTERM" | "SIGKILL";

/** What a process does. Must not throw. */
export interface ProcessHandler {
  /** Bytes of its stdout. */
  onOutput(bytes: Uint8Array): void;
  /** Bytes of its stderr. */
  onErrorOutput(bytes: Uint8Array): void;
  /** It took the bytes of the last write. */
  onWritten(): void;
  /** It closed stdin or stdout; it may end at once, or live on. */
  onBroken(stream: "stdin" | "stdout"): void;
  /** It is gone, and everything that it said has been told. Comes once, and last. */
  onExit(exitCode: number, signal: string | null): void;
}

/** A process that runs. */
export interface EngineProcess {
  readonly pid: number;
  /** Writes to its stdin; `onWritten` tells when it is taken. One write at a time. */
  write(bytes: Uint8Array): void;
  /** Closes its stdin when what was written is taken. */
  closeInput(): void;
  /** Stops or goes on reading; what it says meanwhile waits in its pipe, and then the process does. */
  setReadPaused(stream: "stdout" | "stderr", isPaused: boolean): void;
  /** Ends it and whatever it started; nothing happens when it has ended. */
  kill(signal: EndSignal): void;
}

/**
 * Starts a process: program and arguments, no shell in between. `handler` is called later, never
 * before it returns.
 *
 * Throws an error whose message says why it could not be started.
 */
export type Spawn = (command: readonly string[], handler: ProcessHandler) => EngineProcess;
