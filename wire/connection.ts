/**
 * One ordered, reliable, message-shaped road between a client and a server, as both ends see it:
 * a WebSocket in a live run, a simulated link in virtual time. Types only.
 *
 * @module
 */
import type { ClientMessage, ServerMessage } from "./messages.ts";

/**
 * What a slice is at timing fidelity: its header, and which generation of audio it carries, but no
 * samples.
 */
export interface CellSlice {
  /** First frame in the buffer. */
  readonly startSample: number;
  /** Frames, at least 1. */
  readonly numSamples: number;
  /** 1 or 2. */
  readonly channels: number;
  /** Time of the generation step, ms. */
  readonly tickMs: number;
  /** Time of decoding, ms. */
  readonly decMs: number;
  /** Generations so far. */
  readonly numGens: number;
  /** Source epoch that the slice belongs to. */
  readonly epoch: number;
  /** Running number of the slice within its session, from 1. */
  readonly sliceNumber: number;
}

/**
 * One message on the road. `text` and `binary` are what a WebSocket carries. A server gets a long
 * `binary` as `pieces`, in order, which nobody joins on the thread that reads; each has memory of its
 * own, which whoever takes the message may give away. The other kinds exist at timing fidelity only: the same messages without their samples, with the size that the real
 * bytes would have.
 */
export type Packet =
  | { readonly kind: "text"; readonly text: string; readonly bytes: number }
  | { readonly kind: "binary"; readonly data: Uint8Array; readonly bytes: number }
  | {
    readonly kind: "pieces";
    readonly pieces: readonly Uint8Array<ArrayBuffer>[];
    readonly bytes: number;
  }
  | {
    readonly kind: "message";
    readonly message: ClientMessage | ServerMessage;
    readonly bytes: number;
  }
  | { readonly kind: "slice"; readonly slice: CellSlice; readonly bytes: number }
  | {
    readonly kind: "buffer";
    readonly frames: number;
    readonly channels: number;
    readonly bytes: number;
  };

/** What a connection tells its owner. No method may throw. */
export interface ConnectionHandler {
  /** A dialled connection is open. Not called on the accepting side, which gets it open. */
  onOpen?(): void;
  /** A whole message arrived. */
  onPacket(packet: Packet): void;
  /** {@link Connection.bufferedBytes} has fallen to the low-water mark after a rise above it. */
  onDrain?(): void;
  /** The connection is gone, for whatever reason. Called exactly once, and nothing after it. */
  onClose(code: number, reason: string): void;
}

/** One end of the road. */
export interface Connection {
  /** Bytes that were handed to {@link Connection.send} and have not left this end yet. */
  readonly bufferedBytes: number;
  /** False once either side has begun to close. Sending is then ignored. */
  readonly isOpen: boolean;
  /** Names the handler; until then nothing is delivered. */
  attach(handler: ConnectionHandler): void;
  /** Sends one message. */
  send(packet: Packet): void;
  /**
   * Sends bytes `[offset, offset + length)` of a message as one fragment. Fragments of a message
   * follow each other, with nothing between; the one that reaches `packet.bytes` completes it.
   */
  sendFragment(packet: Packet, offset: number, length: number): void;
  /** Stops reading (true) or reads on (false): back pressure on the peer, as TCP makes it. */
  setReadPaused(paused: boolean): void;
  /** Closes in an orderly way: what was sent before is still delivered. */
  close(code: number, reason: string): void;
  /** Drops the connection at once, unsent bytes included. */
  terminate(): void;
}

/** Opens a connection; `handler.onOpen` or `handler.onClose` follows, never before it returns. */
export type Dial = (handler: ConnectionHandler) => Connection;
