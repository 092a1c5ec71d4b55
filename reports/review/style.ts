/**
 * What a review adds to the stylesheet of report pages.
 *
 * @module
 */
import { STYLE } from "../page/style.ts";

const REVIEW = `
:root { --before: #7b4fa3; --worse: var(--bad); --better: var(--good) }
@media screen and (prefers-color-scheme: dark) { :root { --before: #c49be8 } }
.tone.worse { color: var(--bad) } .tone.better { color: var(--good) } .tone.incomparable { color: var(--doubt) }
.tone.same { color: var(--soft) }
.verdict.worse { color: var(--bad) } .verdict.better, .verdict.same { color: var(--good) }
.verdict.incomparable { color: var(--doubt) }
.filter { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: center; margin: 2rem 0 .75rem }
.live .filter { display: flex } .filter input { font: inherit; color: var(--ink); background: var(--card);
  border: 1px solid var(--line); border-radius: 6px; padding: .35rem .6rem; min-width: 12rem }
.filter button { border-radius: 99px; padding: .25rem .75rem; color: var(--soft) }
.filter button[aria-pressed="false"] { text-decoration: line-through }
.filter button[aria-pressed="true"] { border-color: currentColor; color: var(--ink); background: var(--card) }
.filter button b { font-variant-numeric: tabular-nums }
.case { border-bottom: 1px solid var(--line) } .case:first-child { border-top: 1px solid var(--line) }
.case > summary { display: grid; grid-template-columns: 1.4rem minmax(0, 1fr) 13rem; gap: .1rem .75rem; align-items: center;
  padding: .65rem .25rem; list-style: none; scroll-margin-top: .5rem } .case > summary::-webkit-details-marker { display: none }
.case > summary:hover { background: var(--state) } .case[open] > summary { background: var(--state) }
.case h3 { overflow-wrap: anywhere } .case h3::after { content: "\\25be"; margin-left: .5rem; color: var(--soft);
  display: inline-block; transform: rotate(-90deg) } .case[open] h3::after { transform: none }
.mark { font-weight: 700; text-align: center } .case .why { grid-column: 2; font-size: .9rem; color: var(--soft);
  overflow-wrap: anywhere } .case .spark { grid-column: 3; grid-row: 1 / 3; height: 2.9rem; width: 100% }
.group { margin-top: 1.75rem } .group h2 { font-size: 1rem; margin: 0 0 .4rem } .group h2 span { font-weight: 400 }
.group ul { columns: 18rem; column-gap: 2rem; font-size: .9375rem } .quiet { break-inside: avoid; padding: .12rem 0;
  overflow-wrap: anywhere } .group[hidden], [hidden] { display: none !important }
.happened { font-size: .9rem; margin-top: 1.25rem; display: flex; flex-wrap: wrap; gap: .3rem .9rem; align-items: center }
.happened .number { display: inline-block; min-width: 1.2rem; height: 1.2rem; line-height: 1.2rem; font-size: .6875rem }
.story ul { max-width: 52rem } .story li { padding-left: 1rem; text-indent: -1rem; overflow-wrap: anywhere }
.story li::before { content: "\\2022"; display: inline-block; width: 1rem; text-indent: 0 } .story ul + .scripted { margin-top: 1rem }
.body { padding: .5rem .25rem 1.75rem 2.4rem } .reasons { margin: .25rem 0 1rem; max-width: 52rem }
.reasons li { padding-left: 1rem; text-indent: -1rem; overflow-wrap: anywhere } .reasons li::before { content: "\\2022"; display: inline-block;
  width: 1rem; text-indent: 0 } .figures-table { max-width: 52rem } .figures-table td:last-child { min-width: 11rem }
.worse td:last-child { color: var(--bad); font-weight: 600 } .better td:last-child { color: var(--good); font-weight: 600 }
tr.worse { background: var(--old-wash) } .still { margin-top: .4rem; color: var(--soft); font-size: .9375rem }
.figures-table th:first-child, .figures-table thead th:first-child { text-align: left }
figcaption h4, .maps h5 { display: inline; font-size: 1rem; margin: 0 .4rem 0 0 } .maps h5 { font-size: .9rem; color: var(--soft) }
.body figcaption { margin-bottom: 1.5rem } .key { white-space: nowrap; font-size: .875rem; color: var(--soft); margin-left: .75rem }
.key .swatch { border: 0; margin-left: .5rem } .curve { fill: none; stroke-width: 2px }
.square path.curve, .spark path.curve { vector-effect: non-scaling-stroke }
.curve.before { stroke: var(--before); stroke-dasharray: 5 3 } .square .curve.after { stroke-width: 2.5px; stroke-linecap: round } .square .curve.before { stroke-width: 2.5px }
line.curve.after, .spark .curve.after { stroke: var(--fresh) } .after-fill { stop-color: var(--fresh) }
.after-bad { stop-color: var(--old) } .spark path { fill: none; vector-effect: non-scaling-stroke }
.spark .zero { stroke: var(--line); stroke-width: 1px } .spark .curve { stroke-width: 1.5px }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem 1.5rem } .pair .canvas { height: 15rem }
.pair .ground { fill: var(--never) } .pair h5 { display: block; margin-bottom: 1.5rem } .pair .after h5 { color: var(--fresh) }
.pair .before h5 { color: var(--before) } .pair .nothing { margin-top: 0 }
.ab { align-items: center; gap: .5rem; flex-wrap: wrap; margin-bottom: .25rem } .live .ab.scripted { display: flex }
.ab .side { padding: .5rem 1rem; min-width: 5.5rem; font-weight: 600; color: var(--soft) }
.ab .side[aria-pressed="true"] { color: var(--on-main); background: var(--fresh); border-color: var(--fresh) }
.ab .side[data-side="before"][aria-pressed="true"] { background: var(--before); border-color: var(--before) }
.live .plain-sound { display: none } .plain-sound { font-size: .9rem } .sound figcaption { margin-bottom: .6rem }
.bar .who { font-weight: 600; max-width: 16rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.bar dd.before { color: var(--before) } .bar dd.after { color: var(--fresh) } .nobody { padding: 1rem 0; color: var(--soft) }
.accept { margin-top: .9rem } .accept p { margin-bottom: .35rem } .now-value { min-width: 9.5rem }
@media (max-width: 40rem) {
  .case > summary { grid-template-columns: 1.2rem minmax(0, 1fr); padding-inline: 0 } .case .spark { grid-column: 2; grid-row: auto;
  height: 2.2rem; margin-top: .25rem } .body { padding: .25rem 0 1.5rem } .pair { grid-template-columns: 1fr }
  .pair .canvas { height: 13rem } .key { margin-left: 0; display: block } .filter input { min-width: 0; width: 100% }
  .figures-table thead { display: none } .figures-table tr { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1rem;
  padding: .45rem .35rem; border-bottom: 1px solid var(--line) } .figures-table th, .figures-table td { border: 0; padding: 0;
  text-align: left } .figures-table th { grid-column: 1 / -1 } .figures-table td:last-child { grid-column: 1 / -1 }
  .figures-table td::before { content: attr(data-name) " "; color: var(--soft); font-weight: 400 }
  .bar .who { grid-column: 1 / -1; max-width: none } .now-value { min-width: 0 } .ab .side { flex: 1 } .ab .play { flex: 1 1 100% }
}
@media print { .filter, .ab { display: none !important } }
`;

/** All of it. */
export const REVIEW_STYLE: string = STYLE + REVIEW;
