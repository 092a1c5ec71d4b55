/**
 * The page of everything that runs: a frame, into which its script puts what there is.
 *
 * @module
 */
import { html } from "hono/html";
import { type Markup, page } from "../../server/page.ts";
import { type Kind, KINDS } from "../board/kinds.ts";
import { loginGate } from "./login_gate.ts";
import { pagesNav } from "./pages_nav.ts";

/** What each kind is called, and how one comes to be. */
const WORDS: Readonly<Record<Kind, readonly [title: string, none: string]>> = {
  stream: ["Streams", "No stream: the player starts one, or a client that connects."],
  voice: ["Voices", "No voice session: its page, or an agent, registers one."],
  task: ["Tasks", "No task: an agent's client starts one with the tool coda_run."],
  agent: ["Agents", "No coding agent at work: one appears when it writes its transcript."],
};

/** Draws the page. */
export function runningPage(): Markup {
  return page(
    "Running · Headway",
    html`
      <header class="bar">
        <p class="brand"><a href="/">Headway</a></p>
        <p class="state" id="state" role="status" data-state="reconnecting">
          <span class="dot" aria-hidden="true"></span> <span id="state-text">Loading…</span></p>
        ${pagesNav("/running")}
      </header>
      <noscript><p class="note">This page needs JavaScript.</p></noscript>
      <p class="note" id="notice" role="alert" hidden></p>
      <div class="heading">
        <h1>Everything that runs</h1>
        <p class="where"><a href="/debug">Is the server slow? See what it is busy with</a></p>
      </div>
      <div class="columns">
        ${KINDS.map((kind) => {
          const [title, none] = WORDS[kind];
          return html`
            <section class="column" aria-labelledby="title-${kind}">
              <h2 id="title-${kind}">${title} <span class="count" id="count-${kind}"></span></h2>
              <p class="where" id="none-${kind}" hidden>${none}</p>
              <ul class="sessions" id="list-${kind}"></ul>
            </section>
          `;
        })}
      </div>
      ${loginGate()}
    `,
    html`<link rel="stylesheet" href="/board.css">
<script type="module" src="/running.js"></script>`,
  );
}
