/**
 * The page's stylesheet. Colours are told apart by people who see few of them: blue for fresh, orange
 * for old or wrong, grey for what is explained; shape, hatching or words say it again.
 *
 * @module
 */

const COLOURS = `
:root { color-scheme: light dark; --paper: #fbfbfc; --card: #fff; --ink: #1b1d22; --soft: #575e6b;
  --line: #dcdfe6; --grid: #e7e9ee; --link: #1a56b0; --good: #14733b; --bad: #b3400a; --doubt: #855700;
  --fresh: #0a5aa0; --old: #c2440a; --old-wash: #fbeade; --muted: #8b92a0; --state: #eef0f4;
  --age-0: #08478a; --age-1: #2f7fc1; --age-2: #7db3dd; --age-lap: #cfe1f0; --age-old: #eed9ae;
  --never: #fff; --hatch: #d5d8df; --halo: #fff; --on-main: #fff;
  --heard-local: #7a5ea8; --on-local: #fff; --listened: #eaf3ec }
@media screen and (prefers-color-scheme: dark) { :root { --paper: #14161a; --card: #1b1e23; --ink: #e6e8ee;
  --soft: #a3aab7; --line: #343941; --grid: #292d34; --link: #8ab4f8; --good: #63d290; --bad: #ff9b66;
  --doubt: #f0b64f; --fresh: #6db4f2; --old: #ff9350; --old-wash: #33241a; --muted: #7d8593;
  --state: #23272e; --age-0: #9fd2ff; --age-1: #569bd6; --age-2: #326694; --age-lap: #233c53;
  --age-old: #55431f; --never: #181b20; --hatch: #343a43; --halo: #14161a; --on-main: #10151c;
  --heard-local: #b79ae6; --on-local: #181325; --listened: #1d2a21 } }
`;

const TEXT = `
* { box-sizing: border-box }
html { scroll-padding-top: .5rem; -webkit-text-size-adjust: 100% }
body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 72rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
h1, h2, h3, h4, p, ul, ol, dl, figure { margin: 0; padding: 0 } ul, ol { list-style: none }
h1 { font-size: 1.9rem; line-height: 1.25; letter-spacing: -.01em; overflow-wrap: anywhere }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 .5rem }
h3 { font-size: 1rem; line-height: 1.4 } h4 { font-size: .875rem; line-height: 1.5 }
section { margin: 2.5rem 0 0 } a { color: var(--link) } em { font-style: normal; font-weight: 600 }
code, pre { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px }
.soft { color: var(--soft) } .live .bar.scripted { display: block }
.scripted { display: none } .live .scripted { display: revert } .off { display: none }
.eyebrow { color: var(--soft); font-size: .875rem; letter-spacing: .02em }
.verdict { display: inline-block; vertical-align: .2em; margin-left: .35rem; padding: .1rem .6rem;
  border: 1.5px solid; border-radius: 99px; font-size: .95rem; font-weight: 600; letter-spacing: 0 }
.passed { color: var(--good) } .failed { color: var(--bad) } .inconclusive { color: var(--doubt) }
.not-applicable { color: var(--soft) }
.question { font-size: 1.125rem; max-width: 48rem; text-wrap: balance; margin: .4rem 0 .5rem }
.shows { margin-bottom: .25rem } header .soft { font-size: .9rem; overflow-wrap: anywhere }
.story { margin-top: 1.5rem; padding: 1.1rem 1.25rem 1.2rem; background: var(--card); border-radius: 8px;
  border: 1px solid var(--line); border-left: 6px solid var(--muted) }
.story.trouble { border-left-color: var(--old) } .story.fine { border-left-color: var(--good) }
.story h2 { margin-bottom: .15rem; font-size: 1rem; color: var(--soft) } .story.trouble h2 { color: var(--bad) }
.story.fine h2 { color: var(--good) } .story ul { margin-top: .5rem }
.lead { font-size: 1.4rem; line-height: 1.35; font-weight: 600; max-width: 50rem; text-wrap: balance }
.story p + .scripted, .story ul + .scripted { margin-top: .9rem }
button { font: inherit; color: var(--link); background: none; border: 1px solid var(--line);
  border-radius: 6px; padding: .25rem .6rem; cursor: pointer }
button.main { background: var(--link); border-color: var(--link); color: var(--on-main);
  font-weight: 600; padding: .5rem 1rem } .figure { font-weight: 400; margin-left: .35rem }
button.time { border: 0; padding: .1rem .15rem; text-decoration: underline;
  text-underline-offset: .15em; font-variant-numeric: tabular-nums }
html:not(.live) button.time { color: inherit; text-decoration: none }
`;

