/// <reference lib="dom" />
/**
 * Nodes of texts. They are made one by one, never of markup.
 *
 * @module
 */
import { terminalRuns } from "./ansi.ts";
import { type Mark, markdown } from "./markdown.ts";

/** Nodes of a Markdown text. */
export function markdownNodes(text: string): Node[] {
  return markdown(text).map(nodeOf);
}

function nodeOf(mark: Mark): Node {
  if (typeof mark === "string") return document.createTextNode(mark);
  const node = document.createElement(mark.tag);
  node.append(...mark.children.map(nodeOf));
  if (mark.start !== undefined) node.setAttribute("start", String(mark.start));
  if (node instanceof HTMLAnchorElement && mark.href !== undefined) {
    node.href = mark.href;
    node.title = mark.href;
    node.rel = "noopener noreferrer";
    node.target = "_blank";
  }
  if (mark.tag !== "table") return node;
  // A wide table scrolls in itself.
  const frame = document.createElement("div");
  frame.className = "wide";
  frame.append(node);
  return frame;
}

/** What a program printed. */
export function terminalNode(text: string): HTMLPreElement {
  const node = document.createElement("pre");
  for (const { text: part, look } of terminalRuns(text)) {
    if (look === "") node.append(part);
    else {
      const span = document.createElement("span");
      span.className = look;
      span.textContent = part;
      node.append(span);
    }
  }
  return node;
}

/** An element with a text in it. */
export function textNode<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  className: string,
  text: string,
): HTMLElementTagNameMap[T] {
  const node = document.createElement(tag);
  if (className !== "") node.className = className;
  node.textContent = text;
  return node;
}

/** A button that does what the page hears of by its data. */
export function plainButton(
  text: string,
  data: Readonly<Record<string, string>>,
): HTMLButtonElement {
  const node = textNode("button", "plain", text);
  node.type = "button";
  Object.assign(node.dataset, data);
  return node;
}
