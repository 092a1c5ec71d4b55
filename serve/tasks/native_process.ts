/**
 * A program on a pseudo-terminal of Linux: `node-pty`'s compiled part starts it, the terminal's
 * descriptor is ours.
 *
 * The JavaScript around that part has four faults that cannot be mended from outside: what a program
 * does not read blocks all input for ever; every program that is started later inherits the terminal; a
 * flood starves the loop; and output that was not read 0.2 s after the end is thrown away, which a busy
 * machine makes of any short program now and then.
 *
 * @module
 */
import binary from "node-pty/binary";
import { type Clock, HeadwayError, type Timer } from "../../runtime/mod.ts";
import type {
  PtyHandler,
  PtyOrder,
  PtyProcess,
  TerminalExit,
} from "../../server/tasks/terminal/mod.ts";
import type { FdPoller, PolledFd } from "./fd_poller.ts";
import type { Libc } from "./libc.ts";

/** Bytes that are written at a time. */
const WRITE_BYTES = 4096;
/** Without output for so long after the leader's end, seconds, no more is waited for: others hold it. */
const QUIET_S = 0.05;
/** And never longer than so many of those. */
const MOST_QUIETS = 20;

/** The compiled part. */
interface Native {
  fork(
    ...order: [
      program: string,
      args: readonly string[],
      env: readonly string[],
      cwd: string,
      cols: number,
      rows: number,
      uid: number,
      gid: number,
      isUtf8: boolean,
      helper: string,
      onExit: (code: number, signal: number) => void,
    ]
  ): { readonly fd: number; readonly pid: number; readonly pty: string };
  resize(fd: number, cols: number, rows: number): void;
  process(fd: number, pty: string): string | undefined;
}

let loaded: Native | null = null;

/** Loads it. @throws If there is none for this system. */
function native(): Native {
  return loaded ??= (binary as { requireBinary(name: string): Native }).requireBinary("pty.node");
}

/** What is needed beside it. */
export interface NativeTools {
  readonly libc: Libc;
  readonly poller: FdPoller;
  readonly clock: Clock;
}

/** Starts one. @throws {HeadwayError} if the system gives no terminal. */
export function startNativeProcess(
  { argv, cols, rows, cwd, env }: PtyOrder,
  handler: PtyHandler,
  tools: NativeTools,
): PtyProcess {
  const [program = "", ...args] = argv;
  const variables = Object.entries({ ...env, PWD: cwd }).map(([name, value]) => `${name}=${value}`);
  const ended = Promise.withResolvers<TerminalExit>();
  const onExit = (code: number, signal: number) => ended.resolve({ code, signal: signal || null });
  const { fd, pid, pty } = native().fork(
    ...[program, args, variables, cwd, cols, rows, -1, -1, true, "", onExit] as const,
  );
  // Before anything else is started, which would have this terminal, too.
  tools.libc.closeOnExec(fd);
  if (fd < 0) throw new HeadwayError("the system gives no terminal");
  return new NativeProcess({ fd, pid, pty, ended: ended.promise }, handler, tools);
}

interface Started {
  readonly fd: number;
  readonly pid: number;
  readonly pty: string;
  readonly ended: Promise<TerminalExit>;
}

class NativeProcess implements PtyProcess {
  readonly pid: number;
  readonly #fd: number;
  readonly #pty: string;
  readonly #handler: PtyHandler;
  readonly #tools: NativeTools;
  readonly #polled: PolledFd;
  #exit: TerminalExit | null = null;
  #isDrained = false;
  #isTold = false;
  #isReleased = false;
  #isPaused = false;
  #quiets = 0;
  #quiet: Timer | null = null;

  constructor({ fd, pid, pty, ended }: Started, handler: PtyHandler, tools: NativeTools) {
    this.pid = pid;
    this.#fd = fd;
    this.#pty = pty;
    this.#handler = handler;
    this.#tools = tools;
    this.#polled = tools.poller.add(fd, () => this.#read());
    ended.then((exit) => this.#onExit(exit));
  }

  write(bytes: Uint8Array): number {
    if (this.#isReleased || this.#isTold) return bytes.length;
    let taken = 0;
    while (taken < bytes.length) {
      const part = bytes.subarray(taken, taken + WRITE_BYTES);
      const written = this.#tools.libc.write(this.#fd, part);
      if (written === 0) break;
      taken += written;
    }
    return taken;
  }

  resize(cols: number, rows: number): void {
    if (!this.#isReleased && !this.#isTold) native().resize(this.#fd, cols, rows);
  }

  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (!this.#isDrained) this.#polled.setPaused(isPaused);
  }

  foreground(): string {
    if (this.#isReleased || this.#isTold) return "unknown";
    return native().process(this.#fd, this.#pty) ?? "unknown";
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#quiet?.cancel();
    this.#polled.end();
    this.#tools.libc.close(this.#fd);
  }

  /** Reads a turn's bytes. @returns Whether there were any. */
  #read(): boolean {
    if (this.#isReleased) return false;
    const { bytes, isOver } = this.#tools.libc.read(this.#fd);
    // As one piece: what follows, down to the viewer, costs by the piece.
    if (bytes.length > 0) this.#handler.onOutput(bytes.slice());
    if (isOver) this.#drained();
    return bytes.length > 0;
  }

  /** Nobody has the terminal any more, and all that was written has been read. */
  #drained(): void {
    this.#isDrained = true;
    this.#polled.end();
    this.#tell();
  }

  #onExit(exit: TerminalExit): void {
    this.#exit = exit;
    this.#tell();
    if (!this.#isTold) this.#watchQuiet();
  }

  /** The leader is gone, but others have its terminal: what it wrote is there, what they write is theirs. */
  #watchQuiet(): void {
    this.#quiet = this.#tools.clock.after(QUIET_S, () => {
      if (this.#isTold || this.#isReleased) return;
      const isQuiet = !this.#isPaused && !this.#read();
      if (this.#isTold) return;
      if (isQuiet || ++this.#quiets >= MOST_QUIETS) {
        this.#drained();
      } else this.#watchQuiet();
    });
  }

  #tell(): void {
    if (this.#isTold || this.#exit === null || !this.#isDrained) return;
    this.#isTold = true;
    this.#quiet?.cancel();
    this.#handler.onExit(this.#exit);
  }
}
