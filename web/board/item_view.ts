/// <reference lib="dom" />
/**
 * One item of a transcript on the page. Whatever a transcript holds is text: nodes are made one by one,
 * never of markup.
 *
 * @module
 */
import { tame } from "./words.ts";

/** A piece of an item, as it comes. */
export interface BlockRecord {
  readonly t: "md" | "think" | "tool" | "image" | "json";
  readonly text?: string;
  readonly id?: string;
  readonly name?: string;
  readonly input?: unknown;
  readonly status?: string;
  readonly result?: { readonly text: string };
  readonly ms?: number;
  readonly bytes?: number;
  readonly mime?: string;
  readonly value?: unknown;
}

/** An item, as it comes. */
export interface ItemRecord {
  readonly n: number;
  readonly uuid: string;
  readonly kind: string;
  readonly role?: string;
  readonly ts: string | null;
  readonly text?: readonly BlockRecord[];
  readonly quiet?: boolean;
  readonly clip?: { readonly bytes: number; readonly shown: number };
}

/** What came of a call after its item was shown. */
export interface PatchRecord {
  readonly n: number;
  readonly block: string;
  readonly status: string;
  readonly result?: { readonly text: string };
  readonly ms?: number;
}

const WHO: Readonly<Record<string, string>> = {
  user: "You",
  assistant: "Agent",
  system: "Notice",
  compaction: "Compacted",
  summary: "Summary",
};

/** Makes the nodes of an item. */
export function itemNode(item: ItemRecord): HTMLLIElement {
  const node = document.createElement("li");
  node.className = "item";
  node.tabIndex = -1;
  node.dataset["testid"] = "item";
  node.dataset["n"] = String(item.n);
  node.dataset["uuid"] = item.uuid;
  node.dataset["kind"] = item.kind;
  const head = document.createElement("header");
  const who = document.createElement("b");
  who.textContent = WHO[item.kind] ?? item.kind;
  head.append(who);
  if (item.ts !== null) {
    const time = document.createElement("time");
    time.dateTime = item.ts;
    time.textContent = new Date(item.ts).toLocaleString();
    head.append(time);
  }
  const body = document.createElement("div");
  body.className = "body";
  body.append(...(item.text ?? []).map(blockNode));
  if (item.clip !== undefined) body.append(clipNote(item));
  node.append(head, body);
  return node;
}

/** An item with what came of one of its calls. */
export function patched(item: ItemRecord, patch: PatchRecord): ItemRecord {
  const { block: id, n: _, ...rest } = patch;
  const text = item.text?.map((block) => block.id === id ? { ...block, ...rest } : block);
  return { ...item, ...(text !== undefined && { text }) };
}

function blockNode(block: BlockRecord): HTMLElement {
  switch (block.t) {
    case "md":
      return textNode("p", "text", block.text ?? "");
    case "think":
      return textNode("p", "think", block.text ?? "");
    case "image":
      return textNode("p", "quiet", `[${block.mime}, ${block.bytes} bytes]`);
    case "tool":
      return toolNode(block);
    default:
      return folded("Data", JSON.stringify(block.value, null, 2));
  }
}

function toolNode(block: BlockRecord): HTMLElement {
  const { name = "?", status = "pending", ms } = block;
  const took = ms === undefined ? "" : `, ${(ms / 1000).toFixed(1)} s`;
  const node = folded(`${name} · ${status}${took}`, JSON.stringify(block.input, null, 2));
  node.classList.add("tool");
  node.dataset["status"] = status;
  if (block.result !== undefined) node.append(textNode("pre", "", block.result.text));
  return node;
}

function folded(title: string, text: string): HTMLDetailsElement {
  const node = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = tame(title);
  node.append(summary, textNode("pre", "", text ?? ""));
  return node;
}

/** Where something was left out, the whole of it is one click away. */
function clipNote({ n, clip }: ItemRecord): HTMLElement {
  const note = document.createElement("button");
  note.type = "button";
  note.className = "plain";
  note.dataset["testid"] = "clip-more";
  note.dataset["whole"] = String(n);
  note.textContent = `Show all (${Math.ceil((clip?.bytes ?? 0) / 1024)} KB)`;
  return note;
}

function textNode(tag: string, className: string, text: string): HTMLElement {
  const node = document.createElement(tag);
  if (className !== "") node.className = className;
  node.textContent = tame(text);
  return node;
}
