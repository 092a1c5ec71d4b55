import type { Socket } from "node:net";
// @ts-types="@types/ws"
import type { WebSocket } from "ws";
import type { Clock, Timer } from "../../runtime/mod.ts";
import {
  CLOSE,
  type Connection,
  type ConnectionHandler,
  MAX_TEXT_BYTES,
  type Packet,
} from "../../wire/mod.ts";
import { BinaryIntake, PIECE_BYTES, type Pieces } from "./binary_intake.ts";
import { type PeerLimits, PeerWatch, type WatchedPeer } from "./peer_watch.ts";
import { HIGH_WATER_BYTES, LOW_WATER_BYTES } from "./send_limits.ts";

/** Seconds that an orderly close may take before the connection is dropped. */
const CLOSE_WITHIN_S = 5;
/** The longest reason of a close frame, RFC 6455 section 5.5. */
const MAX_REASON_BYTES = 123;

/** What a connection reports that ended without a close frame, RFC 6455 section 7.1.5. */
const ABNORMAL = 1006;

/** Names of `ws` errors that mean: the message is longer than the cap. */
const TOO_BIG_ERRORS: ReadonlySet<string> = new Set([
  "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH",
  "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH",
]);

/** Options of {@link WsServerConnection}. */
export interface WsServerConnectionOptions {
  /** Time for the watch over the peer, and for closing. */
  readonly clock: Clock;
  /** Limits of the watch over the peer; for tests. */
  readonly limits?: PeerLimits;
}

/**
 * The server's end of one WebSocket.
 *
 * Bytes given to {@link WsServerConnection.send} are not copied: they must not change until they
 * have left, which is when {@link WsServerConnection.bufferedBytes} has fallen.
 */
export class WsServerConnection implements Connection {
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #watch: PeerWatch;
  readonly #intake: BinaryIntake;
  #handler: ConnectionHandler | null = null;
  /** What arrived before there was a handler: at most what one read of the socket held. */
  #early: Packet[] = [];
  #isOpen = true;
  #isDone = false;
  #isReadPaused = false;
  #isAboveHighWater = false;
  #sentBytes = 0;
  #consumedBytes: number;
  #closeTimer: Timer | null = null;
  #drainTimer: Timer | null = null;
  /** How the connection ended, as far as this end decided it. */
  #end: { readonly code: number; readonly reason: string } | null = null;

  /** Takes over an open server-side socket and the TCP socket below it. */
  constructor(ws: WebSocket, socket: Socket, options: WsServerConnectionOptions) {
    this.#ws = ws;
    this.#socket = socket;
    this.#clock = options.clock;
    this.#consumedBytes = socket.bytesRead;
    socket.setNoDelay(true);
    this.#intake = intakeBetween(socket);
    ws.pause();
    ws.on("message", (data: Uint8Array, isBinary: boolean) => this.#onMessage(data, isBinary));
    ws.on("pong", () => {
      this.#consumedBytes = socket.bytesRead;
      this.#watch.pong();
    });
    ws.on("error", (error: Error & { code?: string }) => this.#onError(error));
    ws.on("close", (code: number, reason: Uint8Array) => this.#onWsClose(code, reason));
    this.#watch = new PeerWatch(this.#watched(), {
      onFrozen: (reason) => this.#drop(reason),
      onSilent: (reason) => this.close(CLOSE.internal, `keep-alive: ${reason}`),
    }, { clock: options.clock, ...(options.limits && { limits: options.limits }) });
  }

  /** Bytes that wait in this process; what the kernel has taken does not count. */
  get bufferedBytes(): number {
    return this.#ws.bufferedAmount;
  }

  /** False once either side has begun to close. */
  get isOpen(): boolean {
    return this.#isOpen && this.#ws.readyState === this.#ws.OPEN;
  }

  /** Names the handler, and begins to read. */
  attach(handler: ConnectionHandler): void {
    this.#handler = handler;
    const early = this.#early;
    this.#early = [];
    for (const packet of early) handler.onPacket(packet);
    if (!this.#isReadPaused) this.#ws.resume();
  }

  /** Sends one message; ignored when the connection is no longer open. */
  send(packet: Packet): void {
    if (packet.kind === "text") {
      this.#write(packet.text, packet.bytes, true);
    } else if (packet.kind === "binary") {
      this.#write(packet.data, packet.bytes, true);
    } else {
      throw new TypeError(`a WebSocket carries text and binary messages, not "${packet.kind}"`);
    }
  }

  /** Sends a part of a binary message as one frame. */
  sendFragment(packet: Packet, offset: number, length: number): void {
    if (packet.kind !== "binary") {
      throw new TypeError(`only a binary message can be sent in parts, not "${packet.kind}"`);
    }
    const end = offset + length;
    this.#write(packet.data.subarray(offset, end), length, end >= packet.bytes);
  }

  /** Stops or resumes reading from the socket. */
  setReadPaused(paused: boolean): void {
    this.#isReadPaused = paused;
    if (paused) this.#ws.pause();
    else if (this.#handler !== null) this.#ws.resume();
  }

  /** Closes in order; a peer that does not follow within 5 s is dropped. */
  close(code: number, reason: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#end = { code, reason: clipReason(reason) };
    this.#ws.close(code, this.#end.reason);
    // A close frame can only be answered if somebody reads the answer.
    this.#ws.resume();
    this.#dropLater();
  }

  /** Resets the TCP connection: both ends' buffers go at once. */
  terminate(): void {
    this.#drop("connection dropped");
  }

  /**
   * `ws.terminate()` would only send a FIN: a peer that does not read would then keep up to 4 MB of
   * unsent bytes, and the socket, in the kernel for minutes. A reset frees them now.
   */
  #drop(reason: string): void {
    if (this.#isDone) return;
    this.#isOpen = false;
    this.#isDone = true;
    this.#stop();
    this.#socket.resetAndDestroy();
    queueMicrotask(() => this.#handler?.onClose(ABNORMAL, reason));
  }

  #dropLater(): void {
    this.#closeTimer ??= this.#clock.after(
      CLOSE_WITHIN_S,
      () => this.#drop(`close was not answered within ${CLOSE_WITHIN_S} s`),
    );
  }

  #stop(): void {
    this.#intake.stop();
    this.#watch.stop();
    this.#closeTimer?.cancel();
    this.#drainTimer?.cancel();
  }

  #write(data: string | Uint8Array, bytes: number, isLast: boolean): void {
    if (!this.isOpen) return;
    this.#sentBytes += bytes;
    this.#ws.send(data, { binary: typeof data !== "string", fin: isLast }, this.#onFlushed);
    if (this.bufferedBytes >= HIGH_WATER_BYTES) this.#isAboveHighWater = true;
  }

