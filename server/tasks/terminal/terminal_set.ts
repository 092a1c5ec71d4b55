/**
 * All terminals that are there: how many may be, how long, and how they end.
 *
 * @module
 */
import { type Clock, HeadwayError, type Timer } from "../../../runtime/mod.ts";
import type { PtyId } from "../ids.ts";
import type { Processes, PtyBackend } from "./backend.ts";
import { TerminalGoneError, TerminalLimitError } from "./errors.ts";
import type { OpenSink } from "./file_sink.ts";
import type { Follower, FollowerOptions } from "./follower.ts";
import { Flooders } from "./read_budget.ts";
import { Terminal } from "./terminal.ts";
import type {
  ScreenSnapshot,
  TerminalEvent,
  TerminalInfo,
  Terminals,
  TerminalSpec,
} from "./terminals.ts";

/** After a hang-up, until it is ended by force, seconds; and then until it is given up. */
export const HANG_UP_S = 3;
const FORCE_S = 1;
/** One that is gone can be followed for so long, seconds: a program may end before somebody does. */
export const LINGER_S = 5;
/** And so many of them, the newest. */
const MAX_LINGERING = 64;
/** How often a shutdown looks whether one that was being started is there, seconds. */
const STARTING_S = 0.05;
/** Between two looks for terminals that nobody attends to, seconds. */
const IDLE_LOOK_S = 900;
/** Sizes that a terminal may have. */
const COLS = { least: 2, most: 1000 };
const ROWS = { least: 1, most: 500 };

/** What a {@link TerminalSet} is made of. */
export interface TerminalSetOptions {
  readonly clock: Clock;
  readonly backend: PtyBackend;
  readonly processes: Processes;
  readonly openSink: OpenSink;
  /** Those that may be there, grace not counted. */
  readonly maxTerminals: number;
  /** Bytes of output that can be had again, each; 1 MiB unless told. */
  readonly ringBytes?: number;
  /** Closed when nobody has typed, resized or looked for so long, seconds; a day unless told. */
  readonly idleS?: number;
  /** How long one may take after a hang-up before it is ended by force, seconds; 3 unless told. */
  readonly hangUpS?: number;
  /** Something could not be kept. */
  readonly onTrouble?: (id: PtyId, what: string, error: unknown) => void;
  /** One is there no more. */
  readonly onGone?: (id: PtyId) => void;
}

interface Entry {
  readonly terminal: Terminal;
  /** Resolves when it is gone. */
  readonly gone: PromiseWithResolvers<void>;
  readonly exited: PromiseWithResolvers<void>;
  timer: Timer | null;
  isEnding: boolean;
}

/** Terminals in this process: in a server that is the child process, in tests the test. */
export class TerminalSet implements Terminals {
  readonly #options: TerminalSetOptions;
  readonly #entries = new Map<PtyId, Entry>();
  /** Those that are gone, oldest first, and until when they can be followed. */
  readonly #lingering = new Map<PtyId, { readonly terminal: Terminal; readonly timer: Timer }>();
  readonly #flooders = new Flooders();
  #starting = 0;
  #isOver = false;
  #idleTimer: Timer | null = null;

  /** None is there. */
  constructor(options: TerminalSetOptions) {
    this.#options = options;
  }

