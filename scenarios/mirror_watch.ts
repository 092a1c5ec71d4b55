/**
 * The server's side of the mirror comparison: watches one session's outbox.
 *
 * @module
 */
import type { OutboxObserver, StreamingSession } from "../server/streaming/mod.ts";
import { type MirrorMark, mirrorMark, wholeMirrorCrc } from "../sim/mod.ts";
import type { SliceSender } from "../wire/mod.ts";

/** The `client_id` of the client that a scenario watches. */
export const MAIN_CLIENT_ID = "headway";

/** What the watch tells. */
export interface MirrorWatchEvents {
  /** The session's sender has sent a slice or a buffer. Without it no checksum is made. */
  onMark?(mark: MirrorMark): void;
  onDrop(cause: "window" | "age"): void;
}

/** Watches the session of the client that a scenario is about. */
export class MirrorWatch {
  readonly #events: MirrorWatchEvents;
  #session: StreamingSession | null = null;
  #sender: SliceSender | null = null;

  /** A watch that has seen no session yet. */
  constructor(events: MirrorWatchEvents) {
    this.#events = events;
  }

  /** The newest session of the watched client. */
  get session(): StreamingSession | null {
    return this.#session;
  }

  /** Stops the generator of the watched session. */
  hold(): void {
    this.#session?.hold();
  }

  /** CRC-32 of what the client should have; null before there is anything. */
  wholeCrc(): number | null {
    const mirror = this.#sender?.mirror;
    return mirror === undefined || mirror.length === 0 ? null : wholeMirrorCrc(mirror);
  }

  /** To be called with each new session; watches those of the main client. */
  readonly onSession = (session: StreamingSession): OutboxObserver | undefined => {
    if (session.config.clientId !== MAIN_CLIENT_ID) return undefined;
    this.#session = session;
    let epoch = -1;
    return {
      onSliceDropped: (_event, cause) => {
        if (cause !== "unfit") this.#events.onDrop(cause);
      },
      onSliceSent: (event, _packet, sender) => {
        this.#sender = sender;
        const { mirror } = sender;
        if (mirror.length === 0 || this.#events.onMark === undefined) return;
        const { startSample, channels } = event;
        const frames = Math.min(event.numSamples, mirror.length / channels - startSample);
        this.#events.onMark(mirrorMark(mirror, channels, {
          session: session.id,
          kind: "slice",
          epoch: event.epoch,
          startSample,
          frames,
        }));
      },
      onBufferSent: ({ channels, frames }, sender) => {
        epoch++;
        this.#sender = sender;
        if (sender.mirror.length === 0 || this.#events.onMark === undefined) return;
        this.#events.onMark(mirrorMark(sender.mirror, channels, {
          session: session.id,
          kind: "buffer",
          epoch,
          startSample: 0,
          frames,
        }));
      },
    };
  };
}

/** Tells both of two that watch an outbox, either of which may be missing. */
export function bothOutboxes(
  first: OutboxObserver | undefined,
  second: OutboxObserver | undefined,
): OutboxObserver | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return {
    onSliceSent(...args) {
      first.onSliceSent?.(...args);
      second.onSliceSent?.(...args);
    },
    onSliceDropped(...args) {
      first.onSliceDropped?.(...args);
      second.onSliceDropped?.(...args);
    },
    onBufferSent(...args) {
      first.onBufferSent?.(...args);
      second.onBufferSent?.(...args);
    },
  };
}
