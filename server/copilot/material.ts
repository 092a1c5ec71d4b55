/**
 * What is known of a session for a model to read: plain data, as the board's routes give it.
 *
 * @module
 */
import type { Standing } from "../board/library/standing.ts";
import type { Item } from "../board/items/item.ts";
import { firstChars, lastChars } from "../board/read/fields.ts";
import { redact } from "./redact.ts";

/** What a model gets to read. */
export interface Material {
  readonly standing: Standing;
  /** The newest last. */
  readonly items: readonly Item[];
  /** Where the reasons of its health show. */
  readonly evidence?: readonly Item[];
  /** The last lines of its terminal; null where there is none. */
  readonly pane: string | null;
}

/** Limits of one turn, characters. */
const MAX_TURN = 1600;
const MAX_RESULT = 400;
const MAX_ERROR = 1200;
const MAX_INPUT = 200;

/** One item as text; null for one that says nothing. */
export function turnText(item: Item): string | null {
  const who = item.kind === "user" ? "USER" : item.kind === "assistant" ? "AGENT" : null;
  if (who === null || item.quiet === true || item.offBranch === true) return null;
  const parts = (item.text ?? []).flatMap((block): string[] => {
    if (block.t === "md") return [clipped(block.text, MAX_TURN)];
    if (block.t !== "tool") return [];
    const { name, input, result, status } = block;
    const isError = status === "error";
    const said = clipped(result?.text ?? "", isError ? MAX_ERROR : MAX_RESULT);
    const call = `[tool ${name} ${firstChars(redact(JSON.stringify(input) ?? ""), MAX_INPUT)}]`;
    return [`${call} ${status}${said === "" ? "" : `: ${said}`}`];
  });
  const text = parts.join("\n").trim();
  return text === "" ? null : `${who}: ${text}`;
}

/** What a person wrote in an item; null for none. */
export function promptText(item: Item): string | null {
  if (item.kind !== "user" || item.quiet === true) return null;
  const text = (item.text ?? []).flatMap((block) => block.t === "md" ? [block.text] : [])
    .join("\n").trim();
  return text === "" ? null : text;
}

/** What is cut in two is no secret that could be known any more, so those go first. */
function clipped(said: string, most: number): string {
  const text = redact(said);
  if (text.length <= most) return text;
  const head = Math.ceil(most * 0.7);
  return `${firstChars(text, head)} … ${lastChars(text, most - head)}`;
}
