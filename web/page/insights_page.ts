/**
 * The pages about what sessions produced: frames, into which their script puts what there is.
 *
 * @module
 */
import { html } from "hono/html";
import { type Markup, page } from "../../server/page.ts";
import { loginGate } from "./login_gate.ts";
import { pagesNav } from "./pages_nav.ts";

/** Draws the page of insights. */
export function insightsPage(): Markup {
  return frame(
    "insights",
    "Insights",
    html`
      <form class="asked" id="range" aria-label="What is shown">
        <label class="inline">Days <select id="days">
          <option value="7">last 7</option><option value="30">last 30</option>
          <option value="90" selected>last 90</option><option value="365">last 365</option>
        </select></label>
        <label class="inline">Project <select id="project"><option value="">all</option></select></label>
      </form>
    `,
    html`
      <section id="empty" hidden>
        <p class="lead">Nothing was spent on these days.</p>
        <p>Once coding agents have worked on this machine, this page tells what came of it: what they
          committed, what it cost, and when. Their transcripts are looked for in <code>~/.claude</code>
          and <code>~/.config/claude</code>, or where <code>--transcript-roots</code> says; commits are
          read from the repositories that they worked in.</p>
      </section>
      <div id="shown" hidden>
        <section aria-labelledby="money-title">
          <h2 id="money-title">What came of it</h2>
          <div id="money"></div>
        </section>
        <section aria-labelledby="days-title">
          <h2 id="days-title">Days</h2>
          <p class="quiet">Each day by what it cost, in four levels. A day opens its journal; arrow keys
            go from day to day.</p>
          <div class="scrolls" id="calendar"></div>
        </section>
        <section aria-labelledby="hours-title">
          <h2 id="hours-title">Hours of the week</h2>
          <div id="hours"></div>
        </section>
        <section aria-labelledby="projects-title">
          <h2 id="projects-title">Projects</h2>
          <div id="projects"></div>
        </section>
        <section aria-labelledby="models-title">
          <h2 id="models-title">Models</h2>
          <div id="models"></div>
        </section>
        <section aria-labelledby="line-title">
          <h2 id="line-title">Timeline of <span id="line-name"
          ></span></h2>
          <div class="scrolls" id="line"></div>
        </section>
        <section aria-labelledby="lists-title">
          <h2 id="lists-title">Sessions</h2>
          <div class="lists" id="lists"></div>
        </section>
        <section aria-labelledby="loops-title">
          <h2 id="loops-title">Left open</h2>
          <div id="loops"></div>
        </section>
      </div>
    `,
  );
}

/** Draws the page of a day. */
export function journalPage(): Markup {
  return frame(
    "journal",
    "Journal",
    html`
      <form class="asked" id="range" aria-label="Which day">
        <button type="button" class="plain" id="before">Day before</button>
        <label class="inline">Day <input id="day" type="date" required></label>
        <button type="button" class="plain" id="after">Day after</button>
      </form>
    `,
    html`
      <section id="empty" hidden>
        <p class="lead">No session was at work on this day.</p>
      </section>
      <div id="shown" hidden>
        <p class="lead" id="totals"></p>
        <ol class="days" id="sessions"></ol>
      </div>
    `,
  );
}

/** Draws the page that leads from a commit or a file to sessions. */
export function backlinksPage(): Markup {
  return frame(
    "backlinks",
    "Which session was it?",
    html``,
    html`
      <form class="asked" id="search" role="search">
        <label class="inline" for="what">Commit or file</label>
        <input id="what" type="search" autocomplete="off" required minlength="2" maxlength="1024"
          placeholder="1a2b3c4 or src/reader.ts">
        <button type="submit">Find</button>
      </form>
      <p class="quiet">The beginning of a commit's id, from seven characters on, or the end of a file's
        path. It is evidence, no proof of who wrote what.</p>
      <section id="empty" hidden>
        <p class="lead" id="nothing"></p>
      </section>
      <div id="shown" hidden>
        <ol class="days" id="found"></ol>
      </div>
      <section id="of-session" aria-labelledby="session-title" hidden>
        <h2 id="session-title"></h2>
        <div class="lists">
          <div>
            <h3>Commits</h3>
            <div id="its-commits"></div>
          </div>
          <div>
            <h3>Related sessions</h3>
            <div id="its-related"></div>
          </div>
        </div>
        <h3 class="apart">Notes</h3>
        <ul class="loops" id="its-notes"></ul>
        <form id="note-form">
          <label for="note">New note</label>
          <textarea id="note" rows="3" maxlength="16384" required></textarea>
          <button type="submit">Keep</button>
          <p class="quiet" role="status" id="note-said"></p>
        </form>
      </section>
    `,
  );
}

function frame(here: string, title: string, asked: Markup, content: Markup): Markup {
  return page(
    `${title} · Headway`,
    html`
      <header class="bar">
        <p class="brand"><a href="/">Headway</a></p>
        <p class="state" id="state" role="status" data-state="reconnecting">
          <span class="dot" aria-hidden="true"></span> <span id="state-text">Loading…</span></p>
        ${pagesNav("/insights")}
      </header>
      <nav class="tabs" aria-label="What sessions produced">
        ${TABS.map(([path, name]) => link(here, path, name))}
      </nav>
      <noscript><p class="note">This page needs JavaScript.</p></noscript>
      <p class="note" id="notice" role="alert" hidden></p>
      <div class="heading" id="view" data-page="${here}"><h1>${title}</h1>${asked}</div>
      ${content} ${loginGate()}
    `,
    html`
      <link rel="stylesheet" href="/board.css">
      <link rel="stylesheet" href="/insights.css">
      <script type="module" src="/insights.js"></script>
    `,
  );
}

/** The pages here. */
const TABS = [["insights", "All"], ["journal", "Journal"], ["backlinks", "Backlinks"]] as const;

function link(here: string, name: string, title: string): Markup {
  return here === name
    ? html`
      <a href="/${name}" aria-current="page">${title}</a>
    `
    : html`
      <a href="/${name}">${title}</a>
    `;
}
