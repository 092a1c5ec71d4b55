import type { Clock } from "../../runtime/clock.ts";
import type { Rng } from "../../runtime/rng.ts";
import type { Packet } from "../../wire/connection.ts";
import { Fifo } from "./fifo.ts";
import type { LinkProfile } from "./profile.ts";
import type { StallSchedule } from "./stalls.ts";

/** What travels beside messages to open and end a connection. */
export type LinkSignal =
  | { readonly type: "open" }
  | { readonly type: "opened" }
  | { readonly type: "close"; readonly code: number; readonly reason: string }
  | { readonly type: "reset"; readonly reason: string };

/** Something on its way: a message, a fragment of one (`packet` null), or a signal. */
export class LinkItem {
  /** The message that is complete when this item arrives. */
  packet: Packet | null;
  readonly bytes: number;
  readonly signal: LinkSignal | null;
  /** When it reaches the far end. */
  arriveS = 0;

  /** An item of `bytes` on the wire. */
  constructor(packet: Packet | null, bytes: number, signal: LinkSignal | null) {
    this.packet = packet;
    this.bytes = bytes;
    this.signal = signal;
  }
}

/** The two ends of a {@link Link}. */
export interface LinkEnds {
  /** An item reached the far end. */
  onArrive(item: LinkItem): void;
  /** The near end's buffer has fallen to the low-water mark after a rise above it. */
  onDrain(): void;
}

/** What a {@link Link} is made of. */
export interface LinkOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly profile: LinkProfile;
  readonly stalls: StallSchedule;
  readonly windowBytes: number;
  readonly lowWaterBytes: number;
  readonly ends: LinkEnds;
}

/** Time on a limited line after which the buffer is looked at again. */
const SEGMENT_S = 0.02;
const MIN_SEGMENT_BYTES = 512;
const MAX_SEGMENT_BYTES = 65_536;

/**
 * One direction of one connection, as TCP shows it: a send buffer, a line of some bandwidth, a
 * flight of some latency, and a reader who may stop. Order is kept and nothing is lost. Every
 * arrival is an event of its own on the clock, also when there is no delay at all.
 */
export class Link {
  readonly #clock: Clock;
  readonly #rng: Rng;
  readonly #stalls: StallSchedule;
  readonly #windowBytes: number;
  readonly #lowWaterBytes: number;
  readonly #ends: LinkEnds;
  #profile: LinkProfile;
  #freeBytes: number;

  readonly #buffer = new Fifo<LinkItem>();
  #bufferedBytes = 0;
  #isHigh = false;
  /** Bytes of the buffer's first item that are on the wire already. */
  #headBytes = 0;
  #segmentBytes = 0;
  #isLineBusy = false;
  /** Bytes that may still leave while the reader does not read. */
  #roomBytes = Infinity;

  readonly #flight = new Fifo<LinkItem>();
  #lastArriveS = -Infinity;
  #isArrivalArmed = false;
  #isReadPaused = false;
  #isReset = false;
  #isDead = false;
  #isCut = false;

  /** An idle link. */
  constructor(options: LinkOptions) {
    this.#clock = options.clock;
    this.#rng = options.rng;
    this.#stalls = options.stalls;
    this.#windowBytes = options.windowBytes;
    this.#lowWaterBytes = options.lowWaterBytes;
    this.#ends = options.ends;
    this.#profile = options.profile;
    this.#freeBytes = options.profile.freeBurstBytes;
  }

