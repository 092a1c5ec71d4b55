/**
 * One connection to the streaming port: handshake, then a session and its two directions; or an
 * upload.
 *
 * @module
 */
import { errorMessage, type Timer } from "../../runtime/mod.ts";
import {
  type ClientMessage,
  CLOSE,
  type Connection,
  type Packet,
  parseConfig,
  PREEMPTED_REASON,
  type ServerMessage,
  type SessionConfig,
} from "../../wire/mod.ts";
import type { Slot } from "./admission.ts";
import { makeStems, wantedStems } from "./commands.ts";
import { MAX_DEPTH } from "./control_bank.ts";
import type { AudioClip } from "./engine/engine.ts";
import { Inbox } from "./inbox.ts";
import { durationS } from "./library.ts";
import { openingBank, openingSource, pcmOf, storeUpload } from "./opening.ts";
import { Outbox, type OutboxObserver } from "./outbox.ts";
import type { SwapEvent } from "./events.ts";
import type { StreamRegistry } from "./registry.ts";
import { type SessionOptions, type SessionSource, StreamingSession } from "./session.ts";

/** How long a connection may stay silent before its config, seconds. */
const CONFIG_WAIT_S = 30;
/** How long a PCM upload may take, seconds: 92 MB over a slow link. */
const PCM_WAIT_S = 240;
/** How long a client may think about its PCM after it asked for a fixture that is not there. */
const FIXTURE_PCM_WAIT_S = 10;
/** Most frames that wait while a handshake is under way. */
const MAX_EARLY = 256;

/** Where a connection stands. */
type Phase =
  | { readonly name: "config"; readonly timer: Timer }
  | { readonly name: "pcm"; readonly timer: Timer; readonly wait: PcmWait }
  | { readonly name: "busy" }
  | { readonly name: "streaming"; readonly inbox: Inbox }
  | { readonly name: "over" };

