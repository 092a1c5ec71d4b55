/**
 * The WebSockets of a voice server.
 *
 * @module
 */
import { CLOSE, type Connection, type ConnectionHandler } from "../../wire/mod.ts";
import type { SocketRefusal } from "../socket_routes.ts";
import { NO_VOICE_FAULTS, type VoiceFaults } from "./faults.ts";
import { RosterFeed } from "./roster_feed.ts";
import { SocketSink } from "./socket_sink.ts";
import type { VoiceServer } from "./voice_server.ts";

/** A WebSocket that is asked for. */
export type VoiceSocket =
  | { readonly kind: "audio"; readonly sessionId: string; readonly wantsParts: boolean }
  | { readonly kind: "chat" }
  | { readonly kind: "roster" };

/** Takes a connection that talks; what comes of it is the returned handler's. */
export type OpenChat = (connection: Connection) => ConnectionHandler;

const NOT_HERE: SocketRefusal = { status: 403, text: "no such WebSocket here" };

/** Which one a request target asks for; why not, for another. */
export function voiceSocketOf(target: string): VoiceSocket | SocketRefusal {
  const [path = "", query = ""] = target.replace(/^https?:\/\/[^/?#]*/i, "").split("?", 2);
  if (path === "/ws/chat") return { kind: "chat" };
  if (path === "/ws/roster") return { kind: "roster" };
  const segment = /^\/ws\/audio\/([^/]+)$/.exec(path)?.[1];
  if (segment === undefined) return NOT_HERE;
  try {
    const sessionId = decodeURIComponent(segment);
    const chunks = new URLSearchParams(query).get("chunks");
    return { kind: "audio", sessionId, wantsParts: chunks === "1" || chunks === "true" };
  } catch {
    return NOT_HERE;
  }
}

/** The open WebSockets of a voice server. */
export class VoiceSockets {
  readonly #voice: VoiceServer;
  readonly #chat: OpenChat;
  readonly #faults: VoiceFaults;
  readonly #roster: RosterFeed;
  readonly #connections = new Set<Connection>();
  #isClosed = false;

  /** None is open; `chat` takes those that talk. */
  constructor(voice: VoiceServer, chat: OpenChat, faults: VoiceFaults = NO_VOICE_FAULTS) {
    this.#voice = voice;
    this.#chat = chat;
    this.#faults = faults;
    this.#roster = new RosterFeed(voice);
  }

  /** Takes a WebSocket in, until it goes. */
  take(socket: VoiceSocket, connection: Connection): void {
    if (this.#isClosed) return connection.close(CLOSE.goingAway, "the voice server is closing");
    this.#connections.add(connection);
    const { onPacket, onClose } = this.#handlerOf(socket, connection);
    connection.attach({
      onPacket,
      onClose: (code, reason) => {
        this.#connections.delete(connection);
        onClose(code, reason);
      },
    });
  }

  /** Closes them all, and every one that comes later. */
  close(): void {
    this.#isClosed = true;
    for (const connection of this.#connections) {
      connection.close(CLOSE.goingAway, "the voice server is closing");
    }
  }

  #handlerOf(socket: VoiceSocket, connection: Connection): ConnectionHandler {
    switch (socket.kind) {
      case "chat":
        return this.#chat(connection);
      case "roster":
        return this.#roster.add(connection);
      case "audio":
        return this.#listen(socket, connection);
    }
  }

  /** A listener of a session. What it sends means nothing. */
  #listen(
    { sessionId, wantsParts }: { readonly sessionId: string; readonly wantsParts: boolean },
    connection: Connection,
  ): ConnectionHandler {
    const sink = this.#faults.keepSlowListeners
      ? new SocketSink(connection, wantsParts, Infinity)
      : new SocketSink(connection, wantsParts);
    this.#voice.subscribers.add(sessionId, sink);
    return {
      onPacket: () => {},
      onClose: () => this.#voice.subscribers.remove(sessionId, sink),
    };
  }
}
