/**
 * `index.html` of a call: every run in a row, worst first, with its lead at a glance. It needs no
 * script and nothing from elsewhere, and says so in its policy.
 *
 * @module
 */
import { escapeXml } from "./escape.ts";
import { groupRuns, type RunGroup } from "./index_groups.ts";
import { runRow, settingWords } from "./index_rows.ts";
import { INDEX_STYLE } from "./index_style.ts";
import { raw } from "./page/markup.ts";
import { inlineHash, standalonePage } from "./page/shell.ts";
import type { RunPlot } from "./run_plot.ts";
import { sparkline } from "./sparkline.ts";
import type { Problem, RunSummary, Summary } from "./summary.ts";

/** What a server that sends its own policy must allow: `style-src` of this page. */
export const INDEX_STYLE_HASH = inlineHash(INDEX_STYLE);

/** The page for a summary that lies in the same folder. */
export function indexPage(summary: Summary): string {
  const { problems, runs, wallS } = summary;
  const verdict = headline(summary);
  const groups = groupRuns(summary).filter((group) => group.runs.length > 0);
  const settings = new Set(runs.map(settingWords));
  const sections = groups.map((group) => groupSection(group, settings.size > 1));
  // What could not run at all is as bad as a failure, but says less about the server.
  if (problems.length > 0) {
    sections.splice(summary.counts.failed > 0 ? 1 : 0, 0, problemSection(problems));
  }
  const body = raw(`<header>
<p class="soft small eyebrow">Headway reports</p>
<h1 class="tone ${verdict.kind}">${escapeXml(verdict.text)}</h1>
<p class="soft">${
    escapeXml([
      `${runs.length} ${runs.length === 1 ? "run" : "runs"} in ${wallS.toFixed(1)} s`,
      ...(settings.size === 1 ? settings : []),
    ].join(" · "))
  }</p>
${countsNav(groups, problems)}
<nav class="files small" aria-label="Files of the whole call">
<a href="summary.json">summary.json</a>
<a href="junit.xml">junit.xml</a>
</nav>
${runs.some(({ plot, voice }) => plot !== null || voice?.plot != null) ? KEY : ""}</header>
<main>
${sections.join("\n")}
</main>`);
  return standalonePage({ title: `Headway: ${verdict.text}`, style: INDEX_STYLE, body });
}

function headline({ exitCode, counts }: Summary): { kind: RunSummary["verdict"]; text: string } {
  if (counts.failed > 0) return { kind: "failed", text: `${counts.failed} failed` };
  if (exitCode === 2 || exitCode === 70) {
    return { kind: "failed", text: "Not everything could run" };
  }
  if (exitCode === 3) return { kind: "inconclusive", text: "No judgement on every run" };
  return { kind: "passed", text: "All passed" };
}

/** How many ended how, each leading to them. */
function countsNav(groups: readonly RunGroup[], problems: readonly Problem[]): string {
  const items = groups.map(({ id, title, runs }) => countLink(id, id, runs.length, title));
  if (problems.length > 0) {
    const at = groups[0]?.id === "failed" ? 1 : 0;
    items.splice(at, 0, countLink("problems", "failed", problems.length, "Could not run"));
  }
  return `<nav aria-label="Runs by verdict"><ul class="counts">${items.join("")}</ul></nav>`;
}

function countLink(id: string, kind: string, count: number, title: string): string {
  return `<li class="tone ${kind}"><a href="#${id}"><b>${count}</b> ${title.toLowerCase()}</a></li>`;
}

function groupSection({ id, title, runs }: RunGroup, hasOwnSettings: boolean): string {
  return `<section aria-labelledby="${id}">
<h2 id="${id}" class="tone ${id}" tabindex="-1">${title} <span class="soft">${runs.length}</span></h2>
<ol class="runs">
${runs.map((run) => runRow(run, id, hasOwnSettings)).join("\n")}
</ol>
</section>`;
}

function problemSection(problems: readonly Problem[]): string {
  return `<section aria-labelledby="problems">
<h2 id="problems" class="tone failed" tabindex="-1">Could not run <span class="soft">${problems.length}</span></h2>
<ul class="runs">
${
    problems.map(({ name, message }) =>
      `<li class="problem"><h3><span class="mark tone failed" aria-hidden="true">!</span>${
        escapeXml(name)
      }</h3><p>${escapeXml(message)}</p></li>`
    ).join("\n")
  }
</ul>
</section>`;
}

/** A made-up run that has everything a sparkline can show. */
const SAMPLE: RunPlot = samplePlot();

const KEY = `<figure class="key">${
  sparkline(SAMPLE, "A sample of the pictures below")
}<figcaption><p>Lead over the session: above the line slices land ahead of the listener, below it
behind; half way is 0.5 s. Orange is behind without a reason, grey with one. The strip below is what was
heard, orange for old audio. Ticks on top: seeks, pauses, swaps; broad ones are faults. Nearest limit: how far the figure that came
closest to its limit stayed away from it, as a share of the greater of the two; point at it for its
name. Where voices are the subject, what is heard stands above the line, what waits below it, and the strip
is orange where two were heard at one ear.</p></figcaption></figure>
`;

function samplePlot(): RunPlot {
  const columns = Array.from({ length: 60 }, (_, i) => i);
  const isBad = (i: number) => i >= 30 && i < 42;
  const lowS = columns.map((i) => isBad(i) ? 0.1 - (i - 29) * 0.08 : 0.2 + (i % 3) * 0.03);
  return {
    stepS: 1,
    leadMinS: lowS,
    leadMaxS: lowS.map((leadS, i) => leadS + 0.06 + (i % 2) * 0.04),
    lateS: lowS.map((leadS) => leadS < 0 ? leadS : null),
    oldShare: columns.map((i) => isBad(i - 1) ? 0.4 + (i % 3) * 0.3 : i < 1 ? 1 : 0),
    faults: [28],
    jumps: [14, 50],
  };
}