const TABLES = `
.scroll { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-size: .9375rem }
th, td { text-align: left; padding: .45rem 1rem .45rem 0; border-bottom: 1px solid var(--line);
  vertical-align: baseline; font-weight: 400 }
thead th { color: var(--soft); font-size: .8125rem; padding-block: .2rem }
td { font-variant-numeric: tabular-nums } td.result { white-space: nowrap; font-weight: 600 }
tbody th code { overflow-wrap: anywhere }
.holds .result, .foretold .result { color: var(--good) } .against .result { color: var(--bad) }
.unjudged .result { color: var(--doubt) } .against { background: var(--old-wash) }
.numbers td, .numbers thead th + th { text-align: right; padding-right: 0; min-width: 5rem }
dt { color: var(--soft); font-size: .8125rem } dd { margin: 0; font-variant-numeric: tabular-nums }
.figures { display: grid; grid-template-columns: repeat(4, 1fr); gap: .9rem 1.25rem;
  margin-top: 1.75rem }
.figures dd { font-size: 1.25rem; line-height: 1.35; font-weight: 600 }
.figures dd .soft { font-size: .8125rem; font-weight: 400; display: block }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
  gap: 1.5rem 3rem; margin-top: 1.5rem }
.list div { display: grid; grid-template-columns: 12rem 1fr; gap: 1rem; padding: .25rem 0;
  border-bottom: 1px solid var(--grid) } .list dt { font-size: .875rem }
.list dd { font-size: .9375rem; overflow-wrap: anywhere }
.warning { border-left: 4px solid var(--doubt); padding: .4rem .8rem; margin: .4rem 0;
  background: var(--state) }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 6px; margin: 0;
  padding: .6rem .8rem; overflow-x: auto } .command { display: flex; gap: .5rem; align-items: start }
.command pre { flex: 1; min-width: 0; white-space: pre-wrap; overflow-wrap: anywhere }
nav { margin: 1rem 0 } .files { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem }
summary { cursor: pointer; padding: .25rem 0 }
.events.many { columns: 22rem; column-gap: 2rem }
.events { font-size: .9375rem; margin: .75rem 0 0 }
.events li { display: flex; gap: .6rem; break-inside: avoid; padding: .2rem 0; scroll-margin-top: 5rem }
.events li:target { background: var(--old-wash); border-radius: 6px }
.number { flex: none; min-width: 1.4rem; height: 1.4rem; border-radius: 99px; background: var(--ink);
  color: var(--paper); font-size: .75rem; font-weight: 600; line-height: 1.4rem; text-align: center }
.kind { color: var(--soft); font-size: .8125rem; margin: 0 .25rem } .events div { overflow-wrap: anywhere }
.when { margin-right: .5rem }
`;

