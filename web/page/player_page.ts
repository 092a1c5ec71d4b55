/**
 * The page at `/`: the player, and what this server is.
 *
 * @module
 */
import { html, raw } from "hono/html";
import { type Markup, page } from "../../server/page.ts";
import type { KnobEntry, KnobManifest, LoraEntry } from "../../wire/shapes.ts";
import { deck, footPanels, meters } from "./deck.ts";
import { knobRow } from "./knob_row.ts";

/** What the page shows of its server. */
export interface PlayerPageData {
  /** Whether it can run sessions. */
  readonly hasBackend: boolean;
  /** Names of the built-in loops. */
  readonly fixtures: readonly string[];
  /** Names of uploaded tracks. */
  readonly uploads: readonly string[];
  /** The colours that a session may enable. */
  readonly loras: readonly LoraEntry[];
  /** The knobs of a session with default settings. */
  readonly knobs: KnobManifest;
  /** How many sessions run. */
  readonly sessionCount: number;
  /** How many may run at a time. */
  readonly maxSessions: number;
  /** Where the control bus is; null without one. */
  readonly controlUrl: string | null;
  /** Where the page of voices is; null without a voice listener. */
  readonly voicesUrl: string | null;
}

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

/** The loop that a first visitor hears. */
const FIRST_TRACK = "low_fi_Gm_loop_60s_gnm.wav";
/**
 * Draws the page. The page itself is for everybody.
 *
 * @param isIn Whether the reader may come in: others are shown nothing that runs here.
 */
export function playerPage(data: PlayerPageData, isIn: boolean): Markup {
  const isPlayer = isIn && data.hasBackend;
  return page(
    "Headway",
    html`<header class="bar">
  <h1 class="brand"><a href="/">Headway</a></h1>
  ${isPlayer ? stateLine() : ""}
  <nav aria-label="Pages"><a href="/sessions">Sessions</a> ${
      isIn
        ? html`
          <a href="/running">Running</a>
          <a href="/board">Board</a>
        `
        : ""
    }${
      isIn && data.voicesUrl !== null ? html`<a href="${data.voicesUrl}">Voices</a>` : ""
    } <a href="#about">This server</a></nav>
</header>
${isPlayer ? player(data) : html`<p class="lead">${WHAT_IT_IS}</p>`}
${
      data.hasBackend ? "" : html`<p class="note">It was started without a generative backend: it
  answers requests, and closes every WebSocket.</p>`
    }
${isIn ? "" : html`<p><a href="/login">Log in</a> to play, and to see what runs on it.</p>`}
${about(data, isIn, isPlayer)}`,
    isPlayer
      ? html`<link rel="stylesheet" href="/player.css">
<script type="module" src="/player.js"></script>`
      : raw(""),
  );
}

const WHAT_IT_IS = "A server of streaming music sessions. It rewrites a circular audio buffer " +
  "ahead of its listener, over a WebSocket on this very address.";

function stateLine(): Markup {
  return html`<p class="state" id="state" role="status" data-state="connecting">
    <span class="dot" aria-hidden="true"></span> <span id="state-text">Loading…</span>
    <span id="warning" class="warning" hidden>trouble for several seconds</span></p>`;
}

function player(data: PlayerPageData): Markup {
  return html`<noscript><p class="note">The player needs JavaScript.</p></noscript>
<p class="note" id="notice" role="alert" hidden></p>
${deck()}
${meters()}
<div class="panels" id="panels">
  <div class="column">${trackPanel(data)} ${referencePanel(data)}</div>
  <div class="column">${promptPanel()} ${loraPanel(data.loras)}</div>
  <div class="column">${corePanel(data.knobs)}</div>
  ${otherPanels(data.knobs)}
</div>
${footPanels()}`;
}

