/// <reference lib="dom" />
/**
 * Where a tap on a push lands: the card that the address names gets the keyboard, and is seen.
 *
 * @module
 */

import { element } from "../player/dom.ts";
import { make } from "./insights/nodes.ts";

/** The card that an address names, such as `?card=one`; null for none. */
export function cardNamed(search: string): string | null {
  const id = new URLSearchParams(search).get("card");
  return id === null || id === "" ? null : id;
}

/** Lands on a card once, when it is there. */
export class Landing {
  #id: string | null;
  #hasSaid = false;

  /** Looks at the page's address. */
  constructor(search: string) {
    this.#id = cardNamed(search);
  }

  /** Shows the card, if it is on the page by now; says that it is not once there is a board. */
  land(hasBoard: boolean): void {
    if (this.#id === null) return;
    const notice = element("notice");
    const node = document.querySelector<HTMLElement>(
      `li.session[data-id="${CSS.escape(this.#id)}"]`,
    );
    if (node === null) {
      if (!hasBoard || this.#hasSaid) return;
      this.#hasSaid = true;
      const link = make("a", { href: `/s/${encodeURIComponent(this.#id)}` }, "Open the session");
      notice.replaceChildren("What the message told of is not on the board any more. ", link);
      notice.hidden = false;
      return;
    }
    this.#id = null;
    if (this.#hasSaid) notice.hidden = true;
    node.classList.add("landed");
    node.scrollIntoView({ block: "center" });
    node.querySelector("a")?.focus({ preventScroll: true });
  }
}
