/// <reference lib="dom" />
/**
 * Whether a page's words can be read on their ground.
 *
 * @module
 */
import type { Page } from "playwright-core";

/** The text of a page that is hardest to read. */
export interface Contrast {
  /** Its beginning. */
  readonly text: string;
  /** Its contrast by WCAG 2.2, 1..21. */
  readonly ratio: number;
}

/** The least contrast of all texts that are seen; texts of pictures have a test of their own. */
export async function worstContrast(page: Page): Promise<Contrast> {
  return await page.evaluate(() => {
    const rgb = (text: string) => text.match(/[\d.]+/g)!.map(Number);
    const light = (text: string) => {
      const [r, g, b] = rgb(text).map((it) => {
        const share = it / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    };
    const groundOf = (element: Element): string => {
      const { backgroundColor } = getComputedStyle(element);
      if (rgb(backgroundColor)[3] !== 0 || element.parentElement === null) return backgroundColor;
      return groundOf(element.parentElement);
    };
    const texts = [...document.querySelectorAll("main *, header *")].filter((it) =>
      it instanceof HTMLElement && it.checkVisibility() && it.offsetParent !== null &&
      !it.matches(":disabled, :disabled *, option, optgroup") &&
      [...it.childNodes].some((node) => node.nodeType === 3 && node.textContent!.trim() !== "")
    );
    const found = texts.map((it) => {
      const [a, b] = [light(getComputedStyle(it).color), light(groundOf(it))];
      return {
        text: it.textContent!.slice(0, 40),
        ratio: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05),
      };
    });
    return found.sort((a, b) => a.ratio - b.ratio)[0]!;
  });
}

/** The red of the page's ground, 0..255: near 0 in the dark, near 255 in the light. */
export async function groundOfPage(page: Page): Promise<number> {
  return await page.evaluate(() =>
    Number(/\d+/.exec(getComputedStyle(document.body).backgroundColor)![0])
  );
}
