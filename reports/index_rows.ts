/**
 * One run as a row of `index.html`: what it is, how it looks, how it did, where its files are.
 *
 * @module
 */
import { escapeXml } from "./escape.ts";
import type { RunGroup } from "./index_groups.ts";
import type { RunPlot } from "./run_plot.ts";
import { sparkline } from "./sparkline.ts";
import { type RunSummary, short } from "./summary.ts";
import { voiceSparkline } from "./voice/glance.ts";

const MARKS: Readonly<Record<RunGroup["id"], string>> = {
  failed: "✗",
  inconclusive: "?",
  foretold: "✓",
  passed: "✓",
  "not-applicable": "–",
};

/** The file that people open first. */
const PAGE = "report.html";

/** A row. `hasOwnSetting` says how it was run, where not all runs were run alike. */
export function runRow(run: RunSummary, id: RunGroup["id"], hasOwnSetting: boolean): string {
  const notes = new Set([...run.failures, ...(run.reason === null ? [] : [run.reason])]);
  const name = run.files.includes(PAGE)
    ? link(run, PAGE, escapeXml(run.name))
    : escapeXml(run.name);
  const details = [
    ...(run.shows.length === 0 ? [] : [`shows ${run.shows.join(", ")}`]),
    ...(hasOwnSetting ? [settingWords(run)] : []),
  ];
  const picture = run.voice?.plot != null
    ? `<div class="spark">${voiceSparkline(run.voice.plot, voiceWords(run.voice))}</div>
${figures(run, id === "passed" || id === "foretold")}
`
    : run.plot === null
    ? ""
    : `<div class="spark">${sparkline(run.plot, plotWords(run, run.plot))}</div>
${figures(run, id === "passed" || id === "foretold")}
`;
  return `<li class="run">
<div class="about">
<h3><span class="mark tone ${id}" aria-hidden="true">${MARKS[id]}</span>${name}</h3>
<p class="soft small">${escapeXml([run.description, ...details].join(" · "))}</p>
${
    notes.size === 0
      ? ""
      : `<ul class="small tone ${id}">${
        [...notes].map((note) => `<li>${escapeXml(note)}</li>`).join("")
      }</ul>
`
  }</div>
${picture}${files(run)}</li>`;
}

/** How a run was run: target, fidelity, seed. */
export function settingWords({ target, fidelity, seed }: RunSummary): string {
  const where = target === "sim"
    ? "simulated"
    : target === "self"
    ? "our own server, live"
    : target;
  return `${where}, ${fidelity} fidelity, seed ${seed}`;
}

type Pair = readonly [term: string, value: string, title?: string];

function figures({ figures, voice, nearestLimit }: RunSummary, isWithin: boolean): string {
  const own: readonly Pair[] = voice === undefined
    ? [
      ["lead p50", figures.leadP50S === null ? "–" : `${hundredths(figures.leadP50S)} s`],
      ["fresh", figures.freshShare === null ? "–" : perCent(figures.freshShare)],
    ]
    : [
      ["first p50", voice.firstAudioP50S === null ? "–" : `${hundredths(voice.firstAudioP50S)} s`],
      ["heard", `${voice.heard}/${voice.asked}`],
    ];
  const pairs: readonly Pair[] = [
    ...own,
    nearestLimit === null || !isWithin
      ? ["nearest limit", "–"]
      : ["nearest limit", `${perCent(nearestLimit.share)} away`, nearestLimit.name],
  ];
  return `<dl class="figures small">${
    pairs.map(([term, value, title]) =>
      `<div${title === undefined ? "" : ` title="${escapeXml(title)}"`}><dt>${term}</dt><dd>${
        escapeXml(value)
      }</dd></div>`
    ).join("")
  }</dl>`;
}

function files(run: RunSummary): string {
  const { figures } = run;
  const counts = run.voice !== undefined ? voiceCounts(run, run.voice) : [
    `${figures.slicesPerS.toFixed(1)} slices/s`,
    `${figures.behindPlayhead} behind the playhead and ${figures.staleTicks} stale ticks unexplained`,
    `mirrors ${mirrorWords(figures.mirrorIdentical)}`,
    `${short(run.sessionS)} s of session at ${short(figures.speedup)} ×`,
  ];
  return `<details class="more" name="files"><summary aria-label="${
    escapeXml(`Files of ${run.name}`)
  }">Files</summary>
<div class="panel small">${
    run.verdict === "not-applicable" ? "" : `<p>${escapeXml(counts.join(" · "))}</p>\n`
  }<p class="files">
${run.files.map((file) => link(run, file, escapeXml(file))).join("\n")}
</p></div></details>
`;
}

function link({ folder }: RunSummary, file: string, words: string): string {
  const href = [...folder.split("/"), file].map(encodeURIComponent).join("/");
  return `<a href="${escapeXml(`./${href}`)}">${words}</a>`;
}

function voiceCounts(
  { sessionS, figures }: RunSummary,
  { asked, heard, lost, doubled, overlaps }: RunSummary["voice"] & object,
): string[] {
  return [
    `${heard} of ${asked} jobs heard, ${lost} lost, ${doubled} twice`,
    `${overlaps} overlaps`,
    `${short(sessionS)} s of session at ${short(figures.speedup)} ×`,
  ];
}

function voiceWords({ asked, heard, overlaps }: RunSummary["voice"] & object): string {
  return `${heard} of ${asked} jobs heard, ${overlaps} overlaps`;
}

function plotWords({ sessionS, figures }: RunSummary, plot: RunPlot): string {
  const some = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
  const lows = some(plot.leadMinS);
  const lead = lows.length === 0
    ? "no slices"
    : `lead from ${Math.min(...lows).toFixed(2)} to ${
      Math.max(...some(plot.leadMaxS)).toFixed(2)
    } s`;
  const { freshShare } = figures;
  const heard = freshShare === null ? "nothing heard" : `${perCent(freshShare)} of audio fresh`;
  return `${short(sessionS)} s: ${lead}, ${heard}`;
}

/** Two decimals, with a real minus. */
function hundredths(value: number): string {
  return value.toFixed(2).replace("-", "\u2212");
}

/** Whole per cent, one decimal where whole ones would say all or none. */
function perCent(share: number): string {
  const whole = Math.round(share * 100);
  const isEdge = whole === 100 && share < 1 || whole === 0 && share > 0;
  return `${isEdge ? (share * 100).toFixed(1) : whole} %`;
}

function mirrorWords(identical: boolean | null): string {
  if (identical === null) return "not compared";
  return identical ? "equal" : "different";
}
