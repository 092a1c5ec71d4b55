/**
 * Plays a recording on a screen, on any clock. No page in it.
 *
 * @module
 */
import type { Clock, Timer } from "../../../runtime/clock.ts";
import { sizeOf } from "./size.ts";
import { eventsUntil, type Recording } from "./recording.ts";
import { SeekIndex, type Snapshot } from "./seek_index.ts";
import { Timeline } from "./timeline.ts";

/** What is played on. */
export interface PlayerScreen {
  /** Resolves when it is on the screen. */
  write(text: string): Promise<void>;
  resize(cols: number, rows: number): void;
  /** Empties the screen, gives it that size, and paints it. */
  restore(snapshot: Snapshot): Promise<void>;
}

/** What a player is made of. */
export interface PlayerOptions {
  readonly clock: Clock;
  readonly recording: Recording;
  readonly screen: PlayerScreen;
  /** Screens to begin from, as far as there are any yet. */
  readonly index?: SeekIndex;
  /** The longest time that a gap takes, seconds; null plays gaps as they were. */
  readonly idleLimitS?: number | null;
  /** Something but the position has changed. */
  readonly onChange?: () => void;
}

/** The least and the greatest speed. */
export const SPEEDS = { least: 0.5, most: 8 };
/** Characters that are put on the screen at a time while going to a place. */
const STEP_CHARS = 65_536;
/** Characters that may be on their way to the screen; the rest waits, and is played later. */
const MOST_UNSEEN_CHARS = 1_048_576;
/** Times of one moment may differ so much by rounding, seconds. */
const SAME_MOMENT_S = 1e-6;

/** In place of the number of the next event: nobody knows what is on the screen. */
const UNKNOWN = Number.MAX_SAFE_INTEGER;

/** The player. It begins at the beginning, and at rest. */
export class ReplayPlayer {
  readonly #options: PlayerOptions;
  readonly #index: SeekIndex;
  #timeline: Timeline;
  #idleLimitS: number | null;
  #speed = 1;
  /** Events before this one are on the screen. */
  #next = UNKNOWN;
  /** Where it stands while it rests. */
  #restS = 0;
  /** Since when it plays, and from where; null while it rests. */
  #anchor: { readonly clockS: number; readonly playS: number } | null = null;
  #timer: Timer | null = null;
  #unseenChars = 0;
  /** The screen is behind: what is due waits. */
  #isHeld = false;
  /** Tells one way to a place from a later one. */
  #way = 0;
  #isSeeking = false;
  /** Whether it plays on when it has come to its place. */
  #playsAfter = false;
  #isClosed = false;

