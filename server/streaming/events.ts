/**
 * What a session tells its subscribers, and the bounded queue between them.
 *
 * A session never waits for a subscriber: each has a queue of its own. What happens when it is full
 * depends on the event's class; control events are never lost silently.
 *
 * @module
 */
import {
  type MadeBulk,
  MAX_RAW_KEYS,
  type ParamsEchoMessage,
  type ParamsUpdateMessage,
  type PromptBlendEchoMessage,
  type ServerMessage,
  type StemAssetsMessage,
  type StemFailedMessage,
  type SwapReadyMessage,
} from "../../wire/mod.ts";
import type { AudioClip } from "./engine/engine.ts";
import { NO_FAULTS, type StreamFaults } from "./faults.ts";

/** Most events that wait for one subscriber. */
export const QUEUE_EVENTS = 256;
/** Most bytes of slice audio (f32) that wait for one subscriber. */
export const QUEUE_AUDIO_BYTES = 4 * 2 ** 20;

/** A window of fresh audio. */
export interface SliceEvent {
  readonly type: "slice";
  readonly startSample: number;
  readonly numSamples: number;
  readonly channels: number;
  readonly tickMs: number;
  readonly decMs: number;
  readonly numGens: number;
  /** Interleaved f32; empty at timing fidelity. */
  readonly audio: Float32Array;
  readonly epoch: number;
  /** Running number of the slice in its session, from 1. */
  readonly sliceNumber: number;
  /** Equal keys sound equal at equal positions; sizes are estimated from it at timing fidelity. */
  readonly contentKey: number;
  /** When it was queued, on the session's clock. */
  readonly queuedAtS: number;
  /** Frames of the whole buffer: a slice of that length is exempt from flow control. */
  readonly bufferFrames: number;
  /** Whether a loop band was armed: laps may then be shorter than a window. */
  readonly isInBand: boolean;
  /** Follows the slice directly. */
  readonly update: ParamsUpdateMessage;
}

/** A stem as it travels: its name, and its audio (null at timing fidelity). */
export interface StemSet {
  readonly message: StemAssetsMessage;
  readonly clips: readonly AudioClip[];
}

/** Something that only one may have. */
export class ForOne<T> {
  #value: T | null;

  /** For whoever comes first. */
  constructor(value: T) {
    this.#value = value;
  }

  /** The value; null for everybody but the first. */
  take(): T | null {
    const value = this.#value;
    this.#value = null;
    return value;
  }
}

/** A committed swap: text, buffer and stems are one indivisible group. */
export interface SwapEvent {
  readonly type: "swap";
  readonly message: SwapReadyMessage;
  readonly source: AudioClip;
  /** The buffer's message, for the subscriber that takes it first; the others make their own. */
  readonly made: ForOne<MadeBulk> | null;
  readonly stems: StemSet | StemFailedMessage | null;
}

/** Stems that were made for a source that is already playing. */
export interface StemsEvent {
  readonly type: "stems";
  readonly stems: StemSet;
}

/** A change that somebody outside made, for the PRIMARY client to adopt. */
export interface EchoEvent {
  readonly type: "echo";
  readonly message: ParamsEchoMessage | PromptBlendEchoMessage;
}

/** Any other message. */
export interface MessageEvent {
  readonly type: "message";
  readonly message: ServerMessage;
}

/** The queue overflowed with events that must not be lost: the subscription is over. */
export interface SubscriberDroppedEvent {
  readonly type: "subscriberDropped";
  readonly reason: string;
}

/** Everything that a session publishes. */
export type SessionEvent = SliceEvent | SwapEvent | StemsEvent | EchoEvent | MessageEvent;

/** What a full queue does with an event. */
export type DeliveryClass = "dropOldest" | "coalesce" | "neverDrop";

/** The class of an event. */
export function deliveryClass(event: SessionEvent): DeliveryClass {
  switch (event.type) {
    case "slice":
      return "dropOldest";
    case "echo":
      return "coalesce";
    default:
      return "neverDrop";
  }
}

/** Bytes of a slice's audio as f32; the same at timing fidelity, so that queues overflow alike. */
function audioBytes({ numSamples, channels }: SliceEvent): number {
  return numSamples * channels * 4;
}

/** Limits of a subscription. */
export interface SubscriptionOptions {
  readonly capacity?: number;
  readonly audioBytes?: number;
  /** Called with each slice that had to make room, or found none. */
  readonly onSliceLost?: (slice: SliceEvent) => void;
  /** Defences that are switched off. */
  readonly faults?: StreamFaults;
}

/** Counts of what happened to a subscription's events. */
export interface SubscriptionStats {
  readonly published: number;
  /** Slices and echoes that were evicted or refused. */
  readonly dropped: number;
  /** The echoes among them. */
  readonly droppedEchoes: number;
  readonly coalesced: number;
  /** Most events that ever waited. */
  readonly maxQueued: number;
}

/** One subscriber's queue. */
export class Subscription {
  readonly #capacity: number;
  readonly #audioBytesMax: number;
  readonly #faults: StreamFaults;
  readonly #onSliceLost: ((slice: SliceEvent) => void) | null;
  #queue: (SessionEvent | SubscriberDroppedEvent)[] = [];
  #audioBytes = 0;
  #isOpen = true;
  #published = 0;
  #dropped = 0;
  #droppedEchoes = 0;
  #coalesced = 0;
  #maxQueued = 0;
  /** Called after something was queued, and at the end; must not throw. */
  onReady: (() => void) | null = null;

  /** An open, empty queue. */
  constructor(options: SubscriptionOptions = {}) {
    this.#capacity = options.capacity ?? QUEUE_EVENTS;
    this.#audioBytesMax = options.audioBytes ?? QUEUE_AUDIO_BYTES;
    this.#faults = options.faults ?? NO_FAULTS;
    this.#onSliceLost = options.onSliceLost ?? null;
  }