const PLOTS = `
figure { margin-top: 1.75rem } figcaption { margin-bottom: 1.7rem; max-width: 52rem; line-height: 1.4 }
figcaption h3 { display: inline; margin-right: .4rem } figcaption .soft, .aside { font-size: .9rem }
.nothing { color: var(--soft); padding: 1rem; border: 1px dashed var(--line); border-radius: 6px }
.aside { color: var(--soft); margin-top: .25rem }
.frame { padding: 0 .75rem 1.65rem 2.75rem } .canvas { display: block; width: 100%; overflow: visible;
  cursor: crosshair; touch-action: pan-y }
.canvas:where(:not([height])) { height: 11.5rem } #map-plot { height: 21rem } #wave-plot { height: 7.5rem } .lane .canvas { height: 1.6rem }
svg text { fill: var(--soft); font-size: 12px; font-variant-numeric: tabular-nums }
.ground { fill: var(--card) } .square { overflow: hidden } .square path { fill: none;
  vector-effect: non-scaling-stroke }
.axis line { stroke: var(--grid) } .y text { text-anchor: end } .x text { text-anchor: middle }
.behind.ground, .stale.ground { fill: var(--old-wash) } .zero { stroke: var(--ink); stroke-width: 1.5 }
.limit { stroke: var(--old); stroke-width: 1.5; stroke-dasharray: 6 4 }
.note { text-anchor: end; paint-order: stroke; stroke: var(--card); stroke-width: 3px;
  stroke-linejoin: round } .note.start { text-anchor: start } .dots { stroke-linecap: round; stroke-width: 5px }
.dots.ahead { stroke: var(--fresh) } .dots.explained { stroke: var(--muted); stroke-width: 4px }
.dots.behind { stroke: var(--old); stroke-width: 10px }
.line { stroke-width: 1.75px; stroke-linejoin: round } .line.explained { stroke: var(--muted);
  stroke-dasharray: 3 2 } .over { stop-color: var(--old) } .under { stop-color: var(--fresh) }
.heard.fresh { fill: var(--age-2) } .heard.old { fill: var(--old) } .heard.rest { fill: var(--muted) }
.age-0 { stop-color: var(--age-0) } .age-1 { stop-color: var(--age-1) }
.age-2 { stop-color: var(--age-2) } .age-lap { stop-color: var(--age-lap) }
.age-old { stop-color: var(--age-old) } .past { fill: var(--age-old) }
#map-plot .ground { fill: var(--never) } .hatch { stroke: var(--hatch); stroke-width: 3 }
.landing { stroke: var(--age-0); stroke-width: 1px; opacity: .5 }
.halo { stroke: var(--halo); stroke-width: 5px } .square .playhead, line.playhead { stroke: var(--ink);
  stroke-width: 2px } .square .heard-rest, line.heard-rest { stroke: var(--muted); stroke-width: 4px }
.square .heard-old, line.heard-old { stroke: var(--old); stroke-width: 4px }
.wave { stroke: var(--fresh); stroke-width: 1.25px } .wave.old { stroke: var(--old) } .wave.rest { stroke: var(--muted) }
.grey.key::before { content: ""; display: inline-block; width: 1.2rem; margin-right: .4rem;
  border-top: 4px dotted var(--muted); vertical-align: .25em } .wave.key { color: var(--old); font-weight: 600 } .state { fill: var(--state) }
text.state { fill: var(--soft) } .marks line { stroke: var(--soft); stroke-dasharray: 1 3 }
.state.gap { fill: var(--line) } .veil { fill: var(--line); fill-opacity: .7 }
.marks .breach, .marks .fault, .marks .close { stroke: var(--old); stroke-dasharray: none; stroke-width: 1.5 }
.marks .swap, .marks .reconnect, .marks .seek { stroke: var(--ink); stroke-dasharray: 5 3 }
.marks .event { stroke-dasharray: 2 2 } .marks > rect { fill: var(--soft); fill-opacity: .16;
  stroke: none } .marks > rect.breach, .marks > rect.fault, .marks > rect.close { fill: var(--old) } .badge { overflow: visible } .badge rect { fill: var(--ink) }
.badge text { fill: var(--paper); font-size: 10.5px; font-weight: 600; text-anchor: middle }
.cursor { stroke: var(--link); stroke-width: 2; pointer-events: none }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.25rem; font-size: .875rem; color: var(--soft);
  padding-left: 2.75rem } .swatch { width: 28px; height: 14px; vertical-align: -2px; margin-right: .3rem;
  border: 1px solid var(--line); border-radius: 2px } .swatch.wide { width: 90px }
.places { margin: .75rem 0 } .places ul { columns: 20rem; font-size: .9375rem }
.live audio { display: none } audio { width: 100%; margin-top: .5rem }
.bar { position: sticky; bottom: 0; margin: 1.5rem -1.25rem 0; padding: .35rem 1.25rem .6rem;
  background: var(--card); border-top: 1px solid var(--line); z-index: 1 }
.bar .axis { padding: 0 .75rem 0 2.75rem } input[type="range"] { width: calc(100% + 16px);
  margin: 0 -8px; accent-color: var(--link); display: block; height: 1.5rem }
.reading { display: flex; align-items: center; gap: .5rem 1.25rem; font-size: .9375rem }
.reading .main { min-width: 6.5rem; padding: .35rem .8rem } #now { font-size: 1.25rem; font-weight: 600;
  min-width: 5rem; font-variant-numeric: tabular-nums; white-space: nowrap }
.reading dl { display: flex; gap: .25rem 1.5rem } .reading dt { line-height: 1.2 }
.reading dd { white-space: nowrap; line-height: 1.35 } .now-heard { min-width: 7rem }
.now-lead { min-width: 11.5rem } .bad { color: var(--bad); font-weight: 600 }
#now-mark { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
`;

