/**
 * The page at `/`: what this server is, what runs on it, where its doors are.
 *
 * @module
 */
import { html } from "hono/html";
import { type Markup, page } from "../page.ts";
import type { MainRouteData } from "./main_routes.ts";

const ENDPOINTS: readonly (readonly [path: string, what: string])[] = [
  ["/sessions", "the sessions that run"],
  ["/api/server-info", "what this server can do"],
  ["/api/fixtures", "names of the built-in loops"],
  ["/api/user_uploads", "names of uploaded tracks"],
  ["/api/loras", "built-in colours that a session may enable"],
  ["/api/knobs", "every knob with its range"],
  ["/api/protocol", "the protocol as tables"],
  ["/healthz", "whether the server is alive"],
];

/**
 * Draws the page. The page itself is for everybody.
 *
 * @param isIn Whether the reader may come in: others are shown nothing that runs here.
 */
export function homePage(data: MainRouteData, isIn: boolean): Markup {
  const controlUrl = data.controlUrl();
  return page(
    "Headway",
    html`
      <h1>Headway</h1>
      <p
        class="lead">A server of streaming music sessions. It rewrites a circular audio buffer ahead of its
        listener, over a WebSocket on this very address.</p>
      ${data.serverInfo().no_backend
        ? html`<p class="note">It was started without a generative backend: it answers requests, and
  closes every WebSocket.</p>`
        : ""}
      ${isIn ? inside(data) : html`<p><a href="/login">Log in</a> to see what runs on it.</p>`}
      <h2>Endpoints</h2>
      <dl>
        ${ENDPOINTS.map(([path, what]) =>
          html`
            <dt><a href="${path}">${path}</a></dt>
            <dd>${what}</dd>
          `
        )}
        <dt>Control bus</dt><dd>${isIn && controlUrl !== null
          ? html`<code>${controlUrl}/sessions</code>`
          : isIn
          ? "not open"
          : "for those who are logged in"}</dd>
      </dl>
    `,
  );
}

function inside(data: MainRouteData): Markup {
  const count = data.sessions().length;
  const says = count === 0
    ? "None is running"
    : count === 1
    ? "One is running"
    : `${count} are running`;
  return html`<h2>Sessions</h2>
<p>${says}: <a href="/sessions">look at them</a>.</p>
<p class="quiet">At most ${data.maxSessions} at a time; a newer one replaces the oldest.</p>
<h2>Built-in loops</h2>
<ul>
  ${data.fixtures().map((name) => html`<li><a href="/fixtures/${name}">${name}</a></li>`)}
</ul>`;
}