  /** Starts a program. */
  async create(spec: TerminalSpec): Promise<TerminalInfo> {
    checkSpec(spec);
    if (this.#isOver) {
      throw new HeadwayError("the terminals are being closed; nothing new is started");
    }
    const { clock, maxTerminals, idleS: _, ...options } = this.#options;
    const counted = this.list().filter(({ graceEndsAt }) => graceEndsAt === null).length;
    if (counted + this.#starting >= maxTerminals) {
      throw new TerminalLimitError(
        `Maximum ${maxTerminals} concurrent sessions. Close an existing session, or wait until one ends.`,
        { maxTerminals },
      );
    }
    if (this.#entries.has(spec.id) || this.#lingering.has(spec.id)) {
      throw new HeadwayError(`there is a terminal ${spec.id} already; take a new id`);
    }
    const exited = Promise.withResolvers<void>();
    this.#starting++;
    let terminal: Terminal;
    try {
      terminal = await Terminal.start(spec, {
        clock,
        backend: options.backend,
        openSink: options.openSink,
        flooders: this.#flooders,
        ringBytes: options.ringBytes ?? 2 ** 20,
        startOf: (pid) => options.processes.startOf(pid),
        onTrouble: (what, error) => options.onTrouble?.(spec.id, what, error),
        onExit: exited.resolve,
      });
    } finally {
      this.#starting--;
    }
    const gone = Promise.withResolvers<void>();
    const entry: Entry = { terminal, gone, exited, timer: null, isEnding: false };
    this.#entries.set(spec.id, entry);
    exited.promise.then(() => this.#sweep(spec.id, entry));
    if (this.#isOver) this.#end(spec.id, entry);
    this.#watchIdle();
    return terminal.info();
  }

  /** Those that are there, oldest first. */
  list(): readonly TerminalInfo[] {
    return [...this.#entries.values()].map(({ terminal }) => terminal.info());
  }

  /** One of them. */
  get(id: PtyId): TerminalInfo | undefined {
    return this.#entries.get(id)?.terminal.info();
  }

  /** Types. */
  async input(id: PtyId, bytes: Uint8Array): Promise<void> {
    await this.#of(id).type(bytes);
  }

  /** Changes a size. */
  // deno-lint-ignore require-await -- what it throws is a rejection
  async resize(id: PtyId, cols: number, rows: number): Promise<void> {
    checkSize(cols, rows);
    this.#of(id).resize(cols, rows);
  }

  /** Puts a marker into a recording. */
  mark(id: PtyId, label: string): void {
    this.#entries.get(id)?.terminal.mark(label);
  }

  /** A viewer is there. */
  touch(id: PtyId): void {
    this.#entries.get(id)?.terminal.attend();
  }

  /** It will be closed, and does not count any more. A second call changes nothing. */
  beginGrace(id: PtyId, graceS: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.terminal.graceEndsAt !== null) return;
    const { clock } = this.#options;
    entry.terminal.beginGrace(clock.unixS() + graceS);
    entry.timer = clock.after(graceS, () => this.#end(id, entry));
  }

  /** Ends it. */
  async close(id: PtyId): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry !== undefined) await this.#end(id, entry);
  }

  /** Ends all of them, also those that are just being started. Nothing can be created any more. */
  async closeAll(): Promise<void> {
    this.#isOver = true;
    while (this.#entries.size > 0 || this.#starting > 0) {
      await Promise.all([...this.#entries].map(([id, entry]) => this.#end(id, entry)));
      if (this.#starting > 0) await this.#options.clock.sleep(STARTING_S);
    }
    this.#idleTimer?.cancel();
    this.#idleTimer = null;
    for (const { timer } of this.#lingering.values()) timer.cancel();
    this.#lingering.clear();
  }

  /** What is on a screen. */
  async snapshot(id: PtyId): Promise<ScreenSnapshot> {
    return await this.#of(id).snapshot();
  }

  /** Follows one. */
  subscribe(id: PtyId, fromSeq: number, on: (event: TerminalEvent) => void): () => void {
    const { follower, unfollow } = this.follow(id, { fromSeq, windowBytes: Infinity, on });
    queueMicrotask(() => follower.pump());
    return unfollow;
  }

  /** Follows one with a window. Nothing is told before the follower is pumped. */
  follow(
    id: PtyId,
    options: FollowerOptions,
  ): { readonly follower: Follower; readonly unfollow: () => void } {
    const terminal = this.#lingering.get(id)?.terminal ?? this.#of(id);
    const follower = terminal.follow(options);
    return { follower, unfollow: () => terminal.unfollow(follower) };
  }

  #of(id: PtyId): Terminal {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new TerminalGoneError(`there is no terminal ${id}`);
    return entry.terminal;
  }

  /** Whoever comes first does it; the others wait for the same end. */
  async #end(id: PtyId, entry: Entry): Promise<void> {
    if (!entry.isEnding) {
      entry.isEnding = true;
      entry.timer?.cancel();
      const { clock, processes, hangUpS = HANG_UP_S } = this.#options;
      const { pid } = entry.terminal;
      processes.signal(pid, "SIGHUP");
      // One that is stopped would not notice.
      processes.signal(pid, "SIGCONT");
      entry.timer = clock.after(hangUpS, () => {
        processes.signal(pid, "SIGKILL");
        entry.timer = clock.after(FORCE_S, () => this.#sweep(id, entry));
      });
    }
    await entry.gone.promise;
  }

  /** The leader is gone: ends what it left, and forgets it. */
  async #sweep(id: PtyId, entry: Entry): Promise<void> {
    if (this.#entries.get(id) !== entry || entry.timer === SWEEPING) return;
    entry.timer?.cancel();
    entry.isEnding = true;
    entry.timer = SWEEPING;
    try {
      await this.#options.processes.endSession(entry.terminal.pid, id);
    } catch (error) {
      this.#options.onTrouble?.(id, "the sweep of its processes", error);
    }
    this.#entries.delete(id);
    if (this.#entries.size === 0) {
      this.#idleTimer?.cancel();
      this.#idleTimer = null;
    }
    this.#linger(id, entry.terminal);
    this.#options.onGone?.(id);
    entry.terminal.finish();
    entry.gone.resolve();
  }

  #linger(id: PtyId, terminal: Terminal): void {
    const timer = this.#options.clock.after(LINGER_S, () => this.#lingering.delete(id));
    this.#lingering.set(id, { terminal, timer });
    for (const [oldest, { timer }] of this.#lingering) {
      if (this.#lingering.size <= MAX_LINGERING) break;
      timer.cancel();
      this.#lingering.delete(oldest);
    }
  }

  #watchIdle(): void {
    const { clock, idleS = 86_400 } = this.#options;
    this.#idleTimer ??= clock.after(Math.min(IDLE_LOOK_S, idleS), () => {
      this.#idleTimer = null;
      for (const [id, entry] of this.#entries) {
        if (clock.now() - entry.terminal.attendedS >= idleS) this.#end(id, entry);
      }
      if (this.#entries.size > 0) this.#watchIdle();
    });
  }
}

/** Stands where a timer was when nothing is waited for any more. */
const SWEEPING: Timer = { cancel: () => {} };

function checkSpec({ argv, cols, rows }: TerminalSpec): void {
  if (argv.length === 0 || argv[0] === "") {
    throw new HeadwayError("a terminal needs a program to run; its argv is empty");
  }
  checkSize(cols, rows);
}

function checkSize(cols: number, rows: number): void {
  const fits = (value: number, { least, most }: typeof COLS) =>
    Number.isInteger(value) && value >= least && value <= most;
  if (!fits(cols, COLS) || !fits(rows, ROWS)) {
    throw new HeadwayError(
      `${cols} × ${rows} is no size of a terminal; it has ${COLS.least} to ${COLS.most} columns ` +
        `and ${ROWS.least} to ${ROWS.most} rows`,
      { cols, rows },
    );
  }
}
