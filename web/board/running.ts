/// <reference lib="dom" />
/**
 * The page of everything that runs: the cards of the board that go on, by kind.
 *
 * @module
 */
import { element } from "../player/dom.ts";
import { BrowserClock } from "../session/browser_clock.ts";
import { KINDS, runningByKind } from "./kinds.ts";
import { LiveCards } from "./live_cards.ts";

const cards = new LiveCards(new BrowserClock(performance.timeOrigin), () => {
  const running = runningByKind(cards.board.all());
  const count = cards.show(KINDS.map((kind) => [kind, running[kind]] as const));
  for (const kind of KINDS) element(`none-${kind}`).hidden = running[kind].length > 0;
  document.title = `(${count}) Running · Headway`;
});
cards.start();
