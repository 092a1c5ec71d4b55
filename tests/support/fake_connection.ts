import type { Connection, ConnectionHandler, Packet } from "../../wire/mod.ts";

/** A server's end of a connection whose peer is the test. */
export class FakeConnection implements Connection {
  /** Whole messages in the order in which they were completed. */
  readonly sent: Packet[] = [];
  /** Sizes of all fragments. */
  readonly fragments: number[] = [];
  /** Everything that was done, in words: `text`, `binary`, `fragment`. */
  readonly log: string[] = [];
  /** Bytes that wait; grows with what is sent until the test drains it. */
  bufferedBytes = 0;
  /** What the buffer never exceeded. */
  maxBufferedBytes = 0;
  isOpen = true;
  isReadPaused = false;
  closedWith: { readonly code: number; readonly reason: string } | null = null;
  isTerminated = false;
  handler: ConnectionHandler | null = null;

  attach(handler: ConnectionHandler): void {
    this.handler = handler;
  }

  send(packet: Packet): void {
    if (!this.isOpen) return;
    this.log.push(packet.kind);
    this.sent.push(packet);
    this.#grow(packet.bytes);
  }

  sendFragment(packet: Packet, offset: number, length: number): void {
    if (!this.isOpen) return;
    this.log.push("fragment");
    this.fragments.push(length);
    if (offset + length >= packet.bytes) this.sent.push(packet);
    this.#grow(length);
  }

  setReadPaused(isPaused: boolean): void {
    this.isReadPaused = isPaused;
  }

  close(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.closedWith = { code, reason };
  }

  terminate(): void {
    this.isOpen = false;
    this.isTerminated = true;
  }

  /** The peer has read everything. */
  drain(): void {
    this.bufferedBytes = 0;
    this.handler?.onDrain?.();
  }

  #grow(bytes: number): void {
    this.bufferedBytes += bytes;
    this.maxBufferedBytes = Math.max(this.maxBufferedBytes, this.bufferedBytes);
  }
}
