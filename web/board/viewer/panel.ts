/// <reference lib="dom" />
/**
 * The panel beside a transcript: lists of places, the agents, and what was found.
 *
 * @module
 */
import { element, say } from "../../player/dom.ts";
import { tame } from "../words.ts";
import type { Findings, Hit } from "./finder.ts";
import { timeText } from "./item_node.ts";
import { plainButton, textNode } from "./mark_nodes.ts";
import { type Entry, OUTLINE_LISTS, type OutlineList } from "./outline.ts";
import type { SessionRecord } from "./records.ts";

/** What the panel shows. */
export type Tab = OutlineList | "agents" | "find";
const TABS: readonly Tab[] = [...OUTLINE_LISTS, "agents", "find"];

/** What the panel needs of the page. */
export interface PanelOptions {
  /** A list of the outline, when it is there. */
  entries(list: OutlineList): Promise<readonly Entry[]>;
  session(): SessionRecord | null;
  /** The number of the item that the reader is at. */
  current(): number;
  /** The agent whose thread is shown. */
  readonly agent: string | null;
  onEntry(entry: Entry): void;
  onTarget(target: string): void;
  onHit(hit: Hit): void;
  onMore(): void;
}

const EMPTY: Readonly<Record<OutlineList, string>> = {
  prompts: "Nobody has said anything yet.",
  errors: "Nothing has failed.",
  compactions: "The conversation was never compacted.",
  files: "No file was changed.",
};
/** Longer lists end; the newest is at their end. */
const MAX_ENTRIES = 2000;

/** The panel. */
export class Panel {
  readonly #options: PanelOptions;
  readonly #node = element("panel");
  readonly #places = element("places");
  #tab: Tab | null = null;
  /** The button that opened it. */
  #opener: HTMLElement | null = null;
  #entries: readonly { n: number; node: HTMLElement }[] = [];
  #current: HTMLElement | null = null;

  /** A closed panel. */
  constructor(options: PanelOptions) {
    this.#options = options;
    for (const tab of TABS) element(`tab-${tab}`).onclick = () => void this.show(tab);
    element("panel-close").onclick = () => this.close();
    element("panel").addEventListener("keydown", (event) => {
      if (!(event.target instanceof HTMLElement) || event.target.role !== "tab") return;
      const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      if (by === 0) return;
      const at = TABS.findIndex((tab) => event.target === element(`tab-${tab}`));
      const next = TABS[(at + by + TABS.length) % TABS.length]!;
      element(`tab-${next}`).focus();
      void this.show(next);
    });
  }

  /** What it shows; null when it is closed. */
  get tab(): Tab | null {
    return this.#tab;
  }

