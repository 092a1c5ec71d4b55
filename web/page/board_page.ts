/**
 * The page of the board: a frame, into which its script puts what there is.
 *
 * @module
 */
import { html } from "hono/html";
import { type Markup, page } from "../../server/page.ts";
import { appHead } from "./app_files.ts";
import { COLUMNS } from "../board/api.ts";
import { COLUMN_TITLES, EMPTY_TEXTS } from "../board/words.ts";
import { loginGate } from "./login_gate.ts";
import { pagesNav } from "./pages_nav.ts";

/** Draws the page. */
export function boardPage(): Markup {
  return page(
    "Board · Headway",
    html`
      <header class="bar">
        <p class="brand"><a href="/">Headway</a></p>
        <p class="state" id="state" role="status" data-state="reconnecting">
          <span class="dot" aria-hidden="true"></span> <span id="state-text">Loading…</span></p>
        <p class="totals" id="totals"></p>
        <p class="chip" id="unpriced" hidden></p>
        ${pagesNav("/board")}
      </header>
      <noscript><p class="note">This page needs JavaScript.</p></noscript>
      <p class="note" id="notice" role="alert" hidden></p>
      <p class="unseen" id="news" role="status" aria-live="polite"></p>
      <div class="heading"><h1>Board</h1>
        <button type="button" class="plain" id="triage" data-testid="btn-triage" hidden>Triage</button>
        <button type="button" class="plain" id="halt" data-testid="btn-halt"
          title="Whether autopilots may type, in all sessions" hidden></button>
        <label class="inline" id="filter-label" hidden>Filter <input id="filter" type="search" autocomplete="off"
          placeholder="title, project, branch"></label></div>
      <section id="empty" hidden>
        <p class="lead">No session yet.</p>
        <p>A card appears here for each coding agent that writes a transcript. They are looked for in
          <code>~/.claude</code> and <code>~/.config/claude</code>, or where <code>--transcript-roots</code>
          says; <code>headway doctor</code> tells what is found there. Streams, voices and tasks of this
          server have cards, too.</p>
      </section>
      <p class="lead" id="unmatched" role="status" hidden>No card has these words.</p>
      <div class="columns" id="columns" data-testid="board" hidden>
        ${COLUMNS.map((name) =>
          html`
            <section class="column" id="col-${name}" data-testid="col-${name}"
              aria-labelledby="title-${name}">
              <h2 id="title-${name}">${COLUMN_TITLES[
                name
              ]} <span class="count" id="count-${name}"></span></h2>
              <p class="quiet none">${EMPTY_TEXTS[name]}</p>
              <ul class="sessions" id="list-${name}"></ul>
            </section>
          `
        )}
      </div>
      ${loginGate()}
      <dialog id="help" aria-labelledby="help-title">
        <h2 id="help-title">Keys</h2>
        <dl>
          <dt>j, k</dt>
          <dd>next card, card before</dd>
          <dt>Enter</dt>
          <dd>open it</dd>
          <dt>d</dt>
          <dd>answer it, with a draft of a model; Escape closes the box</dd>
          <dt>x</dt>
          <dd>be silent about it for an hour</dd>
          <dt>/</dt>
          <dd>filter</dd>
        </dl>
        <form method="dialog"><button>Close</button></form>
      </dialog>
    `,
    html`${appHead()}<link rel="stylesheet" href="/board.css">
<script type="module" src="/board.js"></script>`,
  );
}
