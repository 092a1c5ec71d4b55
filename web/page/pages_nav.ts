import { html } from "hono/html";
import type { Markup } from "../../server/page.ts";

/** The pages that lead to each other. */
const PAGES = [
  ["/running", "Running"],
  ["/board", "Board"],
  ["/insights", "Insights"],
  ["/tasks", "Tasks"],
  ["/", "Player"],
];

/** Links to the pages that show what a server does; `here` is the path of the page itself. */
export function pagesNav(here: string): Markup {
  return html`<nav aria-label="Pages">${
    PAGES.map(([path, name]) =>
      path === here
        ? html`
          <a href="${path}" aria-current="page">${name}</a>
        `
        : html`
          <a href="${path}">${name}</a>
        `
    )
  }</nav>`;
}