  /** How many events wait. */
  get length(): number {
    return this.#queue.length;
  }

  /** Whether one more event would need room to be made. */
  get isFull(): boolean {
    return this.#queue.length >= this.#capacity;
  }

  /** Bytes of slice audio that wait. */
  get audioBytes(): number {
    return this.#audioBytes;
  }

  /** False after {@link Subscription.close} or an overflow. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether it ended by an overflow: only the notice waits, and it should not wait long. */
  get hasOverflowed(): boolean {
    return this.#queue[0]?.type === "subscriberDropped";
  }

  /** What happened so far. */
  get stats(): SubscriptionStats {
    return {
      published: this.#published,
      dropped: this.#dropped,
      droppedEchoes: this.#droppedEchoes,
      coalesced: this.#coalesced,
      maxQueued: this.#maxQueued,
    };
  }

  /** Takes the oldest event out; null when none waits. */
  take(): SessionEvent | SubscriberDroppedEvent | null {
    const event = this.#queue.shift();
    if (event === undefined) return null;
    if (event.type === "slice") this.#audioBytes -= audioBytes(event);
    return event;
  }

  /** Queues an event. Never blocks; on a full queue the event's class decides who gives way. */
  push(event: SessionEvent): void {
    if (!this.#isOpen) return;
    this.#published++;
    if (this.#enqueue(event)) {
      this.#maxQueued = Math.max(this.#maxQueued, this.#queue.length);
      this.onReady?.();
    }
  }

  /** Takes nothing more in; what is queued can still be taken. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.onReady?.();
  }

  /** Empties the queue as well. */
  discard(): void {
    this.#queue = [];
    this.#audioBytes = 0;
    this.close();
  }

  #enqueue(event: SessionEvent): boolean {
    if (event.type === "slice") {
      const bytes = audioBytes(event);
      while (this.#audioBytes > 0 && this.#audioBytes + bytes > this.#audioBytesMax) {
        this.#evict((e) => e.type === "slice");
      }
    }
    if (this.#queue.length >= this.#capacity) {
      const kind = deliveryClass(event);
      if (kind === "coalesce" && this.#coalesce(event as EchoEvent)) return true;
      const { dropControlEvents } = this.#faults;
      if (!this.#evict((e) => dropControlEvents || e.type === "slice" || e.type === "echo")) {
        if (kind !== "neverDrop") {
          this.#dropped++;
          if (event.type === "slice") this.#onSliceLost?.(event);
          else this.#droppedEchoes++;
          return false;
        }
        return this.#overflow(event);
      }
    }
    this.#queue.push(event);
    if (event.type === "slice") this.#audioBytes += audioBytes(event);
    return true;
  }

  /**
   * Merges an echo into the newest queued echo of its type; keys of the older one are kept, as long
   * as there are no more of them than one message may have.
   */
  #coalesce(event: EchoEvent): boolean {
    const index = this.#queue.findLastIndex((queued) =>
      queued.type === "echo" && queued.message.type === event.message.type
    );
    if (index < 0) return false;
    const queued = this.#queue[index] as EchoEvent;
    let { message } = event;
    const { overwriteEchoes } = this.#faults;
    if (
      message.type === "params_echo" && queued.message.type === "params_echo" && !overwriteEchoes
    ) {
      const raw = { ...queued.message.raw, ...message.raw };
      if (Object.keys(raw).length > MAX_RAW_KEYS) return false;
      message = { ...message, raw };
    }
    this.#queue[index] = { type: "echo", message };
    this.#coalesced++;
    return true;
  }

  #evict(isDroppable: (event: SessionEvent | SubscriberDroppedEvent) => boolean): boolean {
    const index = this.#queue.findIndex(isDroppable);
    if (index < 0) return false;
    const [event] = this.#queue.splice(index, 1);
    this.#dropped++;
    if (event?.type === "echo") this.#droppedEchoes++;
    if (event?.type === "slice") {
      this.#audioBytes -= audioBytes(event);
      this.#onSliceLost?.(event);
    }
    return true;
  }

  #overflow(event: SessionEvent): boolean {
    const name = event.type === "message" ? event.message.type : event.type;
    this.#isOpen = false;
    this.#audioBytes = 0;
    this.#queue = [{
      type: "subscriberDropped",
      reason: `subscriber queue is full of control events; "${name}" found no room`,
    }];
    return true;
  }
}

/** One session's bus: whatever is published reaches each open subscription. */
export class EventBus {
  readonly #subscriptions = new Set<Subscription>();

  /** How many subscriptions are open. */
  get subscribers(): number {
    return this.#subscriptions.size;
  }

  /** The open queues, for whoever looks at how full they are. */
  get queues(): Iterable<Subscription> {
    return this.#subscriptions;
  }

  /** Adds a subscriber. */
  subscribe(options: SubscriptionOptions = {}): Subscription {
    const subscription = new Subscription(options);
    this.#subscriptions.add(subscription);
    return subscription;
  }

  /** Ends a subscription; what is queued is discarded. */
  unsubscribe(subscription: Subscription): void {
    subscription.discard();
    this.#subscriptions.delete(subscription);
  }

  /** Queues an event for every subscriber. */
  publish(event: SessionEvent): void {
    for (const subscription of this.#subscriptions) {
      subscription.push(event);
      if (!subscription.isOpen) this.#subscriptions.delete(subscription);
    }
  }

  /** Ends the bus; queued events can still be taken. */
  close(): void {
    const ending = [...this.#subscriptions];
    this.#subscriptions.clear();
    for (const subscription of ending) subscription.close();
  }
}
