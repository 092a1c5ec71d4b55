/**
 * The stylesheet of `index.html`. Blue is ahead and fresh, orange behind, old or failed; words or
 * shape say it again.
 *
 * @module
 */

const COLOURS = `
:root { color-scheme: light dark; --ink: #1b1d22; --soft: #575e6b; --line: #dcdfe6; --paper: #fbfbfc;
  --card: #fff; --wash: #f1f3f6; --good: #14733b; --bad: #b3400a; --doubt: #855700; --link: #1a56b0;
  --ahead: #2f7fc1; --old: #d4500f; --fresh: #cfe1f0; --zero: #b9bfca; --explained: #a9b0bd }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ee; --soft: #a3aab7; --line: #30343c;
  --paper: #14161a; --card: #1b1e23; --wash: #20242a; --good: #63d290; --bad: #ff9b66; --doubt: #f0b64f;
  --link: #8ab4f8; --ahead: #5fa8e6; --old: #ff8a45; --fresh: #25405a; --zero: #4d545f; --explained: #6b7380 } }
`;

const TEXT = `
* { box-sizing: border-box } html { -webkit-text-size-adjust: 100% }
body { margin: 0 auto; padding: 1.75rem 1.25rem 4rem; max-width: 76rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.45 system-ui, sans-serif }
h1, h2, h3, p, ul, ol, dl, dd, figure { margin: 0; padding: 0 } ul, ol { list-style: none }
h1 { font-size: 1.9rem; line-height: 1.25; letter-spacing: -.01em }
h2 { font-size: 1.1rem; margin: 2.25rem 0 .5rem; scroll-margin-top: 1rem } h2 span { font-weight: 400 }
h3 { font-size: 1rem; overflow-wrap: anywhere } a { color: var(--link) }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px }
.soft { color: var(--soft) } .small { font-size: .875rem } .eyebrow { letter-spacing: .02em }
.tone.passed, .tone.foretold { color: var(--good) } .tone.failed { color: var(--bad) }
.tone.inconclusive { color: var(--doubt) } .tone.not-applicable { color: var(--soft) }
.counts { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0 .75rem }
.counts a { display: block; padding: .3rem .75rem; border: 1px solid var(--line); border-radius: 99px;
  background: var(--card); color: inherit; text-decoration: none } .counts a:hover { border-color: currentColor }
.counts b { font-variant-numeric: tabular-nums } .files { display: flex; flex-wrap: wrap; gap: .15rem .9rem }
.key { display: flex; gap: .5rem 1rem; align-items: center; margin-top: 1rem; max-width: 60rem }
.key svg { flex: none; width: 9rem; height: 2.5rem } .key p { font-size: .875rem; color: var(--soft) }
`;

const ROWS = `
.runs { border-top: 1px solid var(--line) }
.run { display: grid; grid-template-columns: minmax(0, 1fr) 16rem 14.5rem 3.5rem; gap: .1rem 1.5rem;
  align-items: center; padding: .6rem 0; border-bottom: 1px solid var(--line) }
.run h3 a { text-decoration: none } .run h3 a:hover { text-decoration: underline }
.mark { display: inline-block; width: 1.2em; font-weight: 700 } .about { min-width: 0 }
.about p, .about ul { padding-left: 1.2rem; max-width: 40rem; overflow-wrap: anywhere }
.about li { padding-left: .9rem; text-indent: -.9rem }
.about li::before { content: "\\2022"; display: inline-block; width: .9rem; text-indent: 0 }
.spark { height: 3rem } svg { display: block; width: 100%; height: 100%; overflow: visible }
svg path { fill: none; stroke-width: 1.03 } .zero { stroke: var(--zero); stroke-width: .6 }
.ahead { stroke: var(--ahead) } .behind { stroke: var(--explained) } .late, .old { stroke: var(--old) }
.heard { stroke: var(--fresh) } .jump { stroke: var(--soft); stroke-width: .6 }
.fault { stroke: var(--doubt); stroke-width: 1.4 }
.figures { display: grid; grid-template-columns: 4.25rem 3.5rem 1fr; gap: 0 .75rem; text-align: right;
  font-variant-numeric: tabular-nums } dt { color: var(--soft); font-size: .75rem; line-height: 1.3 }
dd { white-space: nowrap } .more { grid-column: 4; justify-self: end; position: relative }
summary { cursor: pointer; color: var(--soft); font-size: .8125rem; padding: .35rem 0 }
summary:hover { color: var(--ink) } .panel { position: absolute; z-index: 1; right: 0; width: 21rem;
  max-width: 85vw; padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  box-shadow: 0 6px 20px #0003 } .panel .files { margin-top: .4rem }
.problem { padding: .6rem 0; border-bottom: 1px solid var(--line) } .problem p { padding-left: 1.2rem;
  overflow-wrap: anywhere }
@media (max-width: 68rem) { .run { grid-template-columns: minmax(0, 1fr) 14.5rem 3.5rem }
  .about { grid-column: 1 / -1 } .spark { margin-left: 1.2rem } .more { grid-column: 3 } }
@media (max-width: 40rem) { body { padding-inline: 1rem } h1 { font-size: 1.6rem }
  .run { grid-template-columns: minmax(0, 1fr) 3.5rem } .spark { grid-column: 1 / -1; margin-block: .3rem .1rem }
  .figures { padding-left: 1.2rem; text-align: left } .more { grid-column: 2 }
  .key { flex-direction: column; align-items: start } }
@media print { .run { break-inside: avoid } }
`;

/** The stylesheet, whole. */
export const INDEX_STYLE: string = COLOURS + TEXT + ROWS;
