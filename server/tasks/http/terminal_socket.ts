import { type Clock, errorMessage } from "../../../runtime/mod.ts";
import { CLOSE, type Connection, type Packet } from "../../../wire/mod.ts";
import type { PtyId } from "../ids.ts";
import type { Terminals } from "../terminal/terminals.ts";
import { TerminalGoneError } from "../terminal/errors.ts";
import { Feed, type FeedEvent } from "./feed.ts";
import { FieldError } from "./fields.ts";
import { type ClientMessage, clientMessage, frameIdOf, MAX_FRAME_BYTES } from "./frames.ts";
import type { ViewerKey } from "./keyboard.ts";
import type { Keyboards } from "./keyboards.ts";
import { keyboardRecord, snapshotRecord, terminalRecord } from "./records.ts";

/** Terminals that one connection may look at. */
const MAX_JOINED = 16;
/** Bytes that wait in the connection, from which on no output is added. */
const MAX_WAITING_BYTES = 262_144;
/** Answers that wait there, from which on the peer is let go: it asks and does not read. */
const MAX_UNREAD_BYTES = 4_194_304;
/** Messages that were not understood, after which the connection is closed. */
const MAX_MISTAKES = 32;

/** The close code of a peer that does not keep to the protocol, RFC 6455 section 7.4.1. */
const POLICY_VIOLATION = 1008;

/** What a connection of a viewer works on. */
export interface TerminalSocketParts {
  readonly terminals: Terminals;
  readonly keyboards: Keyboards;
  readonly clock: Pick<Clock, "unixS">;
}

interface Joined {
  readonly feed: Feed;
  readonly viewer: ViewerKey | null;
  readonly unwatch: () => void;
}

/** The server's end of one viewer's `/ws/terminal`. */
export class TerminalSocket {
  readonly #parts: TerminalSocketParts;
  readonly #connection: Connection;
  readonly #joined = new Map<PtyId, Joined>();
  #mistakes = 0;

  /** Takes the connection; `onGone` is called when it is closed. */
  constructor(parts: TerminalSocketParts, connection: Connection, onGone: () => void) {
    this.#parts = parts;
    this.#connection = connection;
    connection.attach({
      onPacket: (packet) => this.#receive(packet),
      onDrain: () => this.#pump(),
      onClose: () => {
        for (const [id, { viewer }] of this.#joined) {
          if (viewer !== null) parts.keyboards.fade(id, viewer);
          this.#drop(id);
        }
        onGone();
      },
    });
  }

  /** Says that the server stops, and closes. */
  shutDown(): void {
    this.#send("shutting_down", {});
    this.#connection.close(CLOSE.goingAway, "server is shutting down");
  }

