/// <reference lib="dom" />
/**
 * The board's page.
 *
 * @module
 */
import { element, input, say } from "../player/dom.ts";
import { BrowserClock } from "../session/browser_clock.ts";
import { COLUMNS } from "./api.ts";
import { boardFeed } from "./board_feed.ts";
import { BoardState } from "./board_state.ts";
import { CardView } from "./card_view.ts";
import { Landing } from "./landing.ts";
import { LoginGate } from "./login_gate.ts";
import { orderCard } from "./orders.ts";
import { fits, tokensText, usdText } from "./words.ts";

/** A live region says at most so often what needs somebody, seconds. */
const SAY_EVERY_S = 5;

/** The page. */
class BoardPage {
  readonly #clock = new BrowserClock(performance.timeOrigin);
  readonly #board = new BoardState();
  readonly #views = new Map<string, CardView>();
  readonly #feed = boardFeed(this.#clock, {
    onAll: (board) => {
      this.#board.setAll(board);
      this.#draw();
    },
    onDiff: (diff) => {
      this.#board.apply(diff);
      this.#draw();
    },
    onState: (state) => this.#gate.say(state),
  });
  readonly #gate = new LoginGate(() => this.#feed.open());
  readonly #landing = new Landing(location.search);
  #saidS = -Infinity;

  run(): void {
    input("filter").oninput = () => this.#draw();
    document.addEventListener("keydown", (event) => this.#onKey(event));
    this.#everySecond();
    this.#feed.start();
  }

  #draw(): void {
    const words = input("filter").value.trim();
    const nowS = this.#clock.unixS();
    const shown = new Set<string>();
    for (const name of COLUMNS) {
      const list = element(`list-${name}`);
      const cards = this.#board.column(name).filter((card) => words === "" || fits(card, words));
      for (const [index, card] of cards.entries()) {
        shown.add(card.id);
        let view = this.#views.get(card.id);
        if (view === undefined) {
          view = new CardView({
            seen: (id) => void orderCard(id, "seen"),
            snooze: (id) => void orderCard(id, "snooze"),
          });
          this.#views.set(card.id, view);
        }
        view.show(card, nowS);
        const there = list.children[index] ?? null;
        if (there !== view.node) this.#move(view, list, there);
      }
      say(element(`count-${name}`), String(cards.length));
      element(`col-${name}`).classList.toggle("empty", cards.length === 0);
    }
    for (const [id, view] of this.#views) {
      if (shown.has(id)) continue;
      view.node.remove();
      this.#views.delete(id);
    }
    element("empty").hidden = this.#board.rev < 0 || this.#board.size > 0;
    element("columns").hidden = shown.size === 0;
    element("filter-label").hidden = this.#board.size === 0;
    element("unmatched").hidden = this.#board.size === 0 || shown.size > 0;
    this.#drawTotals();
    this.#landing.land();
  }

  /** A node that moves keeps the keyboard, if it had it. */
  #move(view: CardView, list: HTMLElement, before: Element | null): void {
    const hasFocus = view.node.contains(document.activeElement);
    list.insertBefore(view.node, before);
    if (hasFocus) view.focus();
  }

  #drawTotals(): void {
    const { totals } = this.#board;
    if (totals === null) return;
    const { live, needs, todayUsd, unpricedTokens } = totals;
    say(element("totals"), `${live} live · ${usdText(todayUsd)} today`);
    element("unpriced").hidden = unpricedTokens === 0;
    say(element("unpriced"), `${tokensText(unpricedTokens)} tokens without a price`);
    document.title = needs > 0 ? `(${needs}) Board · Headway` : "Board · Headway";
    const nowS = this.#clock.now();
    if (nowS - this.#saidS < SAY_EVERY_S) return;
    this.#saidS = nowS;
    say(element("news"), needs === 0 ? "" : `${needs} need you`);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isTyping = event.target instanceof HTMLInputElement;
    if (event.key === "Escape" && isTyping) return (event.target as HTMLInputElement).blur();
    if (isTyping) return;
    switch (event.key) {
      case "/":
        event.preventDefault();
        return input("filter").focus();
      case "j":
      case "ArrowDown":
        event.preventDefault();
        return this.#step(1);
      case "k":
      case "ArrowUp":
        event.preventDefault();
        return this.#step(-1);
      case "x": {
        const view = this.#focused();
        if (view !== undefined) void orderCard(view.id, "snooze");
        return;
      }
      case "?":
        return element<HTMLDialogElement>("help").showModal();
    }
  }

  #step(by: number): void {
    const nodes = [...document.querySelectorAll<HTMLElement>("li.session")];
    const at = nodes.findIndex((node) => node.contains(document.activeElement));
    const next = nodes[at < 0 ? 0 : Math.min(nodes.length - 1, Math.max(0, at + by))];
    if (next !== undefined) this.#views.get(next.dataset["id"] ?? "")?.focus();
  }

  #focused(): CardView | undefined {
    return [...this.#views.values()].find(({ node }) => node.contains(document.activeElement));
  }

  #everySecond(): void {
    const nowS = this.#clock.unixS();
    for (const [id, view] of this.#views) {
      const card = this.#board.card(id);
      if (card !== undefined) view.tick(card, nowS);
    }
    this.#clock.after(1, () => this.#everySecond());
  }
}

new BoardPage().run();
