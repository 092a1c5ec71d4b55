/**
 * The page of all tasks: a frame, into which its script puts what there is.
 *
 * @module
 */
import { html } from "hono/html";
import { type Markup, page } from "../../server/page.ts";
import { pagesNav } from "./pages_nav.ts";

/** What may be shown alone. */
const FILTERS = [
  ...[["", "All"], ["running", "Running"], ["completed", "Completed"]] as const,
  ...[["failed", "Failed"], ["needs_approval", "Needs approval"]] as const,
  ["info_needed", "Needs information"] as const,
];

/** Draws the page. */
export function inboxPage(): Markup {
  return page(
    "Tasks · Headway",
    html`
      <header class="bar">
        <p class="brand"><a href="/">Headway</a></p>
        <p class="state" id="state" role="status" data-state="loading">
          <span class="dot" aria-hidden="true"></span> <span id="state-text">Loading…</span></p>
        ${pagesNav("/tasks")}
      </header>
      <noscript><p class="note">This page needs JavaScript.</p></noscript>
      <p class="note" id="notice" role="alert" hidden></p>
      <div class="heading"><h1>Tasks</h1>
        <button type="button" class="plain" id="new-terminal">New terminal</button>
        <label class="inline">Show <select id="filter">
          ${FILTERS.map(([value, name]) => html`<option value="${value}">${name}</option>`)}
        </select></label></div>
      <p class="lead" id="empty" hidden>No task yet. An agent's client starts one with the tool
        <code>coda_run</code> at <code>/mcp</code>, and hands on the address of its page.</p>
      <ul class="tasks" id="tasks"></ul>
      <p class="quiet" id="kept" hidden></p>
      <section id="others" hidden aria-labelledby="others-title">
        <h2 id="others-title">Other terminals</h2>
        <ul class="tasks" id="terminals"></ul>
      </section>
    `,
    html`<link rel="stylesheet" href="/terminal.css">
<script type="module" src="/inbox.js"></script>`,
  );
}
