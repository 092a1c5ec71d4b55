/**
 * The page at `/sessions`: what runs on this server.
 *
 * @module
 */
import { html } from "hono/html";
import { type Markup, page } from "../page.ts";
import type { SessionSnapshot } from "./snapshot.ts";

/** Longest text of a client that is shown. */
const MAX_TEXT_CHARS = 200;

/**
 * Draws the page. Prompts and names are texts of strangers: they are cut, and escaped by the tag.
 *
 * @param nowS Seconds since the Unix epoch.
 */
export function sessionsPage(sessions: readonly SessionSnapshot[], nowS: number): Markup {
  return page(
    "Sessions · Headway",
    html`<p class="quiet"><a href="/">Headway</a></p>
<h1>Sessions</h1>
<p class="lead" role="status">${
      sessions.length === 0
        ? "None is running."
        : `${sessions.length} ${sessions.length === 1 ? "is" : "are"} running.`
    }</p>
<div class="cards">
${sessions.map((session) => card(session, nowS))}
</div>
<p class="quiet">Drawn at ${timeOf(nowS)}. <a href="/sessions">Draw again</a> ·
  <a href="/api/streams">as JSON</a></p>`,
  );
}

function card(session: SessionSnapshot, nowS: number): Markup {
  const { id, started_at: startedS, snapshot_error: failure } = session;
  const rows: readonly (readonly [string, Markup | string])[] = failure !== undefined
    ? [["State", `cannot be shown: ${cut(failure)}`]]
    : [
      ["Prompt", cut(session["prompt"])],
      ["Plays", playsOf(session)],
      ["Key and tempo", keyOf(session)],
      ["Swaps so far", cut(session["source_epoch"])],
    ];
  return html`<article class="card">
  <h2><code>${id}</code></h2>
  <dl>
    <dt>Started</dt><dd>${timeOf(startedS)}, ${agoOf(nowS - startedS)} ago</dd>
    ${
    rows.map(([name, value]) =>
      html`
        <dt>${name}</dt>
        <dd>${value}</dd>
      `
    )
  }
    <dt>Watch</dt><dd><a href="/?watch=${id}">in the player</a>, or <code>/watch/${id}</code> as a
      WebSocket</dd>
  </dl>
  <p><a href="/api/streams/${id}">Snapshot as JSON</a></p>
</article>`;
}

function playsOf(session: SessionSnapshot): string {
  const name = session["fixture_name"];
  const duration = session["duration"];
  const lasts = typeof duration === "number" ? `${duration.toFixed(1)} s` : "";
  const channels = session["channels"] === 1 ? "mono" : "stereo";
  return `${name === null ? "the client's own source" : cut(name)}, ${lasts} ${channels}`;
}

function keyOf(session: SessionSnapshot): string {
  const { key, bpm } = session;
  const tempo = typeof bpm === "number" ? `${Math.round(bpm)} bpm` : "no tempo";
  return `${typeof key === "string" && key !== "" ? cut(key) : "no key"}, ${tempo}`;
}

/** A text of a stranger, at a length that a page can bear, without characters that turn text over. */
function cut(value: unknown): string {
  // deno-lint-ignore no-control-regex -- they are what is looked for
  const text = String(value ?? "").replace(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, " ");
  if (text.trim() === "") return "none";
  return text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS)}…` : text;
}

function timeOf(unixS: number): Markup {
  const iso = new Date(unixS * 1000).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace("T", " ")} UTC</time>`;
}

/** `90` is `1 min 30 s`. */
function agoOf(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, min, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h} h ${min} min` : min > 0 ? `${min} min ${s} s` : `${s} s`;
}
