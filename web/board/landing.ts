/// <reference lib="dom" />
/**
 * Where a tap on a push lands: the card that the address names gets the keyboard, and is seen.
 *
 * @module
 */

/** The card that an address names, such as `?card=one`; null for none. */
export function cardNamed(search: string): string | null {
  const id = new URLSearchParams(search).get("card");
  return id === null || id === "" ? null : id;
}

/** Lands on a card once, when it is there. */
export class Landing {
  #id: string | null;

  /** Looks at the page's address. */
  constructor(search: string) {
    this.#id = cardNamed(search);
  }

  /** Shows the card, if it is on the page by now. */
  land(): void {
    if (this.#id === null) return;
    const node = document.querySelector<HTMLElement>(
      `li.session[data-id="${CSS.escape(this.#id)}"]`,
    );
    if (node === null) return;
    this.#id = null;
    node.classList.add("landed");
    node.scrollIntoView({ block: "center" });
    node.querySelector("a")?.focus({ preventScroll: true });
  }
}
