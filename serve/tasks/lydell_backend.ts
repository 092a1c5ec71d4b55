/**
 * Pseudo-terminals by way of `node-pty`, in the build of `@lydell`, which comes compiled.
 *
 * Three things are done beside it. It would leave the terminal's descriptor open in every program that
 * is started later, so close-on-exec is set at once. It waits forever when a program does not read, so
 * input goes past it, to a descriptor of our own. And it floods: see `ReadBudget`.
 *
 * @module
 */
import pty from "node-pty";
import { errorMessage, HeadwayError } from "../../runtime/mod.ts";
import type {
  PtyBackend,
  PtyHandler,
  PtyOrder,
  PtyProcess,
} from "../../server/tasks/terminal/mod.ts";
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
  pause(): void;
  resume(): void;
}

/** Bytes that are written at a time. */
const WRITE_BYTES = 4096;

/** Starts programs by `node-pty`. */
export class LydellBackend implements PtyBackend {
  readonly name = "lydell";
  readonly #libc: Libc | null;

  /** Without a C library (on Windows) input goes the library's way. */
  constructor(libc: Libc | null) {
    this.#libc = libc;
  }

  /** Starts one. */
  spawn(order: PtyOrder, handler: PtyHandler): PtyProcess {
    const [program = "", ...args] = order.argv;
    checkFolder(order.cwd);
    try {
      const { cols, rows, cwd, env } = order;
      const name = env["TERM"] ?? "xterm-256color";
      const terminal = pty.spawn(program, args, { name, cols, rows, cwd, env, encoding: null });
      return new LydellProcess(terminal as unknown as LibraryPty, handler, this.#libc);
    } catch (error) {
      throw new HeadwayError(`the system gives no terminal: ${errorMessage(error)}`);
    }
  }
}

class LydellProcess implements PtyProcess {
  readonly pid: number;
  readonly #pty: LibraryPty;
  readonly #libc: Libc | null;
  /** A descriptor of our own, so that it is nobody else's by the time we write. */
  #fd: number | null = null;
  #hasEnded = false;

  constructor(terminal: LibraryPty, handler: PtyHandler, libc: Libc | null) {
    this.pid = terminal.pid;
    this.#pty = terminal;
    this.#libc = libc;
    if (libc !== null && terminal.fd !== undefined) {
      libc.closeOnExec(terminal.fd);
      this.#fd = libc.duplicate(terminal.fd);
    }
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
    if (this.#hasEnded) return bytes.length;
    if (this.#fd === null) {
      this.#pty.write(new TextDecoder().decode(bytes));
      return bytes.length;
    }
    let taken = 0;
    while (taken < bytes.length) {
      const written = this.#libc!.write(this.#fd, bytes.subarray(taken, taken + WRITE_BYTES));
      if (written === 0) break;
      taken += written;
    }
    return taken;
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
    const fd = this.#fd;
    this.#fd = null;
    if (fd !== null) this.#libc!.close(fd);
  }
}

/** The library would start the program all the same, which then says something odd. */
export function checkFolder(path: string): void {
  try {
    if (Deno.statSync(path).isDirectory) return;
  } catch {
    // It is not there.
  }
  throw new HeadwayError(`${path} is no folder, so no program can start there`, { path });
}
