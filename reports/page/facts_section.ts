import type { Distribution } from "../../scenarios/result.ts";
import type { Report } from "../model.ts";
import { short } from "../summary.ts";
import type { HeardStretch } from "./heard.ts";
import { type Child, type Markup, markup } from "./markup.ts";
import { clipped, count, perCent, seconds } from "./words.ts";

/** Most types of events that are listed. */
const MAX_TYPES = 40;
/** Letters of a definition that a page holds; `report.json` has all of it. */
const MAX_DEFINITION = 50_000;

/** The figures that matter most, below the verdict. */
export function keyFigures({ lag, mirror }: Report, heard: readonly HeardStretch[]): Markup {
  const { slices, ticks, unexplained, freshShare, longestUnrefreshedS } = lag;
  const hasRest = heard.some(({ isFresh, isResting }) => !isFresh && isResting);
  return markup`<dl class="figures">${
    pairs([
      [
        "Fresh",
        freshShare === null ? "–" : perCent(freshShare),
        hasRest ? "rest included" : "of what was heard",
      ],
      [
        "Longest old stretch",
        seconds(longestUnrefreshedS),
        hasRest ? "rest included" : "heard, not rewritten",
      ],
      ["Lead, median", slices.leadS.p50 === null ? "–" : seconds(slices.leadS.p50), "ahead"],
      ["Slices", `${short(Number(slices.perS.toPrecision(3)))} /s`, `${slices.count} in all`],
      [
        "Late slices",
        String(unexplained.behindPlayhead),
        `unexplained, of ${slices.behindPlayhead}`,
      ],
      ["Stale ticks", String(unexplained.staleTicks), `unexplained, of ${ticks.staleTicks}`],
      [
        "Staleness, greatest",
        ticks.stalenessS.max === null ? "–" : seconds(ticks.stalenessS.max),
        `stale from ${seconds(ticks.staleThresholdS)}`,
      ],
      [
        "Mirrors",
        mirror.identical === null ? "–" : mirror.identical ? "equal" : "different",
        `${mirror.checkedSlices} compared`,
      ],
    ])
  }</dl>`;
}

/** Terms with a value and a note each. */
export function pairs(items: readonly (readonly [string, string, string])[]): Markup[] {
  return items.map(([term, value, note]) =>
    markup`
      <div>
        <dt>${term}</dt>
        <dd>${value} <span class="soft">${note}</span></dd>
      </div>
    `
  );
}

/** All measures, session and harness. */
export function factsSection(report: Report): Markup {
  const { lag, session } = report;
  return markup`
    <section aria-labelledby="measures">
      <h2 id="measures">Measures</h2>
      <div class="scroll">
        <table class="numbers spread">
          <thead>
            <tr><th scope="col">Quantity</th>${
    [
      "least",
      "5 %",
      "median",
      "95 %",
      "greatest",
      "mean",
    ].map((it) => markup`<th scope="col">${it}</th>`)
  }</tr>
          </thead>
          <tbody>${[
    row("Lead, s", lag.slices.leadS),
    row("Between slices, s", lag.slices.intervalS),
    row("Staleness, s", lag.ticks.stalenessS),
    row("Generation step, ms", lag.slices.tickMs),
    row("Decoding on the server, ms", lag.slices.decMs),
  ]}</tbody>
        </table>
      </div>
      <div class="columns">
        <div><h3>Session</h3>${
    list([
      ["Session", clipped(session.id ?? "none")],
      ["Buffer", session.bufferS === null ? "none" : seconds(session.bufferS)],
      ["Channels", session.channels ?? "–"],
      ["Source epoch", session.sourceEpoch],
      ["Reconnects", session.reconnects],
      ["Longest gap at a reconnect", session.gapS === null ? "–" : seconds(session.gapS)],
      ["Undecodable slices", session.decodeErrors],
      [
        "Closed with",
        session.closeCode === null
          ? "–"
          : clipped(`${session.closeCode} ${session.closeReason ?? ""}`),
      ],
      ["Events", eventWords(session.events)],
      ["Explained slices", eventWords(lag.slices.tagged)],
      ["Explained ticks", eventWords(lag.ticks.tagged)],
    ])
  }</div>
        <div><h3>Harness</h3>${harnessList(report)}</div>
      </div>
    </section>
  `;
}

