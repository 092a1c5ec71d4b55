import type { CellSlice } from "../../wire/connection.ts";
import { LAG_TAGS } from "../tags.ts";
import type { Listener } from "./listener.ts";
import { Meter } from "./meter.ts";
import { type AppliedFrame, Mirror } from "./mirror.ts";
import type { ClientObserver, TakenBuffer } from "./observer.ts";
import type { ClientFaults } from "./options.ts";
import type { ArrivedBuffer } from "./session.ts";

/** What a {@link Receiver} is made of. */
export interface ReceiverOptions {
  readonly listener: Listener;
  readonly observer: ClientObserver;
  /** Measures the time that a slice takes, in seconds. */
  readonly workClock: { now(): number };
  /** A slice that counts for the lead that the server is told. */
  readonly onLead: (leadS: number) => void;
  /** The faults in force. */
  readonly faults: () => ClientFaults;
}

/** The receiving half of a client: buffers and slices go into the mirror and to the listener. */
export class Receiver {
  readonly #listener: Listener;
  readonly #observer: ClientObserver;
  readonly #workClock: { now(): number };
  readonly #onLead: (leadS: number) => void;
  readonly #faults: () => ClientFaults;
  readonly #mirror: Mirror;
  readonly #applyS = new Meter();
  #sliceCount = 0;
  #staleSlices = 0;
  /** By how much a careless client's count of epochs is off. */
  #miscount = 0;
  #lastSliceS: number | null = null;
  #gapFromS: number | null = null;
  #gapS: number | null = null;

  /** A receiver without a buffer. */
  constructor(options: ReceiverOptions) {
    this.#listener = options.listener;
    this.#observer = options.observer;
    this.#workClock = options.workClock;
    this.#onLead = options.onLead;
    this.#faults = options.faults;
    this.#mirror = new Mirror({ wantsCrc: options.observer.onSlice !== undefined });
  }

  /** The client's copy of the buffer. */
  get mirror(): Mirror {
    return this.#mirror;
  }

  /** Time to decode and apply a slice, in seconds. */
  get applyS(): Meter {
    return this.#applyS;
  }

  /** Slices that were decoded, over swaps and reconnects. */
  get sliceCount(): number {
    return this.#sliceCount;
  }

  /** Slices of an epoch that is over; they were not applied. */
  get staleSlices(): number {
    return this.#staleSlices;
  }

  /** The longest time without a slice over a reconnect; null before the first. */
  get gapS(): number | null {
    return this.#gapS;
  }

  /**
   * Takes a whole buffer over: playback begins at its head, or after a reconnect goes on.
   *
   * @throws {WireError} if it is no such buffer; the old one then stays.
   */
  take(buffer: ArrivedBuffer, epoch: number, kind: TakenBuffer["kind"]): void {
    const { data, frames, channels } = buffer;
    // What the old buffer played belongs to the recording before the old buffer is gone.
    this.#listener.hear();
    if (kind !== "initial") this.#observer.onLeave?.();
    const faults = this.#faults();
    const { miscountEpoch, keepMirrorOnReconnect } = faults;
    if (kind === "reconnect" && miscountEpoch === true) this.#miscount++;
    if (kind !== "reconnect" || keepMirrorOnReconnect !== true) {
      if (data === null) this.#mirror.takeShape(frames, channels, epoch);
      else this.#mirror.takeHalves(data, channels, epoch);
    }
    this.#listener.take(this.#mirror, {
      keepPosition: kind === "reconnect",
      isShort: faults.shortLap === true,
      keepRecorder: kind === "swap" && faults.keepRecorderOnSwap === true,
      keepRecords: kind === "swap" && faults.keepRecordsOnSwap === true,
    });
    this.#observer.onBuffer?.({ kind, epoch, frames: this.#mirror.frames, channels });
  }

  /**
   * Applies a slice frame.
   *
   * @throws {WireError} if it cannot be decoded.
   */
  applyFrame(frame: Uint8Array, bytes: number): void {
    if (this.#isStale(this.#mirror.epoch)) return;
    this.#listener.hear();
    const startS = this.#workClock.now();
    const applied = this.#mirror.applyFrame(frame);
    this.#applyS.add(this.#workClock.now() - startS);
    this.#onApplied(applied, bytes);
  }

  /** Applies a slice without samples, unless it belongs to a source that is gone. */
  applyCells(slice: CellSlice, bytes: number): void {
    if (this.#isStale(slice.epoch)) return;
    this.#listener.hear();
    this.#onApplied(this.#mirror.applyCells(slice), bytes);
  }

  /** The connection is gone: a gap in the slices begins with the last one. */
  onLost(nowS: number): void {
    this.#gapFromS ??= this.#lastSliceS ?? nowS;
  }

  /** Whether a slice of this epoch belongs to a source that is gone; it is counted then. */
  #isStale(epoch: number): boolean {
    const isStale = epoch !== this.#mirror.epoch + this.#miscount;
    if (isStale) this.#staleSlices++;
    return isStale;
  }

  #onApplied({ header, frames, payloadCrc }: AppliedFrame, bytes: number): void {
    this.#sliceCount++;
    if (frames === 0) return;
    const record = this.#listener.onSlice(header.startSample, header.numSamples, header);
    // A server that was told of leads that mean nothing would raise its own for many seconds.
    const isTelling = (record.tags & ~LAG_TAGS.idle) === 0;
    if (isTelling || this.#faults().reportEveryLead === true) this.#onLead(record.leadS);
    const { epoch } = this.#mirror;
    this.#observer.onSlice?.({ record, header, epoch, frames, payloadCrc, bytes });
    this.#lastSliceS = record.wallS;
    if (this.#gapFromS === null) return;
    const gapS = record.wallS - this.#gapFromS;
    this.#gapFromS = null;
    this.#gapS = Math.max(this.#gapS ?? 0, gapS);
    this.#observer.onResumed?.(gapS);
  }
}
