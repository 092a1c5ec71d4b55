/**
 * Spectators: connections that see and hear a session, and move nothing in it.
 *
 * A spectator begins with what the session's buffer holds by then, and gets from there on what the
 * PRIMARY client gets, over a subscription, a mirror and an outbox of its own: a slow one costs
 * neither the session nor the others anything. What it misses meanwhile it gets later, as the session's
 * buffer has it by then. Its mirror is then the session's buffer but for rounding: each slice is the
 * 16-bit difference to a mirror of its own, so samples differ by up to 2^-12.
 *
 * @module
 */
import { type Clock, errorMessage } from "../../runtime/mod.ts";
import {
  CLOSE,
  coerceClientMessage,
  type Connection,
  type Packet,
  type PacketCodec,
} from "../../wire/mod.ts";
import type { SocketRefusal, TakeSocket } from "../socket_routes.ts";
import type { Subscription } from "./events.ts";
import { NO_FAULTS } from "./faults.ts";
import { Missed } from "./missed.ts";
import { type FlowControl, Outbox } from "./outbox.ts";
import type { StreamLog } from "./registry.ts";
import type { StreamingSession } from "./session.ts";
import { parseStreamId, type StreamId } from "./stream_id.ts";

/** Spectators of one session at a time: each has a mirror as long as the buffer. */
export const MAX_SPECTATORS = 8;

/** Longer texts are no acknowledgement, and everything else of a spectator is ignored. */
const MAX_ACK_CHARS = 4096;

/** What spectators need. */
export interface SpectatorParts {
  /** The running session of an id; null for an unknown one. */
  readonly find: (id: StreamId) => StreamingSession | null;
  readonly clock: Clock;
  readonly codec: PacketCodec;
  readonly flow: FlowControl;
  readonly log: StreamLog;
}

/** Everybody who watches. */
export class Spectators {
  readonly #parts: SpectatorParts;
  readonly #watching = new Map<StreamingSession, Set<Spectator>>();

  /** Nobody watches yet. */
  constructor(parts: SpectatorParts) {
    this.#parts = parts;
  }

  /** How many watch, all sessions together. */
  get count(): number {
    return [...this.#watching.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Who takes a WebSocket that wants to watch a session, or why it cannot. */
  open(text: string): TakeSocket | SocketRefusal {
    const id = parseStreamId(text);
    const session = id === null ? null : this.#parts.find(id);
    if (session === null || session.hasEnded) {
      return { status: 404, text: "no such session runs; GET /api/streams lists those that do" };
    }
    if ((this.#watching.get(session)?.size ?? 0) >= MAX_SPECTATORS) {
      return { status: 503, text: `this session has ${MAX_SPECTATORS} spectators already` };
    }
    return (connection) => this.#add(session, connection);
  }

  /** Ends them all in an orderly way. */
  close(): void {
    for (const watching of [...this.#watching.values()]) {
      for (const spectator of [...watching]) {
        spectator.end(CLOSE.goingAway, "server is shutting down");
      }
    }
  }

  #add(session: StreamingSession, connection: Connection): void {
    const watching = this.#watching.get(session) ?? new Set();
    this.#watching.set(session, watching);
    const spectator = new Spectator(this.#parts, session, connection, () => {
      watching.delete(spectator);
      if (watching.size === 0) this.#watching.delete(session);
    });
    watching.add(spectator);
    spectator.begin();
  }
}

/** One of them. */
class Spectator {
  readonly #session: StreamingSession;
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #missed: Missed;
  readonly #log: StreamLog;
  #subscription: Subscription | null = null;

  constructor(
    { clock, codec, flow, log }: SpectatorParts,
    session: StreamingSession,
    connection: Connection,
    onGone: () => void,
  ) {
    this.#session = session;
    this.#connection = connection;
    this.#log = log;
    this.#missed = new Missed(() => ({ buffer: session.buffer, epoch: session.epoch }));
    this.#outbox = new Outbox({
      clock,
      connection,
      codec,
      flow,
      faults: NO_FAULTS,
      observer: {},
      missed: this.#missed,
      onOverflow: () => this.end(CLOSE.normal, "event queue overflowed"),
      onFailure: (error) => {
        this.#tell("spectator failed", { reason: errorMessage(error) });
        this.end(CLOSE.internal, "internal error");
      },
      onFinished: () => this.end(CLOSE.normal, "session ended"),
    });
    connection.attach({
      onPacket: (packet) => this.#receive(packet),
      onDrain: () => this.#outbox.pump(),
      onClose: (code) => {
        this.#leave();
        this.#tell("spectator gone", { code });
        onGone();
      },
    });
  }

  /**
   * Sends the buffer as it is being rewritten. Events are queued from now on: what they change in a
   * part that is yet to be sent, it holds already, and the mirror is what was sent.
   */
  begin(): void {
    if (this.#session.hasEnded) return this.end(CLOSE.normal, "session ended");
    const subscription = this.#session.bus.subscribe({
      onSliceLost: (slice) => this.#missed.note(slice),
    });
    this.#subscription = subscription;
    this.#tell("spectator came", {});
    const source = this.#session.buffer;
    this.#outbox.handshake(this.#session.ready(), { source }, null, () => {
      if (this.#subscription !== null) this.#outbox.attach(subscription);
    });
  }

  end(code: number, reason: string): void {
    this.#leave();
    this.#connection.close(code, reason);
  }

  /** How much arrived is all that it may say. */
  #receive(packet: Packet): void {
    if (packet.kind === "message") return this.#acknowledge(packet.message);
    if (packet.kind !== "text" || packet.text.length > MAX_ACK_CHARS) return;
    try {
      this.#acknowledge(JSON.parse(packet.text));
    } catch {
      // No JSON: ignored like everything else.
    }
  }

  #acknowledge(message: unknown): void {
    const parsed = coerceClientMessage(message);
    if (!parsed.ok || parsed.message.type !== "params") return;
    const { slice_bytes_rx: bytes } = parsed.message;
    if (typeof bytes !== "number") return;
    this.#outbox.acknowledge(bytes);
    this.#outbox.pump();
  }

  #leave(): void {
    const subscription = this.#subscription;
    if (subscription === null) return;
    this.#subscription = null;
    // Its end would look like the session's.
    subscription.onReady = null;
    this.#session.bus.unsubscribe(subscription);
  }

  #tell(event: string, fields: Readonly<Record<string, unknown>>): void {
    this.#log(event, { session: this.#session.id, ...fields });
  }
}
