/**
 * Looks for words in a thread, a piece of the file at a time. Lines are compared as they stand in the
 * file; only those that may have the words are parsed.
 *
 * @module
 */
import type { Block, Item } from "../items/item.ts";
import { wholeNumber } from "../items/params.ts";
import { projectItem } from "../items/project.ts";
import type { ThreadView } from "../items/window.ts";
import { isProblem, type Problem, problem } from "../problem.ts";
import { firstChars, lastChars, oneLine } from "../read/fields.ts";

/** What is looked for, and where to go on. */
export interface FindRequest {
  readonly words: string;
  /** The record to begin with. */
  readonly from: number;
  /** Most items that are told at a time. */
  readonly limit: number;
}

/** An item that has the words. */
export interface FindHit {
  readonly n: number;
  readonly uuid: string;
  readonly kind: Item["kind"];
  readonly ts: string | null;
  /** What stands around them, on one line. */
  readonly text: string;
}

/** What one piece of a thread gave. */
export interface FindPiece {
  readonly gen: number;
  readonly hits: readonly FindHit[];
  /** What to pass as `from` for the next piece; null after the last. */
  readonly next: number | null;
}

/** What one answer looks at, bytes, and what is read at a time. */
const PIECE_BYTES = 8 * 2 ** 20;
const RUN_BYTES = 2 ** 20;
const MAX_WORDS_CHARS = 200;
const MAX_RECORD = 2 ** 32;
/** What is told before the words, and with them and after them, characters. */
const BEFORE_CHARS = 40;
const AFTER_CHARS = 120;

/** Reads `q`, `from` and `limit`. */
export function findRequest(query: URLSearchParams): FindRequest | Problem {
  const words = query.get("q") ?? "";
  if (words.trim() === "" || words.length > MAX_WORDS_CHARS) {
    return problem(400, "bad_find", `q must have 1 to ${MAX_WORDS_CHARS} characters`);
  }
  const from = wholeNumber(query, "from", 0, 0, MAX_RECORD);
  if (isProblem(from)) return from;
  const limit = wholeNumber(query, "limit", 50, 1, 200);
  return isProblem(limit) ? limit : { words, from, limit };
}

/** Looks through the next piece. Upper and lower case are the same. */
export function find(view: ThreadView, { words, from, limit }: FindRequest): FindPiece {
  const { index, source, thread, gen } = view;
  const forms = formsOf(words);
  const hits: FindHit[] = [];
  const seen = new Set<number>();
  let at = from;
  let bytes = 0;
  while (at < index.recordCount && bytes < PIECE_BYTES) {
    const { lines, next } = source.run(at, RUN_BYTES);
    for (const [i, line] of lines.entries()) {
      bytes += line.length;
      const place = index.itemOf(at + i);
      if (place.thread !== thread || seen.has(place.n) || !mayHave(line, forms)) continue;
      seen.add(place.n);
      if (wasTold(view, place.n, from, forms)) continue;
      const item = projectItem(place.n, view);
      const text = textsOf(item).map((it) => around(it, words)).find((it) => it !== null);
      if (text === undefined) continue;
      hits.push({ n: item.n, uuid: item.uuid, kind: item.kind, ts: item.ts, text });
      if (hits.length === limit) return { gen, hits, next: at + i + 1 };
    }
    at = next;
  }
  return { gen, hits, next: at < index.recordCount ? at : null };
}

/** Whether an item that began in a piece before this one had the words there. */
function wasTold(view: ThreadView, n: number, from: number, forms: readonly string[]): boolean {
  const { index, source, thread } = view;
  return index.recordsOf(thread, n).some((no) =>
    no < from && mayHave(source.head(no, index.lengthOf(no)), forms)
  );
}

const utf8 = new TextDecoder();

function mayHave(line: Uint8Array, forms: readonly string[]): boolean {
  const text = utf8.decode(line).toLowerCase();
  return forms.some((form) => text.includes(form));
}

/** The words as JSON has them, and as those write JSON who keep to ASCII. */
function formsOf(words: string): readonly string[] {
  const plain = JSON.stringify(words.toLowerCase()).slice(1, -1);
  const ascii = plain.replace(
    /[\u0080-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return plain === ascii ? [plain] : [plain, ascii];
}

function around(text: string, words: string): string | null {
  const at = text.toLowerCase().indexOf(words.toLowerCase());
  if (at < 0) return null;
  const before = lastChars(text.slice(0, at), BEFORE_CHARS);
  const rest = firstChars(text.slice(at), AFTER_CHARS);
  const head = before.length < at ? "…" : "";
  const tail = at + rest.length < text.length ? "…" : "";
  return oneLine(head + before + rest + tail, BEFORE_CHARS + AFTER_CHARS + 2);
}

/** All that a reader may see of an item. */
function textsOf({ text = [] }: Item): string[] {
  return text.flatMap(blockTexts);
}

function blockTexts(block: Block): string[] {
  switch (block.t) {
    case "md":
    case "think":
      return [block.text];
    case "image":
      return [];
    case "json":
      return strings(block.value);
    case "tool":
      return [block.name, ...strings(block.input), block.result?.text ?? ""];
  }
}

function strings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (value === null || typeof value !== "object") return [];
  return Object.values(value).flatMap(strings);
}
