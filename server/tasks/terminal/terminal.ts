/**
 * One terminal: a program, what it has written, what is kept of that, and who follows it.
 *
 * @module
 */
import type { Clock, Timer } from "../../../runtime/mod.ts";
import { type PtyBackend, type PtyProcess, TERMINAL_MARK } from "./backend.ts";
import { CastWriter } from "./cast_writer.ts";
import { TerminalGoneError } from "./errors.ts";
import type { OpenSink } from "./file_sink.ts";
import { Follower, type FollowerOptions, type Happening } from "./follower.ts";
import { InputQueue } from "./input_queue.ts";
import { OutputRing } from "./output_ring.ts";
import { QueryScanner } from "./queries.ts";
import { type Flooders, ReadBudget } from "./read_budget.ts";
import { LaggingScreen } from "./lagging_screen.ts";
import { maskedText, SecretMask } from "./secret_mask.ts";
import type { ScreenSnapshot, TerminalExit, TerminalInfo, TerminalSpec } from "./terminals.ts";
import { Transcript } from "./transcript.ts";

/** How long bytes that may begin a secret are held back, seconds. */
const HOLD_S = 0.03;
/** A recording may be so many times as long as the transcript. */
const RECORDING_FACTOR = 3;

/** What a {@link Terminal} is made of. */
export interface TerminalOptions {
  readonly clock: Clock;
  readonly backend: PtyBackend;
  readonly openSink: OpenSink;
  readonly flooders: Flooders;
  /** Bytes of output that followers and late viewers can have again. */
  readonly ringBytes: number;
  /** When the process of this id began. */
  readonly startOf: (pid: number) => string | null;
  /** Something could not be kept. */
  readonly onTrouble: (what: string, error: unknown) => void;
  /** The program ended. */
  readonly onExit: () => void;
}

/** A program on a terminal, from its start to its end. */
export class Terminal {
  readonly spec: TerminalSpec;
  readonly #options: TerminalOptions;
  readonly #ring: OutputRing;
  readonly #mask: SecretMask;
  readonly #queries = new QueryScanner();
  readonly #screen: LaggingScreen;
  readonly #budget: ReadBudget;
  readonly #input: InputQueue;
  readonly #followers = new Set<Follower>();
  readonly #createdAt: number;
  #transcript: Transcript | null = null;
  #recording: CastWriter | null = null;
  #process: PtyProcess | null = null;
  #pidStart: string | null = null;
  #held: Timer | null = null;
  #cols: number;
  #rows: number;
  #lastActiveAt: number;
  #attendedS: number;
  #graceEndsAt: number | null = null;
  #exit: TerminalExit | null = null;
  #isFinished = false;

