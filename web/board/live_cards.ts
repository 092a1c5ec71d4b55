/// <reference lib="dom" />
/**
 * Cards that follow the server, in the lists of a page. A card's nodes stay as long as it is shown.
 *
 * @module
 */
import { element, say } from "../player/dom.ts";
import type { BrowserClock } from "../session/browser_clock.ts";
import type { CardRecord } from "./api.ts";
import { boardFeed } from "./board_feed.ts";
import { BoardState } from "./board_state.ts";
import { CardReply, type ReplyWish } from "./card_reply.ts";
import { CardView } from "./card_view.ts";
import { LoginGate } from "./login_gate.ts";
import { orderCard } from "./orders.ts";
import { tame, whyNoReply } from "./words.ts";

/** The cards of a page. */
export class LiveCards {
  /** What the server has told. */
  readonly board = new BoardState();
  readonly #clock: BrowserClock;
  readonly #views = new Map<string, CardView>();
  readonly #draw: () => void;
  /** The box that is open; there is one at most. */
  #reply: { readonly id: string; readonly box: CardReply } | null = null;

  /** Shows nothing yet; `draw` is called with each change and calls {@link LiveCards.show}. */
  constructor(clock: BrowserClock, draw: () => void) {
    this.#clock = clock;
    this.#draw = draw;
  }

  /** Follows the server from now on. */
  start(): void {
    const feed = boardFeed(this.#clock, {
      onAll: (board) => {
        this.board.setAll(board);
        this.#draw();
      },
      onDiff: (diff) => {
        this.board.apply(diff);
        this.#draw();
      },
      onState: (state) => gate.say(state),
    });
    const gate = new LoginGate(() => feed.open());
    this.#everySecond();
    feed.start();
  }

  /**
   * Shows these cards and no others.
   *
   * @param lists Which cards stand in `#list-<name>`, in order; their number goes to `#count-<name>`.
   * @returns How many there are.
   */
  show(lists: Iterable<readonly [name: string, cards: readonly CardRecord[]]>): number {
    const nowS = this.#clock.unixS();
    const shown = new Set<string>();
    for (const [name, cards] of lists) {
      const list = element(`list-${name}`);
      const here = new Set(cards.map(({ id }) => id));
      let there = list.firstElementChild;
      for (const card of cards) {
        shown.add(card.id);
        const view = this.view(card.id) ?? this.#make(card.id);
        view.show(card, nowS);
        // What goes is no reason to move what stays: somebody may be writing there.
        while (there !== null && !here.has((there as HTMLElement).dataset["id"] ?? "")) {
          there = there.nextElementSibling;
        }
        if (there === view.node) there = there.nextElementSibling;
        else move(view, list, there);
      }
      say(element(`count-${name}`), String(cards.length));
    }
    for (const [id, view] of this.#views) {
      if (shown.has(id)) continue;
      if (this.#reply?.id === id) this.#closeReply();
      view.node.remove();
      this.#views.delete(id);
    }
    return shown.size;
  }

  /** The nodes of a card that is shown. */
  view(id: string): CardView | undefined {
    return this.#views.get(id);
  }

  /** The card that has the keyboard. */
  focused(): CardView | undefined {
    return [...this.#views.values()].find(({ node }) => node.contains(document.activeElement));
  }

  /** Opens the box that answers a card, or looks into it; or says why there is none. */
  reply(id: string, wish: ReplyWish = "reply"): void {
    const [card, view] = [this.board.card(id), this.view(id)];
    if (card === undefined || view === undefined) return;
    const why = whyNoReply(card);
    const isRefused = why !== null && wish !== "diagnosis";
    const notice = element("notice");
    notice.hidden = !isRefused;
    if (isRefused) return say(notice, `“${tame(card.title)}” is not answered here. ${why}`);
    if (this.#reply?.id !== id) {
      this.#closeReply();
      const box = new CardReply(this.#clock, card, () => {
        this.#closeReply();
        view.focus();
      });
      this.#reply = { id, box };
      view.hold(box.node);
    }
    void this.#reply.box.open(wish, why === null);
  }

  #closeReply(): void {
    if (this.#reply === null) return;
    this.#reply.box.close();
    this.view(this.#reply.id)?.hold(null);
    this.#reply = null;
  }

  #toggleReply(id: string): void {
    if (this.#reply?.id === id) this.#closeReply();
    else this.reply(id);
  }

  #make(id: string): CardView {
    const view = new CardView({
      reply: (id) => this.#toggleReply(id),
      diagnose: (id) => this.reply(id, "diagnosis"),
      seen: (id) => void orderCard(id, "seen"),
      snooze: (id) => void orderCard(id, "snooze"),
    });
    this.#views.set(id, view);
    return view;
  }

  /** How long something has lasted goes on although nothing comes. */
  #everySecond(): void {
    const nowS = this.#clock.unixS();
    for (const [id, view] of this.#views) {
      const card = this.board.card(id);
      if (card !== undefined) view.tick(card, nowS);
    }
    this.#clock.after(1, () => this.#everySecond());
  }
}

/** A node that moves keeps the keyboard, if it had it, where it had it if that is still there. */
function move(view: CardView, list: HTMLElement, before: Element | null): void {
  const focused = document.activeElement;
  const hasFocus = view.node.contains(focused);
  list.insertBefore(view.node, before);
  if (!hasFocus) return;
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  if (!view.node.contains(document.activeElement)) view.focus();
}
