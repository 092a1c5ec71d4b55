/**
 * A server with a voice listener, and clients of it: for tests over real sockets. Speech is tones, and
 * nothing makes a sound.
 *
 * @module
 */
// @ts-types="@types/ws"
import WebSocket from "ws";
import { WallClock } from "../../runtime/mod.ts";
import { serve, type ServerParts } from "../../serve/mod.ts";
import type { LocalPlayer } from "../../server/voice/player.ts";
import { ToneEngine, type ToneOptions } from "../../server/voice/speech/tone_engine.ts";
import { MemoryLog } from "./memory_log.ts";

/** JSON, looked into field by field. */
// deno-lint-ignore no-explicit-any -- answers are looked into field by field
export type Body = any;

/** Plays nothing, and keeps what it should have played. */
export class MutePlayer implements LocalPlayer {
  readonly played: Uint8Array[] = [];
  error: string | null = null;

  play(wav: Uint8Array<ArrayBuffer>, _: object, done: (error: string | null) => void): () => void {
    this.played.push(wav);
    queueMicrotask(() => done(this.error));
    return () => {};
  }
}

/** What an answer came to. */
export interface Answer {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

/** How a world differs from the usual one. */
export interface VoiceWorldParts extends Partial<ServerParts> {
  readonly tone?: ToneOptions;
  /** Whether the server's own way to play is used; default one that makes no sound. */
  readonly plays?: "nothing" | "by program";
}

/** A server that speaks. */
export class VoiceWorld implements AsyncDisposable {
  readonly url: string;
  readonly server: Awaited<ReturnType<typeof serve>>;
  readonly player: MutePlayer;
  readonly log: MemoryLog;

  private constructor(server: VoiceWorld["server"], player: MutePlayer, log: MemoryLog) {
    this.server = server;
    this.url = server.voiceUrl!;
    this.player = player;
    this.log = log;
  }

  /** Starts one. */
  static async start(parts: VoiceWorldParts = {}) {
    const { tone = { realTimeFactor: 5000 }, plays = "nothing", ...more } = parts;
    const player = new MutePlayer();
    const log = new MemoryLog();
    const clock = more.clock ?? new WallClock();
    const server = await serve({
      ...{ port: 0, controlPort: "off", voicePort: 0, log, clock },
      ...(plays === "nothing" && { localPlayer: player }),
      speechEngines: [new ToneEngine(clock, tone)],
      ...more,
    });
    return new VoiceWorld(server, player, log);
  }

  /** Asks the voice listener; goes nowhere else, wherever the answer leads. */
  async ask(method: string, path: string, body?: unknown, base = this.url): Promise<Answer> {
    const isRaw = body instanceof Uint8Array || body instanceof FormData ||
      typeof body === "string";
    const response = await fetch(`${base}${path}`, {
      ...{ method, redirect: "manual" },
      ...(body !== undefined && { body: isRaw ? body as BodyInit : JSON.stringify(body) }),
      ...(body !== undefined && !isRaw && { headers: { "content-type": "application/json" } }),
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
    const text = isJson ? new TextDecoder().decode(bytes) : "null";
    return {
      ...{ status: response.status, headers: response.headers, bytes },
      body: JSON.parse(text),
    };
  }

  /** Registers a session. */
  async join(session_id: string, more: object = {}): Promise<Body> {
    const body = { session_id, participant_id: session_id, ...more };
    return (await this.ask("POST", "/v1/sessions/register", body)).body;
  }

  /** Opens a WebSocket of the voice listener. */
  open(path: string): Promise<SocketClient> {
    return SocketClient.open(`${this.url.replace(/^http/, "ws")}${path}`);
  }

  /** Closes the server. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
  }
}

/** What a WebSocket brought: text as JSON, or bytes. */
export type Message = { readonly json: Body } | { readonly bytes: Uint8Array };

/** A WebSocket client that keeps what comes. */
export class SocketClient implements AsyncDisposable {
  readonly received: Message[] = [];
  readonly socket: WebSocket;
  readonly closed: Promise<number>;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data: Uint8Array, isBinary: boolean) => {
      const bytes = new Uint8Array(data);
      const message = isBinary ? { bytes } : { json: JSON.parse(new TextDecoder().decode(bytes)) };
      this.received.push(message);
      for (const resolve of this.#waiting.splice(0)) resolve();
    });
    this.closed = new Promise((resolve) =>
      socket.on("close", (code) => {
        for (const wake of this.#waiting.splice(0)) wake();
        resolve(code);
      })
    );
  }

  /** Opens one; throws the status of a refusal. */
  static async open(url: string): Promise<SocketClient> {
    const socket = new WebSocket(url);
    const client = new SocketClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.on("open", () => resolve());
      socket.on("unexpected-response", (_, { statusCode }) => {
        reject(new Error(`refused with ${statusCode}`));
        socket.terminate();
      });
      socket.on("error", reject);
    });
    return client;
  }

  /** Sends JSON, or bytes. */
  send(message: object | Uint8Array | string): void {
    const isRaw = message instanceof Uint8Array || typeof message === "string";
    this.socket.send(isRaw ? message : JSON.stringify(message));
  }

  /** The next message that nobody has taken yet. */
  async next(): Promise<Message> {
    while (this.received.length <= this.#taken) {
      if (this.socket.readyState > 1) throw new Error("the WebSocket has closed");
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.received[this.#taken++]!;
  }

  /** The next JSON message of a type; what comes before it is passed over. */
  async nextOf(type: string): Promise<Body> {
    for (;;) {
      const message = await this.next();
      if ("json" in message && message.json.type === type) return message.json;
    }
  }

  /** Closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.socket.readyState < 2) this.socket.close();
    await this.closed;
  }
}
