/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { element, input, say, select } from "../player/dom.ts";
import { ChatLink } from "./chat_link.ts";
import { ChatView } from "./chat_view.ts";
import type { ClipQueue } from "./clip_queue.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { DialSocket, SocketState } from "./live_socket.ts";

/** The voice that replies have while the page has none, as the server's own default. */
const DEFAULT_VOICE = "bm_lewis";

/** What the panel works on. */
export interface ChatPanelParts {
  readonly clock: Clock;
  readonly dial: DialSocket;
  /** What an agent does. */
  onTrace(event: Readonly<Record<string, unknown>>): void;
  /** Lets sound out: somebody has pressed something. */
  wake(): void;
}

/** The chat on the page: its field, its messages, its voice. */
export class ChatPanel {
  readonly #link: ChatLink;
  readonly #queue: ClipQueue;
  readonly #view = new ChatView(element("messages"));
  readonly #voice = select("chat-voice");
  readonly #speed = select("chat-speed");
  #ownVoice: string | null = null;

  /** Nothing is open. */
  constructor(url: string, queue: ClipQueue, parts: ChatPanelParts) {
    this.#queue = queue;
    this.#link = new ChatLink(url, queue, {
      onState: () => this.draw(),
      onSaid: (text) => this.#view.said(text),
      onReply: (text) => this.#view.reply(text),
      onComplete: () => {
        this.#view.complete();
        this.draw();
      },
      onError: (text) => this.#view.trouble(text),
      onTrace: (event) => parts.onTrace(event),
      onDrafts: () => this.#drawDrafts(),
    }, parts);
    element<HTMLFormElement>("chat").addEventListener("submit", (event) => {
      event.preventDefault();
      parts.wake();
      this.#send();
    });
    element("chat-interrupt").addEventListener("click", () => {
      this.interrupt();
      this.draw();
    });
    for (const list of [this.#voice, this.#speed]) {
      list.addEventListener("change", () => this.#sendVoice());
    }
  }

  /** Where its link stands. */
  get state(): SocketState {
    return this.#link.state;
  }

  /** Begins. */
  start(): void {
    this.#link.start();
    void this.#listVoices();
  }

  /** Tries at once what it was going to try later. */
  retryNow(): void {
    this.#link.retryNow();
  }

  /** The voice of this page, which replies have unless another is chosen. */
  setOwnVoice(voice: string | null): void {
    this.#ownVoice = voice;
    this.#sendVoice();
  }

  /** Cuts the answer off. */
  interrupt(): void {
    if (this.#isBusy()) this.#link.interrupt();
  }

  /** Shows where it stands. */
  draw(): void {
    const isOpen = this.#link.state === "open";
    element<HTMLButtonElement>("chat-send").disabled = !isOpen;
    element<HTMLButtonElement>("chat-interrupt").disabled = !this.#isBusy();
    say(element("voice-status"), this.#statusText());
    this.#drawDrafts();
  }

  #drawDrafts(): void {
    const records = this.#queue.records;
    this.#view.drafts(
      this.#link.drafts.drawn((jobId) =>
        records.findLast((record) => record.jobId === jobId)?.outcome
      ),
    );
  }

  #isBusy(): boolean {
    return this.#link.isAwaiting || this.#queue.playing?.source === "chat";
  }

  #statusText(): string {
    if (this.#link.state === "waiting") return "Reconnecting…";
    if (this.#link.state !== "open") return "Connecting…";
    if (this.#queue.playing?.source === "chat") return "Speaking…";
    return this.#link.isAwaiting ? "Thinking…" : "Ready";
  }

  #send(): void {
    const field = input("chat-text");
    const text = field.value.trim();
    if (text === "" || !this.#link.say(text)) return;
    field.value = "";
    this.draw();
  }

  #sendVoice(): void {
    this.#link.setVoice({
      voice: this.#voice.value || this.#ownVoice || DEFAULT_VOICE,
      speed: Number(this.#speed.value),
    });
  }

  async #listVoices(): Promise<void> {
    try {
      const { engines } = await (await fetch("/v1/voices")).json() as {
        readonly engines: Readonly<Record<string, { readonly voices: readonly string[] }>>;
      };
      const names = Object.values(engines).flatMap(({ voices }) => voices);
      this.#voice.append(...names.map((name) => new Option(name, name)));
    } catch {
      // Without a list replies have this page's voice.
    }
  }
}
