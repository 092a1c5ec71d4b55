/**
 * The page of what the server is busy with: a frame, into which its script puts what there is.
 *
 * @module
 */
import { html } from "hono/html";
import { type Markup, page } from "../../server/page.ts";
import { loginGate } from "./login_gate.ts";
import { pagesNav } from "./pages_nav.ts";

/**
 * Heads of a table; those that begin with a star stand over words and not over numbers, those with two
 * over as many words as there may be.
 */
interface TableWords {
  readonly title: string;
  readonly about: string;
  readonly none: string;
  readonly heads: readonly string[];
}

const TABLES: Readonly<Record<string, TableWords>> = {
  worst: {
    title: "Worst lags",
    about: "The worst ten of the last ten minutes: a timer came so late, because this ran.",
    none: "The main thread was not late by 30 ms or more.",
    heads: ["Late by", "*When", "**What ran"],
  },
  threads: {
    title: "Threads",
    about: "What each is at, and what waits for it.",
    none: "",
    heads: ["Thread", "**Is at", "Waiting", "Busy in all"],
  },
  tasks: {
    title: "What runs",
    about: "On all threads, the oldest first.",
    none: "Nothing runs at the moment.",
    heads: ["What", "*Thread", "For"],
  },
  ended: {
    title: "What ended",
    about: "Of the last things that each thread did, the ten that took longest.",
    none: "Nothing has ended a little while ago.",
    heads: ["What", "*Thread", "Took", "*Ended at"],
  },
  timers: {
    title: "Timers",
    about: "By the part that made them; the one that took most time stands first.",
    none: "No part has a timer.",
    heads: ["Part", "Armed", "Ran", "Last took", "Took in all"],
  },
  streams: {
    title: "Streams",
    about: "Streams of events that are open, by kind.",
    none: "No stream is open.",
    heads: ["Kind", "Open", "Oldest", "Events", "Not taken yet"],
  },
};

/** Draws the page. */
export function debugPage(): Markup {
  return page(
    "Busy with · Headway",
    html`
      <header class="bar">
        <p class="brand"><a href="/">Headway</a></p>
        <p class="state" id="state" role="status" data-state="reconnecting">
          <span class="dot" aria-hidden="true"></span> <span id="state-text">Loading…</span></p>
        ${pagesNav("/debug")}
      </header>
      <noscript><p class="note">This page needs JavaScript.</p></noscript>
      <p class="note" id="notice" role="alert" hidden></p>
      <p class="unseen" id="news" role="status" aria-live="polite"></p>
      <div class="heading">
        <h1>What the server is busy with</h1>
      </div>
      <div id="debug" data-testid="debug">
        <p class="verdict" id="verdict" data-testid="debug-verdict">Asking…</p>
        <section id="refused" data-testid="debug-refused" hidden>
          <p class="lead">This is told to the server's own machine only.</p>
          <p id="refused-said"></p>
          <p>Open this page in a browser on that machine, or through a tunnel of
            <code>ssh -L</code>. Or start the server with <code>--debug-remote</code>
            (<code>HEADWAY_DEBUG_REMOTE=1</code>): then whoever may use the server sees it. A proxy
            on that machine is somewhere else, too.</p>
        </section>
        <div id="shown" hidden>
          <ul class="numbers" id="numbers" data-testid="debug-numbers"></ul>
          ${Object.entries(TABLES).map(([name, words]) => table(name, words))}
          <section aria-labelledby="title-ingest" data-testid="debug-ingest">
            <h2 id="title-ingest">Reading of transcripts</h2>
            <p class="quiet" id="ingest-said">Asking…</p>
            <ul class="numbers" id="ingest"></ul>
          </section>
        </div>
      </div>
      ${loginGate()}
    `,
    html`<link rel="stylesheet" href="/board.css">
<link rel="stylesheet" href="/insights.css">
<link rel="stylesheet" href="/debug.css">
<script type="module" src="/debug.js"></script>`,
  );
}

function table(name: string, { about, heads, none, title }: TableWords): Markup {
  return html`
    <section aria-labelledby="title-${name}" data-testid="debug-${name}">
      <h2 id="title-${name}">${title}</h2>
      <p class="quiet">${about}</p>
      <p id="none-${name}" hidden>${none}</p>
      <table class="figures" id="table-${name}" aria-labelledby="title-${name}" hidden>
        <thead>
          <tr>${heads.map((head) =>
            html`
              <th scope="col" class="${classOf(head)}">${head.replace(/^\*+/, "")}</th>
            `
          )}</tr>
        </thead>
        <tbody></tbody>
      </table>
    </section>
  `;
}

function classOf(head: string): string {
  if (!head.startsWith("*")) return "";
  return head.startsWith("**") ? "words long" : "words";
}
