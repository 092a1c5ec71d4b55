/**
 * The review page: what a change did, scenario by scenario, on a page that stands alone. It loads
 * nothing, and its policy says so.
 *
 * @module
 */
import {
  type Change,
  type Comparison,
  comparisonHeadline,
  curvesOf,
  type ScenarioComparison,
} from "../compare/mod.ts";
import { CHANGE_SIGNS } from "../compare/words.ts";
import { type Markup, markup, raw } from "../page/markup.ts";
import { scriptJson } from "../page/page_data.ts";
import { pagePolicy, standalonePage } from "../page/shell.ts";
import { clipped } from "../page/words.ts";
import type { CaseData, CasePieces } from "./detail.ts";
import { leadSparkline } from "./overlay.ts";
import { REVIEW_SCRIPT } from "./script.ts";
import type { ReviewCase, ReviewSide } from "./side.ts";
import { REVIEW_STYLE } from "./style.ts";

/** Nothing from elsewhere, no script and no style but this page's own. */
export const REVIEW_POLICY: string = pagePolicy(REVIEW_STYLE, REVIEW_SCRIPT);

/** One scenario with its pieces; null pieces stand for one that needs no detail. */
export interface ReviewRow {
  readonly scenario: ScenarioComparison;
  readonly sides: ReviewCase;
  readonly pieces: CasePieces | null;
  /** What the page has no room for, in words; null when it has all. */
  readonly omitted: string | null;
}

/** Verdicts of the list, with those that only moved as one of their own. */
type Kind = Change | "moved";

const KINDS: readonly (readonly [Kind, string])[] = [
  ["worse", "worse"],
  ["incomparable", "not comparable"],
  ["better", "better"],
  ["moved", "moved"],
  ["same", "the same"],
];

/**
 * The page.
 *
 * @param accept - The command that accepts what is new as the baseline; null when there is none.
 */
export function reviewPage(
  comparison: Comparison,
  rows: readonly ReviewRow[],
  accept: string | null,
): string {
  const { before, after, verdict } = comparison;
  const title = comparisonHeadline(comparison);
  const data: Record<string, CaseData> = {};
  for (const { scenario, pieces } of rows) if (pieces !== null) data[scenario.name] = pieces.data;
  const body = markup`
        <header>
          <p class="eyebrow">Headway review</p>
          <h1>${title} <span class="verdict ${verdict}">${VERDICTS[verdict]}</span></h1>
          <p class="soft">before: ${clipped(before)} · after: ${clipped(after)}</p>
        </header>
        <main>
          ${storySection(comparison, rows, accept)}
          ${filterBar(rows)}
          <div class="cases">${
    rows.map((row, i) => row.pieces === null ? null : caseRow(row, i))
  }</div>
          ${quietGroups(rows)}
          <p class="nobody" id="nobody" hidden>No scenario fits.</p>
          ${cursorBar()}
        </main>
  `;
  return standalonePage({
    title: `Headway review: ${title}`,
    style: REVIEW_STYLE,
    body,
    script: { source: REVIEW_SCRIPT, json: scriptJson(data) },
  });
}

const VERDICTS: Readonly<Record<Change, string>> = {
  worse: "Worse",
  incomparable: "Not all comparable",
  better: "Better",
  same: "The same",
};

/**
 * Whether there is anything that a new baseline would change. Runs on another target or at another
 * fidelity than the baseline's are none to replace it with.
 */
function isAcceptable(scenarios: readonly ScenarioComparison[]): boolean {
  return scenarios.some(({ verdict, sameTrace }) => verdict !== "same" || sameTrace === false) &&
    !scenarios.some(({ target, fidelity }) => target === null || fidelity === null);
}

/** Most scenarios that are told of beside the worst. */
const MAX_WORSE = 5;

/** What it comes to, and what can be done about it. */
function storySection(
  { verdict, scenarios, counts }: Comparison,
  rows: readonly ReviewRow[],
  accept: string | null,
): Markup {
  const kind = verdict === "worse" ? "trouble" : verdict === "incomparable" ? "" : "fine";
  const worst = scenarios[0];
  const hasSound = rows[0]?.pieces?.sound != null;
  const lead = verdict === "worse"
    ? `${worst!.name} got worst. ${worst!.reasons[0]}.`
    : verdict === "incomparable"
    ? `Nothing got worse, but ${counts.incomparable} cannot be compared: ${worst!.name}, for one: ${
      worst!.reasons[0]
    }.`
    : verdict === "better"
    ? `Nothing got worse. ${worst!.name} got better: ${worst!.reasons[0]}.`
    : scenarios.length === 0
    ? "There was nothing to compare."
    : "Nothing got worse, and nothing better.";
  // Of each other scenario that got worse the gravest reason.
  const others = scenarios.filter((it, i) => i > 0 && it.verdict === "worse").slice(0, MAX_WORSE)
    .map(({ name, reasons }) => `${name}: ${reasons[0]}`);
  return markup`<section class="story ${kind}" aria-labelledby="story">
    <h2 id="story">${verdict === "worse" ? "What got worse" : "What changed"}</h2>
    <p class="lead">${clipped(lead, 500)}</p>
    ${
    others.length === 0
      ? null
      : markup`<ul>${others.map((it) => markup`<li>${clipped(it, 300)}</li>`)}</ul>`
  }${
    hasSound
      ? markup`<p class="scripted"><button type="button" id="worst" class="main">▶ Hear before and after</button></p>`
      : null
  }${
    accept === null || !isAcceptable(scenarios)
      ? null
      : markup`<div class="accept"><p class="soft">If this is what the change was meant to do, accept it; the difference then stands in git:</p>
      <div class="command"><pre id="command">${accept}</pre><button type="button" id="copy" class="scripted">Copy</button></div></div>`
  }</section>`;
}

