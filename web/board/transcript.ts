/// <reference lib="dom" />
/**
 * The page of one session: a window into its transcript, which is moved by the reader, and follows what
 * comes while it stands at the end.
 *
 * @module
 */
import { element, say } from "../player/dom.ts";
import { BrowserClock } from "../session/browser_clock.ts";
import { ask, RefusedError } from "./api.ts";
import { itemNode, type ItemRecord, patched, type PatchRecord } from "./item_view.ts";
import { spanText, tame, usdText } from "./words.ts";

/** Items that are asked for at a time, and that the page holds at most. */
const PAGE_ITEMS = 60;
const MAX_ITEMS = 240;
/** Nearer to the end than that is at the end, pixels. */
const NEAR_PX = 120;

interface SessionRecord {
  readonly title: string;
  readonly project: { readonly name: string };
  readonly live: { readonly state: string; readonly since: string };
  readonly cost: { readonly usd: number };
}

interface WindowRecord {
  readonly session: SessionRecord;
  readonly items: readonly ItemRecord[];
  readonly window: {
    readonly before: string | null;
    readonly after: string | null;
    readonly total: number;
  };
  readonly streamCursor: string;
}

type StateRecord = Pick<SessionRecord, "live" | "cost">;

/** The page. */
class TranscriptPage {
  readonly #clock = new BrowserClock(performance.timeOrigin);
  readonly #id = decodeURIComponent(location.pathname.replace(/^\/s\//, ""));
  readonly #path = `/api/sessions/${encodeURIComponent(this.#id)}`;
  /** What is on the page, in order. */
  #items: ItemRecord[] = [];
  #before: string | null = null;
  #after: string | null = null;
  #session: SessionRecord | null = null;
  #source: EventSource | null = null;
  #missed = 0;

