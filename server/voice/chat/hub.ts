import { isFor, type Json, type KernelReply } from "./kernel_events.ts";

/** A chat, as those who speak to several of them see it. */
export interface ChatMember {
  /** Its channel. */
  readonly id: string;
  /** Says something that no turn of its own asked for, or that comes late. */
  deliver(text: string, metrics: Json): void;
  /** Shows what an agent does. */
  trace(event: Json): void;
}

/** The chats that are open. */
export class ChatHub {
  readonly #chats = new Set<ChatMember>();

  /** A chat has opened. */
  add(chat: ChatMember): void {
    this.#chats.add(chat);
  }

  /** A chat has closed. */
  remove(chat: ChatMember): void {
    this.#chats.delete(chat);
  }

  /** A reply goes to the chat that it names, or to all. */
  deliver({ text, sessionId, eventId, timestamp }: KernelReply, provider: string): void {
    const metrics = {
      provider,
      ...(eventId !== null && { event_id: eventId }),
      ...(timestamp !== null && { kernel_ts: timestamp }),
    };
    for (const chat of [...this.#chats]) if (isFor(sessionId, chat.id)) chat.deliver(text, metrics);
  }

  /** A trace goes to all. */
  trace(event: Json): void {
    for (const chat of this.#chats) chat.trace(event);
  }
}
