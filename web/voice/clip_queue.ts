/**
 * What is heard on the page, one clip after the other.
 *
 * A clip is stale when it has waited for more than half a minute in which nothing was heard: the
 * browser held the sound, or the device slept. Time in which other clips were heard does not count, so
 * a long speech in many pieces is heard to its end.
 *
 * @module
 */
import type { Clock } from "../../runtime/clock.ts";

/** Seconds of silence after which what waits is not worth hearing any more. */
export const STALE_S = 30;
/** Clips that wait at most; the oldest goes first. */
export const MAX_CLIPS = 256;
/** Bytes that wait at most. */
export const MAX_CLIP_BYTES = 64 * 2 ** 20;
/** Clips that are remembered. */
const MAX_RECORDS = 256;

/** Where a clip came from. */
export type ClipSource = "session" | "chat";

/** Some speech, as a WAV file. */
export interface Clip {
  readonly jobId: string;
  readonly source: ClipSource;
  readonly wav: ArrayBuffer;
}

/** What became of a clip. */
export type ClipOutcome = "playing" | "played" | "stopped" | "stale" | "crowded" | "failed";

/** A clip that is over, or is being heard. */
export interface ClipRecord {
  readonly jobId: string;
  readonly source: ClipSource;
  readonly outcome: ClipOutcome;
  /** When it began, on the player's clock, seconds; null for one that was not heard. */
  readonly startS: number | null;
  /** When it ended, on the same clock; null before, and for one that was not heard. */
  readonly endS: number | null;
}

/** What plays clips. */
export interface ClipPlayer {
  /** Whether a clip that is started now is heard now. */
  readonly isReady: boolean;
  /** Time of what is heard, seconds: stands still while nothing can be. */
  readonly timeS: number;
  /** Plays a WAV file; the returned function stops it, and nothing is called after that. */
  play(wav: ArrayBuffer, events: PlayEvents): () => void;
}

/** What a player tells of a clip. */
export interface PlayEvents {
  /** It is heard from now on. */
  started(): void;
  /** It is over; why, if it could not be played. */
  ended(error: string | null): void;
}

interface Waiting {
  readonly clip: Clip;
  readonly arrivedS: number;
  /** Seconds that had been heard when it arrived. */
  readonly heardS: number;
}

interface Playing {
  readonly clip: Clip;
  startS: number | null;
  stop: () => void;
}

/** Clips in the order in which they came, of which one is heard at a time. */
export class ClipQueue {
  readonly #clock: Clock;
  readonly #player: ClipPlayer;
  readonly #onChange: () => void;
  #waiting: Waiting[] = [];
  #playing: Playing | null = null;
  #records: ClipRecord[] = [];
  #heardS = 0;

  /** Nothing waits; `onChange` is told whenever anything begins, ends or waits. */
  constructor(clock: Clock, player: ClipPlayer, onChange: () => void = () => {}) {
    this.#clock = clock;
    this.#player = player;
    this.#onChange = onChange;
  }

  /** What is heard; null for nothing. */
  get playing(): Clip | null {
    return this.#playing?.clip ?? null;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** What became of the last clips, the oldest first; the one that is heard comes last. */
  get records(): readonly ClipRecord[] {
    const now = this.#playing;
    if (now === null || now.startS === null) return this.#records;
    const { jobId, source } = now.clip;
    const record = { jobId, source, outcome: "playing" as const, startS: now.startS, endS: null };
    return [...this.#records, record];
  }

  /** Clips that were not heard because too much waited, or for too long. */
  get dropped(): number {
    return this.#records.filter(({ outcome }) => outcome === "stale" || outcome === "crowded")
      .length;
  }

  /** A clip has come. */
  add(clip: Clip): void {
    this.#waiting.push({ clip, arrivedS: this.#clock.now(), heardS: this.#heardNowS() });
    const bytes = () => this.#waiting.reduce((sum, { clip: { wav } }) => sum + wav.byteLength, 0);
    while (
      this.#waiting.length > MAX_CLIPS || this.#waiting.length > 1 && bytes() > MAX_CLIP_BYTES
    ) {
      this.#keep(this.#waiting.shift()!.clip, "crowded");
    }
    this.next();
    this.#onChange();
  }

  /** Begins the next one, if it can. To be called when the player has become ready. */
  next(): void {
    while (this.#playing === null && this.#player.isReady) {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) return;
      const idleS = this.#clock.now() - waiting.arrivedS - (this.#heardNowS() - waiting.heardS);
      if (idleS > STALE_S) this.#keep(waiting.clip, "stale");
      else this.#play(waiting.clip);
    }
  }

  /** Drops what is meant, heard or waiting. Says whether anything was. */
  stop(isMeant: (clip: Clip) => boolean = () => true): boolean {
    const meant = this.#waiting.filter(({ clip }) => isMeant(clip));
    this.#waiting = this.#waiting.filter((it) => !meant.includes(it));
    for (const { clip } of meant) this.#keep(clip, "stopped");
    const now = this.#playing;
    const isHeard = now !== null && isMeant(now.clip);
    if (isHeard) {
      now.stop();
      this.#end(now, "stopped");
    }
    if (isHeard || meant.length > 0) this.#onChange();
    return isHeard || meant.length > 0;
  }

  #play(clip: Clip): void {
    const playing: Playing = { clip, startS: null, stop: () => {} };
    this.#playing = playing;
    playing.stop = this.#player.play(clip.wav, {
      started: () => {
        if (this.#playing !== playing) return;
        playing.startS = this.#player.timeS;
        this.#onChange();
      },
      ended: (error) => {
        if (this.#playing !== playing) return;
        this.#end(playing, error === null ? "played" : "failed");
        this.#onChange();
      },
    });
  }

  #end(playing: Playing, outcome: ClipOutcome): void {
    this.#heardS = this.#heardNowS();
    this.#playing = null;
    const endS = playing.startS === null ? null : this.#player.timeS;
    this.#keep(playing.clip, outcome, playing.startS, endS);
    this.next();
  }

  #heardNowS(): number {
    const startS = this.#playing?.startS ?? null;
    return this.#heardS + (startS === null ? 0 : this.#player.timeS - startS);
  }

  #keep(
    { jobId, source }: Clip,
    outcome: ClipOutcome,
    startS: number | null = null,
    endS: number | null = null,
  ): void {
    const records = [...this.#records, { jobId, source, outcome, startS, endS }];
    this.#records = records.slice(-MAX_RECORDS);
  }
}
