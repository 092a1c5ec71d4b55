/**
 * The sending side of a session's socket: takes events from the session's bus and puts them on the
 * wire, in order, no faster than the peer reads.
 *
 * @module
 */
import type { Clock } from "../../runtime/mod.ts";
import {
  type Bulk,
  type Connection,
  FRAGMENT_BYTES,
  type MadeBulk,
  type Packet,
  type PacketCodec,
  type ReadyMessage,
  type SliceSender,
} from "../../wire/mod.ts";
import { EmitTrim } from "./emit_trim.ts";
import type { AudioClip } from "./engine/engine.ts";
import type { SessionEvent, SliceEvent, StemSet, Subscription, SwapEvent } from "./events.ts";
import type { StreamFaults } from "./faults.ts";
import type { Missed } from "./missed.ts";
import { HIGH_WATER_BYTES } from "./send_limits.ts";

/** Age at which a waiting slice is not worth sending any more, seconds. */
const MAX_SLICE_AGE_S = 2;

/** Flow control of slices. */
export interface FlowControl {
  /** Whether slices are dropped at all before they are encoded. */
  readonly enabled: boolean;
  /** Unacknowledged slice bytes above which windows are dropped. */
  readonly windowBytes: number;
  /** Send of each window only what it adds to those before it. */
  readonly emitTrim: boolean;
}

/** What an outbox tells those who watch it: simulations and counters. */
export interface OutboxObserver {
  /** A slice was encoded and sent; `sender.mirror` is what the peer will have. */
  onSliceSent?(event: SliceEvent, packet: Packet, sender: SliceSender): void;
  /** A slice was dropped before it was encoded. */
  onSliceDropped?(event: SliceEvent, cause: "window" | "age" | "unfit"): void;
  /** A whole buffer was sent: at the start, and at a swap. */
  onBufferSent?(source: AudioClip, sender: SliceSender): void;
}

/** Settings of an {@link Outbox}. */
export interface OutboxOptions {
  readonly clock: Clock;
  readonly connection: Connection;
  readonly codec: PacketCodec;
  readonly flow: FlowControl;
  /** Defences that are switched off. */
  readonly faults: StreamFaults;
  readonly observer: OutboxObserver;
  /** Keeps what was dropped, to be sent when nothing else waits; else the next lap brings it. */
  readonly missed?: Missed;
  /** The queue overflowed: the session has to end. */
  readonly onOverflow: (reason: string) => void;
  /** Sending went wrong in a way that it must not. */
  readonly onFailure: (error: unknown) => void;
  /** Everything that was published has been handed to the socket, and nothing more will come. */
  readonly onFinished: () => void;
}

/** A binary that is being sent in fragments, then what comes after it. */
interface Sending {
  readonly bulk: Bulk;
  offset: number;
  readonly then: () => void;
}

/** The sending side. */
export class Outbox {
  readonly #options: OutboxOptions;
  #subscription: Subscription | null = null;
  #sender: SliceSender | null = null;
  #sending: Sending | null = null;
  #isPumping = false;
  #isFinished = false;
  #sentBytes = 0;
  #ackedBytes: number | null = null;
  readonly #trim: EmitTrim | null;

