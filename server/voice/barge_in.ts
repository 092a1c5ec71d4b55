/**
 * Somebody begins to speak while the machine does: what tells so, and what comes of it.
 *
 * @module
 */
import { type Clock, errorMessage, type Timer } from "../../runtime/mod.ts";
import type { Log } from "../log.ts";
import type { Interruption } from "./interruption.ts";

/** What can be told. */
export type BargeInType = "user_speaking_start" | "user_speaking_end";

/** Somebody began to speak, or ended. */
export interface BargeInEvent {
  readonly type: BargeInType;
  /** Who told it. */
  readonly source: string;
  readonly unixS: number;
  /** What was cut off by it; null when nothing was. */
  readonly interrupted: Interruption | null;
}

/** Something that notices when somebody speaks, such as a file that another program writes. */
export interface BargeInSource {
  readonly name: string;
  /** Begins to notice. May throw: others go on without it. */
  start(tell: (type: BargeInType) => void): void;
  /** Hears what was told, by itself or by others; may throw. */
  told?(event: BargeInEvent): void;
  /** Ends it. */
  stop(): void;
}

/** What it works on. */
export interface BargeInOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Stops what is being spoken. */
  readonly interrupt: () => Interruption | null;
  /** Somebody is speaking, as a source has it, or no more. */
  readonly setRecording: (source: string, isRecording: boolean) => void;
}

/** Seconds after which nobody is taken to speak still: a source may have died meanwhile. */
const LONGEST_S = 120;

/** Sources, and who waits for what they tell. */
export class BargeIn {
  /** What was cut off last. */
  readonly note: InterruptionNote;
  readonly #options: BargeInOptions;
  readonly #sources: BargeInSource[] = [];
  /** Ends what a source has begun, if it does not. */
  readonly #speaking = new Map<string, Timer>();
  readonly #waiting = new Set<(event: BargeInEvent) => void>();
  #isStarted = false;

  /** Nothing is noticed before {@link BargeIn.start}. */
  constructor(options: BargeInOptions) {
    this.#options = options;
    this.note = new InterruptionNote(options.clock);
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** One more source; it starts at once if the others have. */
  add(source: BargeInSource): void {
    this.#sources.push(source);
    if (this.#isStarted) this.#start(source);
  }

  /** Starts every source; calling it again does nothing. */
  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    for (const source of this.#sources) this.#start(source);
  }

  /** Stops every source; calling it again does nothing. */
  stop(): void {
    if (!this.#isStarted) return;
    this.#isStarted = false;
    for (const source of this.#sources) this.#guarded(source, () => source.stop());
    for (const timer of this.#speaking.values()) timer.cancel();
    this.#speaking.clear();
  }

  /** Somebody begins, which stops what is spoken; or ends, which stops nothing. */
  tell(type: BargeInType, source: string): void {
    const { clock, interrupt, setRecording } = this.#options;
    this.#speaking.get(source)?.cancel();
    this.#speaking.delete(source);
    setRecording(source, type === "user_speaking_start");
    if (type === "user_speaking_start") {
      const timer = clock.after(LONGEST_S, () => {
        this.#speaking.delete(source);
        setRecording(source, false);
      });
      this.#speaking.set(source, timer);
    }
    const interrupted = type === "user_speaking_start" ? interrupt() : null;
    if (interrupted !== null) this.note.set(interrupted);
    const event: BargeInEvent = { type, source, unixS: clock.unixS(), interrupted };
    for (const it of this.#sources) this.#guarded(it, () => it.told?.(event));
    for (const ear of [...this.#waiting]) ear(event);
  }

  /** Waits for the next event of a type, of a source, or for any; null when none came in time. */
  wait(
    { type, source, timeoutS, signal }: {
      readonly type?: BargeInType;
      readonly source?: string;
      readonly timeoutS: number;
      readonly signal?: AbortSignal;
    },
  ): Promise<BargeInEvent | null> {
    return new Promise((resolve) => {
      const end = (event: BargeInEvent | null) => {
        timer.cancel();
        this.#waiting.delete(ear);
        signal?.removeEventListener("abort", leave);
        resolve(event);
      };
      const ear = (event: BargeInEvent) => {
        const isMeant = (type === undefined || event.type === type) &&
          (source === undefined || event.source === source);
        if (isMeant) end(event);
      };
      const leave = () => end(null);
      const timer = this.#options.clock.after(timeoutS, leave);
      this.#waiting.add(ear);
      signal?.addEventListener("abort", leave, { once: true });
      if (signal?.aborted) leave();
    });
  }

  #start(source: BargeInSource): void {
    this.#guarded(source, () => source.start((type) => this.tell(type, source.name)));
  }

  /** A source that fails is told in the log, and the others go on. */
  #guarded(source: BargeInSource, work: () => void): void {
    try {
      work();
    } catch (error) {
      const reason = errorMessage(error);
      this.#options.log.warn("barge-in source failed", { source: source.name, reason });
    }
  }
}

/** Seconds after which nobody cares what was cut off. */
const FRESH_S = 30;

/** What was cut off last, for whoever speaks next: once, and only while it is fresh. */
export class InterruptionNote {
  readonly #clock: Clock;
  #noted: { readonly interruption: Interruption; readonly atS: number } | null = null;

  /** Nothing was cut off. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something was cut off; what was noted before is forgotten. */
  set(interruption: Interruption): void {
    this.#noted = { interruption, atS: this.#clock.now() };
  }

  /** Takes it; null for nothing, or nothing that is fresh. */
  take(): Interruption | null {
    const noted = this.#noted;
    this.#noted = null;
    return noted !== null && this.#clock.now() - noted.atS <= FRESH_S ? noted.interruption : null;
  }
}
