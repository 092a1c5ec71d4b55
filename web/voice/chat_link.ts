/// <reference lib="dom" />
/**
 * A chat with whatever answers on the server, in text and in speech.
 *
 * @module
 */
import type { Clock } from "../../runtime/clock.ts";
import type { ClipQueue } from "./clip_queue.ts";
import { ReplyDrafts } from "./reply_drafts.ts";
import { type DialSocket, LiveSocket, type SocketState } from "./live_socket.ts";

/** What a {@link ChatLink} tells. */
export interface ChatHandler {
  onState(state: SocketState): void;
  /** Somebody said this: typed here, or understood from speech. */
  onSaid(text: string): void;
  /** A piece of the answer. */
  onReply(text: string): void;
  /** The answer is complete, or will never be. */
  onComplete(provider: string | null): void;
  onError(text: string): void;
  /** What an agent does. */
  onTrace(event: Readonly<Record<string, unknown>>): void;
  /** How far replies are has changed. */
  onDrafts(): void;
}

/** How replies are spoken. */
export interface ChatVoice {
  readonly voice: string;
  readonly speed: number;
}

/** The chat's link. */
export class ChatLink {
  readonly #link: LiveSocket;
  readonly #queue: ClipQueue;
  readonly #handler: ChatHandler;
  readonly #url: string;
  #voice: ChatVoice | null = null;
  /** Completions that are still to come. */
  #awaited = 0;
  /** Interruptions that the server has not heard of: until then, what it sends was stopped. */
  #interrupting = 0;
  #replies = 0;
  /** How far each reply is. */
  readonly drafts = new ReplyDrafts();

  /** Nothing is open. */
  constructor(
    url: string,
    queue: ClipQueue,
    handler: ChatHandler,
    { clock, dial }: { readonly clock: Clock; readonly dial: DialSocket },
  ) {
    this.#url = url;
    this.#queue = queue;
    this.#handler = handler;
    this.#link = new LiveSocket(clock, dial, {
      onState: (state) => {
        if (state === "open") this.#sendVoice();
        else this.#giveUp();
        handler.onState(state);
      },
      onText: (text) => this.#onText(text),
    });
  }

  /** Where its link stands. */
  get state(): SocketState {
    return this.#link.state;
  }

  /** Whether an answer is awaited. */
  get isAwaiting(): boolean {
    return this.#awaited > 0;
  }

  /** Begins. */
  start(): void {
    this.#link.connect(this.#url);
  }

  /** Tries at once what it was going to try later. */
  retryNow(): void {
    this.#link.retryNow();
  }

  /** How replies are spoken from now on. */
  setVoice(voice: ChatVoice): void {
    this.#voice = voice;
    this.#sendVoice();
  }

  /** Says something. What is still being said is interrupted first. */
  say(text: string): boolean {
    if (this.#link.state !== "open") return false;
    if (this.isAwaiting || this.#queue.playing?.source === "chat") this.interrupt();
    this.#awaited++;
    return this.#link.send(JSON.stringify({ type: "text_message", text }));
  }

  /** Cuts the answer off, and what is heard of it. */
  interrupt(): void {
    this.#queue.stop(({ source }) => source === "chat");
    if (!this.#link.send(JSON.stringify({ type: "interrupt" }))) return;
    this.#interrupting++;
    // Whatever was under way, one completion comes after the server has heard of it.
    this.#awaited = 1;
  }

  #sendVoice(): void {
    if (this.#voice === null) return;
    this.#link.send(JSON.stringify({ type: "config", model: null, ...this.#voice }));
  }

  /** The link is lost, and with it every answer that was on its way. */
  #giveUp(): void {
    this.#interrupting = 0;
    this.drafts.forget();
    if (this.#awaited === 0) return;
    this.#awaited = 0;
    this.#handler.onError("the connection was lost before the answer came");
    this.#handler.onComplete(null);
  }

  #onText(frame: string): void {
    let message: Readonly<Record<string, unknown>>;
    try {
      message = Object(JSON.parse(frame));
    } catch {
      return;
    }
    const text = typeof message["text"] === "string" ? message["text"] : "";
    switch (message["type"]) {
      case "transcript":
        return this.#handler.onSaid(text);
      case "response_text":
        return this.#interrupting > 0 ? undefined : this.#handler.onReply(text);
      case "response_complete": {
        if (this.#interrupting === 0) this.#awaited = Math.max(0, this.#awaited - 1);
        const { provider } = Object(message["metrics"]) as { provider?: unknown };
        return this.#handler.onComplete(typeof provider === "string" ? provider : null);
      }
      case "audio":
        return this.#interrupting > 0 ? undefined : this.#onAudio(message["data"]);
      case "interrupted":
        this.#interrupting = Math.max(0, this.#interrupting - 1);
        return;
      case "draft_queue":
        this.drafts.take(message["blocks"]);
        return this.#handler.onDrafts();
      case "error":
        return this.#handler.onError(String(message["error"] ?? text));
      case "trace_event":
        return this.#handler.onTrace(Object(message["event"]));
    }
  }

  #onAudio(data: unknown): void {
    if (typeof data !== "string") return;
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    } catch {
      return;
    }
    const jobId = `reply ${++this.#replies}`;
    this.drafts.heard(jobId);
    this.#queue.add({ jobId, source: "chat", wav: bytes.buffer });
  }
}
