/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The page's elements by id, and small things that are done with them.
 *
 * @module
 */

/** The element with this id, which the server draws. */
export function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element "${id}"`);
  return found as T;
}

/** The input with this id. */
export const input = (id: string): HTMLInputElement => element<HTMLInputElement>(id);
/** The list with this id. */
export const select = (id: string): HTMLSelectElement => element<HTMLSelectElement>(id);

/** Shows a text, if it is another one: a live region would say it again. */
export function say(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** `75.26` is `1:15.2`; without tenths `1:15`. */
export function timeText(seconds: number, hasTenths = true): string {
  const tenths = Math.floor(Math.max(0, seconds) * 10 + 1e-6);
  const minutes = Math.floor(tenths / 600);
  const rest = tenths % 600;
  const whole = String(Math.floor(rest / 10)).padStart(2, "0");
  return `${minutes}:${whole}${hasTenths ? `.${rest % 10}` : ""}`;
}

/** What is kept from one visit to the next; nothing is, where the browser forbids it. */
export const memory = {
  get(key: string): string | null {
    try {
      return localStorage.getItem(`headway.${key}`);
    } catch {
      return null;
    }
  },
  set(key: string, value: string): void {
    try {
      localStorage.setItem(`headway.${key}`, value);
    } catch {
      // The page works without.
    }
  },
};
