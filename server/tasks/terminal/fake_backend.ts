/**
 * Terminals without an operating system: the test is the program. For tests and simulations.
 *
 * @module
 */
import type { EndingSignal, Processes, PtyBackend, PtyHandler, PtyOrder } from "./backend.ts";
import type { FileSink } from "./file_sink.ts";

const encoder = new TextEncoder();

/** A program that does what it is told to. */
export class FakeProgram {
  readonly pid: number;
  readonly order: PtyOrder;
  /** What was typed. */
  typed = "";
  /** False for one that does not read. */
  isReading = true;
  /** False for one that goes on after a hang-up. */
  endsAtHangUp = true;
  isPaused = false;
  isReleased = false;
  readonly signals: EndingSignal[] = [];
  readonly sizes: [cols: number, rows: number][] = [];
  readonly #handler: PtyHandler;
  #hasEnded = false;

  /** Runs. */
  constructor(pid: number, order: PtyOrder, handler: PtyHandler) {
    this.pid = pid;
    this.order = order;
    this.#handler = handler;
  }

  /** Writes text or bytes. */
  write(output: string | Uint8Array): void {
    this.#handler.onOutput(typeof output === "string" ? encoder.encode(output) : output);
  }

  /** Ends. */
  exit(code: number, signal: number | null = null): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#handler.onExit({ code, signal });
  }

  /** Gets a signal. */
  signal(signal: EndingSignal): void {
    this.signals.push(signal);
    if (signal === "SIGHUP" && this.endsAtHangUp) this.exit(0, 1);
    if (signal === "SIGKILL") this.exit(0, 9);
  }
}

/** A backend and a table of processes, both in memory. */
export class FakePtyBackend implements PtyBackend, Processes {
  readonly name = "fake";
  /** All that were started, in order. */
  readonly programs: FakeProgram[] = [];
  /** Leaders whose sessions were ended. */
  readonly endedSessions: number[] = [];

  /** Starts a program. */
  spawn(order: PtyOrder, handler: PtyHandler) {
    const program = new FakeProgram(1000 + this.programs.length, order, handler);
    this.programs.push(program);
    return {
      pid: program.pid,
      write: (bytes: Uint8Array) => {
        if (!program.isReading) return 0;
        program.typed += new TextDecoder().decode(bytes);
        return bytes.length;
      },
      resize: (cols: number, rows: number) => void program.sizes.push([cols, rows]),
      setPaused: (isPaused: boolean) => void (program.isPaused = isPaused),
      foreground: () => order.argv[0] ?? "unknown",
      release: () => void (program.isReleased = true),
    };
  }

  /** One for each. */
  startOf(pid: number): string | null {
    return String(pid * 10);
  }

  /** Tells the program. */
  signal(pid: number, signal: EndingSignal): void {
    this.programs.find((program) => program.pid === pid)?.signal(signal);
  }

  /** Notes it. */
  endSession(leader: number, _mark: string): Promise<number> {
    this.endedSessions.push(leader);
    return Promise.resolve(0);
  }
}

/** Files in memory. */
export class MemorySinks {
  /** What is in them, by path. */
  readonly files = new Map<string, Uint8Array[]>();
  /** Files that are open. */
  readonly open = new Set<string>();

  /** Opens one. */
  readonly openSink = (path: string): FileSink => {
    const parts = this.files.get(path) ?? [];
    this.files.set(path, parts);
    this.open.add(path);
    return {
      write: (bytes) => void parts.push(bytes.slice()),
      close: () => void this.open.delete(path),
    };
  };

  /** What is in one, as bytes. */
  bytes(path: string): Uint8Array {
    const parts = this.files.get(path) ?? [];
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  /** What is in one, as text. */
  text(path: string): string {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.bytes(path));
  }
}
