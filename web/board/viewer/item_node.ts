/// <reference lib="dom" />
/**
 * One item of a transcript on the page. Whatever a transcript holds is text.
 *
 * @module
 */
import { tame } from "../words.ts";
import { markdownNodes, plainButton, terminalNode, textNode } from "./mark_nodes.ts";
import type { BlockRecord, ImageRecord, ItemRecord, ToolRecord } from "./records.ts";
import type { Row } from "./pages.ts";
import { toolFields, toolGist } from "./tool_text.ts";

/** How items are shown. */
export interface ItemLook {
  /** Whether the calls of an answer are folded into one line. */
  readonly isFolded: boolean;
  /** Parts of an item that are unfolded, by their place in it. */
  open(key: string): ReadonlySet<number>;
  /** Where the whole of an item is to be had. */
  wholePath(uuid: string): string;
}

const WHO: Readonly<Record<string, string>> = {
  user: "You",
  assistant: "Agent",
  system: "Notice",
  compaction: "Compacted",
  summary: "Summary",
  attachment: "Attachment",
  pr_link: "Pull request",
  queue: "Queue",
  progress: "Progress",
  orphan_result: "Answer without a call",
  broken: "Damaged line",
  raw: "Record",
  stub: "Long line",
};
/** Pictures that browsers show without running anything. */
const PICTURES = /^image\/(?:png|jpeg|gif|webp|avif)$/;
/** Longer texts end on the page; the rest is a file. */
const MAX_SHOWN_CHARS = 400_000;
/** Shorter inputs stand beside their names. */
const MAX_SHORT_CHARS = 90;

/** Heights before a row was drawn, pixels. */
const ESTIMATE_PX = { brief: 34, user: 110, other: 170 };

/** How high an item may be, as long as nobody has drawn it, pixels. */
export function estimatedPx({ kind, text = [] }: ItemRecord, isFolded: boolean): number {
  if (text.length > 0 && text.every(({ t }) => t === "tool")) {
    return ESTIMATE_PX.brief * (isFolded ? 1 : text.length);
  }
  return kind === "user" ? ESTIMATE_PX.user : ESTIMATE_PX.other;
}

/** Makes the nodes of an item. */
export function itemNode({ key, item }: Row, look: ItemLook): HTMLElement {
  const node = document.createElement("article");
  node.className = "item";
  node.tabIndex = -1;
  node.dataset["testid"] = "item";
  node.dataset["n"] = String(item.n);
  node.dataset["uuid"] = item.uuid;
  node.dataset["kind"] = item.kind;
  const who = WHO[item.kind] ?? item.kind;
  const blocks = item.text ?? [];
  node.classList.toggle("brief", blocks.length > 0 && blocks.every(({ t }) => t === "tool"));
  node.classList.toggle("beside", item.offBranch === true);
  const head = document.createElement("header");
  head.append(textNode("b", "", who));
  if (item.offBranch === true) head.append(textNode("span", "", "taken back"));
  if (item.ts !== null) head.append(timeLink(item.uuid, item.ts));
  const body = document.createElement("div");
  body.className = "body";
  body.append(...bodyNodes(blocks, look, item.uuid));
  if (item.clip !== undefined) {
    const kb = Math.ceil(item.clip.bytes / 1024);
    const more = plainButton(`Show all (${kb} KB)`, { testid: "clip-more", whole: item.uuid });
    body.append(more);
  }
  node.setAttribute("aria-label", item.ts === null ? who : `${who}, ${timeText(item.ts)}`);
  if (item.n >= 0) {
    node.ariaPosInSet = String(item.n + 1);
    node.ariaSetSize = "-1";
  }
  node.append(head, body);
  const open = look.open(key);
  for (const [i, part] of [...node.querySelectorAll("details")].entries()) {
    part.dataset["part"] = String(i);
    part.open = open.has(i);
  }
  return node;
}

/** `14:03:22`, with the day where it is another one. */
export function timeText(iso: string): string {
  const time = new Date(iso);
  return time.toDateString() === new Date().toDateString()
    ? time.toLocaleTimeString()
    : time.toLocaleString();
}

function timeLink(uuid: string, ts: string): HTMLElement {
  const link = document.createElement("a");
  link.href = `?focus=${encodeURIComponent(uuid)}`;
  link.className = "when";
  link.dataset["jump"] = uuid;
  link.title = "A link to this item";
  const time = textNode("time", "", timeText(ts));
  time.dateTime = ts;
  link.append(time);
  return link;
}

function bodyNodes(blocks: readonly BlockRecord[], look: ItemLook, uuid: string): Node[] {
  const nodes: Node[] = [];
  const tools = blocks.filter((block) => block.t === "tool");
  for (const block of blocks) {
    if (!look.isFolded || block.t !== "tool") nodes.push(...blockNodes(block, look, uuid));
    else if (block === tools[0]) nodes.push(toolsNode(tools, look, uuid));
  }
  return nodes;
}

