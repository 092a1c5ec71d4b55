/**
 * What goes on, in the words of the protocol's dashboards: events, and the channels that are open.
 *
 * @module
 */
import { type Clock, Ring } from "../../runtime/mod.ts";

/** What can happen. */
export type BusEventType =
  | "modality.gate"
  | "modality.filtered"
  | "modality.input"
  | "modality.encode_start"
  | "modality.output";

/** Something that happened. */
export interface BusEvent {
  readonly type: BusEventType;
  readonly modality: "voice" | "text";
  readonly channel: string;
  readonly timestamp: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What was understood of what somebody said. */
export interface Heard {
  readonly channel: string;
  readonly text: string;
  readonly durationS: number;
}

/** Channels that are remembered after they have closed. */
const MAX_CHANNELS = 100;

/** Events and channels. */
export class VoiceBus {
  readonly events = new Ring<BusEvent>(100);
  readonly #clock: Clock;
  readonly #channels = new Map<string, { isActive: boolean }>();
  readonly #ears = new Set<(heard: Heard) => void>();
  #count = 0;

  /** Nothing has happened. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Events since the start. */
  get count(): number {
    return this.#count;
  }

  /** Keeps an event. */
  emit(
    type: BusEventType,
    modality: BusEvent["modality"],
    channel: string,
    data: BusEvent["data"] = {},
  ): void {
    this.#count++;
    this.events.push({ type, modality, channel, timestamp: this.#clock.unixS(), data });
  }

  /** Somebody said something into a channel, and it was understood. */
  heard(heard: Heard): void {
    for (const ear of [...this.#ears]) ear(heard);
  }

  /** Hears what is said from now on; the returned function ends that. */
  listen(ear: (heard: Heard) => void): () => void {
    this.#ears.add(ear);
    return () => this.#ears.delete(ear);
  }

  /** A channel opens, or closes; of those that have closed the last hundred are remembered. */
  setChannel(id: string, isActive: boolean): void {
    this.#channels.delete(id);
    this.#channels.set(id, { isActive });
    for (const [old, channel] of this.#channels) {
      if (this.#channels.size <= MAX_CHANNELS) break;
      if (!channel.isActive) this.#channels.delete(old);
    }
  }

  /** Every channel, with what `more` adds to it. */
  channels(more: (id: string) => object = () => ({})): Readonly<Record<string, object>> {
    return Object.fromEntries(
      [...this.#channels].map(([id, { isActive }]) => [id, {
        modalities: ["voice", "text"],
        active: isActive,
        ...more(id),
      }]),
    );
  }
}
