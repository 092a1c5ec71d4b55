/**
 * What a headless client tells whoever drives it, in the order in which it happens.
 *
 * @module
 */
import type { ClientMessage, ReadyMessage, ServerMessage, SliceHeader } from "../../wire/mod.ts";
import type { SliceRecord, TickRecord } from "../lag_records.ts";
import type { ClientState } from "./status.ts";

/** A slice that was applied. */
export interface AppliedSlice {
  /** Where it fell, against the playhead. */
  readonly record: SliceRecord;
  /** What the frame says of itself. */
  readonly header: Omit<SliceHeader, "flags">;
  /** Source epoch that it was applied in. */
  readonly epoch: number;
  /** Frames that were written, from `record.startSample` on; fewer than sent at the buffer's end. */
  readonly frames: number;
  /** CRC-32 of the payload after decompression; null at timing fidelity. */
  readonly payloadCrc: number | null;
  /** Bytes of the frame on the wire. */
  readonly bytes: number;
}

/** A buffer that was taken over: at the start, at a swap, after a reconnect. */
export interface TakenBuffer {
  /** What brought it. */
  readonly kind: "initial" | "swap" | "reconnect";
  /** Source epoch that begins with it. */
  readonly epoch: number;
  /** Samples per channel. */
  readonly frames: number;
  /** 1 or 2. */
  readonly channels: number;
}

/** Callbacks of a client. None may throw. */
export interface ClientObserver {
  /** The client stands somewhere else now. */
  onState?(state: ClientState): void;
  /** A session exists; its buffer is still to come. */
  onReady?(message: ReadyMessage): void;
  /** A buffer is about to be replaced: what was recorded of it can be dumped for the last time. */
  onLeave?(): void;
  /** A whole buffer was taken over; from the first one on the client streams. */
  onBuffer?(buffer: TakenBuffer): void;
  /** A slice was applied. */
  onSlice?(slice: AppliedSlice): void;
  /** A tick, sent or not. */
  onTick?(record: TickRecord): void;
  /** Any text frame but the handshake's, `params_update` included. */
  onEvent?(message: ServerMessage | { readonly type: string }): void;
  /** A text message was sent; `params` are not told here. */
  onSent?(message: ClientMessage): void;
  /** A binary could not be decoded. */
  onDecodeError?(error: Error): void;
  /** The session could not be made: a refusal, a timeout, a connection that broke before the buffer. */
  onFailure?(error: Error): void;
  /** A connection is gone. `willReconnect` says whether the client tries again by itself. */
  onClose?(code: number, reason: string, willReconnect: boolean): void;
  /** A reconnected session received its first slice. */
  onResumed?(gapS: number): void;
}
