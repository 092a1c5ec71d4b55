import type { Clock, Timer } from "../../runtime/clock.ts";
import type { Rng } from "../../runtime/rng.ts";
import type { Connection, ConnectionHandler, Dial, Packet } from "../../wire/connection.ts";
import { ABNORMAL_CLOSE } from "./endpoint.ts";
import { canBeSlice, corrupted } from "./faults.ts";
import { Link, LinkItem, type LinkSignal } from "./link.ts";
import type { NetworkProfile } from "./profile.ts";
import type { StallSchedule } from "./stalls.ts";

/** What a {@link ShapedConnection} is made of. */
export interface ShapedConnectionOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly dial: Dial;
  readonly profile: NetworkProfile;
  readonly upStalls: StallSchedule;
  readonly downStalls: StallSchedule;
  readonly closeTimeoutS: number;
}

/** A real connection with a simulated link before each of its directions. */
export class ShapedConnection implements Connection {
  readonly #clock: Clock;
  #owner: ConnectionHandler;
  readonly #closeTimeoutS: number;
  readonly #windowBytes: number;
  readonly #up: Link;
  readonly #down: Link;
  readonly #inner: Connection;
  #state: "opening" | "open" | "closing" | "closed" = "opening";
  #isToldClosed = false;
  #timer: Timer | null = null;
  /** Bytes that came in and that the client has not seen yet. */
  #pendingBytes = 0;
  #isInnerPaused = false;
  #isCorruptionDue = false;

  /** Dials at once. */
  constructor(handler: ConnectionHandler, options: ShapedConnectionOptions) {
    const { clock, rng, profile } = options;
    this.#clock = clock;
    this.#owner = handler;
    this.#closeTimeoutS = options.closeTimeoutS;
    this.#windowBytes = profile.windowBytes;
    const limits = {
      clock,
      windowBytes: profile.windowBytes,
      lowWaterBytes: profile.lowWaterBytes,
    };
    this.#up = new Link({
      ...limits,
      rng: rng.split("up"),
      profile: profile.up,
      stalls: options.upStalls,
      ends: { onArrive: (item) => this.#onSent(item), onDrain: () => this.#onDrain() },
    });
    this.#down = new Link({
      ...limits,
      rng: rng.split("down"),
      profile: profile.down,
      stalls: options.downStalls,
      ends: { onArrive: (item) => this.#onReceived(item), onDrain: () => {} },
    });
    this.#inner = options.dial({
      onOpen: () => this.#receive(new LinkItem(null, 0, { type: "opened" })),
      onPacket: (packet) => this.#receive(new LinkItem(packet, packet.bytes, null)),
      onDrain: () => this.#onDrain(),
      onClose: (code, reason) => {
        this.#receive(new LinkItem(null, 0, { type: "close", code, reason }));
      },
    });
  }

  get bufferedBytes(): number {
    return this.#up.bufferedBytes + this.#inner.bufferedBytes;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Whether the owner has been told of the end. */
  get isFinished(): boolean {
    return this.#isToldClosed;
  }

  attach(handler: ConnectionHandler): void {
    this.#owner = handler;
  }

  send(packet: Packet): void {
    if (this.#state === "open") this.#up.push(new LinkItem(packet, packet.bytes, null));
  }

  sendFragment(packet: Packet, offset: number, length: number): void {
    if (this.#state !== "open") return;
    const isLast = offset + length >= packet.bytes;
    this.#up.push(new LinkItem(isLast ? packet : null, length, null));
  }

  setReadPaused(isPaused: boolean): void {
    this.#down.setReadPaused(isPaused);
  }

  close(code: number, reason: string): void {
    if (this.#state === "closing" || this.#state === "closed") return;
    this.#state = "closing";
    this.#up.push(new LinkItem(null, 0, { type: "close", code, reason }));
    this.#timer = this.#clock.after(this.#closeTimeoutS, () => this.terminate());
  }

  terminate(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#up.cut();
    this.#down.cut();
    this.#inner.terminate();
    this.#clock.after(0, () => this.#finish(ABNORMAL_CLOSE, "connection dropped"));
  }

  /** Both directions lose everything from now on, and nobody is told. */
  swallow(): void {
    this.#up.swallow();
    this.#down.swallow();
  }

  /** Damages the next message that can be a slice. */
  corruptNextSlice(): void {
    this.#isCorruptionDue = true;
  }

  /** Changes the weather. */
  setProfile(profile: NetworkProfile): void {
    this.#up.setProfile(profile.up);
    this.#down.setProfile(profile.down);
  }

  #receive(item: LinkItem): void {
    this.#pendingBytes += item.bytes;
    if (this.#pendingBytes > this.#windowBytes && !this.#isInnerPaused) {
      this.#isInnerPaused = true;
      this.#inner.setReadPaused(true);
    }
    this.#down.push(item);
  }

  #onReceived(item: LinkItem): void {
    this.#pendingBytes -= item.bytes;
    if (this.#isInnerPaused && this.#pendingBytes <= this.#windowBytes / 2) {
      this.#isInnerPaused = false;
      this.#inner.setReadPaused(false);
    }
    if (item.signal !== null) this.#onSignal(item.signal);
    else if (item.packet !== null && this.#state === "open") {
      this.#owner.onPacket(this.#weathered(item.packet));
    }
  }

  #onSignal(signal: LinkSignal): void {
    if (signal.type === "opened" && this.#state === "opening") {
      this.#state = "open";
      this.#owner.onOpen?.();
    }
    if (signal.type === "close") {
      this.#state = "closed";
      this.#up.cut();
      this.#finish(signal.code, signal.reason);
    }
  }

  #onSent(item: LinkItem): void {
    if (item.signal?.type === "close") this.#inner.close(item.signal.code, item.signal.reason);
    else if (item.packet !== null) this.#inner.send(item.packet);
  }

  #onDrain(): void {
    if (this.#state === "open") this.#owner.onDrain?.();
  }

  #weathered(packet: Packet): Packet {
    if (!this.#isCorruptionDue || !canBeSlice(packet)) return packet;
    this.#isCorruptionDue = false;
    return corrupted(packet);
  }

  #finish(code: number, reason: string): void {
    if (this.#isToldClosed) return;
    this.#isToldClosed = true;
    this.#timer?.cancel();
    this.#owner.onClose(code, reason);
  }
}
