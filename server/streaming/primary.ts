/**
 * One connection to the streaming port: handshake, then a session and its two directions; or an
 * upload.
 *
 * @module
 */
import { errorMessage } from "../../runtime/mod.ts";
import {
  type ClientMessage,
  CLOSE,
  type Connection,
  type Packet,
  PREEMPTED_REASON,
  type ServerMessage,
} from "../../wire/mod.ts";
import type { Slot } from "./admission.ts";
import type { SwapEvent } from "./events.ts";
import { Handshake, type HandshakeHost, type Opening } from "./handshake.ts";
import { Inbox } from "./inbox.ts";
import { durationS } from "./library.ts";
import { openingBank } from "./opening.ts";
import { Outbox, type OutboxObserver } from "./outbox.ts";
import type { StreamRegistry } from "./registry.ts";
import { StreamingSession } from "./session.ts";
import type { SessionOptions } from "./session_options.ts";
import { makeStems, wantedStems } from "./stems.ts";

/** Most frames that wait while a handshake is under way. */
const MAX_EARLY = 256;

/** Where a connection stands. */
type Phase =
  | { readonly name: "handshake"; readonly handshake: Handshake }
  | { readonly name: "streaming"; readonly inbox: Inbox }
  | { readonly name: "over" };

/** A connection and what became of it. */
export class PrimarySocket {
  readonly #registry: StreamRegistry;
  readonly #connection: Connection;
  readonly #onGone: () => void;
  readonly #outbox: Outbox;
  #phase: Phase;
  #early: Packet[] = [];
  #slot: Slot | null = null;
  #session: StreamingSession | null = null;
  #observer: OutboxObserver | null = null;
  /** How to close once everything published has been sent. */
  #ending: { readonly code: number; readonly reason: string } | null = null;