  /** Shows nothing yet. */
  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#index = options.index ?? new SeekIndex();
    this.#idleLimitS = options.idleLimitS ?? null;
    this.#timeline = this.#timelineOf(this.#idleLimitS);
  }

  /** How long the recording is, seconds. */
  get durationS(): number {
    return this.#options.recording.durationS;
  }

  /** How long playing it takes at single speed, seconds. */
  get playDurationS(): number {
    return this.#timeline.playDurationS;
  }

  /** Whether it plays, or will as soon as it has come to its place. */
  get isPlaying(): boolean {
    return this.#anchor !== null || this.#isHeld || this.#playsAfter;
  }

  /** Whether it is on its way to a place. */
  get isSeeking(): boolean {
    return this.#isSeeking;
  }

  get speed(): number {
    return this.#speed;
  }

  get idleLimitS(): number | null {
    return this.#idleLimitS;
  }

  /** Whether everything has been played. */
  get hasEnded(): boolean {
    return !this.isPlaying && !this.#isSeeking && this.#restS >= this.durationS &&
      this.#next === this.#options.recording.events.length;
  }

  /** Whether it passes a gap that is shortened. */
  get isSkipping(): boolean {
    return this.isPlaying && this.#timeline.isShortened(this.positionS);
  }

  /** Where it stands, recorded seconds from the beginning. */
  get positionS(): number {
    return Math.min(this.durationS, this.#timeline.recordedOf(this.#playS));
  }

  /** Plays on; from the beginning, when it has ended. */
  async play(): Promise<void> {
    if (this.isPlaying || this.#isClosed) return;
    if (this.#isSeeking) {
      this.#playsAfter = true;
      return this.#changed();
    }
    if (this.#next !== UNKNOWN && !this.hasEnded) return this.#start();
    const there = this.seek(this.hasEnded ? 0 : this.#restS);
    this.#playsAfter = true;
    await there;
  }

  /** Rests where it is. */
  pause(): void {
    if (!this.isPlaying) return;
    this.#playsAfter = false;
    this.#stop();
    this.#changed();
  }

  /** Plays so many times as fast as it was, 0.5 to 8. */
  setSpeed(speed: number): void {
    this.#change(() => this.#speed = Math.min(SPEEDS.most, Math.max(SPEEDS.least, speed)));
  }

  /** Changes how long gaps take. */
  setIdleLimit(limitS: number | null): void {
    this.#change(() => {
      this.#idleLimitS = limitS;
      this.#timeline = this.#timelineOf(limitS);
    });
  }

  /**
   * Goes to a place, and plays on there if it played. Resolves when it is on the screen, or when somebody
   * has asked for another place meanwhile.
   */
  async seek(timeS: number): Promise<void> {
    const wasPlaying = this.isPlaying;
    this.#stop();
    const way = ++this.#way;
    const target = Math.min(this.durationS, Math.max(0, timeS));
    const until = eventsUntil(this.#options.recording.events, target);
    this.#isSeeking = true;
    this.#playsAfter = wasPlaying;
    this.#restS = target;
    this.#changed();
    const isMine = () => way === this.#way && !this.#isClosed;
    await this.#goTo(until, isMine);
    if (!isMine()) return;
    this.#isSeeking = false;
    const isToPlay = this.#playsAfter;
    this.#playsAfter = false;
    if (isToPlay) this.#start();
    else this.#changed();
  }

  /** Ends it. */
  close(): void {
    this.#isClosed = true;
    this.#playsAfter = false;
    this.#stop();
  }

  get #playS(): number {
    const anchor = this.#anchor;
    if (anchor === null) return this.#timeline.playOf(this.#restS);
    const playS = anchor.playS + (this.#options.clock.now() - anchor.clockS) * this.#speed;
    return Math.min(playS, this.playDurationS);
  }

  #timelineOf(limitS: number | null): Timeline {
    const { events, durationS } = this.#options.recording;
    // A marker or a change of size alone is nothing to look at.
    const times = events.filter(({ code }) => code === "o").map(({ timeS }) => timeS);
    return new Timeline(times, durationS, limitS);
  }

  /** Changes something that the way of time depends on, at the same position. */
  #change(act: () => void): void {
    const isMoving = this.#anchor !== null || this.#isHeld;
    this.#stop();
    act();
    if (isMoving) this.#start();
    else this.#changed();
  }

  #start(): void {
    const { clock } = this.#options;
    this.#anchor = { clockS: clock.now(), playS: this.#timeline.playOf(this.#restS) };
    this.#changed();
    this.#arm();
  }

  /** Comes to rest at the present position. */
  #stop(): void {
    this.#restS = this.positionS;
    this.#anchor = null;
    this.#isHeld = false;
    this.#timer?.cancel();
    this.#timer = null;
  }

  #dueS(timeS: number): number {
    const { clockS, playS } = this.#anchor!;
    return clockS + (this.#timeline.playOf(timeS) - playS) / this.#speed;
  }

  #arm(): void {
    const { clock, recording } = this.#options;
    const timeS = recording.events[this.#next]?.timeS ?? recording.durationS;
    this.#timer = clock.at(this.#dueS(timeS), () => this.#tick());
  }

  #tick(): void {
    this.#timer = null;
    const { clock, recording: { events } } = this.#options;
    const nowS = clock.now() + SAME_MOMENT_S;
    let text = "";
    for (let event = events[this.#next]; event !== undefined; event = events[this.#next]) {
      if (this.#dueS(event.timeS) > nowS || this.#unseenChars + text.length > MOST_UNSEEN_CHARS) {
        break;
      }
      if (event.code === "o") text += event.data;
      else if (event.code === "r") {
        this.#show(text);
        text = "";
        this.#resize(event.data);
      }
      this.#next++;
    }
    this.#show(text);
    const next = events[this.#next];
    if (next === undefined && this.#dueS(this.durationS) <= nowS) {
      this.#stop();
      this.#restS = this.durationS;
      return this.#changed();
    }
    if (this.#unseenChars > MOST_UNSEEN_CHARS) return this.#hold();
    this.#arm();
  }

  /** Waits for the screen: what is due is played when there is room, and everything else later. */
  #hold(): void {
    const heldS = this.#options.recording.events[this.#next - 1]?.timeS ?? 0;
    this.#stop();
    this.#restS = heldS;
    this.#isHeld = true;
  }

  #show(text: string): void {
    if (text === "") return;
    this.#unseenChars += text.length;
    this.#options.screen.write(text).then(() => {
      this.#unseenChars -= text.length;
      if (!this.#isHeld || this.#unseenChars > MOST_UNSEEN_CHARS / 2) return;
      this.#isHeld = false;
      this.#start();
    });
  }

  #resize(data: string): void {
    const size = sizeOf(data);
    if (size !== null) this.#options.screen.resize(size.cols, size.rows);
  }

  /** Brings the screen to where the events before `until` are on it. */
  async #goTo(until: number, isMine: () => boolean): Promise<void> {
    const { recording: { events, cols, rows }, screen } = this.#options;
    const entry = this.#index.before(until);
    const fromIndex = entry?.eventIndex ?? 0;
    if (until < this.#next || fromIndex > this.#next) {
      // Whoever goes elsewhere meanwhile begins anew, too.
      this.#next = UNKNOWN;
      await screen.restore(entry?.snapshot ?? { cols, rows, paint: "" });
      if (!isMine()) return;
      this.#next = fromIndex;
    }
    while (this.#next < until && isMine()) {
      let text = "";
      while (this.#next < until && text.length < STEP_CHARS) {
        const { code, data } = events[this.#next]!;
        if (code === "r") {
          if (text !== "") break;
          this.#resize(data);
        } else if (code === "o") text += data;
        this.#next++;
      }
      if (text !== "") await screen.write(text);
    }
  }

  #changed(): void {
    this.#options.onChange?.();
  }
}
