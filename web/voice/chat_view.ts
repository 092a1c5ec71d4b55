/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Messages that are kept on the page. */
const MAX_MESSAGES = 200;

/** What was said, drawn as one line of messages. Every text is a text, never markup. */
export class ChatView {
  readonly #list: HTMLElement;
  /** The answer that is still coming; null when none is. */
  #reply: HTMLElement | null = null;

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
    else this.#reply.textContent += text;
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

  #add(name: string, text: string): HTMLElement {
    const message = document.createElement("li");
    message.className = name;
    message.textContent = text;
    this.#list.append(message);
    while (this.#list.childElementCount > MAX_MESSAGES) this.#list.firstElementChild!.remove();
    this.#toEnd();
    return message;
  }

  #toEnd(): void {
    this.#list.scrollTop = this.#list.scrollHeight;
  }
}
