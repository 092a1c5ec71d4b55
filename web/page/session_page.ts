/**
 * The page of one session: a frame, into which its script puts the transcript.
 *
 * @module
 */
import { html } from "hono/html";
import { type Markup, page } from "../../server/page.ts";
import { appHead } from "./app_files.ts";
import { replyBox, replyHead } from "./reply_box.ts";
import { pagesNav } from "./pages_nav.ts";

/** Draws the page. */
export function sessionPage(): Markup {
  return page(
    "Session · Headway",
    html`
      <header class="bar">
        <p class="brand"><a href="/">Headway</a></p>
        <p class="state" id="state" role="status" data-state="reconnecting">
          <span class="dot" aria-hidden="true"></span> <span id="state-text">Loading…</span></p>
        <p class="totals" id="needs"></p>
        ${pagesNav("/s")}
      </header>
      <noscript><p class="note">This page needs JavaScript.</p></noscript>
      <p class="note" id="notice" role="alert" hidden></p>
      <div class="heading">
        <h1 id="title">Session</h1>
      </div>
      <p class="session-facts" id="facts"></p>
      <div data-testid="viewer">
        <p class="edge" id="above" hidden><button type="button" class="plain" id="older">Earlier</button>
          <button type="button" class="plain" id="first">To the beginning</button></p>
        <ol class="items" id="items"></ol>
        <p class="edge" id="below"
          hidden><button type="button" class="plain" id="newer">Later</button></p>
        <button type="button" id="jump-latest" data-testid="jump-latest" hidden>To the newest</button>
      </div>
      ${replyBox()}
    `,
    html`${appHead()}${replyHead()}<link rel="stylesheet" href="/board.css">
<script type="module" src="/session.js"></script>`,
  );
}
