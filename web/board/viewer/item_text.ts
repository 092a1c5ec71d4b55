/**
 * What can be read in an item.
 *
 * @module
 */
import type { BlockRecord, ItemRecord } from "./records.ts";
import { toolFields } from "./tool_text.ts";

/** What stands around words in an item, on one line; null when they are not in it. */
export function wordsIn({ text = [] }: ItemRecord, words: string): string | null {
  for (const piece of text.flatMap(textsOf)) {
    const at = piece.toLowerCase().indexOf(words.toLowerCase());
    if (at < 0) continue;
    const from = Math.max(0, at - 40);
    const to = at + 120;
    const shown = piece.slice(from, to).replace(/\s+/g, " ").trim();
    return `${from > 0 ? "…" : ""}${shown}${to < piece.length ? "…" : ""}`;
  }
  return null;
}

function textsOf(block: BlockRecord): readonly string[] {
  switch (block.t) {
    case "md":
    case "think":
      return [block.text];
    case "json":
      return [JSON.stringify(block.value) ?? ""];
    case "image":
      return [];
    case "tool":
      return [
        block.name,
        ...toolFields(block.input).map(({ text }) => text),
        block.result?.text ?? "",
      ];
  }
}
