/**
 * Who answers in a chat, as the voice server sees it.
 *
 * @module
 */
import type { Interruption } from "../interruption.ts";

/** What somebody said. */
export interface ChatTurn {
  /** The channel that it came by. */
  readonly channel: string;
  readonly text: string;
  /** The last reply, if it was cut off a moment ago. */
  readonly interrupted?: Interruption;
}

/** An answer, and who gave it where that is not the responder; or why there is none, or that it comes later and by another way. */
export type ChatReply =
  | { readonly text: string; readonly provider?: string }
  | { readonly error: string; readonly metrics?: Readonly<Record<string, unknown>> }
  | { readonly isLater: true };

/** Answers what is said. */
export interface Responder {
  /** Its name in metrics. */
  readonly name: string;
  /** Never rejects. */
  respond(turn: ChatTurn, options: { readonly signal: AbortSignal }): Promise<ChatReply>;
}

/** Says how to attach one. */
export const NO_RESPONDER: Responder = {
  name: "none",
  respond: () =>
    Promise.resolve({
      text: "Nobody is attached to answer you. " +
        "Attach an agent, which calls the tools take_turn and answer_turn of this server. " +
        "Or start the server with --responder-command, and name a program that reads what was said and writes the reply.",
    }),
};

/** What a responder reads before what was said, when its last reply was cut off. */
export function interruptionPrompt({ deliveredText, fullText }: Interruption): string {
  const heard = deliveredText === ""
    ? "nothing of it was heard"
    : `only this was heard: ${JSON.stringify(deliveredText)}`;
  return `[Your last reply was cut off; ${heard}. It was: ${JSON.stringify(fullText)}]`;
}
