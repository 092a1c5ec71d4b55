/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { DrawnDraft } from "./reply_drafts.ts";

/** Messages that are kept on the page. */
const MAX_MESSAGES = 200;

/** What was said, drawn as one line of messages. Every text is a text, never markup. */
export class ChatView {
  readonly #list: HTMLElement;
  /** The answer that is still coming; null when none is. */
  #reply: HTMLElement | null = null;
  /** Messages that show how far they are, by their drafts. */
  #drafts = new Map<string, HTMLElement>();

  /** Draws into a list. */
  constructor(list: HTMLElement) {
    this.#list = list;
  }

  /** Somebody said this. */
  said(text: string): void {
    this.#reply = null;
    this.#add("said", text);
  }

  /** A piece of an answer: the first begins a message, the others go on with it. */
  reply(text: string): void {
    if (this.#reply === null) this.#reply = this.#add("reply", text);
    else this.#reply.firstElementChild!.textContent += text;
    this.#toEnd();
  }

  /** Nothing more comes of it. */
  complete(): void {
    this.#reply = null;
  }

  /** Something went wrong. */
  trouble(text: string): void {
    this.#add("trouble", text);
  }

  /** How far replies are. One that was not written here yet gets a message of its own. */
  drafts(drafts: readonly DrawnDraft[]): void {
    const shown = new Map<string, HTMLElement>();
    for (const { id, text, name, words } of drafts) {
      const message = this.#drafts.get(id) ?? this.#written(text) ?? this.#add("reply", text);
      shown.set(id, message);
      message.dataset["draft"] = name;
      let note = message.querySelector<HTMLElement>(".draft");
      if (note === null) {
        note = document.createElement("small");
        note.className = "draft";
        // Whoever has the messages read aloud hears the reply itself.
        note.setAttribute("aria-live", "off");
        note.textContent = words;
        message.append(note);
        this.#toEnd();
      }
      if (note.textContent !== words) note.textContent = words;
    }
    this.#drafts = shown;
  }

  /** The newest message with this text that is nobody's draft yet. Errors are written in brackets. */
  #written(text: string): HTMLElement | undefined {
    return [...this.#list.querySelectorAll<HTMLElement>(".reply:not([data-draft])")]
      .findLast((it) => it.firstElementChild!.textContent!.includes(text));
  }

  #add(name: string, text: string): HTMLElement {
    const message = document.createElement("li");
    message.className = name;
    const said = document.createElement("span");
    said.textContent = text;
    message.append(said);
    this.#list.append(message);
    while (this.#list.childElementCount > MAX_MESSAGES) this.#list.firstElementChild!.remove();
    this.#toEnd();
    return message;
  }

  #toEnd(): void {
    this.#list.scrollTop = this.#list.scrollHeight;
  }
}