  async run(): Promise<void> {
    const focus = new URLSearchParams(location.search).get("focus");
    element("older").onclick = () => void this.#attempt(() => this.#more("before"));
    element("newer").onclick = () => void this.#attempt(() => this.#more("after"));
    element("first").onclick = () => void this.#attempt(() => this.#open("anchor=head"));
    element("jump-latest").onclick = () => void this.#attempt(() => this.#toLatest());
    element("items").onclick = ({ target }) => {
      const n = target instanceof HTMLElement ? target.dataset["whole"] : undefined;
      if (n !== undefined) void this.#attempt(() => this.#showWhole(Number(n)));
    };
    addEventListener("pagehide", () => this.#source?.close());
    await this.#attempt(async () => {
      if (focus === null) await this.#toLatest();
      else {
        await this.#open(`around=${encodeURIComponent(focus)}`);
        this.#find(focus);
      }
    });
    this.#everySecond();
  }

  /** Shows a window in place of what was there. */
  async #open(query: string): Promise<void> {
    const found = await ask<WindowRecord>(`${this.#path}?limit=${PAGE_ITEMS}&${query}`);
    this.#items = [...found.items];
    this.#before = found.window.before;
    this.#after = found.window.after;
    this.#session = found.session;
    element("items").replaceChildren(...this.#items.map(itemNode));
    this.#drawEdges();
    this.#drawFacts();
    this.#follow(found.streamCursor);
  }

  async #toLatest(): Promise<void> {
    await this.#open("anchor=tail");
    this.#missed = 0;
    this.#drawEdges();
    scrollTo(0, document.documentElement.scrollHeight);
  }

  /** Adds a window at one end; what is far from it goes. What is under the reader's eye stays there. */
  async #more(side: "before" | "after"): Promise<void> {
    const cursor = side === "before" ? this.#before : this.#after;
    if (cursor === null) return;
    const query = `limit=${PAGE_ITEMS}&${side}=${encodeURIComponent(cursor)}`;
    const { items, window } = await ask<WindowRecord>(`${this.#path}?${query}`);
    const list = element("items");
    const isBefore = side === "before";
    const kept = (isBefore ? list.firstElementChild : list.lastElementChild) as HTMLElement | null;
    const topPx = kept?.getBoundingClientRect().top ?? 0;
    if (isBefore) {
      list.prepend(...items.map(itemNode));
      this.#items.unshift(...items);
      this.#before = window.before;
    } else {
      list.append(...items.map(itemNode));
      this.#items.push(...items);
      this.#after = window.after;
    }
    this.#trim(isBefore ? "end" : "start");
    this.#drawEdges();
    if (kept?.isConnected) scrollBy(0, kept.getBoundingClientRect().top - topPx);
  }

  /** The page holds so many items; further ones are asked for again. */
  #trim(at: "start" | "end"): void {
    const over = this.#items.length - MAX_ITEMS;
    if (over <= 0) return;
    const list = element("items");
    const gen = /^\d+/.exec(this.#before ?? this.#after ?? "")?.[0] ?? "0";
    if (at === "end") {
      this.#items.splice(-over);
      for (let i = 0; i < over; i++) list.lastElementChild?.remove();
      this.#after = `${gen}.${this.#items.at(-1)!.n}`;
    } else {
      this.#items.splice(0, over);
      for (let i = 0; i < over; i++) list.firstElementChild?.remove();
      this.#before = `${gen}.${this.#items[0]!.n}`;
    }
  }

  async #showWhole(n: number): Promise<void> {
    const item = await ask<ItemRecord>(`${this.#path}/items/${n}`);
    this.#put(item);
  }

  #find(target: string): void {
    const node = [...document.querySelectorAll<HTMLElement>(".item")].find(({ dataset }) =>
      dataset["uuid"] === target
    );
    if (node === undefined) return;
    node.scrollIntoView({ block: "center" });
    node.classList.add("found");
    node.focus({ preventScroll: true });
    this.#clock.after(1.5, () => node.classList.remove("found"));
  }

  /** What comes from now on. The browser comes again by itself, and says where it was. */
  #follow(cursor: string): void {
    this.#source?.close();
    const source = new EventSource(`${this.#path}/stream?cursor=${encodeURIComponent(cursor)}`);
    this.#source = source;
    const on = <Data>(name: string, take: (data: Data) => void) =>
      source.addEventListener(name, ({ data }) => take(JSON.parse(data)));
    on("hello", () => this.#say("live", "Live"));
    on<{ items: ItemRecord[] }>("items", ({ items }) => this.#take(items));
    on<PatchRecord>("patch", (patch) => this.#patch(patch));
    on<StateRecord>("state", (state) => {
      if (this.#session !== null) this.#session = { ...this.#session, ...state };
      this.#drawFacts();
    });
    on<{ needs: number }>(
      "board",
      ({ needs }) => say(element("needs"), needs === 0 ? "" : `${needs} on the board need you`),
    );
    on("reset", () => void this.#attempt(() => this.#toLatest()));
    source.onerror = () => {
      const isGivenUp = source.readyState === EventSource.CLOSED;
      this.#say(isGivenUp ? "offline" : "reconnecting", isGivenUp ? "Not live" : "Reconnecting…");
    };
  }

  #take(items: readonly ItemRecord[]): void {
    const isAtEnd = this.#after === null;
    const root = document.documentElement;
    const isNear = root.scrollHeight - scrollY - innerHeight < NEAR_PX;
    for (const item of items) {
      const isKnown = this.#put(item);
      if (isKnown) continue;
      if (isAtEnd) {
        this.#items.push(item);
        element("items").append(itemNode(item));
      }
      if (!isAtEnd || !isNear) this.#missed++;
    }
    if (isAtEnd && isNear) {
      this.#trim("start");
      scrollTo(0, root.scrollHeight);
    }
    this.#drawEdges();
  }

  #patch(patch: PatchRecord): void {
    const item = this.#items.find(({ n }) => n === patch.n);
    if (item !== undefined) this.#put(patched(item, patch));
  }

  /** Puts an item in place of what it was. False for one that is not on the page. */
  #put(item: ItemRecord): boolean {
    const at = this.#items.findIndex(({ n, uuid }) => n === item.n || uuid === item.uuid);
    if (at < 0) return false;
    this.#items[at] = item;
    const old = element("items").children[at]!;
    const open = [...old.querySelectorAll("details")].map((it) => it.open);
    const node = itemNode(item);
    for (const [i, it] of [...node.querySelectorAll("details")].entries()) {
      it.open = open[i] ?? false;
    }
    old.replaceWith(node);
    return true;
  }

  #drawEdges(): void {
    element("above").hidden = this.#before === null;
    element("below").hidden = this.#after === null;
    const jump = element("jump-latest");
    jump.hidden = this.#after === null && this.#missed === 0;
    say(jump, this.#missed === 0 ? "To the newest" : `To the newest (${this.#missed} new)`);
  }

  #drawFacts(): void {
    if (this.#session === null) return;
    const { title, project, live, cost } = this.#session;
    const sinceS = this.#clock.unixS() - Date.parse(live.since) / 1000;
    say(element("title"), tame(title) || this.#id);
    document.title = `${tame(title) || this.#id} · Headway`;
    say(
      element("facts"),
      `${tame(project.name)} · ${live.state} ${spanText(sinceS)} · ${usdText(cost.usd)}`,
    );
  }

  #everySecond(): void {
    this.#drawFacts();
    this.#clock.after(1, () => this.#everySecond());
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      element("notice").hidden = true;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      element("notice").hidden = false;
      say(element("notice"), `This cannot be shown: ${error.message}.`);
      if (error.status !== 0) this.#say("offline", "Not live");
    }
  }

  #say(state: string, text: string): void {
    element("state").dataset["state"] = state;
    say(element("state-text"), text);
  }
}

void new TranscriptPage().run();
