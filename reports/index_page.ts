/**
 * `index.html` of a call: a plain page that lists the runs, the verdict first, and links their
 * files. It needs no script and nothing from elsewhere, and says so in its policy.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { escapeXml } from "./escape.ts";
import { verdictWords } from "./markdown.ts";
import { short } from "./summary.ts";
import type { RunSummary, Summary } from "./summary.ts";

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1d22; --soft: #5c6370; --line: #d9dce3;
  --paper: #fbfbfc; --good: #14733b; --bad: #b3261e; --doubt: #8a5a00; --link: #1a56b0 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ee; --soft: #a0a7b4; --line: #33373f;
  --paper: #15171b; --good: #5fcf8b; --bad: #ff8a80; --doubt: #f0b64f; --link: #8ab4f8 } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 68rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
h1 { font-size: 1.5rem; margin: 0 0 .25rem } p { margin: 0 0 1rem } a { color: var(--link) }
a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
ol { list-style: none; margin: 1.5rem 0; padding: 0; border-top: 1px solid var(--line) }
li { padding: .9rem 0; border-bottom: 1px solid var(--line) }
.question { margin: 0; max-width: 46rem } h2 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere }
.verdict { font-weight: 600 } .soft { color: var(--soft) }
.passed { color: var(--good) } .failed { color: var(--bad) }
.inconclusive { color: var(--doubt) } .not-applicable { color: var(--soft) }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .4rem 1rem;
  margin: .5rem 0; font-variant-numeric: tabular-nums }
dt { color: var(--soft); font-size: .85rem } dd { margin: 0 }
ul { margin: .4rem 0; padding-left: 1.2rem } nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem }
`;

/** What a server that sends its own policy must allow: `style-src` of this page. */
export const INDEX_STYLE_HASH = `sha256-${createHash("sha256").update(STYLE).digest("base64")}`;

const POLICY = `default-src 'none'; style-src '${INDEX_STYLE_HASH}'; base-uri 'none'; ` +
  "form-action 'none'";

/** The page for a summary that lies in the same folder. */
export function indexPage(summary: Summary): string {
  const { counts, problems, runs, wallS } = summary;
  const verdict = headline(summary);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeXml(`Headway: ${verdict.text}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1 class="${verdict.kind}">${escapeXml(verdict.text)}</h1>
<p class="soft">${runs.length} ${runs.length === 1 ? "run" : "runs"} in ${wallS.toFixed(1)} s: ${
    [
      `${counts.passed} passed`,
      `${counts.failed} failed`,
      `${counts.inconclusive} inconclusive`,
      `${counts["not-applicable"]} not applicable`,
    ].join(", ")
  }</p>
<nav aria-label="Files of the whole call">
<a href="summary.json">summary.json</a>
<a href="junit.xml">junit.xml</a>
</nav>
</header>
<main>
${
    problems.length === 0 ? "" : `<section>
<h2 class="failed">Could not run</h2>
<ul>
${
      problems.map(({ name, message }) =>
        `<li><strong>${escapeXml(name)}</strong>: ${escapeXml(message)}</li>`
      ).join("\n")
    }
</ul>
</section>
`
  }<ol>
${runs.map(runItem).join("\n")}
</ol>
</main>
</body>
</html>
`;
}

function headline({ exitCode, counts }: Summary): { kind: RunSummary["verdict"]; text: string } {
  if (counts.failed > 0) return { kind: "failed", text: `${counts.failed} failed` };
  if (exitCode === 2 || exitCode === 70) {
    return { kind: "failed", text: "Not everything could run" };
  }
  if (exitCode === 3) return { kind: "inconclusive", text: "No judgement on every run" };
  return { kind: "passed", text: "All passed" };
}

function runItem(run: RunSummary): string {
  const { figures } = run;
  const notes = [...run.failures, ...(run.reason === null ? [] : [run.reason])];
  const pairs: [string, string][] = run.verdict === "not-applicable" ? [] : [
    ["lead p50", figures.leadP50S === null ? "–" : `${figures.leadP50S.toFixed(3)} s`],
    ["fresh share", figures.freshShare === null ? "–" : figures.freshShare.toFixed(3)],
    ["slices", `${figures.slicesPerS.toFixed(1)} /s`],
    ["late / stale", `${figures.behindPlayhead} / ${figures.staleTicks}`],
    ["mirrors", mirrorWords(figures.mirrorIdentical)],
    ["session", `${short(run.sessionS)} s at ${short(figures.speedup)} ×`],
  ];
  return `<li>
<h2><span class="verdict ${run.verdict}">${escapeXml(verdictWords(run))}</span>
${escapeXml(run.name)}</h2>
<p class="question">${escapeXml(run.description)}</p>
<p class="soft">${escapeXml(`${run.target}, ${run.fidelity} fidelity, seed ${run.seed}`)}</p>
${
    notes.length === 0
      ? ""
      : `<ul>${notes.map((note) => `<li>${escapeXml(note)}</li>`).join("")}</ul>\n`
  }${
    pairs.length === 0
      ? ""
      : `<dl>${
        pairs.map(([term, value]) => `<div><dt>${term}</dt><dd>${escapeXml(value)}</dd></div>`)
          .join("")
      }</dl>\n`
  }<nav aria-label="${escapeXml(`Files of ${run.name}`)}">
${run.files.map((file) => link(run.folder, file)).join("\n")}
</nav>
</li>`;
}

function link(folder: string, file: string): string {
  const href = [folder, file].map(encodeURIComponent).join("/");
  return `<a href="${escapeXml(`./${href}`)}">${escapeXml(file)}</a>`;
}

function mirrorWords(identical: boolean | null): string {
  if (identical === null) return "not compared";
  return identical ? "equal" : "different";
}
