/**
 * Terminals for tests of tasks: nothing runs on them, and what is typed is kept.
 *
 * @module
 */
import type { Clock, Timer } from "../../runtime/mod.ts";
import type { OpenTerminals } from "../../serve/tasks/open_terminals.ts";
import type { PtyId } from "../../server/tasks/ids.ts";
import { TerminalGoneError, TerminalLimitError } from "../../server/tasks/terminal/errors.ts";
import type {
  ScreenSnapshot,
  TerminalEvent,
  TerminalInfo,
  Terminals,
  TerminalSpec,
} from "../../server/tasks/terminal/terminals.ts";

/** One of them. */
export interface MemoryTerminal {
  readonly spec: TerminalSpec;
  readonly info: TerminalInfo;
  readonly marks: string[];
  typed: string;
  graceTimers: number;
  readonly watchers: Set<(event: TerminalEvent) => void>;
  timer: Timer | null;
}

/** The terminals. */
export class MemoryTerminals implements Terminals {
  /** Those that are there. */
  readonly live = new Map<PtyId, MemoryTerminal>();
  /** Every one that ever was. */
  readonly all: MemoryTerminal[] = [];
  /** Told of what is typed, as a program would be. */
  onTyped: (terminal: MemoryTerminal) => void = () => {};
  /** Rejects the next start with it. */
  nextFailure: Error | null = null;
  readonly #clock: Clock;
  readonly #max: number;

  /** At most `max` that are not in their grace. */
  constructor(clock: Clock, max = 5) {
    this.#clock = clock;
    this.#max = max;
  }

  create(spec: TerminalSpec): Promise<TerminalInfo> {
    const failure = this.nextFailure;
    this.nextFailure = null;
    if (failure !== null) return Promise.reject(failure);
    const counted = this.list().filter(({ graceEndsAt }) => graceEndsAt === null).length;
    if (counted >= this.#max) {
      return Promise.reject(
        new TerminalLimitError(`Maximum ${this.#max} concurrent sessions reached`),
      );
    }
    const info: TerminalInfo = {
      id: spec.id,
      label: spec.label,
      pid: 1000 + this.all.length,
      pidStart: "77",
      createdAt: this.#clock.unixS(),
      lastActiveAt: this.#clock.unixS(),
      cols: spec.cols,
      rows: spec.rows,
      process: "bash",
      seq: 0,
      graceEndsAt: null,
    };
    const terminal: MemoryTerminal = {
      ...{ spec, info, marks: [], typed: "", graceTimers: 0, watchers: new Set(), timer: null },
    };
    this.live.set(spec.id, terminal);
    this.all.push(terminal);
    return Promise.resolve(info);
  }

  list(): readonly TerminalInfo[] {
    return [...this.live.values()].map(({ info }) => info);
  }

  get(id: PtyId): TerminalInfo | undefined {
    return this.live.get(id)?.info;
  }

  input(id: PtyId, bytes: Uint8Array): Promise<void> {
    const terminal = this.live.get(id);
    if (terminal === undefined) return Promise.reject(new TerminalGoneError("gone"));
    terminal.typed += new TextDecoder().decode(bytes);
    this.onTyped(terminal);
    return Promise.resolve();
  }

  resize(): Promise<void> {
    return Promise.resolve();
  }

  mark(id: PtyId, label: string): void {
    this.live.get(id)?.marks.push(label);
  }

  touch(): void {}

  beginGrace(id: PtyId, graceS: number): void {
    const terminal = this.live.get(id);
    if (terminal === undefined) return;
    terminal.graceTimers++;
    this.#set(terminal, { graceEndsAt: this.#clock.unixS() + graceS });
    terminal.timer?.cancel();
    terminal.timer = this.#clock.after(graceS, () => void this.close(id));
  }

  close(id: PtyId): Promise<void> {
    const terminal = this.live.get(id);
    if (terminal !== undefined) {
      terminal.timer?.cancel();
      this.live.delete(id);
      for (const on of [...terminal.watchers]) on({ kind: "closed" });
    }
    return Promise.resolve();
  }

  /** Output appears. */
  say(id: PtyId, text: string): void {
    const terminal = this.live.get(id)!;
    const bytes = new TextEncoder().encode(text);
    const { seq } = terminal.info;
    this.#set(terminal, { seq: seq + bytes.length });
    for (const on of [...terminal.watchers]) on({ kind: "output", seq, bytes });
  }

  snapshot(id: PtyId): Promise<ScreenSnapshot> {
    const { cols, rows, seq } = this.live.get(id)!.info;
    return Promise.resolve({ cols, rows, seq, paint: "", viewport: null });
  }

  subscribe(id: PtyId, _fromSeq: number, on: (event: TerminalEvent) => void): () => void {
    const terminal = this.live.get(id);
    if (terminal === undefined) throw new TerminalGoneError("gone");
    terminal.watchers.add(on);
    return () => void terminal.watchers.delete(on);
  }

  #set(terminal: MemoryTerminal, change: Partial<TerminalInfo>): void {
    (terminal as { info: TerminalInfo }).info = { ...terminal.info, ...change };
  }
}

/** The same as a server has them. */
export function openMemoryTerminals(terminals: MemoryTerminals): OpenTerminals {
  return Object.assign(terminals, {
    backend: null,
    sweepLeftovers: () => Promise.resolve(0),
    shutdown: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
}