  #receive(packet: Packet): void {
    if (packet.kind !== "text") return this.#mistake(null, "messages are JSON in text frames");
    if (packet.bytes > MAX_FRAME_BYTES) {
      return this.#mistake(
        null,
        `message of ${packet.bytes} bytes, at most ${MAX_FRAME_BYTES} are taken; send it in parts`,
      );
    }
    let value: unknown;
    try {
      value = JSON.parse(packet.text);
    } catch {
      return this.#mistake(null, "message is not JSON");
    }
    const id = frameIdOf(value);
    try {
      this.#obey(clientMessage(value), id);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      this.#mistake(id, error.message);
    }
  }

  #obey(message: ClientMessage, id: number | string | null): void {
    switch (message.event) {
      case "join_session":
        return this.#join(message, id);
      case "leave_session": {
        const viewer = this.#joined.get(message.session)?.viewer ?? null;
        this.#drop(message.session);
        if (viewer !== null) this.#parts.keyboards.leave(message.session, viewer);
        return this.#answer(id, {});
      }
      case "terminal_ack":
        return this.#joined.get(message.session)?.feed.acknowledge(message.seq);
      case "take_keyboard":
      case "release_keyboard":
        return this.#keyboard(message, id);
      case "terminal_input":
      case "terminal_resize":
        return this.#act(message, id);
      case "heartbeat":
        return this.#heartbeat(message.sessions, id);
    }
  }

  #join(message: ClientMessage & { event: "join_session" }, id: number | string | null): void {
    const { terminals, keyboards, clock } = this.#parts;
    const { session, seq, viewer, windowBytes } = message;
    const info = terminals.get(session);
    if (info === undefined) return this.#refuse(id, 404, "gone", "no such terminal is there");
    if (!this.#joined.has(session) && this.#joined.size >= MAX_JOINED) {
      const text = `a connection looks at ${MAX_JOINED} terminals at most; leave one first`;
      return this.#refuse(id, 429, "too_many", text);
    }
    if (viewer !== null && keyboards.see(session, viewer) === null) {
      return this.#refuse(id, 429, "too_many_viewers", "too many look at this terminal already");
    }
    this.#drop(session);
    const feed = new Feed(terminals, session, {
      hasRoom: () => this.#connection.bufferedBytes < MAX_WAITING_BYTES,
      onSnapshot: (snapshot) =>
        this.#send("terminal_snapshot", { session_id: session, ...snapshotRecord(snapshot) }),
      onOutput: ({ text, seq, nextSeq }) =>
        this.#send("terminal_output", {
          session_id: session,
          output: text,
          seq,
          next_seq: nextSeq,
        }),
      onEvent: (event) => this.#tell(session, event),
      onFailure: (reason) => this.#send("error", { session_id: session, message: reason }),
    }, windowBytes);
    const unwatch = keyboards.watch(session, () => this.#sayKeyboard(session));
    this.#joined.set(session, { feed, viewer, unwatch });
    terminals.touch(session);
    this.#answer(id, terminalRecord(info, clock.unixS(), keyboards, viewer));
    feed.start(seq);
  }

  #keyboard(
    { event, session }: ClientMessage & { event: "take_keyboard" | "release_keyboard" },
    id: number | string | null,
  ): void {
    const { keyboards } = this.#parts;
    const viewer = this.#joined.get(session)?.viewer ?? null;
    if (viewer === null) {
      const text = "only who has joined the terminal with a viewer key may take its keyboard";
      return this.#refuse(id, 409, "not_a_viewer", text);
    }
    if (event === "take_keyboard") keyboards.take(session, viewer);
    else keyboards.release(session, viewer);
    this.#answer(id, { keyboard: keyboardRecord(keyboards, session, viewer) });
  }

  #act(
    message: ClientMessage & { event: "terminal_input" | "terminal_resize" },
    id: number | string | null,
  ): void {
    const { terminals, keyboards } = this.#parts;
    const { session } = message;
    const refusal = keyboards.refusalOf(session, this.#joined.get(session)?.viewer ?? null);
    if (refusal !== null) return this.#refuse(id, 409, "not_the_holder", refusal);
    const done = message.event === "terminal_input"
      ? terminals.input(session, message.input)
      : terminals.resize(session, message.cols, message.rows);
    done.then(() => this.#answer(id, {}), (error) => {
      if (error instanceof TerminalGoneError) {
        this.#refuse(id, 404, "gone", "no such terminal is there");
      } else this.#refuse(id, 503, "failed", errorMessage(error));
    });
  }

  #heartbeat(sessions: readonly PtyId[], id: number | string | null): void {
    const { terminals, keyboards } = this.#parts;
    for (const session of sessions) {
      const viewer = this.#joined.get(session)?.viewer ?? null;
      if (terminals.get(session) === undefined) continue;
      if (viewer !== null) keyboards.see(session, viewer);
      terminals.touch(session);
    }
    this.#answer(id, { now: this.#parts.clock.unixS() });
  }

  #tell(session: PtyId, event: FeedEvent): void {
    switch (event.kind) {
      case "resized":
        return this.#send("terminal_resized", {
          session_id: session,
          cols: event.cols,
          rows: event.rows,
        });
      case "grace": {
        const now = this.#parts.clock.unixS();
        return this.#send("terminal_grace", { session_id: session, ends_at: event.endsAt, now });
      }
      case "exited":
        return this.#send("session_exited", { session_id: session, ...event.exit });
      case "closed":
        this.#send("session_closed", { session_id: session });
        return this.#drop(session);
    }
  }

  #sayKeyboard(session: PtyId): void {
    const joined = this.#joined.get(session);
    if (joined === undefined) return;
    const keyboard = keyboardRecord(this.#parts.keyboards, session, joined.viewer);
    this.#send("keyboard", { session_id: session, keyboard });
  }

  #drop(session: PtyId): void {
    const joined = this.#joined.get(session);
    if (joined === undefined) return;
    this.#joined.delete(session);
    joined.feed.close();
    joined.unwatch();
  }

  #pump(): void {
    for (const { feed } of [...this.#joined.values()]) feed.pump();
  }

  #answer(id: number | string | null, data: object): void {
    if (id !== null) this.#send("ack", { status: "ok", ...data }, id);
  }

  #refuse(id: number | string | null, status: number, code: string, message: string): void {
    this.#send("ack", { status: "error", code, http_status: status, message }, id);
  }

  #mistake(id: number | string | null, message: string): void {
    this.#refuse(id, 400, "bad_message", message);
    if (++this.#mistakes < MAX_MISTAKES) return;
    this.#connection.close(POLICY_VIOLATION, "too many messages that are not understood");
  }

  #send(event: string, data: object, id: number | string | null = null): void {
    const connection = this.#connection;
    if (!connection.isOpen) return;
    if (connection.bufferedBytes > MAX_UNREAD_BYTES) return connection.terminate();
    const text = JSON.stringify(id === null ? { event, data } : { event, data, id });
    connection.send({ kind: "text", text, bytes: new TextEncoder().encode(text).length });
  }
}
