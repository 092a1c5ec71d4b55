/**
 * The page of one session: a frame, into which its script puts the transcript.
 *
 * @module
 */
import { html } from "hono/html";
import { type Markup, page } from "../../server/page.ts";
import { appHead } from "./app_files.ts";
import { loginGate } from "./login_gate.ts";
import { pagesNav } from "./pages_nav.ts";
import { replyBox, replyHead } from "./reply_box.ts";

const TABS = [
  ["prompts", "Prompts"],
  ["errors", "Errors"],
  ["compactions", "Compactions"],
  ["files", "Files"],
  ["agents", "Agents"],
  ["find", "Find"],
] as const;

const KEYS = [
  ["j, k", "next item, item before"],
  ["], [", "next prompt, prompt before"],
  ["e, E", "next error, error before"],
  ["Home, End", "the beginning, the newest"],
  ["o", "outline"],
  ["a", "agents"],
  ["/", "find; Enter goes to the next hit"],
  ["n, N", "next hit, hit before"],
  ["Escape", "close what is open"],
] as const;

/** Draws the page. */
export function sessionPage(): Markup {
  return page(
    "Session · Headway",
    html`
      <div class="viewer" data-testid="viewer">
        <header class="bar">
          <p class="brand"><a href="/">Headway</a></p>
          <p class="state" id="state" role="status" data-state="reconnecting">
            <span class="dot" aria-hidden="true"></span> <span id="state-text">Loading…</span></p>
          <p class="totals" id="needs"></p>
          ${pagesNav("/s")}
        </header>
        <noscript><p class="note">This page needs JavaScript.</p></noscript>
        <h1 id="title">Session</h1>
        <p class="session-facts" id="facts"></p>
        <p class="note" id="thread" hidden></p>
        <p class="note" id="notice" role="alert" hidden><span id="notice-text"></span>
          <button type="button" class="plain" id="notice-again" hidden>Try again</button></p>
        <div class="tools" role="group" aria-label="Session">
          <button type="button" class="plain" id="open-prompts" aria-controls="panel"
            aria-expanded="false">Outline</button>
          <button type="button" class="plain" id="open-find" aria-controls="panel"
            aria-expanded="false">Find</button>
          <label class="inline" for="level"><span class="unseen">How much is shown</span>
            <select id="level">
              <option value="talk">Conversation</option>
              <option value="tools">With tools</option>
              <option value="all">Everything</option>
            </select></label>
          <button type="button" class="plain" id="open-agents" data-testid="menu-agents"
            aria-controls="panel" aria-expanded="false">Agents</button>
          <a class="related" id="related" data-testid="menu-related" href="/backlinks">Related, notes</a>
          <button type="button" class="plain" id="start">Beginning</button>
          <button type="button" class="plain" id="open-help" aria-label="Keys">?</button>
          <span class="whys"
            role="status"><button type="button" class="why" id="why" title="Show where" hidden></button></span>
        </div>
        <div class="reading">
          <div class="pane">
            <div class="scroller" id="scroller" tabindex="0" role="region" aria-label="Transcript">
              <div id="items" role="feed" aria-busy="true"></div>
              <p class="quiet lone" id="nothing" hidden>Nothing has been said yet.</p>
            </div>
            <p class="loading" id="loading" aria-hidden="true" hidden>Loading…</p>
            <button type="button" id="jump-latest" data-testid="jump-latest" hidden>To the newest</button>
          </div>
          <aside class="panel" id="panel" data-testid="outline" aria-label="Places in this session"
            hidden>
            <div class="panel-head">
              <div role="tablist" aria-label="Places in this session">
                ${TABS.map(([name, title]) =>
                  html`
                    <button type="button" role="tab" class="plain" id="tab-${name}"
                      aria-controls="places" aria-selected="false">${title}</button>
                  `
                )}
              </div>
              <button type="button" class="plain" id="panel-close" aria-label="Close">✕</button>
            </div>
            <form id="find-form" role="search" hidden>
              <label class="unseen" for="find">Find in this session</label>
              <input id="find" data-testid="find" type="search" autocomplete="off"
                placeholder="Find in this session">
              <p class="quiet" id="find-said" role="status"></p>
            </form>
            <div class="places" id="places" role="tabpanel" tabindex="-1"></div>
          </aside>
        </div>
        ${replyBox()}
      </div>
      ${loginGate()}
      <dialog id="help" aria-labelledby="help-title">
        <h2 id="help-title">Keys</h2>
        <dl>
          ${KEYS.map(([keys, what]) =>
            html`
              <dt>${keys}</dt>
              <dd>${what}</dd>
            `
          )}
        </dl>
        <form method="dialog"><button>Close</button></form>
      </dialog>
    `,
    html`${appHead()}<link rel="stylesheet" href="/board.css">${replyHead()}
<link rel="stylesheet" href="/session.css">
<script type="module" src="/session.js"></script>`,
  );
}