/** What happens when a PCM message comes, or does not. */
interface PcmWait {
  readonly waitS: number;
  readonly then: (clip: AudioClip) => void;
  /** What came is no PCM message. */
  readonly malformed: (reason: string) => void;
  /** Nothing came. */
  readonly late: (reason: string) => void;
}

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
    const { clock, codec, settings } = registry.options;
    this.#registry = registry;
    this.#connection = connection;
    this.#onGone = onGone;
    this.#phase = {
      name: "config",
      timer: clock.after(
        CONFIG_WAIT_S,
        () => this.#refuse("bad_request", `no config came within ${CONFIG_WAIT_S} s`),
      ),
    };
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
      case "config":
        phase.timer.cancel();
        return this.#onConfig(packet);
      case "pcm":
        phase.timer.cancel();
        return this.#onPcm(packet, phase.wait);
      case "busy":
        this.#early.push(packet);
        if (this.#early.length > MAX_EARLY) this.#flooded();
        return;
      case "streaming":
        return phase.inbox.receive(packet);
      case "over":
    }
  }

  #onConfig(packet: Packet): void {
    if (packet.kind !== "text" && packet.kind !== "message") {
      return this.#refuse("bad_request", "the first message must be the config as text");
    }
    const text = packet.kind === "text" ? packet.text : JSON.stringify(packet.message);
    let parsed: ReturnType<typeof parseConfig>;
    try {
      parsed = parseConfig(text, { maxDepth: MAX_DEPTH });
    } catch (error) {
      return this.#refuse("bad_request", errorMessage(error));
    }
    if (parsed.kind === "upload") {
      const { upload } = parsed;
      const { library } = this.#registry.options;
      const failed = (reason: string) =>
        this.#finishUpload({ type: "upload_failed", error: reason });
      return this.#awaitPcm({
        waitS: PCM_WAIT_S,
        then: (clip) => {
          const { answer, pending } = storeUpload(library, upload, clip);
          this.#finishUpload(answer);
          if (pending !== null) this.#registry.lateStems.begin(pending);
        },
        malformed: failed,
        late: failed,
      });
    }
    for (const warning of parsed.warnings) this.#log("config warning", { warning });
    const { config } = parsed;
    const id = this.#registry.newId();
    if (config.telemetryVersion > 0) {
      this.#send({ type: "init_ack", session_id: id, client_id: config.clientId });
    }
    if (!this.#registry.options.settings.faults.preemptEarly) {
      return this.#awaitSource(id, config);
    }
    this.#setBusy();
    this.#claim(() => this.#awaitSource(id, config));
  }

  /** The config is here: waits for the audio that it speaks of. */
  #awaitSource(id: string, config: SessionConfig): void {
    const { library, settings: { faults } } = this.#registry.options;
    const go = (clip: AudioClip) => this.#enter(id, config, clip);
    const malformed = (reason: string) => this.#refuse("bad_request", reason);
    if (!config.useServerFixture) {
      return this.#awaitPcm({ waitS: PCM_WAIT_S, then: go, malformed, late: malformed });
    }
    const name = config.fixtureName ?? "";
    const awaitInstead = () =>
      this.#awaitPcm({
        waitS: faults.waitForMissingFixture ? PCM_WAIT_S : FIXTURE_PCM_WAIT_S,
        then: go,
        malformed,
        late: (reason) =>
          this.#refuse(
            "fixture_unavailable",
            `server has no fixture "${name}" and ${reason}; GET /api/fixtures lists the names`,
          ),
      });
    if (!library.isFixture(name)) return awaitInstead();
    this.#setBusy();
    library.load(
      name,
      (clip) => this.#phase.name === "over" ? undefined : this.#guard(() => go(clip)),
      (error) => {
        this.#log("fixture failed", { reason: errorMessage(error) });
        this.#guard(awaitInstead);
      },
    );
  }

  #awaitPcm(wait: PcmWait): void {
    if (this.#phase.name === "over") return;
    const timer = this.#registry.options.clock.after(
      wait.waitS,
      () => wait.late(`no PCM message came within ${wait.waitS} s`),
    );
    this.#phase = { name: "pcm", timer, wait };
    this.#connection.setReadPaused(false);
    const early = this.#early.shift();
    if (early !== undefined) this.#receive(early);
  }

  #onPcm(packet: Packet, wait: PcmWait): void {
    let clip: AudioClip;
    try {
      clip = pcmOf(packet);
    } catch (error) {
      return wait.malformed(errorMessage(error));
    }
    this.#setBusy();
    wait.then(clip);
  }

  #setBusy(): void {
    this.#phase = { name: "busy" };
    this.#connection.setReadPaused(true);
  }

  /** Config and audio are here: only now may a running session be disturbed. */
  #enter(id: string, config: SessionConfig, clip: AudioClip): void {
    let source: SessionSource;
    try {
      const { library, settings } = this.#registry.options;
      source = openingSource(config, clip, library, settings.faults);
    } catch (error) {
      return this.#refuse("bad_request", errorMessage(error));
    }
    this.#claim(() => this.#create(id, config, source));
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

  #create(id: string, config: SessionConfig, source: SessionSource): void {
    const { library, loraCatalog, splitStems } = this.#registry.options;
    const bank = openingBank(config, loraCatalog);
    const { fixtureName } = config;
    const isKnown = fixtureName !== null && library.find(fixtureName) !== null;
    const mode = wantedStems(config.stemSourceMode, fixtureName, isKnown);
    makeStems(
      splitStems,
      source,
      mode,
      (stems) => this.#attempt(() => this.#begin({ id, config, source, bank }, stems)),
      (error) => this.#refuse("stem_extract_failed", errorMessage(error), "stem extraction failed"),
    );
  }

  /** Everything is there: makes the session, and hands it to the client. */
  #begin(
    parts: Pick<SessionOptions, "id" | "config" | "source" | "bank">,
    stems: SwapEvent["stems"],
  ): void {
    if (this.#phase.name === "over") return;
    const { clock, createEngine, library, observer, settings, splitStems } = this.#registry.options;
    const engine = createEngine(parts.config, parts.id);
    const session = new StreamingSession({
      ...parts,
      clock,
      engine,
      library,
      splitStems,
      settings,
    });
    this.#session = session;
    this.#observer = observer?.onSession?.(session) ?? null;
    session.onEnd = (failure) => {
      if (failure !== null) this.#log("session failed", { reason: failure.message });
    };
    this.#outbox.handshake(
      session.ready(),
      parts.source.clip,
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

  #finishUpload(answer: ServerMessage): void {
    this.#send(answer);
    this.end(CLOSE.normal, "upload finished");
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
    if (phase.name === "config" || phase.name === "pcm") phase.timer.cancel();
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
