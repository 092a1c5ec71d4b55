/**
 * The road between client and server, with a look at what passes.
 *
 * @module
 */
import type { Connection, ConnectionHandler, Dial, Packet } from "../../wire/mod.ts";
import type { Checker } from "./checker.ts";

/** Who looks. */
export interface RoadTap {
  /** A new connection is dialled. */
  readonly onDial: () => void;
  /** Shown each packet before the client gets it. */
  readonly incoming: readonly Checker[];
  /** Shown each packet before the client's end takes it. */
  readonly outgoing: readonly Checker[];
}

/** A dial whose connections are looked at. */
export function tapped(dial: Dial, { onDial, incoming, outgoing }: RoadTap): Dial {
  let newest = 0;
  return (handler) => {
    onDial();
    const number = ++newest;
    // What still comes along a road that was given up reaches nobody.
    const connection = dial(handlerFor(handler, () => number === newest ? incoming : []));
    return new TappedConnection(connection, outgoing);
  };
}

function handlerFor(
  handler: ConnectionHandler,
  incoming: () => readonly Checker[],
): ConnectionHandler {
  return {
    onOpen: () => handler.onOpen?.(),
    onPacket(packet) {
      for (const checker of incoming()) checker.onPacket!(packet);
      handler.onPacket(packet);
    },
    onDrain: () => handler.onDrain?.(),
    onClose: (code, reason) => handler.onClose(code, reason),
  };
}

class TappedConnection implements Connection {
  readonly #inner: Connection;
  readonly #outgoing: readonly Checker[];

  constructor(inner: Connection, outgoing: readonly Checker[]) {
    this.#inner = inner;
    this.#outgoing = outgoing;
  }

  get bufferedBytes(): number {
    return this.#inner.bufferedBytes;
  }

  get isOpen(): boolean {
    return this.#inner.isOpen;
  }

  attach(handler: ConnectionHandler): void {
    this.#inner.attach(handler);
  }

  send(packet: Packet): void {
    const { bufferedBytes } = this.#inner;
    for (const checker of this.#outgoing) checker.onSending!(packet, bufferedBytes);
    this.#inner.send(packet);
  }

  sendFragment(packet: Packet, offset: number, length: number): void {
    this.#inner.sendFragment(packet, offset, length);
  }

  setReadPaused(isPaused: boolean): void {
    this.#inner.setReadPaused(isPaused);
  }

  close(code: number, reason: string): void {
    this.#inner.close(code, reason);
  }

  terminate(): void {
    this.#inner.terminate();
  }
}
