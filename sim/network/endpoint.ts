import type { Clock, Timer } from "../../runtime/clock.ts";
import type { Connection, ConnectionHandler, Packet } from "../../wire/connection.ts";
import { type Link, LinkItem, type LinkSignal } from "./link.ts";

/** Close code of a connection that broke. */
export const ABNORMAL_CLOSE = 1006;

/** What an {@link Endpoint} is made of. */
export interface EndpointOptions {
  readonly clock: Clock;
  /** How long a close waits for the peer's answer. */
  readonly closeTimeoutS: number;
}

/** One end of a simulated connection. */
export class Endpoint implements Connection {
  readonly #clock: Clock;
  readonly #closeTimeoutS: number;
  #out: Link | null = null;
  #in: Link | null = null;
  #handler: ConnectionHandler | null = null;
  #state: "opening" | "open" | "closing" | "closed" = "opening";
  #closed: { readonly code: number; readonly reason: string } | null = null;
  #timer: Timer | null = null;
  #isPausedByOwner = false;

  /** An end that is not open yet; {@link Endpoint.join} gives it its links. */
  constructor(options: EndpointOptions) {
    this.#clock = options.clock;
    this.#closeTimeoutS = options.closeTimeoutS;
  }

  /** Names the link this end sends on and the one it reads from. */
  join(out: Link, from: Link): void {
    this.#out = out;
    this.#in = from;
  }

  get bufferedBytes(): number {
    return this.#out?.bufferedBytes ?? 0;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Whether the owner has been told of the end. */
  get isFinished(): boolean {
    return this.#closed !== null;
  }

  attach(handler: ConnectionHandler): void {
    this.#handler = handler;
    this.#in?.setReadPaused(this.#isPausedByOwner);
    const closed = this.#closed;
    if (closed !== null) this.#clock.after(0, () => handler.onClose(closed.code, closed.reason));
  }

  send(packet: Packet): void {
    if (this.#state !== "open") return;
    this.#out?.push(new LinkItem(packet, packet.bytes, null));
  }

  sendFragment(packet: Packet, offset: number, length: number): void {
    if (this.#state !== "open") return;
    const isLast = offset + length >= packet.bytes;
    this.#out?.push(new LinkItem(isLast ? packet : null, length, null));
  }

  setReadPaused(isPaused: boolean): void {
    this.#isPausedByOwner = isPaused;
    if (this.#handler !== null) this.#in?.setReadPaused(isPaused);
  }

  close(code: number, reason: string): void {
    if (this.#state === "closing" || this.#state === "closed") return;
    this.#state = "closing";
    this.signal({ type: "close", code, reason });
    this.#timer = this.#clock.after(this.#closeTimeoutS, () => this.terminate());
  }

  terminate(): void {
    if (this.#state === "closed") return;
    const signal = { type: "reset", reason: "connection reset by peer" } as const;
    this.#out?.reset(new LinkItem(null, 0, signal));
    this.fail("connection dropped");
  }

  /** Asks the peer for a connection; gives up after `timeoutS`. */
  open(timeoutS: number): void {
    this.signal({ type: "open" });
    this.#timer = this.#clock.after(timeoutS, () => {
      if (this.#state === "opening") this.fail(`no answer within ${timeoutS} s`);
    });
  }

  /** The connection is open on this side, which is the accepting one. Nothing is read yet. */
  accept(): void {
    this.#state = "open";
    this.#in?.setReadPaused(this.#handler === null);
    this.signal({ type: "opened" });
  }

  /** Sends a signal behind everything that was sent before. */
  signal(signal: LinkSignal): void {
    this.#out?.push(new LinkItem(null, 0, signal));
  }

  /** The connection broke: the owner is told in an event of its own. */
  fail(reason: string): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#clock.after(0, () => this.#finish(ABNORMAL_CLOSE, reason));
  }

  /** An item came in. */
  onArrive(item: LinkItem): void {
    if (item.signal !== null) this.#onSignal(item.signal);
    else if (item.packet !== null && this.#state === "open") this.#handler?.onPacket(item.packet);
  }

  /** This end's send buffer has drained. */
  onDrain(): void {
    if (this.#state === "open") this.#handler?.onDrain?.();
  }

  #onSignal(signal: LinkSignal): void {
    if (this.#state === "closed") return;
    switch (signal.type) {
      case "opened":
        if (this.#state !== "opening") return;
        this.#state = "open";
        this.#timer?.cancel();
        this.#handler?.onOpen?.();
        return;
      case "close":
        // A close that crosses ours is its answer; otherwise ours is the answer to it.
        if (this.#state !== "closing") this.signal(signal);
        this.#state = "closed";
        this.#finish(signal.code, signal.reason);
        return;
      case "reset":
        this.#state = "closed";
        this.#out?.dropUnsent();
        this.#finish(ABNORMAL_CLOSE, signal.reason);
        return;
      case "open":
        return;
    }
  }

  #finish(code: number, reason: string): void {
    if (this.#closed !== null) return;
    this.#closed = { code, reason };
    this.#timer?.cancel();
    this.#handler?.onClose(code, reason);
  }
}