function blockNodes(block: BlockRecord, look: ItemLook, uuid: string): Node[] {
  switch (block.t) {
    case "md":
      return shownText(block.text, look, uuid, (text) => {
        const node = textNode("div", "text", "");
        node.append(...markdownNodes(text));
        return node;
      });
    case "think": {
      const node = folded("Thought", "think");
      node.append(
        ...shownText(block.text, look, uuid, (text) => textNode("p", "", tame(text))),
      );
      return [node];
    }
    case "image":
      return [imageNode(block, uuid)];
    case "json": {
      const node = folded("Data", "");
      node.append(textNode("pre", "", tame(JSON.stringify(block.value, null, 2) ?? "")));
      return [node];
    }
    case "tool":
      return [toolNode(block, look, uuid)];
  }
}

/** All calls of an answer behind one line. */
function toolsNode(tools: readonly ToolRecord[], look: ItemLook, uuid: string): HTMLElement {
  const counts = new Map<string, number>();
  for (const { name } of tools) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = [...counts].map(([name, count]) => count === 1 ? name : `${name} ×${count}`);
  const bad = tools.filter(({ status }) => status === "error" || status === "denied").length;
  const node = folded(tame(names.join(", ")), "calls");
  if (bad > 0) node.firstElementChild!.append(textNode("span", "chip-bad", `${bad} failed`));
  node.append(...tools.map((tool) => toolNode(tool, look, uuid)));
  return node;
}

const STATUS_TEXTS: Readonly<Record<ToolRecord["status"], string>> = {
  pending: "no answer yet",
  ok: "",
  error: "failed",
  denied: "refused",
};

function toolNode(tool: ToolRecord, look: ItemLook, uuid: string): HTMLElement {
  const { name, status, input, result, ms, agent } = tool;
  const node = folded("", "tool");
  node.dataset["status"] = status;
  node.dataset["call"] = tool.id;
  const took = ms === undefined || ms < 1000 ? "" : `${(ms / 1000).toFixed(1)} s`;
  const gist = toolGist(input);
  node.firstElementChild!.append(
    textNode("b", "", tame(name)),
    ...(gist === "" ? [] : [" ", textNode("span", "gist", gist)]),
    ...[STATUS_TEXTS[status], took].filter((text) => text !== "")
      .flatMap((text) => [" ", textNode("span", "fact", text)]),
  );
  if (agent !== undefined) node.append(plainButton("Its thread", { agent }));
  for (const { name: field, text } of toolFields(input)) {
    const isShort = text.length <= MAX_SHORT_CHARS && !text.includes("\n");
    const label = field === "" ? null : textNode("p", "field", field);
    if (label !== null) node.append(label);
    if (label !== null && isShort) label.append(" ", textNode("code", "", tame(text)));
    else node.append(...shownText(text, look, uuid, (part) => textNode("pre", "", tame(part))));
  }
  if (result === undefined) return node;
  node.append(textNode("p", "field", status === "error" ? "what went wrong" : "answer"));
  node.append(...shownText(result.text, look, uuid, terminalNode));
  node.append(...(result.images ?? []).map((image) => imageNode(image, uuid)));
  return node;
}

function folded(title: string, className: string): HTMLDetailsElement {
  const node = document.createElement("details");
  if (className !== "") node.className = className;
  node.append(textNode("summary", "", title));
  return node;
}

/** A picture is shown when somebody wants it. */
function imageNode({ mime, bytes, data }: ImageRecord, uuid: string): HTMLElement {
  const type = mime.toLowerCase();
  if (!PICTURES.test(type)) {
    return textNode("p", "quiet", `[${tame(mime)}, ${bytes} bytes]`);
  }
  if (data === undefined) {
    const kb = Math.ceil(bytes / 1024);
    return plainButton(`Show the picture (${kb} KB)`, { whole: uuid });
  }
  const image = document.createElement("img");
  image.alt = "A picture of the transcript";
  image.src = `data:${type};base64,${data.replace(/[^A-Za-z0-9+/=]/g, "")}`;
  return image;
}

function shownText(
  text: string,
  look: ItemLook,
  uuid: string,
  draw: (text: string) => HTMLElement,
): Node[] {
  if (text.length <= MAX_SHOWN_CHARS) return [draw(text)];
  const link = textNode("a", "", `all ${Math.round(text.length / 1024)} KB, as JSON`);
  link.href = look.wholePath(uuid);
  const rest = textNode("p", "quiet", "The rest is left out: ");
  rest.append(link);
  return [draw(text.slice(0, MAX_SHOWN_CHARS)), rest];
}
