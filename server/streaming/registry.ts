/**
 * The streaming sessions of one server: takes connections in, lists and finds sessions, passes
 * commands from outside on.
 *
 * @module
 */
import type { Clock, Rng } from "../../runtime/mod.ts";
import {
  CLOSE,
  coerceClientMessage,
  type Connection,
  type LoraEntry,
  type PacketCodec,
  type SessionConfig,
} from "../../wire/mod.ts";
import { Admission } from "./admission.ts";
import type { Engine } from "./engine/engine.ts";
import type { FlowControl, OutboxObserver } from "./outbox.ts";
import type { SourceLibrary, SplitStems } from "./library.ts";
import { LateStems } from "./late_stems.ts";
import { PrimarySocket } from "./primary.ts";
import type { StreamingSession } from "./session.ts";
import { DEFAULT_SESSION_SETTINGS, type SessionSettings } from "./session_options.ts";
import type { SourcePreparer } from "./source_preparer.ts";
import { type SessionSnapshot, snapshotOrWhyNot } from "./snapshot.ts";
import { newStreamId, type StreamId } from "./stream_id.ts";

/** Writes one structured line. Fields must never hold prompts, tokens or audio. */
export type StreamLog = (event: string, fields: Readonly<Record<string, unknown>>) => void;

/** Settings of a streaming server, with the faults that scenarios switch on. */
export interface StreamSettings extends SessionSettings {
  /** Sessions at a time; the newest connection wins. */
  readonly maxSessions: number;
  readonly flow: FlowControl;
}

/** The settings of a server that was told nothing. */
export const DEFAULT_STREAM_SETTINGS: StreamSettings = {
  ...DEFAULT_SESSION_SETTINGS,
  maxSessions: 1,
  flow: { enabled: true, windowBytes: 256 * 1024, emitTrim: false },
};

/** Tells what happens on the sending side of sessions. */
export interface StreamObserver {
  /** A session is about to start; what it returns watches its outbox. */
  onSession?(session: StreamingSession): OutboxObserver | void;
}

/** What a registry is made of. */
export interface StreamRegistryOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: StreamLog;
  readonly library: SourceLibrary;
  readonly splitStems: SplitStems;
  /** Prepares all audio that comes in. */
  readonly preparer: SourcePreparer;
  readonly codec: PacketCodec;
  readonly loraCatalog: readonly LoraEntry[];
  /** Makes the engine of one session, whose id is for logs. */
  readonly createEngine: (config: SessionConfig, sessionId: StreamId) => Engine;
  readonly settings: StreamSettings;
  readonly observer?: StreamObserver;
}

/** A live session as the registry holds it. */
export interface RegisteredSession {
  readonly session: StreamingSession;
  readonly socket: PrimarySocket;
}

/** The sessions of one server. */
export class StreamRegistry {
  readonly options: StreamRegistryOptions;
  readonly admission: Admission;
  /** Makes the stems of uploads. */
  readonly lateStems: LateStems;
  readonly #ids: Rng;
  readonly #sockets = new Set<PrimarySocket>();
  readonly #sessions = new Map<StreamId, RegisteredSession>();
  #isClosed = false;
  #onEmpty: (() => void) | null = null;

  /** A registry without sessions. */
  constructor(options: StreamRegistryOptions) {
    this.options = options;
    const { maxSessions, faults } = options.settings;
    this.admission = new Admission(options.clock, maxSessions, faults);
    this.lateStems = new LateStems({
      splitStems: options.splitStems,
      preparer: options.preparer,
      log: options.log,
      library: options.library,
      sessions: () => [...this.#sessions.values()].map(({ session }) => session),
    });
    this.#ids = options.rng.split("session ids");
  }

  /** How many connections are open, sessions or not. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Takes an open connection in: a session, or an upload. */
  accept(connection: Connection): void {
    if (this.#isClosed) {
      connection.close(CLOSE.goingAway, "server is shutting down");
      return;
    }
    const socket = new PrimarySocket(this, connection, () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size === 0) this.#onEmpty?.();
    });
    this.#sockets.add(socket);
  }

  /** All live sessions, in the order in which they came. */
  get sessions(): readonly RegisteredSession[] {
    return [...this.#sessions.values()];
  }

  /** Snapshots of all sessions, newest first. */
  list(): SessionSnapshot[] {
    return this.#newestFirst().map(({ session }) => snapshotOrWhyNot(session));
  }

  /** One session's snapshot; null for an unknown id. */
  find(id: StreamId): SessionSnapshot | null {
    const entry = this.#sessions.get(id);
    return entry === undefined ? null : snapshotOrWhyNot(entry.session);
  }

  /** The live session of an id; null for an unknown one. */
  get(id: StreamId): RegisteredSession | null {
    return this.#sessions.get(id) ?? null;
  }

  /**
   * Passes a command from outside on, on the same path as the client's own. Returns false for an
   * unknown session. A command that means nothing is logged and dropped, as it would be from a client.
   */
  inject(id: StreamId, json: Readonly<Record<string, unknown>>, audio: Uint8Array | null): boolean {
    const entry = this.#sessions.get(id);
    if (entry === undefined) return false;
    const parsed = coerceClientMessage(json);
    if (parsed.ok) entry.socket.inject(parsed.message, audio);
    else this.options.log("command ignored", { session: id, reason: parsed.reason });
    return true;
  }

  /** A new session id. */
  newId(): StreamId {
    for (;;) {
      const id = newStreamId(this.#ids);
      if (!this.#sessions.has(id)) return id;
    }
  }

  /** A session has finished its handshake. */
  add(entry: RegisteredSession): void {
    this.#sessions.set(entry.session.id, entry);
  }

  /** A session has ended. */
  remove(session: StreamingSession): void {
    if (this.#sessions.get(session.id)?.session === session) this.#sessions.delete(session.id);
  }

  /**
   * Ends everything in an orderly way: no new connections, all sessions closed with 1001. Calls
   * `done` when the last connection is gone.
   */
  close(done: () => void): void {
    this.#isClosed = true;
    this.lateStems.close();
    this.#onEmpty = done;
    for (const socket of [...this.#sockets]) {
      socket.end(CLOSE.goingAway, "server is shutting down");
    }
    if (this.#sockets.size === 0) done();
  }

  /** Drops whatever is left, unsent bytes included. */
  terminate(): void {
    for (const socket of [...this.#sockets]) socket.terminate();
  }

  #newestFirst(): RegisteredSession[] {
    return [...this.#sessions.values()].reverse()
      .sort((a, b) => b.session.startedAtS - a.session.startedAtS);
  }
}
