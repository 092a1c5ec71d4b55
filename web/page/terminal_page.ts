/**
 * The page of a terminal: a frame that is the same for all of them. What it shows, its script asks for,
 * and puts in as text.
 *
 * @module
 */
import { html } from "hono/html";
import { type Markup, page } from "../../server/page.ts";

/** Draws the page. */
export function terminalPage(): Markup {
  return page(
    "Terminal · Headway",
    html`<header class="bar">
  <p class="brand"><a href="/">Headway</a></p>
  <p class="state" id="state" role="status" data-state="loading">
    <span class="dot" aria-hidden="true"></span> <span id="state-text">Loading…</span></p>
  <nav aria-label="Pages"><a href="/tasks">Tasks</a> <a href="/">Player</a></nav>
</header>
<noscript><p class="note">Terminals need JavaScript.</p></noscript>
<p class="note" id="notice" role="alert" hidden></p>
<section class="heading" id="heading" hidden aria-label="Task">
  <h1 id="title">Terminal</h1>
  <p class="quiet" id="facts"></p>
</section>
<section class="gone" id="gone" hidden aria-labelledby="gone-title">
  <h1 id="gone-title">Nothing here any more</h1>
  <p class="lead" id="gone-text"></p>
  <p>Asked for: <code id="gone-id"></code></p>
  <p>What terminals leave is kept for a day, unless the server was told otherwise. The link may also be
    one of another server.</p>
  <p><a href="/tasks">All tasks</a> · <a href="/">To the first page</a></p>
</section>
<div class="views" id="views" role="group" aria-label="View" hidden>
  <button type="button" class="plain" id="show-replay" aria-pressed="true">Replay</button>
  <button type="button" class="plain" id="show-transcript" aria-pressed="false">Transcript</button>
  <p class="downloads"><span class="quiet">Download</span> <a id="get-v3" download>.cast v3</a>
    <a id="get-v2" download>.cast v2</a> <a id="get-text" download>text</a></p>
</div>
<section id="screen-view" aria-label="Screen" hidden>
  <div class="frame" id="frame"><div id="terminal"></div></div>
  ${liveBar()} ${replayBar()} ${bytesBar()}
</section>
<section id="transcript-view" aria-label="Transcript" hidden>
  <p><button type="button" class="plain" id="earlier" hidden>Load earlier</button></p>
  <div class="transcript" id="transcript" tabindex="0"></div>
</section>
<section class="result" id="result" hidden aria-labelledby="result-title">
  <h2 id="result-title">Result</h2>
  <p id="summary"></p>
  <ul id="errors"></ul>
</section>`,
    html`<link rel="stylesheet" href="/assets/xterm.css">
<link rel="stylesheet" href="/terminal.css">
<link rel="modulepreload" href="/assets/terminal.js">
<script type="module" src="/terminal.js"></script>`,
  );
}

function liveBar(): Markup {
  return html`<div class="controls" id="live-bar" hidden>
  <button type="button" id="take" aria-describedby="holder">Take the keyboard</button>
  <p id="holder" role="status">Nobody holds the keyboard.</p>
  <p class="quiet" id="size"></p>
  <p class="warning" id="grace" hidden></p>
  <button type="button" class="plain" id="leave">Close this view</button>
  <div class="keys" id="keys" role="group" aria-label="Keys" hidden>
    ${
    KEYS.map(([name, code]) =>
      html`<button type="button" class="plain" data-key="${code}">${name}</button>`
    )
  }
    <span class="quiet">F6 leaves the terminal.</span>
  </div>
</div>`;
}

/** Keys that phones have not. What they send is in the page's script. */
const KEYS = [
  ...[["Esc", "escape"], ["Tab", "tab"], ["Ctrl+C", "interrupt"], ["Ctrl+D", "end"]] as const,
  ...[["↑", "up"], ["↓", "down"], ["←", "left"], ["→", "right"], ["Enter", "enter"]] as const,
];

function replayBar(): Markup {
  return html`<div class="controls" id="replay-bar" hidden>
  <button type="button" class="play" id="play" aria-pressed="false">
    <svg class="when-paused" viewBox="0 0 24 24" aria-hidden="true"><path d="M7 4v16l13-8z"/></svg>
    <svg class="when-playing" viewBox="0 0 24 24" aria-hidden="true"><path
      d="M6 4h4v16H6zM14 4h4v16h-4z"/></svg>
    <span id="play-text">Play</span></button>
  <p class="time" id="time">0:00 / 0:00</p>
  <div class="position"><div class="ticks" id="ticks" aria-hidden="true"></div>
    <input type="range" id="position" min="0" max="1" step="any" value="0" aria-label="Position"></div>
  <label class="inline">Speed <select id="speed">
    ${[0.5, 1, 2, 4, 8].map((it) => html`<option value="${it}">${it}×</option>`)}
  </select></label>
  <label class="inline"><input type="checkbox" id="skip" checked> Skip pauses</label>
  <label class="inline" id="marks-label" hidden>Go to <select id="marks"></select></label>
  <p class="quiet" id="skipping" hidden>skipping a pause</p>
</div>`;
}

/** What stands in place of the replay where there is no recording. */
function bytesBar(): Markup {
  return html`<div class="controls" id="bytes-bar" hidden>
  <p id="bytes-text"></p>
  <button type="button" class="plain" id="load-all" hidden>Load all of it</button>
</div>`;
}