/** How well the harness kept its own time, and what the run took. */
export function harnessList(report: Report): Markup {
  const { harness, timing, trace, target } = report;
  return markup`${doubt(report)}${
    target === "sim"
      ? markup`<p class="aside">Simulated: punctual by construction, and work takes no time.</p>`
      : null
  }${
    list([
      ...(target === "sim" ? [] : harnessRows(harness)),
      ["Preparation", seconds(timing.prepareS)],
      ["Wall time of the session", seconds(timing.wallS)],
      ["Speed", `${short(timing.speedup)} × real time`],
      ["Trace", markup`${count(trace.events, "event")}, <code>${trace.hash}</code>`],
    ])
  }`;
}

function harnessRows(harness: Report["harness"]): [string, Child][] {
  return [
    ["Tick lateness, median", ms(harness.tickLatenessMs.p50)],
    ["Tick lateness, 99 %", ms(harness.tickLatenessMs.p99)],
    ["Tick lateness, greatest", ms(harness.tickLatenessMs.max)],
    ["Budget for the 99 %", ms(harness.latenessBudgetMs)],
    ["Skipped ticks", harness.skippedTicks],
    ["Applying a slice, median", ms(harness.applyMs.p50)],
    ["Applying a slice, 99 %", ms(harness.applyMs.p99)],
    ["Send queue, at most", `${harness.sendQueueMaxBytes} bytes`],
  ];
}

function doubt({ harness }: Report): Markup | null {
  const { p99 } = harness.tickLatenessMs;
  if (p99 === null || p99 <= harness.latenessBudgetMs) return null;
  return markup`
    <p
      class="warning"><strong>The harness was too late to judge by.</strong> Look here before you blame the server: give the machine some rest, or raise the budget.</p>
  `;
}

/** A distribution as a row of a table. */
export function row(name: string, it: Distribution): Markup {
  const values = [it.min, it.p5, it.p50, it.p95, it.max, it.mean];
  return markup`<tr><th scope="row">${name}</th>${
    values.map((value) =>
      markup`<td>${value === null ? "–" : short(value).replace("-", "\u2212")}</td>`
    )
  }</tr>`;
}

/** Terms and values. */
export function list(items: readonly (readonly [string, Child])[]): Markup {
  return markup`<dl class="list">${
    items.map(([term, value]) =>
      markup`
        <div>
          <dt>${term}</dt>
          <dd>${value}</dd>
        </div>
      `
    )
  }</dl>`;
}

function ms(value: number | null): string {
  return value === null ? "–" : `${short(value)} ms`;
}

function eventWords(events: Readonly<Record<string, number>>): string {
  const words = Object.entries(events).map(([type, number]) => `${number} × ${clipped(type)}`);
  const more = words.length - MAX_TYPES;
  if (more > 0) words.splice(MAX_TYPES, more, `and ${more} more: see report.json`);
  return words.length === 0 ? "none" : words.join(", ");
}

/** How to have the same again, the other files, the scenario itself. */
export function againSection({ replay, files, definition }: Report): Markup {
  return markup`
    <section aria-labelledby="again">
      <h2 id="again">Run it again</h2>
      <div
        class="command"><pre id="command" tabindex="0"><code>${replay}</code></pre><button type="button" id="copy" class="scripted">Copy</button></div>
      <nav aria-label="Files of this run">
        <h3>Files of this run</h3>
        <ul class="files">${
    files.filter((file) => file !== "report.html").map((file) =>
      markup`<li><a href="./${encodeURIComponent(file)}">${file}</a></li>`
    )
  }<li><a href="../index.html">all runs of this call</a></li></ul>
      </nav>
      <details>
        <summary>The scenario as data</summary>
        ${definitionText(definition)}
      </details>
    </section>
  `;
}

function definitionText(definition: Report["definition"]): Markup {
  const text = JSON.stringify(definition, null, 2);
  if (text.length <= MAX_DEFINITION) return markup`<pre tabindex="0"><code>${text}</code></pre>`;
  return markup`<p class="aside">It is too long for a page: this is its beginning. <a
    href="./report.json">report.json</a> has all of it, as <code>definition</code>.</p>
<pre tabindex="0"><code>${text.slice(0, MAX_DEFINITION)}…</code></pre>`;
}
