/**
 * A program on a pseudo-terminal by way of `node-pty` itself, on systems other than Linux. Its input may
 * get stuck when a program does not read, and a machine that is very busy may lose its last output: see
 * `native_process.ts`, which has neither.
 *
 * @module
 */
import pty from "node-pty";
import type { PtyHandler, PtyOrder, PtyProcess } from "../../server/tasks/terminal/mod.ts";
import type { Libc } from "./libc.ts";

/** What is used of the library, whose own types do not say all of it. */
interface LibraryPty {
  readonly pid: number;
  readonly process: string;
  /** The master's descriptor, where there are such. */
  readonly fd?: number;
  on(event: "error", on: () => void): void;
  onData(on: (data: Uint8Array) => void): void;
  onExit(on: (exit: { readonly exitCode: number; readonly signal?: number }) => void): void;
  write(text: string): void;
  resize(cols: number, rows: number): void;
  kill(): void;
  pause(): void;
  resume(): void;
}

/** Starts one. */
export function startLibraryProcess(
  { argv, cols, rows, cwd, env }: PtyOrder,
  handler: PtyHandler,
  libc: Libc | null,
): PtyProcess {
  const [program = "", ...args] = argv;
  const name = env["TERM"] ?? "xterm-256color";
  const terminal = pty.spawn(program, args, { name, cols, rows, cwd, env, encoding: null });
  return new LibraryProcess(terminal as unknown as LibraryPty, handler, libc);
}

class LibraryProcess implements PtyProcess {
  readonly pid: number;
  readonly #pty: LibraryPty;
  readonly #decoder = new TextDecoder();
  #hasEnded = false;

  constructor(terminal: LibraryPty, handler: PtyHandler, libc: Libc | null) {
    this.pid = terminal.pid;
    this.#pty = terminal;
    // Before anything else is started, which would have this terminal, too.
    if (terminal.fd !== undefined) libc?.closeOnExec(terminal.fd);
    // The library throws errors of its descriptor unless two listen.
    terminal.on("error", () => {});
    terminal.on("error", () => {});
    terminal.onData((data) => handler.onOutput(data));
    terminal.onExit(({ exitCode, signal }) => {
      this.#hasEnded = true;
      handler.onExit({ code: exitCode, signal: signal || null });
    });
  }

  write(bytes: Uint8Array): number {
    if (!this.#hasEnded) this.#pty.write(this.#decoder.decode(bytes, { stream: true }));
    return bytes.length;
  }

  resize(cols: number, rows: number): void {
    if (this.#hasEnded) return;
    try {
      this.#pty.resize(cols, rows);
    } catch {
      // It has ended, and we are told later.
    }
  }

  setPaused(isPaused: boolean): void {
    if (this.#hasEnded) return;
    if (isPaused) this.#pty.pause();
    else this.#pty.resume();
  }

  foreground(): string {
    if (this.#hasEnded) return "unknown";
    try {
      return this.#pty.process || "unknown";
    } catch {
      return "unknown";
    }
  }

  release(): void {
    if (!this.#hasEnded) this.#pty.kill();
  }
}