  /** Bytes in the send buffer: handed over and not on the wire yet. */
  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  /** Hands an item to the send buffer. */
  push(item: LinkItem): void {
    if (this.#isCut) return;
    // What is no number would never have left, and the line be busy for ever.
    if (!(item.bytes >= 0)) throw new RangeError(`a message of ${item.bytes} bytes cannot be sent`);
    if (this.#buffer.length === 0 && this.#isUnhindered()) {
      this.#launch(item);
      return;
    }
    this.#buffer.push(item);
    this.#bufferedBytes += item.bytes;
    this.#transmit();
    if (this.#bufferedBytes > this.#lowWaterBytes) this.#isHigh = true;
  }

  /** The reader stops, or goes on. */
  setReadPaused(isPaused: boolean): void {
    if (this.#isReadPaused === isPaused) return;
    this.#isReadPaused = isPaused;
    if (!this.#isDead) this.#roomBytes = isPaused ? this.#windowBytes : Infinity;
    if (isPaused) return;
    this.#armArrival();
    this.#transmit();
  }

  /** Takes another profile from now on; a used-up free burst is not given again. */
  setProfile(profile: LinkProfile): void {
    this.#profile = profile;
    this.#transmit();
  }

  /** The far end is gone and nobody is told: a window more leaves, and reaches nobody. */
  swallow(): void {
    this.#isDead = true;
    this.#flight.clear();
    this.#roomBytes = this.#windowBytes;
  }

  /** Throws away what has not left yet. */
  dropUnsent(): void {
    this.#buffer.clear();
    this.#bufferedBytes = 0;
    this.#headBytes = 0;
    this.#segmentBytes = 0;
    this.#isHigh = false;
  }

  /**
   * Sends a reset. It waits for no reader: what nobody has read by now is lost, as on TCP. A peer that
   * has stopped reading, and waits to be read itself, would else never learn that the other is gone.
   */
  reset(item: LinkItem): void {
    if (this.#isCut) return;
    this.dropUnsent();
    if (this.#isReadPaused) this.#flight.clear();
    this.#isReset = true;
    this.#launch(item);
  }

  /** Ends the link at once; nothing arrives any more. */
  cut(): void {
    this.#isCut = true;
    this.dropUnsent();
    this.#flight.clear();
  }

  #isUnhindered(): boolean {
    return this.#profile.bytesPerS === null && this.#roomBytes === Infinity &&
      !this.#isLineBusy && this.#stalls.blockedUntilS(this.#clock.now()) === -Infinity;
  }

  /** Moves what can be moved from the buffer to the wire. */
  #transmit(): void {
    while (!this.#isLineBusy) {
      const head = this.#buffer.peek();
      if (head === undefined) return;
      const stalledToS = this.#stalls.blockedUntilS(this.#clock.now());
      if (stalledToS !== -Infinity) {
        this.#segmentBytes = 0;
        this.#isLineBusy = true;
        this.#clock.at(stalledToS, this.#onSegment);
        return;
      }
      const leftBytes = head.bytes - this.#headBytes;
      if (leftBytes > 0 && this.#roomBytes <= 0) return;
      const bytes = Math.min(leftBytes, this.#roomBytes);
      if (bytes > 0 && this.#profile.bytesPerS !== null && this.#freeBytes <= 0) {
        const segment = Math.floor(this.#profile.bytesPerS * SEGMENT_S);
        const limit = Math.min(MAX_SEGMENT_BYTES, Math.max(MIN_SEGMENT_BYTES, segment));
        this.#segmentBytes = Math.min(bytes, limit);
        this.#isLineBusy = true;
        this.#clock.after(this.#segmentBytes / this.#profile.bytesPerS, this.#onSegment);
        return;
      }
      const free = this.#profile.bytesPerS === null ? bytes : Math.min(bytes, this.#freeBytes);
      this.#freeBytes -= this.#profile.bytesPerS === null ? 0 : free;
      this.#leave(free);
    }
  }

  readonly #onSegment = (): void => {
    const stalledToS = this.#stalls.blockedUntilS(this.#clock.now());
    if (stalledToS !== -Infinity) {
      this.#clock.at(stalledToS, this.#onSegment);
      return;
    }
    this.#isLineBusy = false;
    if (this.#segmentBytes > 0 && this.#buffer.length > 0) this.#leave(this.#segmentBytes);
    this.#transmit();
  };

  /** `bytes` of the buffer's first item are on the wire. */
  #leave(bytes: number): void {
    const head = this.#buffer.peek()!;
    this.#headBytes += bytes;
    this.#bufferedBytes -= bytes;
    this.#roomBytes -= bytes;
    if (this.#headBytes >= head.bytes) {
      this.#buffer.shift();
      this.#headBytes = 0;
      this.#launch(head);
    }
    if (this.#isHigh && this.#bufferedBytes <= this.#lowWaterBytes) {
      this.#isHigh = false;
      this.#clock.after(0, () => {
        if (!this.#isCut) this.#ends.onDrain();
      });
    }
  }

  #launch(item: LinkItem): void {
    if (this.#isDead) return;
    const { latencyMs, jitterMs } = this.#profile;
    const delayMs = jitterMs === 0 ? latencyMs : this.#rng.normal(latencyMs, jitterMs);
    const arriveS = this.#clock.now() + (delayMs > 0 ? delayMs / 1000 : 0);
    if (arriveS > this.#lastArriveS) this.#lastArriveS = arriveS;
    item.arriveS = this.#lastArriveS;
    this.#flight.push(item);
    this.#armArrival();
  }

  #armArrival(): void {
    if (this.#isArrivalArmed || (this.#isReadPaused && !this.#isReset)) return;
    const next = this.#flight.peek();
    if (next === undefined) return;
    this.#isArrivalArmed = true;
    this.#clock.at(next.arriveS, this.#onArrival);
  }

  readonly #onArrival = (): void => {
    this.#isArrivalArmed = false;
    if (this.#isReadPaused && !this.#isReset) return;
    const stalledToS = this.#stalls.blockedUntilS(this.#clock.now());
    if (stalledToS !== -Infinity) {
      this.#isArrivalArmed = true;
      this.#clock.at(stalledToS, this.#onArrival);
      return;
    }
    const item = this.#flight.shift();
    if (item === undefined) return;
    this.#armArrival();
    this.#ends.onArrive(item);
  };
}
