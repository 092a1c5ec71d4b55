/// <reference lib="dom" />
/**
 * The board's page.
 *
 * @module
 */
import { element, input, say } from "../player/dom.ts";
import { BrowserClock } from "../session/browser_clock.ts";
import { COLUMNS } from "./api.ts";
import { HaltSwitch } from "./halt.ts";
import { Landing } from "./landing.ts";
import { LiveCards } from "./live_cards.ts";
import { orderCard } from "./orders.ts";
import { Triage } from "./triage.ts";
import { fits, tokensText, usdText } from "./words.ts";

/** A live region says at most so often what needs somebody, seconds. */
const SAY_EVERY_S = 5;

/** The page. */
class BoardPage {
  readonly #clock = new BrowserClock(performance.timeOrigin);
  readonly #cards = new LiveCards(this.#clock, () => this.#draw());
  readonly #landing = new Landing(location.search);
  readonly #triage = new Triage(this.#clock);
  readonly #halt = new HaltSwitch();
  #saidS = -Infinity;

  run(): void {
    input("filter").oninput = () => this.#draw();
    document.addEventListener("keydown", (event) => this.#onKey(event));
    this.#cards.start();
    this.#triage.start();
    this.#halt.start();
  }

  #draw(): void {
    const words = input("filter").value.trim();
    const { board } = this.#cards;
    const lists = COLUMNS.map((name) =>
      [name, board.column(name).filter((card) => words === "" || fits(card, words))] as const
    );
    const count = this.#cards.show(lists);
    for (const [name, cards] of lists) {
      element(`col-${name}`).classList.toggle("empty", cards.length === 0);
    }
    element("empty").hidden = board.rev < 0 || board.size > 0;
    element("columns").hidden = count === 0;
    element("filter-label").hidden = board.size === 0;
    element("unmatched").hidden = board.size === 0 || count > 0;
    this.#drawTotals();
    this.#triage.draw();
    this.#halt.draw(board.all());
    this.#landing.land(board.rev >= 0);
  }

  #drawTotals(): void {
    const { totals } = this.#cards.board;
    if (totals === null) return;
    const { aiTodayUsd, live, needs, todayUsd, unpricedTokens } = totals;
    const ai = aiTodayUsd > 0 ? ` · ${usdText(aiTodayUsd)} for drafts` : "";
    say(element("totals"), `${live} live · ${usdText(todayUsd)} today${ai}`);
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
    const { target } = event;
    const isTyping = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
    if (event.key === "Escape" && isTyping) return target.blur();
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
      case "d": {
        const view = this.#cards.focused();
        if (view === undefined) return;
        // The box that opens takes the keyboard, and would have the letter.
        event.preventDefault();
        return this.#cards.reply(view.id, "draft");
      }
      case "x": {
        const view = this.#cards.focused();
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
    if (next !== undefined) this.#cards.view(next.dataset["id"] ?? "")?.focus();
  }
}

new BoardPage().run();
