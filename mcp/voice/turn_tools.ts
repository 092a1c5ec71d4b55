/**
 * The tools by which an agent answers what people say in the chats of a voice server.
 *
 * @module
 */
import { z } from "zod";
import type { AttachedResponder } from "../../server/voice/chat/attached.ts";
import { round } from "../../server/voice/ledger.ts";
import { checkLength } from "../../server/voice/speech/sentences.ts";
import { VoiceError } from "../../server/voice/limits.ts";
import { jsonResult, type PlainResult, type PlainTool, plainTool } from "./plain_tools.ts";

/** Who answers in chats: agents, or somebody else, by name. */
export type Answering = AttachedResponder | { readonly name: string };

/**
 * Makes them.
 *
 * @param agent Names the caller, who gives its turns back when it leaves; null for nobody known.
 */
export function turnTools(answering: Answering, agent: string | null): readonly PlainTool[] {
  const byAgents = "take" in answering ? answering : null;
  const elsewhere = `chats are answered by ${JSON.stringify(answering.name)}; ` +
    "agents answer on a server that was started without a responder command and without a kernel";
  return [
    plainTool({
      name: "take_turn",
      description:
        "Waits for what somebody says in a chat, and takes it to be answered with answer_turn. Call it again and again: with no agent waiting, the chat says that nobody is there.",
      input: z.object({
        timeout_sec: z.number().min(0).max(600).default(60).describe("how long to wait"),
      }),
      hints: { openWorldHint: true },
      run: async ({ timeout_sec }, signal) => {
        if (byAgents === null) return failed(elsewhere);
        if (byAgents.isFull) return failed("too many agents wait for turns; try again later");
        const turn = await byAgents.take(timeout_sec, signal, agent);
        if (turn === null) {
          return jsonResult({
            status: "timeout",
            error: `nobody said anything in ${timeout_sec} s`,
          });
        }
        const { turnId, channel, text, interrupted } = turn;
        return jsonResult({
          ...{ status: "ok", turn_id: turnId, channel, text, waiting: byAgents.waiting },
          ...(interrupted !== undefined && {
            interrupted: {
              spoken_pct: round(interrupted.fraction, 3),
              delivered_text: interrupted.deliveredText,
              full_text: interrupted.fullText,
            },
          }),
        });
      },
    }),
    plainTool({
      name: "answer_turn",
      description: "Answers a turn that take_turn gave: it is written and spoken in its chat.",
      input: z.object({
        turn_id: z.string().describe("which turn"),
        text: z.string().describe("the answer"),
      }),
      hints: {},
      run: ({ turn_id, text }) => {
        if (byAgents === null) return Promise.resolve(failed(elsewhere));
        if (text.trim() === "") return Promise.resolve(failed("Nothing to say"));
        try {
          checkLength(text);
        } catch (error) {
          if (error instanceof VoiceError) return Promise.resolve(failed(error.message));
          throw error;
        }
        return Promise.resolve(
          byAgents.answer(turn_id, text) ? jsonResult({ status: "ok", turn_id }) : failed(
            `turn ${JSON.stringify(turn_id.slice(0, 64))} waits for no answer: ` +
              "it was answered, interrupted, given back, or took too long",
          ),
        );
      },
    }),
  ];
}

function failed(error: string): PlainResult {
  return jsonResult({ status: "error", error });
}
