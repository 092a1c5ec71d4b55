/**
 * One listener of a load test: a whole headless client, and what was measured of it since it was last
 * asked.
 *
 * @module
 */
import type { Clock, Rng } from "../runtime/mod.ts";
import { type ClientSource, HeadlessClient } from "../sim/mod.ts";
import type { Dial } from "../wire/mod.ts";

/** A tick whose audio is older counts as stale, seconds. */
export const STALE_S = 3;
/** Something is touched this often, so that the server never rests, seconds. */
const TOUCH_EVERY_S = 5;
/** How long a session may take to get its buffer, seconds. */
const START_WITHIN_S = 30;

/** What a session is made of. */
export interface LoadSessionOptions {
  readonly dial: Dial;
  readonly clock: Clock;
  readonly rng: Rng;
  /** Which one it is: its prompt is its own, as servers share what sounds alike. */
  readonly number: number;
  readonly source: ClientSource;
}

/** What one session did in a while. */
export interface SessionReading {
  /** Slices that were applied. */
  readonly slices: number;
  /** Ticks whose audio was stale without a reason. */
  readonly staleTicks: number;
  /** Leads of slices that no tag explains, seconds. */
  readonly leadS: Float64Array<ArrayBuffer>;
  /** Ages of the audio under the playhead that no tag explains, seconds. */
  readonly stalenessS: Float64Array<ArrayBuffer>;
  /** Why it is over; null while it plays. */
  readonly over: string | null;
}

/** A session. */
export class LoadSession {
  /** Why it is over; null while it plays. */
  over: string | null = null;
  readonly #client: HeadlessClient;
  readonly #clock: Clock;
  #leadS: number[] = [];
  #stalenessS: number[] = [];
  #slices = 0;
  #staleTicks = 0;
  #touches = 0;
  #timer: { cancel(): void } | null = null;

  /** Nothing is opened yet. */
  constructor({ dial, clock, rng, number, source }: LoadSessionOptions) {
    this.#clock = clock;
    this.#client = new HeadlessClient({
      dial,
      clock,
      rng,
      config: { prompt: `voice ${number}` },
      source,
      recordPlaybackS: 0,
      startTimeoutS: START_WITHIN_S,
      observer: {
        onSlice: ({ record }) => {
          this.#slices++;
          if (record.tags === 0) this.#leadS.push(record.leadS);
        },
        onTick: ({ stalenessS, tags }) => {
          if (tags !== 0) return;
          this.#stalenessS.push(stalenessS);
          if (stalenessS > STALE_S) this.#staleTicks++;
        },
        onClose: (code, reason) => this.over ??= `closed with ${code} ${reason}`.trim(),
      },
    });
  }

  /** Opens it. Rejects when there is no session to be had. */
  async open(): Promise<void> {
    await this.#client.start();
    this.#touch();
  }

  /** What was measured since the last time; begins anew. */
  read(): SessionReading {
    const reading = {
      slices: this.#slices,
      staleTicks: this.#staleTicks,
      leadS: Float64Array.from(this.#leadS),
      stalenessS: Float64Array.from(this.#stalenessS),
      over: this.over,
    };
    this.#leadS = [];
    this.#stalenessS = [];
    this.#slices = this.#staleTicks = 0;
    return reading;
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.#timer?.cancel();
    await this.#client.stop();
  }

  #touch(): void {
    if (this.over !== null) return;
    this.#client.setKnobs({ denoise: 0.5 + 0.1 * (this.#touches++ % 2) });
    this.#timer = this.#clock.after(TOUCH_EVERY_S, () => this.#touch());
  }
}