  /** Opens it, or closes it when it shows just that. */
  toggle(tab: Tab, opener: HTMLElement): void {
    if (this.#tab === tab) return this.close();
    this.#opener = opener;
    void this.show(tab);
  }

  /** Opens it. */
  async show(tab: Tab): Promise<void> {
    this.#tab = tab;
    this.#node.hidden = false;
    element("find-form").hidden = tab !== "find";
    for (const name of TABS) {
      const button = element(`tab-${name}`);
      button.setAttribute("aria-selected", String(name === tab));
      button.tabIndex = name === tab ? 0 : -1;
    }
    this.#places.setAttribute("aria-labelledby", `tab-${tab}`);
    this.#drawOpeners();
    this.#list([]);
    if (tab === "find") return element("find").focus();
    element(`tab-${tab}`).focus({ preventScroll: true });
    if (tab === "agents") return this.#drawAgents();
    this.#places.append(textNode("p", "quiet", "Looking through the session…"));
    const entries = await this.#options.entries(tab);
    if (this.#tab === tab) this.#drawEntries(tab, entries);
  }

  /** Closes it. */
  close(): void {
    if (this.#tab === null) return;
    this.#tab = null;
    this.#node.hidden = true;
    this.#drawOpeners();
    (this.#opener ?? element("scroller")).focus({ preventScroll: true });
  }

  /** On a narrow screen the panel covers what it leads to. */
  get isCover(): boolean {
    return getComputedStyle(this.#node).position === "fixed";
  }

  /** Marks the place where the reader is. */
  mark(n: number): void {
    if (this.#tab === null || this.#entries.length === 0) return;
    const node = this.#entries.findLast((entry) => entry.n <= n)?.node ?? null;
    if (node === this.#current) return;
    this.#current?.removeAttribute("aria-current");
    node?.setAttribute("aria-current", "location");
    this.#current = node;
  }

  /** Shows what was found. */
  drawFindings({ words, hits, isBusy, isMore }: Findings): void {
    const count = hits.length === 1 ? "1 item" : `${hits.length}${isMore ? "+" : ""} items`;
    const none = isBusy ? "" : "Nothing found.";
    say(
      element("find-said"),
      words === "" ? "" : (hits.length === 0 ? none : count) + (isBusy ? " Looking on…" : ""),
    );
    if (this.#tab !== "find") return;
    this.#list(hits.map((hit) => ({
      n: hit.n,
      node: this.#place(hit.text, hit.ts, () => this.#options.onHit(hit)),
    })));
    if (!isMore || isBusy || words === "") return;
    const more = plainButton("Look on", {});
    more.onclick = () => this.#options.onMore();
    this.#places.append(more);
  }

  #drawEntries(list: OutlineList, entries: readonly Entry[]): void {
    const shown = entries.slice(-MAX_ENTRIES);
    const why = list === "errors" ? this.#healthEntries() : [];
    const places = shown.map((entry) => {
      const ts = entry.ms === null ? null : new Date(entry.ms).toISOString();
      const node = this.#place(entry.text, ts, () => this.#options.onEntry(entry));
      return { n: entry.n, node };
    });
    this.#list([...why, ...places]);
    const left = entries.length - shown.length;
    if (left > 0) this.#places.prepend(textNode("p", "quiet", `${left} earlier ones`));
    if (why.length + entries.length === 0) {
      this.#places.append(textNode("p", "quiet", EMPTY[list]));
    }
    this.mark(this.#options.current());
    const current = this.#current;
    if (current !== null) {
      const { top } = this.#places.getBoundingClientRect();
      const awayPx = current.getBoundingClientRect().top - top;
      this.#places.scrollTop += awayPx - this.#places.clientHeight / 2;
    }
  }

  /** What its health is told for, and where that shows. */
  #healthEntries(): { n: number; node: HTMLElement }[] {
    const reasons = this.#options.agent === null ? this.#options.session()?.health.reasons : [];
    return (reasons ?? []).flatMap(({ text, evidence = [] }) => {
      const target = evidence.at(-1);
      if (target === undefined) return [];
      const node = this.#place(text, null, () => this.#options.onTarget(target));
      node.classList.add("health");
      return [{ n: Infinity, node }];
    });
  }

  /** Who was sent to work, and the sessions before and after this one. */
  #drawAgents(): void {
    const session = this.#options.session();
    if (session === null) return;
    const { id, lineage: { agents, continues, continuedBy } } = session;
    const own = `/s/${encodeURIComponent(id)}`;
    const links = [
      ...(this.#options.agent === null ? [] : [this.#link(own, "The session itself", "")]),
      ...agents.map((agent) => {
        const title = tame(agent.description ?? agent.lastText) || agent.id;
        const calls = `${agent.toolCalls} calls`;
        const bad = agent.toolErrors > 0 ? `, ${agent.toolErrors} failed` : "";
        const facts = `${tame(agent.type ?? "agent")} · ${agent.status} · ${calls}${bad}`;
        const href = agent.hasThread ? `${own}?agent=${encodeURIComponent(agent.id)}` : null;
        const link = this.#link(href, title, facts);
        if (agent.id === this.#options.agent) link.setAttribute("aria-current", "page");
        return link;
      }),
      ...[continues ?? []].flat().map((other) =>
        this.#link(`/s/${encodeURIComponent(other)}`, "Goes on from this session", other)
      ),
      ...continuedBy.map((other) =>
        this.#link(`/s/${encodeURIComponent(other)}`, "Was gone on with here", other)
      ),
    ];
    this.#list(links.map((node) => ({ n: Infinity, node })));
    if (links.length === 0) {
      this.#places.append(textNode("p", "quiet", "No agent was sent to work."));
    }
  }

  #link(href: string | null, title: string, facts: string): HTMLElement {
    const node = document.createElement(href === null ? "div" : "a");
    if (node instanceof HTMLAnchorElement && href !== null) node.href = href;
    node.className = "place";
    node.append(textNode("span", "", title), textNode("small", "", facts));
    return node;
  }

  #place(text: string, ts: string | null, onClick: () => void): HTMLElement {
    const node = document.createElement("button");
    node.type = "button";
    node.className = "place";
    node.append(textNode("span", "", tame(text)));
    if (ts !== null) node.append(textNode("small", "", timeText(ts)));
    node.onclick = onClick;
    return node;
  }

  #list(entries: readonly { n: number; node: HTMLElement }[]): void {
    this.#entries = entries;
    this.#current = null;
    const list = document.createElement("ul");
    list.append(...entries.map(({ node }) => {
      const item = document.createElement("li");
      item.append(node);
      return item;
    }));
    this.#places.replaceChildren(list);
  }

  #drawOpeners(): void {
    for (const name of ["prompts", "agents", "find"] as const) {
      element(`open-${name}`).setAttribute("aria-expanded", String(this.#tab === name));
    }
  }
}
