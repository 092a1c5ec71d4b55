/**
 * Makes items short enough for a window: long texts lose their middle, images their data.
 *
 * @module
 */
import { firstChars, lastChars } from "../read/fields.ts";
import type { Block, Item } from "./item.ts";

/** Longer texts are cut, bytes. */
const MAX_TEXT_BYTES = 1536;
const HEAD_CHARS = 1200;
const TAIL_CHARS = 200;
/** Deeper values are shown as a text. */
const MAX_DEPTH = 6;
/** Longer lists and objects lose their end. */
const MAX_ENTRIES = 100;
/** A call's input that is still longer after all that is shown as the beginning of its JSON, bytes. */
const MAX_INPUT_BYTES = 8192;

/** What was cut off so far, bytes. */
interface Cut {
  bytes: number;
  shown: number;
}

/** The item, its long texts cut. */
export function clipped(item: Item): Item {
  const cut: Cut = { bytes: 0, shown: 0 };
  const text = item.text?.map((block) => clippedBlock(block, cut));
  return {
    ...item,
    ...(text !== undefined && { text }),
    ...(cut.bytes > 0 && { clip: { bytes: cut.bytes, shown: cut.shown } }),
  };
}

function clippedBlock(block: Block, cut: Cut): Block {
  switch (block.t) {
    case "md":
    case "think":
      return { ...block, text: clippedText(block.text, cut) };
    case "json":
      return { ...block, value: clippedInput(block.value, cut) };
    case "image":
      return { t: "image", bytes: block.bytes, mime: block.mime };
    case "tool": {
      const { result } = block;
      return {
        ...block,
        input: clippedInput(block.input, cut),
        ...(result !== undefined && {
          result: {
            text: clippedText(result.text, cut),
            ...(result.images !== undefined && {
              images: result.images.map(({ t, bytes, mime }) => ({ t, bytes, mime })),
            }),
          },
        }),
      };
    }
  }
}

function clippedInput(input: unknown, cut: Cut): unknown {
  const short = clippedValue(input, cut, 0);
  const json = JSON.stringify(short) ?? "";
  return json.length <= MAX_INPUT_BYTES ? short : clippedText(json, cut);
}

function clippedValue(value: unknown, cut: Cut, depth: number): unknown {
  if (typeof value === "string") return clippedText(value, cut);
  if (value === null || typeof value !== "object") return value;
  if (depth >= MAX_DEPTH) return clippedText(JSON.stringify(value), cut);
  if (Array.isArray(value)) {
    return value.slice(0, MAX_ENTRIES).map((entry) => clippedValue(entry, cut, depth + 1));
  }
  return Object.fromEntries(
    Object.entries(value).slice(0, MAX_ENTRIES)
      .map(([key, entry]) => [clippedText(key, cut), clippedValue(entry, cut, depth + 1)]),
  );
}

function clippedText(text: string, cut: Cut): string {
  // A character takes three bytes at most, so short texts need not be counted.
  if (text.length * 3 <= MAX_TEXT_BYTES) return text;
  const bytes = utf8Bytes(text);
  if (bytes <= MAX_TEXT_BYTES || text.length <= HEAD_CHARS + TAIL_CHARS) return text;
  const short = `${firstChars(text, HEAD_CHARS)}\n…\n${lastChars(text, TAIL_CHARS)}`;
  cut.bytes += bytes;
  cut.shown += utf8Bytes(short);
  return short;
}

/** How long a text is in UTF-8, bytes. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x800) bytes += code >= 0xd800 && code < 0xe000 ? 1 : 2;
    else if (code >= 0x80) bytes++;
  }
  return bytes;
}
