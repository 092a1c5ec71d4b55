/**
 * What every page of the server has: its frame, its stylesheet, and the page that only says
 * something.
 *
 * @module
 */
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

/** A piece of a page, escaped. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

/** A page with this title and content. Texts that are put in are escaped by the `html` tag. */
export function page(title: string, content: Markup, head: Markup = raw("")): Markup {
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>${title}</title>
        <link rel="stylesheet" href="/style.css">
        <link rel="icon" href="data:,">
        ${head}
      </head>
      <body>
        <main>
    ${content}
        </main>
      </body>
    </html>
  `;
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Not understood",
  403: "Not allowed",
  404: "Nothing here",
  421: "Not this server",
};

/** A page for a status; `text` is one of our own sentences. */
export function messagePage(status: number, text: string): Markup {
  const title = TITLES[status] ?? "That did not work";
  return page(
    `${title} · Headway`,
    html`<h1>${title}</h1>
<p class="lead">${text[0]?.toUpperCase() ?? ""}${text.slice(1)}.</p>
<p><a href="/">To the first page</a></p>`,
  );
}

/** The only stylesheet. */
export const STYLESHEET = `:root {
  color-scheme: light dark;
  --ink: light-dark(#1c1b19, #eceae4);
  --quiet: light-dark(#67635b, #a09b90);
  --paper: light-dark(#fbfaf7, #171614);
  --line: light-dark(#dedad0, #36332d);
  --link: light-dark(#0b57a4, #86bbf5);
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif;
}
main { max-width: 44rem; margin: 0 auto; padding: 3rem 1.25rem 4rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.1rem; margin: 2.25rem 0 .5rem; }
.lead { font-size: 1.1rem; margin: 0; }
.quiet { color: var(--quiet); font-size: .9rem; }
.note { border-left: .25rem solid var(--link); padding-left: .75rem; }
a { color: var(--link); }
a, code, dd { overflow-wrap: anywhere; }
a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
code, dt { font-family: ui-monospace, monospace; font-size: .92em; }
ul { padding-left: 1.2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .75rem .4rem 0; text-align: left; }
td time { font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.25rem; margin: 0; }
dd { margin: 0; }
label { display: block; margin: 1.5rem 0 .3rem; }
input, button { font: inherit; padding: .5rem .75rem; border-radius: .3rem; }
input { width: 100%; border: 1px solid var(--quiet); background: var(--paper); color: var(--ink); }
button { margin-top: .75rem; border: 0; background: var(--link); color: var(--paper); }
input:focus-visible, button:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
[role="status"] { min-height: 1.6em; margin: .75rem 0 0; }
.cards { display: grid; gap: 1rem; margin: 1.5rem 0; }
.card { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem; }
.card h2 { margin: 0 0 .5rem; overflow-wrap: anywhere; }
@media (max-width: 38rem) { button { min-height: 2.75rem; } }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; } }
`;
