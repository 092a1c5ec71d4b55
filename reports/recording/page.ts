/**
 * A recording on a page that stands alone: who said what, slices over time, leads, sizes, gaps.
 *
 * @module
 */
import type { RecordedSession } from "../../scenarios/recording/session.ts";
import type { RecordingSummary, SessionSummary } from "../../scenarios/recording/summary.ts";
import { plainLine } from "../escape.ts";
import { type Markup, markup } from "../page/markup.ts";
import { pagePolicy, standalonePage } from "../page/shell.ts";
import { STYLE } from "../page/style.ts";
import { clipped, count, seconds } from "../page/words.ts";
import { short } from "../summary.ts";
import { sessionPlots } from "./plots.ts";
import { mib, recordingNotes } from "./text.ts";

/** Connections that are drawn; the others are listed. */
const MAX_DRAWN = 8;

/** Nothing from elsewhere, no script, and no style but this page's own. */
export const RECORDING_POLICY: string = pagePolicy(STYLE);

/** Draws the page. `sessions` are those that the summary sums up. */
export function recordingPage(
  summary: RecordingSummary,
  sessions: readonly RecordedSession[],
  file: string,
): string {
  const name = clipped(plainLine(file).replace(/^.*[/\\]/, ""));
  const drawn = summary.sessions.filter(({ slices }) => slices.count > 0).slice(0, MAX_DRAWN);
  const body = markup`<header>
<p class="eyebrow">Headway recording</p>
<h1>${name}</h1>
<p class="question">${count(summary.sessions.length, "connection")} to <code>${
    clipped(summary.upstream)
  }</code></p>
<p class="soft">${
    [
      new Date(summary.startedUnixS * 1000).toISOString(),
      seconds(summary.durationS),
      count(summary.events, "event"),
      `${mib(summary.bytes)} of messages`,
      count(summary.httpRequests, "plain request"),
    ].join(" · ")
  }</p>
</header>
<main>
${noteSection(summary)}
${
    drawn.map((it) =>
      drawnSection(it, sessions.find(({ connection }) => connection === it.connection)!)
    )
  }
${listSection(summary)}
</main>`;
  return standalonePage({ title: name, style: STYLE, body });
}

function noteSection(summary: RecordingSummary): Markup {
  const notes = recordingNotes(summary);
  const isFine = summary.isComplete && !summary.isFull && summary.tornBytes === 0;
  return markup`<section class="story ${isFine ? "fine" : "trouble"}">
<h2>${isFine ? "Complete" : "Not complete"}</h2>
<ul>${notes.map((note) => markup`<li>${clipped(note)}</li>`)}</ul></section>`;
}

function drawnSection(summary: SessionSummary, session: RecordedSession): Markup {
  const { connection, sessionId, source, slices, types, gaps, oddities } = summary;
  const id = `connection-${connection}`;
  return markup`<section aria-labelledby="${id}">
<h2 id="${id}">Connection ${connection}${
    sessionId === null ? "" : `: ${clipped(sessionId, 40)}`
  }</h2>
<p class="soft">${
    [summary.role, clipped(source ?? "no source"), clipped(summary.end)].join(" · ")
  }</p>
<dl class="figures">${
    figures([
      ["Slices", `${short(slices.perS)} /s`, `${slices.count} in all`],
      ["Lead, median", lead(slices.leadS.p50), "ahead of the playhead"],
      ["Lead, least", lead(slices.leadS.min), `${slices.behindPlayhead} behind the playhead`],
      ["Slice, median", mib(slices.bytes.p50 ?? 0), `greatest ${mib(slices.bytes.max ?? 0)}`],
    ])
  }</dl>
${sessionPlots(session, id)}
${
    gaps.length === 0 ? null : markup`<section><h3>Stretches without a slice</h3>
<ul>${
      gaps.map((gap) => markup`<li>${seconds(gap.lastsS)} from ${seconds(gap.atS)} on</li>`)
    }</ul></section>`
  }
${
    oddities.length === 0 ? null : markup`<section><h3>Odd</h3>
<ul>${oddities.map((text) => markup`<li>${clipped(text)}</li>`)}</ul></section>`
  }
<section><h3>Who said what</h3>
<div class="scroll"><table class="numbers">
<thead><tr><th scope="col">Message</th><th scope="col">count</th><th scope="col">a second</th><th scope="col">bytes</th></tr></thead>
<tbody>${
    types.map((it) =>
      markup`<tr><th scope="row">${it.dir === "up" ? "client" : "server"} <code>${
        clipped(it.type, 64)
      }</code></th><td>${it.count}</td><td>${short(it.perS)}</td><td>${mib(it.bytes)}</td></tr>`
    )
  }</tbody></table></div></section></section>`;
}

function listSection({ sessions }: RecordingSummary): Markup {
  return markup`<section aria-labelledby="all"><h2 id="all">All connections</h2>
<div class="scroll"><table>
<thead><tr><th scope="col">Number</th><th scope="col">what</th><th scope="col">opened</th><th scope="col">lasted</th><th scope="col">end</th></tr></thead>
<tbody>${
    sessions.map((it) =>
      markup`<tr><th scope="row">${it.connection}</th><td>${it.role} <code>${
        clipped(it.target, 80)
      }</code></td><td>${seconds(it.openedS)}</td><td>${seconds(it.durationS)}</td><td>${
        clipped(it.end)
      }</td></tr>`
    )
  }</tbody></table></div></section>`;
}

function figures(items: readonly (readonly [string, string, string])[]): Markup[] {
  return items.map(([term, value, note]) =>
    markup`<div><dt>${term}</dt><dd>${value} <span class="soft">${note}</span></dd></div>`
  );
}

function lead(value: number | undefined): string {
  return value === undefined ? "–" : seconds(value);
}
