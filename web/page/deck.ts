/**
 * The upper part of the player's page: what runs past, what is measured, and what the keys do.
 *
 * @module
 */
import { html } from "hono/html";
import type { Markup } from "../../server/page.ts";

const SHORTCUTS: readonly (readonly [keys: string, what: string])[] = [
  ["Space", "play or pause"],
  ["← →", "back or on 1 s; with Shift 5 s"],
  ["↑ ↓", "louder or softer"],
  ["Home", "to the beginning"],
  ["[ ]", "begin or end the loop band here"],
  ["\\", "no loop band"],
  ["L", "loop the track, or stop at its end"],
  ["M", "mute"],
  ["S", "swap to the chosen track"],
  ["P", "to the prompt"],
  ["?", "this list"],
];

/** The drawings, and what plays and stops. */
export function deck(): Markup {
  return html`
    <section class="deck" aria-label="Player">
      <div class="title">
        <h2 id="track-title">Choose a track, press play</h2>
        <p class="quiet" id="track-facts">&nbsp;</p>
        <button type="button" id="stop" class="plain" disabled>End session</button>
      </div>
      <div class="views">
        <canvas id="close-up" class="close-up" aria-hidden="true"></canvas>
        <div class="overview">
          <canvas id="overview" aria-hidden="true"></canvas>
          <div id="position" class="position" role="slider" tabindex="0"
            aria-label="Position in the track"
            aria-valuemin="0" aria-valuemax="0" aria-valuenow="0" aria-valuetext="nothing plays"></div>
        </div>
        <div class="under">
          <p class="legend quiet">
            <span class="key fresh">rewritten for this lap</span>
            <span class="key old">missed a lap</span>
            <span class="key never">never rewritten</span>
            <span class="key head">the listener</span>
          </p>
          <fieldset class="band" id="band">
            <legend>Loop</legend>
            <button type="button" id="looping" aria-pressed="true"
              title="Go on at the head after the end (L)">
              Track</button>
            <button type="button" id="band-start"
              title="Begin the loop band here ([)">Band from here</button>
            <button type="button" id="band-end" title="End the loop band here (])">to here</button>
            <button type="button" id="band-clear" title="No loop band (\\)">Clear</button>
            <span class="quiet" id="band-text">no band</span>
          </fieldset>
        </div>
      </div>
      <p class="caption quiet">Above: six seconds around the listener. Below: the whole buffer, and what
        landed in it in the last 20 s, the newest on top.</p>
      <div class="transport">
        <button id="play" class="play" type="button" aria-pressed="false" disabled>
          <svg viewBox="0 0 24 24" aria-hidden="true"><path class="when-paused" d="M7 4v16l13-8z"/><path
            class="when-playing" d="M6 4h4v16H6zM14 4h4v16h-4z"/></svg>
          <span id="play-text">Play</span></button>
        <p class="time"><span id="time-now">0:00.0</span> <span class="quiet">/ <span
          id="time-all">0:00</span></span></p>
        <div class="sound">
          <label for="volume">Volume</label>
          <input id="volume" type="range" min="0" max="1" step="0.01" value="0.8">
          <button type="button" id="mute" aria-pressed="false">Mute</button>
          <label for="output">Output</label>
          <select id="output"><option value="">Default</option></select>
        </div>
      </div>
    </section>
  `;
}

/** The figures. */
export function meters(): Markup {
  const figures: readonly (readonly [id: string, name: string, about: string])[] = [
    ["lead", "Lead", "how far ahead of you new audio lands"],
    ["staleness", "Staleness", "age of what you hear"],
    ["fresh", "Fresh", "share of the last 10 s made for this lap"],
    ["rate", "Slices", "how many a second, and their data"],
  ];
  return html`
    <section class="meters" aria-label="Measures">
      <dl>
        ${figures.map(([id, name, about]) =>
          html`
            <div>
              <dt>${name}</dt>
              <dd><strong id="${id}">–</strong>
                    <span class="quiet" id="${id}-more">${about}</span></dd>
            </div>
          `
        )}
      </dl>
      <div class="graph">
        <canvas id="lead-graph" role="img"
          aria-label="Lead of each slice over the last 30 seconds"></canvas>
      </div>
    </section>
  `;
}

/** The list of keys, and the report. */
export function footPanels(): Markup {
  return html`
    <div class="foot">
      <section aria-labelledby="keys-title">
        <h2 id="keys-title">Keyboard</h2>
        <dl class="shortcuts">${SHORTCUTS.map(([keys, what]) =>
          html`
            <dt><kbd>${keys}</kbd></dt>
            <dd>${what}</dd>
          `
        )}</dl>
      </section>
      <section aria-labelledby="report-title">
        <h2 id="report-title">Measured here</h2>
        <p>Everything on this page is measured at the clock of your audio device, as the headless client
        measures it on a simulated one.</p>
        <p><button type="button" id="report" disabled>Download the report</button>
        <a id="watch-link" hidden>Watch this session in another tab</a></p>
        <p id="report-says" class="quiet" role="status">&nbsp;</p>
      </section>
    </div>
  `;
}
