/// <reference lib="dom" />
/**
 * The page of everything that runs: the cards of the board that go on, by kind.
 *
 * @module
 */
import { element, say } from "../player/dom.ts";
import { BrowserClock } from "../session/browser_clock.ts";
import { boardFeed } from "./board_feed.ts";
import { BoardState } from "./board_state.ts";
import { CardView } from "./card_view.ts";
import { KINDS, runningByKind } from "./kinds.ts";
import { LoginGate } from "./login_gate.ts";
import { orderCard } from "./orders.ts";

/** The page. */
class RunningPage {
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

  run(): void {
    this.#everySecond();
    this.#feed.start();
  }

  #draw(): void {
    const nowS = this.#clock.unixS();
    const running = runningByKind(this.#board.all());
    const shown = new Set<string>();
    for (const kind of KINDS) {
      const list = element(`list-${kind}`);
      for (const [index, card] of running[kind].entries()) {
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
        // A node that stands where it belongs keeps the focus.
        if (there !== view.node) list.insertBefore(view.node, there);
      }
      say(element(`count-${kind}`), String(running[kind].length));
      element(`none-${kind}`).hidden = running[kind].length > 0;
    }
    for (const [id, view] of this.#views) {
      if (shown.has(id)) continue;
      view.node.remove();
      this.#views.delete(id);
    }
    document.title = `(${shown.size}) Running · Headway`;
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

new RunningPage().run();