  /** Takes over an open connection. `onGone` is called once, when it is no more. */
  constructor(registry: StreamRegistry, connection: Connection, onGone: () => void) {
    const { clock, codec, library, preparer, settings } = registry.options;
    this.#registry = registry;
    this.#connection = connection;
    this.#onGone = onGone;
    const { faults } = settings;
    const newId = () => registry.newId();
    const handshake = new Handshake({ clock, library, preparer, faults, newId }, this.#host());
    this.#phase = { name: "handshake", handshake };
    this.#outbox = new Outbox({
      clock,
      connection,
      codec,
      flow: settings.flow,
      faults: settings.faults,
      observer: {
        onSliceSent: (...args) => this.#observer?.onSliceSent?.(...args),
        onSliceDropped: (...args) => this.#observer?.onSliceDropped?.(...args),
        onBufferSent: (...args) => this.#observer?.onBufferSent?.(...args),
      },
      onOverflow: (reason) => {
        this.#log("subscriber dropped", { reason });
        this.end(CLOSE.normal, "event queue overflowed");
      },
      onFailure: (error) => this.#crash(error),
      onFinished: () => {
        const { code, reason } = this.#ending ?? { code: CLOSE.normal, reason: "session ended" };
        this.#connection.close(code, reason);
      },
    });
    connection.attach({
      onPacket: (packet) => this.#guard(() => this.#receive(packet)),
      onDrain: () => this.#outbox.pump(),
      onClose: (code, reason) => this.#gone(code, reason),
    });
  }

  /** The session, once there is one. */
  get session(): StreamingSession | null {
    return this.#session;
  }

  /** What the client's mirror should be; null before the handshake's end. */
  get mirror(): Float32Array | null {
    return this.#outbox.sender?.mirror ?? null;
  }

  /** A command from outside for this session. */
  inject(message: ClientMessage, audio: Uint8Array | null): void {
    if (this.#phase.name === "streaming") this.#phase.inbox.inject(message, audio);
  }

  /** A newer session takes this one's place. */
  preempt(): void {
    this.#log("preempted", {});
    this.end(CLOSE.preempted, PREEMPTED_REASON);
  }

  /** Ends the session and closes the connection. Waiting slices are not worth sending any more. */
  end(code: number, reason: string): void {
    this.#ending ??= { code, reason };
    this.#leave();
    this.#connection.close(code, reason);
  }

  /** Drops the connection at once. */
  terminate(): void {
    this.#connection.terminate();
    this.#leave();
  }

  #receive(packet: Packet): void {
    const phase = this.#phase;
    switch (phase.name) {
      case "handshake":
        if (phase.handshake.isWaiting) return phase.handshake.receive(packet);
        // While audio is prepared the socket is read, to see the client go; but no more than this.
        this.#connection.setReadPaused(true);
        this.#early.push(packet);
        if (this.#early.length > MAX_EARLY) this.#flooded();
        return;
      case "streaming":
        return phase.inbox.receive(packet);
      case "over":
    }
  }

  /** This connection, as its handshake sees it. */
  #host(): HandshakeHost {
    return {
      onWaiting: () => {
        this.#connection.setReadPaused(false);
        const early = this.#early.shift();
        if (early !== undefined) this.#receive(early);
      },
      onBusy: () => this.#connection.setReadPaused(true),
      claim: (then) => this.#claim(then),
      onOpening: (opening) => this.#create(opening),
      onUploaded: (answer, pending) => {
        this.#send(answer);
        this.end(CLOSE.normal, "upload finished");
        if (pending !== null) this.#registry.lateStems.begin(pending);
      },
      refuse: (code, message) => this.#refuse(code, message),
      send: (message) => this.#send(message),
      guard: (work) => this.#guard(work),
      log: (event, fields) => this.#log(event, fields),
    };
  }

  /** Goes on as soon as there is a slot, for which another session may have to go. */
  #claim(then: () => void): void {
    if (this.#slot !== null) return this.#attempt(then);
    this.#registry.admission.enter(this, (slot) => {
      this.#slot = slot;
      if (this.#phase.name === "over") return slot.release();
      this.#attempt(then);
    });
  }

  #create(opening: Opening): void {
    const { library, loraCatalog, splitStems } = this.#registry.options;
    const { config, source } = opening;
    const bank = openingBank(config, loraCatalog);
    const { fixtureName } = config;
    const isKnown = fixtureName !== null && library.find(fixtureName) !== null;
    const mode = wantedStems(config.stemSourceMode, fixtureName, isKnown);
    makeStems(
      splitStems,
      source,
      mode,
      (stems) => this.#attempt(() => this.#begin({ ...opening, bank }, stems)),
      (error) => this.#refuse("stem_extract_failed", errorMessage(error), "stem extraction failed"),
    );
  }

  /** Everything is there: makes the session, and hands it to the client. */
  #begin(parts: Opening & Pick<SessionOptions, "bank">, stems: SwapEvent["stems"]): void {
    if (this.#phase.name === "over") return;
    const { clock, createEngine, library, observer, preparer, settings, splitStems } =
      this.#registry.options;
    const engine = createEngine(parts.config, parts.id);
    const session = new StreamingSession({
      ...parts,
      clock,
      engine,
      library,
      splitStems,
      preparer,
      settings,
    });
    this.#session = session;
    this.#observer = observer?.onSession?.(session) ?? null;
    session.onEnd = (failure) => {
      if (failure !== null) this.#log("session failed", { reason: failure.message });
    };
    this.#outbox.handshake(
      session.ready(),
      { source: parts.source.clip, made: parts.made },
      stems,
      () => this.#stream(session),
    );
  }

  #stream(session: StreamingSession): void {
    const { settings } = this.#registry.options;
    if (this.#phase.name === "over") return;
    const inbox = new Inbox({
      session,
      faults: settings.faults,
      onParams: ({ slice_bytes_rx }) => {
        if (typeof slice_bytes_rx === "number") this.#outbox.acknowledge(slice_bytes_rx);
      },
      onIgnored: (reason) => this.#log("message ignored", { reason }),
      onFlood: () => this.#flooded(),
    });
    this.#phase = { name: "streaming", inbox };
    this.#registry.add({ session, socket: this });
    this.#log("session started", { seconds: durationS(session.source.clip) });
    this.#outbox.attach(session.bus.subscribe({ faults: settings.faults }));
    session.start();
    this.#connection.setReadPaused(false);
    const early = this.#early;
    this.#early = [];
    for (const packet of early) inbox.receive(packet);
  }

  /** The session cannot be: says why, then closes. */
  #refuse(code: string, message: string, reason = code.replaceAll("_", " ")): void {
    if (this.#phase.name === "over") return;
    this.#log("refused", { code });
    this.#send({ type: "error", code, message });
    this.end(CLOSE.internal, reason);
  }

  /** A step of the making of a session, which may fail: at once, or after something was waited for. */
  #attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#refuse("session_failed", errorMessage(error));
    }
  }

  /** A fault of ours ends this connection, never the server. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#crash(error);
    }
  }

  #crash(error: unknown): void {
    this.#log("internal error", { reason: errorMessage(error) });
    this.end(CLOSE.internal, "internal error");
  }

  #flooded(): void {
    this.#log("flooded", {});
    this.end(CLOSE.internal, "too many messages ahead");
  }

  #send(message: ServerMessage): void {
    this.#connection.send(this.#registry.options.codec.message(message));
  }

  #gone(code: number, reason: string): void {
    this.#log("connection closed", { code, reason });
    const { keepLostSessions } = this.#registry.options.settings.faults;
    if (!keepLostSessions || code === CLOSE.normal) this.#leave();
    this.#onGone();
  }

  /** Lets go of the session and, when it is torn down, of the slot. */
  #leave(): void {
    const phase = this.#phase;
    if (phase.name === "over") return;
    if (phase.name === "handshake") phase.handshake.close();
    if (phase.name === "streaming") phase.inbox.close();
    this.#phase = { name: "over" };
    this.#early = [];
    this.#registry.admission.withdraw(this);
    const { clock, settings: { faults: { teardownS } } } = this.#registry.options;
    this.#session?.hold();
    const finish = () => {
      if (this.#session !== null) {
        this.#session.close();
        this.#registry.remove(this.#session);
      }
      this.#slot?.release();
    };
    if (teardownS > 0) clock.after(teardownS, finish);
    else finish();
  }

  #log(event: string, fields: Readonly<Record<string, unknown>>): void {
    this.#registry.options.log(event, {
      ...(this.#session === null ? {} : { session: this.#session.id }),
      ...fields,
    });
  }
}