const VOICES = `
.voices .frame, .voices .bar .axis { padding-left: 5.75rem } .voices .legend { padding-left: 5.75rem }
.session { margin-top: .9rem } .session:first-child { margin-top: 0 } .session h4 { margin-bottom: .15rem }
.session h4 .soft { font-weight: 400; margin-left: .25rem }
.session:first-child h4 { margin-bottom: 1.5rem } .session:not(:last-child) .frame { padding-bottom: .2rem }
.job .wait { fill: var(--muted) } .job .make { fill: var(--age-lap); stroke: var(--age-2); stroke-width: 1px }
.job .sound { fill: var(--age-1) } .job .sound.local { fill: var(--heard-local) }
.job .sound.twice { fill: var(--old) } .job .name { text-anchor: end; font-size: 11px }
.job .end { font-size: 11px } .job .end.bad { fill: var(--old); font-weight: 600 }
.job .inside { fill: var(--on-local); font-size: 11px; font-weight: 600 }
.listened { fill: var(--listened) } .sessions { margin-top: 1.5rem }
.now-making, .now-waiting { min-width: 8rem }
`;

const PLACES = `
@media (max-width: 60rem) { .now-playhead, #now-mark { display: none } }
@media (max-width: 40rem) {
  body { padding: 1rem .9rem 3rem } h1 { font-size: 1.5rem } .lead { font-size: 1.2rem }
  .verdict { margin: .3rem 0 .2rem; font-size: .9rem } h1 .verdict { display: table }
  .story { padding: .9rem 1rem 1rem } .x .odd { display: none } .canvas:where(:not([height])) { height: 10rem }
  #map-plot { height: 17rem } .frame { padding: 0 .4rem 1.65rem 2.1rem } .legend { padding-left: 0 }
  .figures { grid-template-columns: 1fr 1fr } .list div { grid-template-columns: 9.5rem 1fr }
  .stack thead { display: none } .stack tr { display: grid; grid-template-columns: auto 1fr;
    gap: 0 1rem; padding: .5rem 0; border-bottom: 1px solid var(--line) }
  .stack td, .stack th { border: 0; padding: 0 } .stack th, .stack .result { grid-column: 1 / -1 }
  .stack td[data-name]::before { content: attr(data-name) " "; color: var(--soft) }
  .stack td:last-child { grid-column: 1 / -1 }
  .spread thead th:first-child { display: none }
  .spread tr { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); padding: .3rem 0;
    border-bottom: 1px solid var(--line) }
  .spread td, .spread th { border: 0; padding-block: 0 } .spread tbody th { grid-column: 1 / -1 }
  .numbers.spread td, .numbers.spread thead th { min-width: 0; font-size: .8125rem }
  .tally thead { display: none }
  .tally tr { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: .3rem 0;
    border-bottom: 1px solid var(--line) }
  .numbers.tally td, .tally th { border: 0; padding: 0; min-width: 0 } .tally th { flex-basis: 100% }
  .tally td::before { content: attr(data-name) " "; color: var(--soft) }
  .tally [data-unit]::after { content: " " attr(data-unit) }
  .bar { margin-inline: -.9rem; padding-inline: .9rem } .bar .axis { padding: 0 .4rem 0 2.1rem }
  .reading { display: grid; grid-template-columns: auto auto 1fr; gap: .2rem .75rem }
  .reading dl { display: contents } .now-heard { min-width: 0; overflow: hidden }
  .voices .frame, .voices .bar .axis { padding-left: 4.6rem } .voices .legend { padding-left: 0 }
  .now-waiting { display: none } .now-making { grid-column: 1 / -1 }
  .now-making dt { display: inline; margin-right: .4rem } .now-making dd { display: inline }
  .now-staleness { display: none } .now-lead { grid-column: 1 / -1 }
  .now-lead dt { display: inline } .now-lead dd { display: inline }
  .now-lead dt { margin-right: .4rem } .reading .main { min-width: 5.5rem }
}
@media print {
  :root { color-scheme: light; -webkit-print-color-adjust: exact; print-color-adjust: exact }
  body { max-width: none; padding: 0; font-size: 10pt }
  .bar, .bar.scripted, .live .scripted, audio, .cursor { display: none !important }
  section, figure, tr { break-inside: avoid } #plots { break-inside: auto }
}
`;

/** All of it. */
export const STYLE: string = COLOURS + TEXT + TABLES + PLOTS + VOICES + PLACES;
