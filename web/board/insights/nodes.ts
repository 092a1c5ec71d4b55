/// <reference lib="dom" />
/**
 * Makes nodes. What comes of transcripts and repositories is text, and never markup.
 *
 * @module
 */
import { tame } from "../words.ts";

/** What a node has beside its children. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** A node of HTML; an attribute that is `undefined` or false is left out. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const node = document.createElement(name);
  fill(node, attributes, children);
  return node;
}

/** A node of SVG. */
export function draw<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): SVGElementTagNameMap[Name] {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  fill(node, attributes, children);
  return node;
}

function fill(node: Element, attributes: Attributes, children: readonly (Node | string)[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? "" : tame(String(value)));
  }
  node.append(...children.map((it) => typeof it === "string" ? tame(it) : it));
}

/** A link to a session. */
export function sessionLink(id: string, title: string): HTMLAnchorElement {
  return make("a", { href: `/s/${encodeURIComponent(id)}` }, tame(title) || id);
}

/** A link to what belongs to a session. */
export function belongingsLink(id: string): HTMLAnchorElement {
  return make("a", { href: `/backlinks?session=${encodeURIComponent(id)}` }, "related, notes");
}

/** How sure a commit is, as a small sign. */
export function sureSign(confidence: string): HTMLElement {
  const meaning = confidence === "high"
    ? "git printed it in this session, or it names the session"
    : confidence === "medium"
    ? "made in the session's time, of files that it edited"
    : "possible: only the time fits, or little more; it enters no ratio";
  return make("span", { class: `sure ${confidence}`, title: meaning }, confidence);
}

/** The seven days of the week, Monday first. */
export const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

/** A day of the calendar in words, whatever the zone of the browser. */
export function dayText(day: string): string {
  return new Date(`${day}T12:00:00Z`).toLocaleDateString("en-GB", {
    ...{ timeZone: "UTC", day: "numeric", month: "short", year: "numeric", weekday: "short" },
  });
}

/** A count with its word. */
export function many(count: number, one: string): string {
  const text = Number.isInteger(count) ? String(count) : count.toFixed(1);
  return `${text} ${one}${count === 1 ? "" : "s"}`;
}