  /** Some bytes have left. Bound once, so that a send makes no closure. */
  readonly #onFlushed = (): void => {
    if (!this.#isAboveHighWater || this.#isDone || this.bufferedBytes > LOW_WATER_BYTES) return;
    this.#isAboveHighWater = false;
    // A peer that reads as fast as we write would keep this thread to itself for a whole long message.
    this.#drainTimer = this.#clock.after(0, () => this.#handler?.onDrain?.());
  };

  #onMessage(data: Uint8Array, isBinary: boolean): void {
    this.#consumedBytes = this.#socket.bytesRead;
    const packet = isBinary ? packetOf(this.#intake.take()) : null;
    if (!this.#isOpen) return;
    if (packet !== null) return this.#deliver(packet);
    const bytes = data.length;
    if (bytes > MAX_TEXT_BYTES) {
      this.close(
        CLOSE.tooBig,
        `text message of ${bytes} bytes, at most ${MAX_TEXT_BYTES} are accepted`,
      );
      return;
    }
    this.#deliver({ kind: "text", text: decoder.decode(data), bytes });
  }

  #deliver(packet: Packet): void {
    if (this.#handler === null) this.#early.push(packet);
    else this.#handler.onPacket(packet);
  }

  /** `ws` has already begun to close with the fitting code; `close` follows. */
  #onError(error: Error & { code?: string }): void {
    this.#isOpen = false;
    this.#intake.stop();
    if (TOO_BIG_ERRORS.has(error.code ?? "")) {
      this.#end ??= { code: CLOSE.tooBig, reason: "message too big" };
    }
    this.#dropLater();
  }

  #onWsClose(code: number, reason: Uint8Array): void {
    if (this.#isDone) return;
    this.#isOpen = false;
    this.#isDone = true;
    this.#stop();
    const ours = this.#end;
    const end = ours !== null && (code === ABNORMAL || code === ours.code)
      ? ours
      : { code, reason: decoder.decode(reason) };
    this.#handler?.onClose(end.code, end.reason);
  }

  #watched(): WatchedPeer {
    return {
      sentBytes: () => this.#sentBytes,
      bufferedBytes: () => this.bufferedBytes,
      receivedBytes: () => this.#socket.bytesRead,
      partialBytes: () => this.#socket.bytesRead - this.#consumedBytes,
      isReadPaused: () => this.#isReadPaused || this.#handler === null,
      ping: () => {
        if (this.isOpen) this.#ws.ping();
      },
    };
  }
}

/**
 * Puts an intake between a TCP socket and the `ws` socket above it, which reads it by a listener like
 * any other: that one gets what the intake passes on.
 *
 * @throws {TypeError} if nobody reads the socket that way: another version of `ws`.
 */
function intakeBetween(socket: Socket): BinaryIntake {
  const [read, ...others] = socket.listeners("data") as ((chunk: Uint8Array) => void)[];
  if (read === undefined || others.length > 0) {
    throw new TypeError(
      `socket has ${others.length + (read ? 1 : 0)} readers, expected that of ws`,
    );
  }
  const intake = new BinaryIntake((bytes) => read.call(socket, bytes));
  socket.off("data", read);
  socket.on("data", (chunk: Uint8Array) => intake.push(chunk));
  // What is left in a paused socket when it closes, `ws` would take for itself.
  socket.prependListener("close", () => {
    const rest = socket.readableEnded ? null : socket.read() as Uint8Array | null;
    if (rest !== null) intake.push(rest);
  });
  return intake;
}

/** A message as it is handed on: in one piece if it is short. */
function packetOf(pieces: Pieces): Packet {
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return bytes <= PIECE_BYTES
    ? { kind: "binary", data: pieces[0] ?? new Uint8Array(0), bytes }
    : { kind: "pieces", pieces, bytes };
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Cuts a close reason to what a close frame holds, between characters. */
export function clipReason(reason: string): string {
  const bytes = new Uint8Array(MAX_REASON_BYTES);
  const { read } = encoder.encodeInto(reason, bytes);
  return reason.slice(0, read);
}
