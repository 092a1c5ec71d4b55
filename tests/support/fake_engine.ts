/**
 * An engine's process that exists only in a test: it does what the test says, when the clock says.
 *
 * @module
 */
import type { Clock } from "../../runtime/mod.ts";
import { frameHead, FrameReader } from "../../server/streaming/engine/command/frames.ts";
import { FROM_ENGINE, TO_ENGINE } from "../../server/streaming/engine/command/protocol.ts";
import type {
  EndSignal,
  EngineProcess,
  ProcessHandler,
  Spawn,
} from "../../server/streaming/engine/mod.ts";

const utf8 = new TextEncoder();

/** Parts joined to one. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A frame as an engine sends it. */
export function engineFrame(kind: number, ...body: readonly Uint8Array[]): Uint8Array {
  const whole = joined(...body);
  return joined(frameHead(kind, whole.length), whole);
}

/** An engine's hello; `fields` replace those of a good one. */
export function engineHello(fields: Readonly<Record<string, unknown>> = {}): Uint8Array {
  const hello = { protocol: "headway.engine/1", name: "fake", ...fields };
  return engineFrame(FROM_ENGINE.hello, utf8.encode(JSON.stringify(hello)));
}

/** An engine's word that the source is loaded. */
export function engineLoaded(): Uint8Array {
  return engineFrame(FROM_ENGINE.loaded);
}

/** A window as an engine sends it. */
export function engineWindow(
  request: number,
  samples: Float32Array,
  tickMs = 5,
  decMs = 1,
): Uint8Array {
  return engineFrame(
    FROM_ENGINE.window,
    new Uint8Array(Uint32Array.of(request).buffer),
    new Uint8Array(Float32Array.of(tickMs, decMs).buffer),
    new Uint8Array(samples.slice().buffer),
  );
}

/** A refusal as an engine sends it. */
export function engineFailed(request: number, reason: string): Uint8Array {
  return engineFrame(
    FROM_ENGINE.failed,
    new Uint8Array(Uint32Array.of(request).buffer),
    utf8.encode(reason),
  );
}

/** A frame that the server sent. */
export interface HeardFrame {
  /** Such as `render`. */
  readonly name: string;
  readonly body: Uint8Array;
  /** The JSON in it, if it has some. */
  readonly json: Readonly<Record<string, unknown>> | null;
}

/** What a fake engine does when a frame has come whole. */
export type Behaviour = (process: FakeProcess, frame: HeardFrame) => void;

/** A good engine: says hello, loads, and makes windows in which every sample is 0.25. */
export const good: Behaviour = (process, { name, body }) => {
  if (name === "hello") process.say(engineHello());
  if (name === "load") process.say(engineLoaded());
  if (name === "bye") process.exit(0);
  if (name !== "render") return;
  const [request, _start, frames] = new Uint32Array(body.slice().buffer);
  process.say(engineWindow(request!, new Float32Array(frames! * 2).fill(0.25)));
};

/** A process. */
export class FakeProcess implements EngineProcess {
  readonly pid: number;
  readonly command: readonly string[];
  /** Everything that it read, but renders when there are many. */
  readonly heard: HeardFrame[] = [];
  readonly signals: EndSignal[] = [];
  readonly #clock: Clock;
  readonly #handler: ProcessHandler;
  readonly #behaviour: Behaviour;
  readonly #paused = new Set<string>();
  readonly #reader = new FrameReader((kind) => KINDS.has(kind) ? Infinity : null);
  #unread: Uint8Array | null = null;
  #isInputClosed = false;
  #isOver = false;
  /** Whether it takes in what it is sent. */
  isReading = true;
  /** Whether SIGTERM ends it. */
  obeysTerm = true;

  constructor(
    pid: number,
    command: readonly string[],
    behaviour: Behaviour,
    clock: Clock,
    handler: ProcessHandler,
  ) {
    this.pid = pid;
    this.command = command;
    this.#behaviour = behaviour;
    this.#clock = clock;
    this.#handler = handler;
  }

  get isOver(): boolean {
    return this.#isOver;
  }
  get isInputClosed(): boolean {
    return this.#isInputClosed;
  }
  /** Streams that are not being read now. */
  get paused(): string[] {
    return [...this.#paused].sort();
  }
  /** Names of the frames it read. */
  get names(): string[] {
    return this.heard.map(({ name }) => name);
  }

  write(bytes: Uint8Array): void {
    if (this.#unread !== null) throw new Error("a write came before the last one was taken");
    if (this.#isInputClosed) throw new Error("a write came after the end of the input");
    this.#unread = bytes;
    this.read();
  }

  /** Takes in what waits. */
  read(): void {
    this.#later(() => {
      const bytes = this.#unread;
      if (bytes === null || !this.isReading) return;
      this.#unread = null;
      this.#handler.onWritten();
      this.#reader.push(bytes, ({ kind, body }) => {
        const frame = { name: KINDS.get(kind)!, body, json: jsonOf(kind, body) };
        this.heard.push(frame);
        this.#behaviour(this, frame);
      });
    });
  }

  closeInput(): void {
    this.#isInputClosed = true;
  }

  setReadPaused(stream: "stdout" | "stderr", isPaused: boolean): void {
    if (isPaused) this.#paused.add(stream);
    else this.#paused.delete(stream);
  }

  kill(signal: EndSignal): void {
    this.signals.push(signal);
    if (signal === "SIGKILL" || this.obeysTerm) this.exit(143, signal);
  }

  /** Writes to stdout. */
  say(bytes: Uint8Array): void {
    this.#later(() => this.#handler.onOutput(bytes));
  }

  /** Writes to stderr. */
  complain(text: string): void {
    this.#later(() => this.#handler.onErrorOutput(utf8.encode(text)));
  }

  /** Closes a pipe. */
  breakPipe(stream: "stdin" | "stdout"): void {
    this.#later(() => this.#handler.onBroken(stream));
  }

  /** Ends. */
  exit(code: number, signal: string | null = null): void {
    this.#later(() => {
      this.#isOver = true;
      this.#handler.onExit(code, signal);
    });
  }

  #later(act: () => void): void {
    this.#clock.after(0.001, () => this.#isOver || act());
  }
}

const KINDS: ReadonlyMap<number, string> = new Map(
  Object.entries(TO_ENGINE).map(([name, kind]) => [kind, name]),
);

function jsonOf(kind: number, body: Uint8Array): HeardFrame["json"] {
  const text = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes));
  switch (kind) {
    case TO_ENGINE.hello:
    case TO_ENGINE.state:
      return text(body);
    case TO_ENGINE.load:
    case TO_ENGINE.clip:
      return text(body.subarray(4, 4 + new DataView(body.buffer).getUint32(0, true)));
    default:
      return null;
  }
}

/** A place where fake processes are started. `plans` say how each behaves; the last one repeats. */
export function fakeSpawn(clock: Clock, plans: readonly (Behaviour | Error)[]) {
  const processes: FakeProcess[] = [];
  let starts = 0;
  const spawn: Spawn = (command, handler) => {
    const plan = plans[Math.min(starts++, plans.length - 1)]!;
    if (plan instanceof Error) throw plan;
    const process = new FakeProcess(100 + starts, command, plan, clock, handler);
    processes.push(process);
    return process;
  };
  return { spawn, processes };
}