function filterBar(rows: readonly ReviewRow[]): Markup {
  const count = (kind: Kind) => rows.filter(({ scenario }) => kindOf(scenario) === kind).length;
  return markup`<div class="filter scripted" role="search">
    <input type="search" id="search" placeholder="Filter by scenario" aria-label="Filter by scenario">
    ${
    KINDS.filter(([kind]) => count(kind) > 0).map(([kind, words]) =>
      markup`<button type="button" data-kind="${kind}" aria-pressed="true"><b>${
        count(kind)
      }</b> ${words}</button>`
    )
  }<span class="soft" id="shown" role="status"></span></div>`;
}

function kindOf({ verdict, metrics }: ScenarioComparison): Kind {
  return verdict === "same" && metrics.some(({ hasMoved }) => hasMoved) ? "moved" : verdict;
}

function caseRow({ scenario, sides, pieces, omitted }: ReviewRow, index: number): Markup {
  const { name, verdict, reasons } = scenario;
  const kind = kindOf(scenario);
  const open = index === 0 && verdict === "worse" ? raw(" open") : null;
  const { core, maps, sound } = pieces!;
  const more = reasons.length > 1 ? ` · and ${reasons.length - 1} more` : "";
  return markup`<details class="case" id="${name}" data-name="${name}" data-kind="${kind}"${open}>
    <summary><span class="mark tone ${verdict}" aria-hidden="true">${CHANGE_SIGNS[verdict]}</span>
    <h3>${name} <span class="soft tone ${verdict}">${
    kind === "incomparable" ? "not comparable" : kind
  }</span></h3>
    <span class="why">${clipped(reasons[0] ?? "")}${more}</span>
    ${spark(name, sides)}</summary>
    <div class="body">${core}${maps}${sound}${
    omitted === null ? null : markup`<p class="aside">${omitted}</p>`
  }</div></details>`;
}

function spark(name: string, { before, after }: ReviewCase): Markup | null {
  const [a, b] = [curvesFor(before), curvesFor(after)];
  if (a === null && b === null) return null;
  return leadSparkline(a, b, `Lowest lead of ${name} over time, before and after`);
}

/** As coarse as a baseline's, whichever there is: small pictures need no more. */
function curvesFor(side: ReviewSide | null) {
  if (side === null) return null;
  return side.report === null ? side.sample.curves : curvesOf(side.report);
}

/** Scenarios that need no detail, by what there is to say of them. */
function quietGroups(rows: readonly ReviewRow[]): Markup[] {
  const groups = new Map<string, ScenarioComparison[]>();
  for (const { scenario, pieces } of rows) {
    if (pieces !== null) continue;
    const key = `${scenario.verdict} ${scenario.reasons.join("; ")}`;
    groups.set(key, [...(groups.get(key) ?? []), scenario]);
  }
  return [...groups.values()].map((scenarios) => {
    const { verdict, reasons } = scenarios[0]!;
    return markup`<section class="group"><h2><span class="mark tone ${verdict}" aria-hidden="true">${
      CHANGE_SIGNS[verdict]
    }</span> ${scenarios.length} ${QUIET_WORDS[verdict]} <span class="soft">${
      clipped(reasons.join("; "), 400)
    }</span></h2>
      <ul>${
      scenarios.map((it) =>
        markup`<li class="quiet" id="${it.name}" data-name="${it.name}" data-kind="${
          kindOf(it)
        }">${it.name}</li>`
      )
    }</ul></section>`;
  });
}

const QUIET_WORDS: Readonly<Record<Change, string>> = {
  worse: "worse:",
  incomparable: "not comparable:",
  better: "better:",
  same: "the same:",
};

/** The bar that stays in sight: whose moment it is, both figures, the sound. */
function cursorBar(): Markup {
  const pair = (name: string, id: string) =>
    markup`<div class="now-value"><dt>${name}</dt><dd><span class="before" id="${id}-before">–</span> → <span class="after" id="${id}-after">–</span></dd></div>`;
  return markup`<div class="bar scripted" id="bar" role="group" aria-label="Cursor" hidden>
    <div class="axis"><input type="range" id="time" min="0" max="1" step="any" value="0" aria-label="Moment, seconds"></div>
    <div class="reading"><span class="who" id="who"></span><button type="button" id="play" class="main">▶ Play both</button>
    <button type="button" id="switch">Hearing after</button><output id="now">0 s</output>
    <dl>${pair("Lead", "lead")}${pair("Staleness", "staleness")}</dl></div></div>`;
}