function trackPanel(data: PlayerPageData): Markup {
  return html`<section class="panel track" aria-labelledby="tracks-title">
  <h2 id="tracks-title">Track</h2>
  <fieldset class="plain" data-moves>
    <label for="track">Built-in loops and uploads</label>
    <select id="track">
      <optgroup label="Built-in loops" id="fixtures">
        ${
    data.fixtures.map((name) =>
      html`<option value="${name}" ${raw(name === FIRST_TRACK ? "selected" : "")}>${name}</option>`
    )
  }
      </optgroup>
      <optgroup label="Uploads" id="uploads">
        ${data.uploads.map((name) => html`<option value="${name}">${name}</option>`)}
      </optgroup>
    </select>
    <fieldset class="choice">
      <legend>Stems</legend>
      <label><input type="radio" name="stems" value="full" checked> Full mix</label>
      <label><input type="radio" name="stems" value="vocals"> Vocals</label>
      <label><input type="radio" name="stems" value="instruments"> Instruments</label>
    </fieldset>
    <p><label class="inline"><input type="checkbox" id="restart" checked> Begin at the head of a new
      track</label></p>
    <button type="button" id="swap" disabled>Swap to it</button>
    <div class="drop" id="drop">
      <label for="file">Drop a sound file here, or <span class="link">choose one</span></label>
      <input id="file" type="file" accept="audio/*,.wav,.flac,.mp3,.ogg,.m4a">
      <p class="quiet" id="drop-text">WAV, FLAC, MP3 and whatever else this browser reads</p>
    </div>
    <p id="track-says" role="status">&nbsp;</p>
  </fieldset>
</section>`;
}

function promptPanel(): Markup {
  return html`
    <section class="panel prompt" aria-labelledby="prompt-title">
      <h2 id="prompt-title">Prompt</h2>
      <form id="prompts">
        <fieldset class="plain" data-moves>
        <label for="prompt-a">Prompt A</label>
        <textarea id="prompt-a" rows="2" maxlength="4000">instrumental music</textarea>
        <label for="prompt-b">Prompt B <span class="quiet">empty: the same as A</span></label>
        <textarea id="prompt-b" rows="2" maxlength="4000"></textarea>
        <div class="knob"><label for="blend">Blend, from A to B</label>
          <output for="blend">0.00</output>
          <input id="blend" type="range" min="0" max="1" step="0.01" value="0"></div>
        <button>Apply</button> <span id="prompt-says" class="quiet" role="status"></span>
      </fieldset>
      </form>
    </section>
  `;
}

function corePanel(knobs: KnobManifest): Markup {
  return html`<section class="panel core" aria-labelledby="core-title">
  <h2 id="core-title">Core</h2>
  <fieldset class="plain knobs" data-moves data-group="core">
    ${rowsOf(knobs, "core")}
    <p><button type="button" id="reset" class="plain">Reset all knobs</button></p>
  </fieldset>
</section>`;
}

function loraPanel(loras: readonly LoraEntry[]): Markup {
  return html`<section class="panel" aria-labelledby="loras-title" data-needs="lora">
  <h2 id="loras-title">Colours <span class="quiet">LoRAs</span></h2>
  <fieldset class="plain" data-moves id="loras">
    ${loras.map(loraRow)}
    ${loras.length === 0 ? html`<p class="quiet">This server has none.</p>` : ""}
  </fieldset>
</section>`;
}

function loraRow({ id, name, metadata }: LoraEntry): Markup {
  const strength = metadata["recommended_strength"];
  const value = typeof strength === "number" ? strength : 1;
  return html`
    <div class="knob lora" data-lora="${id}">
      <label
        class="inline"><input type="checkbox" id="lora-${id}" data-lora-on> ${name}</label>
      <output for="lora-str-${id}">${value.toFixed(2)}</output>
      <input type="range" id="lora-str-${id}" aria-label="Strength of ${name}" min="0" max="2"
        step="0.01"
        value="${value}" data-lora-strength disabled>
      <p class="quiet">${String(metadata["description"] ?? "")}</p>
    </div>
  `;
}