  /** An outbox without a session yet. */
  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#trim = options.flow.emitTrim ? new EmitTrim(options.faults) : null;
  }

  /** What the peer's buffer is, as this side knows it; null before the handshake. */
  get sender(): SliceSender | null {
    return this.#sender;
  }

  /** Slice bytes sent, headers included. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** Sends `ready`, the initial buffer and the stems, with nothing between the first two. */
  handshake(
    ready: ReadyMessage,
    { source, made = null }: { readonly source: AudioClip; readonly made?: MadeBulk | null },
    stems: SwapEvent["stems"],
    done: () => void,
  ): void {
    this.#send(ready);
    this.#sendBuffer(source, made, () => this.#sendStems(stems, done));
  }

  /** Begins to deliver a session's events. */
  attach(subscription: Subscription): void {
    this.#subscription = subscription;
    subscription.onReady = () => this.pump();
    this.pump();
  }

  /** The client says how many slice bytes it has; smaller or senseless numbers are ignored. */
  acknowledge(bytes: number): void {
    if (bytes >= 0 && bytes > (this.#ackedBytes ?? -1)) this.#ackedBytes = bytes;
  }

  /** Sends what waits, as far as the socket takes it. To be called when the socket drains. */
  pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#step());
    } catch (error) {
      this.#options.onFailure(error);
    }
    this.#isPumping = false;
  }

  /** Sends one piece; false when there is nothing to send, or no room for it. */
  #step(): boolean {
    const subscription = this.#subscription;
    // A peer that does not read would never make room for the news that it is dropped.
    if (!this.#hasRoom() && !subscription?.hasOverflowed) return false;
    if (this.#sending !== null && !subscription?.hasOverflowed) {
      this.#pumpBulk(this.#sending);
      return true;
    }
    const event = subscription?.take() ?? null;
    if (event === null) {
      if (subscription === null) return false;
      if (subscription.isOpen) return this.#catchUp();
      this.#finish();
      return false;
    }
    if (event.type === "subscriberDropped") {
      this.#options.onOverflow(event.reason);
      return false;
    }
    this.#deliver(event);
    return true;
  }

  #hasRoom(): boolean {
    const { connection, faults } = this.#options;
    return connection.isOpen &&
      (faults.unboundedSocket || connection.bufferedBytes < HIGH_WATER_BYTES);
  }

  #finish(): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.#options.onFinished();
  }

  #deliver(event: SessionEvent): void {
    switch (event.type) {
      case "slice":
        this.#sendSlice(event);
        return;
      case "swap":
        this.#send(event.message);
        this.#sendBuffer(
          event.source,
          event.made?.take() ?? null,
          () => this.#sendStems(event.stems, () => {}),
        );
        return;
      case "stems":
        this.#sendStems(event.stems, () => {});
        return;
      case "echo":
      case "message":
        this.#send(event.message);
    }
  }

  #sendSlice(event: SliceEvent): void {
    const { connection, codec, observer } = this.#options;
    const sender = this.#sender;
    if (sender === null) return;
    const cause = this.#dropCause(event);
    if (cause !== null) {
      this.#options.missed?.note(event);
      observer.onSliceDropped?.(event, cause);
      return;
    }
    const part = this.#trim === null ? event : this.#trim.part(event, sender.mirror);
    if (part === null) return;
    const packet = sender.encode(part);
    if (packet === null) {
      observer.onSliceDropped?.(part, "unfit");
      return;
    }
    this.#trim?.sent(part);
    connection.send(packet);
    this.#sentBytes += packet.bytes;
    connection.send(codec.message(part.update));
    observer.onSliceSent?.(part, packet, sender);
  }

  /** Windows are dropped before they are encoded, never after: the mirror stays true. */
  #dropCause(event: SliceEvent): "window" | "age" | null {
    const { clock, flow, faults } = this.#options;
    const isExempt = event.numSamples >= event.bufferFrames && !faults.dropFullBuffers;
    if (!flow.enabled || isExempt) return null;
    if (this.#isWindowFull()) return "window";
    const isOld = clock.now() - event.queuedAtS > MAX_SLICE_AGE_S;
    return isOld && !faults.sendOldSlices ? "age" : null;
  }

  #isWindowFull(): boolean {
    return this.#ackedBytes !== null &&
      this.#sentBytes - this.#ackedBytes > this.#options.flow.windowBytes;
  }

  /**
   * Sends a piece of what was dropped. Nothing waits that is newer, so nothing older comes after it.
   * It is no window of the session: neither trimmed, nor a start for the trim of others.
   */
  #catchUp(): boolean {
    const { connection, codec, flow, missed } = this.#options;
    if (missed === undefined || this.#sender === null) return false;
    if (flow.enabled && this.#isWindowFull()) return false;
    const slice = missed.take();
    if (slice === null) return false;
    const packet = this.#sender.encode(slice);
    if (packet === null) return true;
    connection.send(packet);
    this.#sentBytes += packet.bytes;
    connection.send(codec.message(slice.update));
    return true;
  }

  #send(message: Parameters<PacketCodec["message"]>[0]): void {
    this.#options.connection.send(this.#options.codec.message(message));
  }

  #sendBuffer(source: AudioClip, made: MadeBulk | null, then: () => void): void {
    const { codec, faults, observer } = this.#options;
    const bulk = codec.bulk(source, { keepsCopy: true, made });
    this.#sendBulk(bulk, () => {
      if (this.#sender === null) {
        this.#sender = codec.sliceSender(source, {
          exactBase: faults.exactMirrorBase,
          exactAdvance: faults.exactMirrorAdvance,
        }, bulk);
      } else if (!faults.keepMirrorOnSwap) this.#sender.replace(source, bulk);
      this.#trim?.reset();
      observer.onBufferSent?.(source, this.#sender);
      then();
    });
  }

  #sendStems(stems: StemSet | SwapEvent["stems"], then: () => void): void {
    if (stems === null) return then();
    if ("type" in stems) {
      this.#send(stems);
      return then();
    }
    this.#send(stems.message);
    const rest = [...stems.clips];
    const next = () => {
      const clip = rest.shift();
      if (clip === undefined) then();
      else this.#sendBulk(this.#options.codec.bulk(clip), next);
    };
    next();
  }

  #sendBulk(bulk: Bulk, then: () => void): void {
    this.#sending = { bulk, offset: 0, then };
    this.pump();
  }

  #pumpBulk(sending: Sending): void {
    const { bulk, offset } = sending;
    const end = Math.min(offset + FRAGMENT_BYTES, bulk.packet.bytes);
    bulk.prepare(end);
    this.#options.connection.sendFragment(bulk.packet, offset, end - offset);
    sending.offset = end;
    if (end < bulk.packet.bytes) return;
    this.#sending = null;
    if (this.#options.faults.splitGroups) {
      const event = this.#subscription?.take() ?? null;
      if (event !== null && event.type !== "subscriberDropped") this.#deliver(event);
    }
    sending.then();
  }
}
