/**
 * The page of the voice server: who is here, what is spoken, and a chat.
 *
 * @module
 */
import { html } from "hono/html";
import { type Markup, page } from "../../server/page.ts";

/** What the page has to know of its server. */
export interface VoicePageData {
  /** Port of the channel forwarder beside it; null where there is none. */
  readonly channelPort: number | null;
  /** Where a forwarder elsewhere is, such as `http://127.0.0.1:6931`; null for none. */
  readonly channelUrl: string | null;
}

/** Draws the page. Nothing of what runs is on it: its script asks for that. */
export function voicePage({ channelPort, channelUrl }: VoicePageData): Markup {
  return page(
    "Headway · Voices",
    html`<header class="bar">
  <h1 class="brand"><a href="/dashboard">Headway</a> <span class="quiet">Voices</span></h1>
  <p class="state" id="state" role="status" data-state="connecting">
    <span class="dot" aria-hidden="true"></span> <span id="state-text">Connecting…</span></p>
  <nav aria-label="Data"><a href="/v1/sessions">Sessions</a> <a href="/v1/voices">Voices</a>
    <a href="/v1/jobs">Jobs</a> <a href="/health">Health</a> <a href="/docs">API</a></nav>
</header>
<noscript><p class="note">This page needs JavaScript.</p></noscript>
<p class="note" id="notice" role="alert" hidden></p>
<div id="app" data-channel-port="${channelPort ?? ""}" data-channel-url="${channelUrl ?? ""}">
${ears()}
<div class="halves">
${participants()}
${chat()}
</div>
${jobs()}
${traces()}
</div>`,
    html`<link rel="stylesheet" href="/player.css">
<link rel="stylesheet" href="/voice.css">
<script type="module" src="/voice.js"></script>`,
  );
}

/** What this page is, and how it sounds. */
function ears(): Markup {
  return html`<section class="panel ears" aria-labelledby="self-name">
  <div class="who">
    <p class="quiet">This page is</p>
    <h2 id="self-name">not registered yet</h2>
    <p class="facts"><span id="self-voice" class="pp-voice">—</span>
      <code id="participants-self-id">unregistered</code></p>
  </div>
  <div class="sound-state" id="sound" data-sound="none">
    <button type="button" id="unlock">Let it sound</button>
    <div class="level" aria-hidden="true"><span id="level"></span></div>
    <p id="sound-text" role="status">Nothing was heard yet</p>
  </div>
  <div class="under">
    <label for="audio-output">Output</label>
    <select id="audio-output"><option value="">System default</option></select>
    <button type="button" id="ask-devices" class="plain" hidden>Name my devices…</button>
    <button type="button" id="try" class="plain" disabled>Say a test sentence</button>
    <button type="button" id="stop" class="plain" disabled>Stop (Esc)</button>
  </div>
  <p id="sound-note" class="quiet" role="status" hidden></p>
</section>`;
}

function participants(): Markup {
  return html`
    <section class="panel people" aria-labelledby="people-title">
      <div class="title">
        <h2 id="people-title"><span id="participants-count">0</span>
          participant<span id="participants-plural">s</span></h2>
        <p class="quiet" id="feed">&nbsp;</p>
      </div>
      <ul id="participants-list" class="people-list"></ul>
      <p class="pp-empty quiet" id="participants-empty">Nobody is here yet. Whoever registers with
        <code>POST /v1/sessions/register</code> or a tool appears at once.</p>
    </section>
  `;
}

function chat(): Markup {
  return html`
    <section class="panel talk" aria-labelledby="chat-title">
      <div class="title">
        <h2 id="chat-title">Chat</h2>
        <p class="quiet" id="voice-status" role="status">Connecting…</p>
      </div>
      <ul id="messages" class="messages" aria-live="polite" aria-label="Messages" tabindex="0"></ul>
      <form id="chat">
        <input id="chat-text" type="text" autocomplete="off" maxlength="4000" aria-label="Message"
          placeholder="Say something">
        <button id="chat-send" disabled>Send</button>
        <button type="button" id="chat-interrupt" class="plain" disabled>Interrupt</button>
      </form>
      <div class="under voice-choice">
        <label for="chat-voice">Voice</label>
        <select id="chat-voice"><option value="">this page's</option></select>
        <label for="chat-speed">Speed</label>
        <select id="chat-speed">${SPEEDS.map((speed) =>
          speed === 1.25
            ? html`<option value="${speed}" selected>${speed}×</option>`
            : html`<option value="${speed}">${speed}×</option>`
        )}</select>
      </div>
    </section>
  `;
}

const SPEEDS = [0.75, 1, 1.25, 1.5, 2];

function jobs(): Markup {
  return html`
    <section class="panel" aria-labelledby="jobs-title">
      <div class="title">
        <h2 id="jobs-title">Spoken</h2>
        <p class="quiet">the newest first</p>
      </div>
      <div class="scroll" tabindex="0" role="group" aria-labelledby="jobs-title">
        <table class="jobs">
          <thead>
            <tr>
              <th>When</th>
              <th>Who</th>
              <th>What</th>
              <th>Voice</th>
              <th>Length</th>
              <th>State</th>
            </tr>
          </thead>
          <tbody id="jobs"></tbody>
        </table>
      </div>
      <p class="quiet" id="jobs-empty">Nothing was spoken yet.</p>
    </section>
  `;
}

function traces(): Markup {
  return html`
    <section class="panel">
      <details id="trace-panel">
        <summary>What agents do <span class="quiet" id="trace-count">0</span></summary>
        <div class="scroll" tabindex="0" role="group" aria-label="What agents do">
          <table class="traces">
            <thead>
              <tr>
                <th>When</th>
                <th>Source</th>
                <th>Kind</th>
                <th>What</th>
              </tr>
            </thead>
            <tbody id="traces"></tbody>
          </table>
        </div>
        <p class="quiet" id="traces-empty">No trace has come. They come from a kernel's bus: start the
          server with <code>--kernel-url</code>.</p>
      </details>
    </section>
  `;
}
