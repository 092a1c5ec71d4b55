import type { Clock, Timer } from "../../../runtime/mod.ts";
import { microphoneWav } from "../http/listening_routes.ts";
import { round } from "../ledger.ts";
import type { Recognizer } from "../recognizer.ts";

/** What is understood while somebody still speaks. */
export interface PartialTranscript {
  /** What two readings agree on, up to a word's end. */
  readonly confirmed: string;
  /** The rest, which may still change. */
  readonly tentative: string;
  /** `t1` while speech goes on, `t2` in a pause. */
  readonly tier: "t1" | "t2";
  readonly elapsedMs: number;
}

/** Seconds between two readings, and of a pause after which one is worth it. */
const EVERY_S = 0.3;
const PAUSE_S = 0.6;
/** Least speech for a reading, bytes. */
const T1_BYTES = 9_600;
const T2_BYTES = 16_000;
/** Pages send pieces of 512 samples; a longer one is the whole utterance once more. */
const MAX_PIECE_BYTES = 4_096;

/** Reads speech while it comes: one reading at a time, and no more often than is worth it. */
export class Partials {
  readonly #clock: Clock;
  readonly #recognizer: Recognizer;
  readonly #onPartial: (partial: PartialTranscript) => void;
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #beganS: number | null = null;
  #readS = -Infinity;
  #before = "";
  #pause: Timer | null = null;
  #reading: AbortController | null = null;

  /** Nothing was said yet. */
  constructor(
    clock: Clock,
    recognizer: Recognizer,
    onPartial: (partial: PartialTranscript) => void,
  ) {
    this.#clock = clock;
    this.#recognizer = recognizer;
    this.#onPartial = onPartial;
  }

  /** A piece of speech came. */
  add(piece: Uint8Array): void {
    if (piece.length > MAX_PIECE_BYTES) return;
    const nowS = this.#clock.now();
    this.#beganS ??= nowS;
    this.#pieces.push(piece.slice());
    this.#bytes += piece.length;
    this.#pause?.cancel();
    this.#pause = this.#clock.after(PAUSE_S, () => {
      if (this.#bytes >= T2_BYTES) this.#read("t2");
    });
    if (this.#bytes >= T1_BYTES && nowS - this.#readS >= EVERY_S) this.#read("t1");
  }

  /** The utterance is over. */
  end(): void {
    this.#pause?.cancel();
    this.#reading?.abort();
    this.#reading = null;
    this.#pieces = [];
    this.#bytes = 0;
    this.#beganS = null;
    this.#readS = -Infinity;
    this.#before = "";
  }

  async #read(tier: "t1" | "t2"): Promise<void> {
    if (this.#reading !== null) return;
    const abort = new AbortController();
    this.#reading = abort;
    this.#readS = this.#clock.now();
    const speech = new Uint8Array(
      await new Blob(this.#pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer(),
    );
    if (abort.signal.aborted) return;
    const heard = await this.#recognizer.recognize(microphoneWav(speech), { signal: abort.signal });
    if (abort.signal.aborted) return;
    this.#reading = null;
    if ("error" in heard) return;
    const text = heard.text.trim();
    const confirmed = agreed(this.#before, text);
    this.#before = text;
    this.#onPartial({
      ...{ confirmed, tentative: text.slice(confirmed.length).trim(), tier },
      elapsedMs: round((this.#clock.now() - this.#beganS!) * 1000, 1),
    });
  }
}

/** The beginning that two texts share, cut back to a word's end. */
export function agreed(a: string, b: string): string {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  const isWordEnd = (text: string) => length === text.length || text[length] === " ";
  if (isWordEnd(a) && isWordEnd(b)) return b.slice(0, length).trimEnd();
  return b.slice(0, Math.max(0, b.lastIndexOf(" ", length - 1))).trimEnd();
}