function referencePanel(data: PlayerPageData): Markup {
  const choices = html`<option value="">none</option>
    ${data.fixtures.map((name) => html`<option>${name}</option>`)}`;
  return html`<section class="panel" aria-labelledby="references-title">
  <h2 id="references-title">References</h2>
  <fieldset class="plain" data-moves>
    <div data-needs="timbre">
      <label for="timbre">Timbre</label>
      <select id="timbre">${choices}</select>
      <div class="knob"><label for="timbre-strength">Timbre strength</label>
        <output for="timbre-strength">1.00</output>
        <input id="timbre-strength" type="range" min="0" max="1" step="0.01" value="1"></div>
    </div>
    <div data-needs="structure">
      <label for="structure">Structure</label>
      <select id="structure">${choices}</select>
    </div>
    <p id="reference-says" class="quiet" role="status">&nbsp;</p>
    <div class="knob" data-needs="depth"><label for="depth">Pipeline depth</label>
      <output for="depth">4</output>
      <input id="depth" type="range" min="1" max="4" step="1" value="4"></div>
  </fieldset>
</section>`;
}

const GROUP_TITLES: Readonly<Record<string, string>> = {
  groups: "Latent channels, in eights",
  keystones: "Single latent channels",
  guidance: "Guidance",
  dcw: "Wavelet correction",
  steering: "Steering",
  manual: "Manual steering",
};

/** Every group of the registry but the first, closed until somebody opens it. */
function otherPanels({ knobs }: KnobManifest): Markup {
  const groups = new Set(Object.values(knobs).map(({ group }) => group));
  groups.delete("core");
  return html`<section class="panel more" aria-labelledby="more-title">
  <h2 id="more-title">More knobs</h2>
  ${
    [...groups].map((group) =>
      html`
        <details data-details="${group}">
          <summary>${GROUP_TITLES[group] ?? group}</summary>
          <fieldset class="plain knobs" data-moves data-group="${group}">
              ${rowsOf({ knobs }, group)}
            </fieldset>
        </details>
      `
    )
  }
  <div id="late-groups"></div>
</section>`;
}

function rowsOf({ knobs }: Pick<KnobManifest, "knobs">, group: string): Markup {
  const rows = Object.entries<KnobEntry>(knobs).filter(([, entry]) => entry.group === group);
  return html`${rows.map(([name, entry]) => knobRow(name, entry))}`;
}

function about(data: PlayerPageData, isIn: boolean, isPlayer: boolean): Markup {
  return html`<section id="about" class="about">
  <h2>This server</h2>
  ${isPlayer ? html`<p>${WHAT_IT_IS}</p>` : ""}
  ${isIn ? inside(data) : ""}
  <h3>Endpoints</h3>
  <dl>
    ${
    ENDPOINTS.map(([path, what]) =>
      html`
        <dt><a href="${path}">${path}</a></dt>
        <dd>${what}</dd>
      `
    )
  }
    <dt>Control bus</dt><dd>${
    !isIn
      ? "for those who are logged in"
      : data.controlUrl === null
      ? "not open"
      : html`<code>${data.controlUrl}/sessions</code>`
  }</dd>
  </dl>
</section>`;
}

function inside({ sessionCount, maxSessions, fixtures }: PlayerPageData): Markup {
  const says = sessionCount === 0
    ? "No session is running"
    : sessionCount === 1
    ? "One session is running"
    : `${sessionCount} sessions are running`;
  return html`
    <p>${says}: <a href="/sessions">look at them</a>. <span class="quiet">At most ${maxSessions}
        at a time; a newer one replaces the oldest.</span></p>
    <p>Built-in loops as files: ${fixtures.map((name, i) =>
      html`${i === 0 ? "" : ", "}<a href="/fixtures/${name}">${name}</a>`
    )}.</p>
  `;
}
