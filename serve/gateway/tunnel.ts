/**
 * Carries the bytes of one WebSocket between two TCP connections, as they are: frames, fragments,
 * masks, pings and closes included. A peer that does not read makes the other one wait; a reset
 * becomes a reset, a half-close a half-close.
 *
 * @module
 */
import type { Socket } from "node:net";
import type { Clock, Timer } from "../../runtime/mod.ts";
import type { Direction } from "../../scenarios/recording/mod.ts";
import type { ConnectionWatch } from "./connection_watch.ts";
import type { LatencyMeter } from "./figures.ts";
import { closeFrame } from "./frame_reader.ts";

/** How long one side may stay open after the other has ended, seconds. */
const HALF_OPEN_S = 30;
/** How long a close of our own may take, seconds. */
const CLOSE_WITHIN_S = 2;

/** What a tunnel is made of. */
export interface TunnelOptions {
  readonly client: Socket;
  readonly server: Socket;
  readonly watch: ConnectionWatch;
  readonly meter: LatencyMeter;
  readonly clock: Clock;
  /** Both sides are gone. */
  readonly onGone: () => void;
}

/** One WebSocket on its way. */
export class Tunnel {
  readonly #options: TunnelOptions;
  /** Reasons for which a side is not read from just now. */
  readonly #holds = { up: 0, down: 0 };
  readonly #isGone = { client: false, server: false };
  #limit: Timer | null = null;
  /** Which side ended first, and how. */
  #end:
    | { readonly side: "client" | "server" | "gateway"; readonly how: "closed" | "reset" }
    | null = null;
  /** We are closing: what still comes is dropped. */
  #isClosing = false;

  /** Begins to carry. `early` is what each side sent before. */
  constructor(options: TunnelOptions, early: { client: Uint8Array; server: Uint8Array }) {
    this.#options = options;
    for (const socket of [options.client, options.server]) {
      socket.setTimeout(0);
      socket.setNoDelay(true);
      // A side that ends goes on listening: what it is told then still matters.
      socket.allowHalfOpen = true;
    }
    this.#carry("up", early.client);
    this.#carry("down", early.server);
  }

  /** Ends both sides in order where that is possible, at once where it is not. */
  close(code: number, reason: string): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#closeSide("down", code, reason);
    this.#closeSide("up", code, reason);
    this.#within(CLOSE_WITHIN_S);
  }

  /** Drops both sides at once. */
  terminate(): void {
    this.#over("gateway", "reset");
    this.#options.client.resetAndDestroy();
    this.#options.server.resetAndDestroy();
  }

  #carry(dir: Direction, early: Uint8Array): void {
    const { client, server } = this.#options;
    const [side, from, to] = dir === "up"
      ? ["client", client, server] as const
      : ["server", server, client] as const;
    from.on("data", (bytes: Uint8Array) => this.#pass(dir, from, to, bytes));
    from.on("end", () => {
      this.#over(side, "closed");
      to.end();
      this.#within(HALF_OPEN_S);
    });
    from.on("error", () => {
      this.#over(side, "reset");
      if (!to.destroyed) to.resetAndDestroy();
    });
    from.on("close", () => {
      // Gone without an end: whatever the reason, the other side must not be left waiting.
      if (!from.readableEnded && !to.destroyed) to.resetAndDestroy();
      this.#over(side, from.readableEnded ? "closed" : "reset");
      this.#gone(side);
    });
    if (early.length > 0) this.#pass(dir, from, to, early);
    if (from.destroyed) from.emit("close");
    else from.resume();
  }

  #pass(dir: Direction, from: Socket, to: Socket, bytes: Uint8Array): void {
    if (this.#isClosing || to.destroyed) return;
    const { clock, meter, watch } = this.#options;
    const cameS = clock.now();
    // What takes long with a long message, or behind bytes that wait, is the peer that reads it.
    const isFree = to.writableLength === 0 && watch.isBetweenFrames(dir);
    let isWhole = false;
    const hasRoom = to.write(bytes, () => {
      if (isWhole) meter.add(clock.now() - cameS);
    });
    watch.take(dir, bytes);
    isWhole = isFree && watch.isBetweenFrames(dir);
    if (!hasRoom) this.#hold(dir, from, (goOn) => to.once("drain", goOn));
    if (!watch.hasRoom) this.#hold(dir, from, (goOn) => watch.whenRoom(goOn));
  }

  /** Reads no more from a side until all that it was held for is over. */
  #hold(dir: Direction, from: Socket, wait: (goOn: () => void) => void): void {
    this.#holds[dir]++;
    from.pause();
    wait(() => {
      if (--this.#holds[dir] === 0) from.resume();
    });
  }

  #closeSide(dir: Direction, code: number, reason: string): void {
    const { client, server, watch } = this.#options;
    const to = dir === "up" ? server : client;
    if (to.destroyed || to.writableEnded) return;
    if (!watch.isBetweenFrames(dir)) {
      // A close frame inside of another frame would be read as its payload.
      to.resetAndDestroy();
      return;
    }
    to.write(closeFrame(code, reason, dir === "up"));
    watch.closed(dir, code, reason);
    to.end();
    to.resume();
  }

  #over(side: "client" | "server" | "gateway", how: "closed" | "reset"): void {
    this.#end ??= this.#isClosing ? { side: "gateway", how: "closed" } : { side, how };
  }

  #within(seconds: number): void {
    this.#limit?.cancel();
    this.#limit = this.#options.clock.after(seconds, () => this.terminate());
  }

  #gone(side: "client" | "server"): void {
    this.#isGone[side] = true;
    if (!this.#isGone.client || !this.#isGone.server) return;
    this.#limit?.cancel();
    // Only now: what the other side still said after the first end belongs to the session.
    if (this.#end !== null) this.#options.watch.end(this.#end.side, this.#end.how);
    this.#options.onGone();
  }
}
