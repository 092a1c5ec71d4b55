/**
 * The page at `/`: what this server is, what runs on it, where its doors are.
 *
 * @module
 */
import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { MainRouteData, SessionLine } from "./main_routes.ts";

const ENDPOINTS: readonly (readonly [path: string, what: string])[] = [
  ["/api/server-info", "what this server can do"],
  ["/api/fixtures", "names of the built-in loops"],
  ["/api/user_uploads", "names of uploaded tracks"],
  ["/api/loras", "built-in colours that a session may enable"],
  ["/api/knobs", "every knob with its range"],
  ["/api/protocol", "the protocol as tables"],
  ["/healthz", "whether the server is alive"],
];

/** Draws the page. */
export function homePage(data: MainRouteData): HtmlEscapedString | Promise<HtmlEscapedString> {
  const sessions = data.sessions();
  const controlUrl = data.controlUrl();
  const hasBackend = !data.serverInfo().no_backend;
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Headway</title>
        <link rel="stylesheet" href="/style.css">
        <link rel="icon" href="data:,">
      </head>
      <body>
        <main>
      <h1>Headway</h1>
      <p class="lead">A server of streaming music sessions. It rewrites a circular audio buffer ahead of
        its listener, over a WebSocket on this very address.</p>
      ${hasBackend
        ? ""
        : html`<p class="note">It was started without a generative backend: it answers
    requests, and closes every WebSocket.</p>`}
      <h2>Sessions</h2>
      ${sessions.length === 0 ? html`<p>None is running.</p>` : sessionTable(sessions)}
      <p class="quiet">At most ${data.maxSessions} at a time; a newer one replaces the oldest.</p>
      <h2>Built-in loops</h2>
      <ul>
        ${data.fixtures().map((name) => html`<li><a href="/fixtures/${name}">${name}</a></li>`)}
      </ul>
      <h2>Endpoints</h2>
      <dl>
        ${ENDPOINTS.map(([path, what]) =>
          html`
            <dt><a href="${path}">${path}</a></dt>
            <dd>${what}</dd>
          `
        )}
        <dt>Control bus</dt><dd>${controlUrl === null
          ? "not open"
          : html`<code>${controlUrl}/sessions</code>`}</dd>
      </dl>
        </main>
      </body>
    </html>
  `;
}

function sessionTable(sessions: readonly SessionLine[]) {
  return html`
    <table>
      <thead>
        <tr>
          <th scope="col">Session</th>
          <th scope="col">Started</th>
        </tr>
      </thead>
      <tbody>${sessions.map(({ id, started_at }) => {
        const iso = new Date(started_at * 1000).toISOString();
        return html`
          <tr>
            <td><code>${id}</code></td>
            <td><time datetime="${iso}">${iso.slice(0, 19).replace("T", " ")} UTC</time></td>
          </tr>
        `;
      })}</tbody>
    </table>
  `;
}

/** The page's only stylesheet. */
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
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; } }
`;