  private constructor(spec: TerminalSpec, options: TerminalOptions) {
    const { clock, flooders, ringBytes } = options;
    this.spec = spec;
    this.#options = options;
    this.#cols = spec.cols;
    this.#rows = spec.rows;
    this.#createdAt = this.#lastActiveAt = clock.unixS();
    this.#attendedS = clock.now();
    this.#ring = new OutputRing(ringBytes);
    this.#mask = new SecretMask(spec.secrets);
    this.#screen = new LaggingScreen(this.#ring, spec, (text) => this.#answer(text));
    this.#input = new InputQueue(clock, (bytes) => this.#process?.write(bytes) ?? 0);
    this.#budget = new ReadBudget({
      clock,
      flooders,
      setPaused: (isPaused) => this.#process?.setPaused(isPaused),
      isBehind: () => this.#screen.isBehind,
    });
  }

  /** Starts the program. @throws {HeadwayError} if that cannot be; then nothing is left but its files. */
  static async start(spec: TerminalSpec, options: TerminalOptions): Promise<Terminal> {
    const terminal = new Terminal(spec, options);
    terminal.#openFiles();
    try {
      const { argv, cwd, cols, rows } = spec;
      const env = { ...spec.env, [TERMINAL_MARK]: spec.id };
      const process = await options.backend.spawn({ argv, cwd, env, cols, rows }, {
        onOutput: (bytes) => terminal.#onRaw(bytes),
        onExit: (exit) => terminal.#onExit(exit),
      });
      terminal.#process = process;
      terminal.#pidStart = options.startOf(process.pid);
      return terminal;
    } catch (error) {
      terminal.#closeFiles();
      terminal.#budget.end();
      throw error;
    }
  }

  /** Id of the leader. */
  get pid(): number {
    return this.#process!.pid;
  }

  /** How the program ended; null while it runs. */
  get exit(): TerminalExit | null {
    return this.#exit;
  }

  /** When it will be closed; null before its grace. */
  get graceEndsAt(): number | null {
    return this.#graceEndsAt;
  }

  /** When somebody last typed, resized or looked, on the clock. */
  get attendedS(): number {
    return this.#attendedS;
  }

  /** All that is said of it. */
  info(): TerminalInfo {
    return {
      id: this.spec.id,
      label: this.spec.label,
      pid: this.pid,
      pidStart: this.#pidStart,
      createdAt: this.#createdAt,
      lastActiveAt: this.#lastActiveAt,
      cols: this.#cols,
      rows: this.#rows,
      process: this.#exit === null ? this.#process!.foreground() : "unknown",
      seq: this.#ring.endSeq,
      graceEndsAt: this.#graceEndsAt,
    };
  }

  /** Types. */
  type(bytes: Uint8Array): Promise<void> {
    this.attend();
    return this.#input.type(bytes);
  }

  /** Changes the size. */
  resize(cols: number, rows: number): void {
    this.attend();
    if (this.#exit !== null) throw new TerminalGoneError("the program has ended");
    if (cols === this.#cols && rows === this.#rows) return;
    this.#process!.resize(cols, rows);
    this.#cols = cols;
    this.#rows = rows;
    this.#screen.resize(cols, rows);
    this.#recording?.resized(cols, rows);
    this.#happened({ kind: "resized", cols, rows });
  }

  /** Puts a marker into the recording. */
  mark(label: string): void {
    this.#recording?.mark(maskedText(label, this.spec.secrets));
  }

  /** Somebody is there. */
  attend(): void {
    this.#lastActiveAt = this.#options.clock.unixS();
    this.#attendedS = this.#options.clock.now();
  }

  /** Its grace has begun. */
  beginGrace(endsAt: number): void {
    this.#graceEndsAt = endsAt;
    this.#happened({ kind: "grace", endsAt });
  }

  /** What is on its screen. */
  snapshot(): Promise<ScreenSnapshot> {
    this.attend();
    return this.#screen.snapshot();
  }

  /** One more follows, also after the end. Nothing is told before it is pumped. */
  follow(options: FollowerOptions): Follower {
    const follower = new Follower(this.#ring, options);
    if (this.#exit !== null) follower.note({ kind: "exited", exit: this.#exit });
    if (this.#isFinished) follower.note({ kind: "closed" });
    this.#followers.add(follower);
    return follower;
  }

  /** One less. */
  unfollow(follower: Follower): void {
    follower.end();
    this.#followers.delete(follower);
  }

  /** Everything of it is gone: tells the followers, lets go of the terminal. */
  finish(): void {
    // A program that could not be ended is not waited for.
    if (this.#exit === null) this.#onExit({ code: 1, signal: 9 });
    this.#isFinished = true;
    this.#process!.release();
    this.#screen.dispose();
    this.#happened({ kind: "closed" });
  }

  #openFiles(): void {
    const { files, env, cols, rows, secrets } = this.spec;
    if (files === null) return;
    const { openSink, onTrouble, clock } = this.#options;
    const tried = <T>(what: string, open: () => T): T | null => {
      try {
        return open();
      } catch (error) {
        onTrouble(what, error);
        return null;
      }
    };
    const cap = files.transcriptCapBytes;
    this.#transcript = tried(
      "the transcript",
      () =>
        new Transcript(
          openSink(files.transcriptPath),
          cap,
          (error) => onTrouble("the transcript", error),
        ),
    );
    this.#recording = tried("the recording", () =>
      new CastWriter({
        sink: openSink(files.recordingPath),
        clock,
        header: {
          cols,
          rows,
          timestamp: clock.unixS(),
          title: maskedText(files.title, secrets),
          command: maskedText(files.command, secrets),
        },
        env: Object.fromEntries(
          Object.entries(env).filter(([name]) => name === "TERM" || name === "SHELL"),
        ),
        capBytes: cap * RECORDING_FACTOR,
        onError: (error) => onTrouble("the recording", error),
      }));
  }

  #closeFiles(): void {
    this.#transcript?.close();
    this.#recording?.close();
  }

  #onRaw(bytes: Uint8Array): void {
    this.#budget.take(bytes.length);
    this.#lastActiveAt = this.#options.clock.unixS();
    this.#emit(this.#mask.push(bytes));
    this.#held?.cancel();
    this.#held = this.#mask.heldBytes === 0 ? null : this.#options.clock.after(HOLD_S, () => {
      this.#held = null;
      this.#emit(this.#mask.release());
    });
  }

  #emit(bytes: Uint8Array): void {
    // More than the ring holds would push out what nobody has taken.
    const most = Math.max(1, this.#ring.capacity >> 1);
    for (let at = 0; at < bytes.length; at += most) this.#emitPart(bytes.subarray(at, at + most));
  }

  #emitPart(bytes: Uint8Array): void {
    this.#screen.makeRoom(bytes.length);
    this.#ring.push(bytes);
    this.#transcript?.write(bytes);
    this.#recording?.output(bytes);
    if (this.#queries.scan(bytes)) this.#screen.catchUp();
    for (const follower of this.#followers) follower.pump();
  }

  #onExit(exit: TerminalExit): void {
    if (this.#exit !== null) return;
    this.#exit = exit;
    this.#held?.cancel();
    this.#emit(this.#mask.end());
    this.#budget.end();
    this.#input.end();
    this.#recording?.exited(exit.signal === null ? exit.code : 128 + exit.signal);
    this.#closeFiles();
    this.#happened({ kind: "exited", exit });
    this.#options.onExit();
  }

  #answer(text: string): void {
    // A program that asks and does not read gets no answer.
    this.#input.type(new TextEncoder().encode(text)).catch(() => {});
  }

  #happened(event: Happening): void {
    for (const follower of this.#followers) follower.happened(event);
  }
}
