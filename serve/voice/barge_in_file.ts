import { dirname } from "node:path";
import { type Clock, errorMessage, type Timer } from "../../runtime/mod.ts";
import type { Log } from "../../server/log.ts";
import { round } from "../../server/voice/ledger.ts";
import type { BargeInEvent, BargeInSource, BargeInType } from "../../server/voice/barge_in.ts";

/** Longest file that is read, bytes. */
const MAX_BYTES = 64 * 1024;
/** Seconds between two looks. */
const EVERY_S = 0.1;

/** Reads and writes the file; tests put their own in. */
export interface SignalFileStore {
  /** The text of the file; null when it is not there. */
  read(): string | null;
  /** Replaces the file in one step. */
  write(text: string): void;
}

/**
 * A file by which programs tell each other that somebody speaks: JSON with `event`, either
 * `user_speaking_start` or `user_speaking_end`. What others told is written into it, too, and what was
 * cut off; `written_by` then says that it is no news.
 */
export class SignalFile implements BargeInSource {
  readonly name = "file";
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #store: SignalFileStore;
  readonly #owner: string;
  #timer: Timer | null = null;
  #known: string | null = null;

  /** @param options.owner What marks files that this process wrote. */
  constructor(
    options: {
      readonly clock: Clock;
      readonly log: Log;
      readonly store: SignalFileStore;
      readonly owner: string;
    },
  ) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#store = options.store;
    this.#owner = options.owner;
  }

  /** Looks at the file from now on; what stands in it already is old. */
  start(tell: (type: BargeInType) => void): void {
    if (this.#timer !== null) return;
    this.#known = this.#read();
    const look = () => {
      this.#timer = this.#clock.after(EVERY_S, look);
      const text = this.#read();
      if (text === this.#known) return;
      this.#known = text;
      const type = text === null ? null : this.#eventOf(text);
      if (type !== null) tell(type);
    };
    this.#timer = this.#clock.after(EVERY_S, look);
  }

  /** Writes down what was told, for other programs. */
  told({ type, source, unixS, interrupted }: BargeInEvent): void {
    if (source === this.name && interrupted === null) return;
    const text = JSON.stringify({
      event: type,
      ...{ timestamp: unixS, source, written_by: this.#owner },
      ...(interrupted !== null && {
        interrupted: {
          spoken_pct: round(interrupted.fraction, 3),
          delivered_text: interrupted.deliveredText,
          full_text: interrupted.fullText,
        },
      }),
    });
    this.#store.write(text);
    this.#known = text;
  }

  /** Looks no more. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #read(): string | null {
    try {
      return this.#store.read();
    } catch (error) {
      this.#log.warn("barge-in file cannot be read", { reason: errorMessage(error) });
      return this.#known;
    }
  }

  /** Null for what is no news, or not to be understood: it may be half written. */
  #eventOf(text: string): BargeInType | null {
    try {
      const { event, written_by } = Object(JSON.parse(text)) as Record<string, unknown>;
      if (written_by === this.#owner) return null;
      return event === "user_speaking_start" || event === "user_speaking_end" ? event : null;
    } catch {
      return null;
    }
  }
}

/** A file on disk, which only the server's own user can read; its folder is made if it is not there. */
export function signalFileAt(path: string, log: Log): SignalFileStore {
  try {
    Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    log.warn("no folder for the barge-in file", { reason: errorMessage(error) });
  }
  return {
    read() {
      try {
        // A file that says one thing is short; another one is none of ours.
        if (Deno.statSync(path).size > MAX_BYTES) return null;
        return Deno.readTextFileSync(path);
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return null;
        throw error;
      }
    },
    write(text) {
      const half = `${path}.new`;
      Deno.writeTextFileSync(half, text, { mode: 0o600 });
      Deno.renameSync(half, path);
    },
  };
}
