/** What the pages of insights add to the stylesheet of the board's pages. */
export const INSIGHTS_STYLESHEET = `:root {
  --none: light-dark(#ebe8e0, #2a2824);
  --heat-1: light-dark(#c3dcf5, #1f3a57);
  --heat-2: light-dark(#7fb2e6, #2b5f95);
  --heat-3: light-dark(#3f83c9, #4f93d6);
  --heat-4: light-dark(#0b4a8f, #a9d2ff);
}
main { max-width: 72rem; }
section { margin: 0 0 2.25rem; }
h2 { margin: 1.5rem 0 .6rem; font-size: 1.1rem; overflow-wrap: anywhere; }
h3, .days h2 { margin: 0 0 .4rem; font-size: 1rem; }
.asked { min-width: 0; max-width: 100%; display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; margin: 0 0 0 auto; }
.asked label { margin: 0; min-width: 0; max-width: 100%; }
.heading .asked label { width: auto; }
.asked select { min-width: 0; flex: 0 1 auto; max-width: 22rem; }
.tabs { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0 0 1rem; font-size: .95rem; }
.tabs a { padding: .2rem 0; }
.tabs [aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
#search { margin: 0 0 .5rem; width: 100%; }
#search input { flex: 1 1 14rem; width: auto; font-size: 1rem; }
.asked button { margin: 0; }
select, .asked input { font: inherit; font-size: 1rem; padding: .4rem .6rem; min-height: 2.4rem; max-width: 100%; border: 1px solid var(--quiet); border-radius: .3rem; background: var(--paper); color: var(--ink); }
.asked input[type="date"] { width: auto; }
select:focus-visible, .scrolls a:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
.split { display: flex; height: 1.5rem; border-radius: .3rem; overflow: hidden; background: var(--none); }
.split span { min-width: 0; }
.part-shipped { background: var(--good); }
.part-burned { background: var(--bad); }
.part-rest { background: var(--none); box-shadow: inset 0 0 0 1px var(--line); }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 1rem; margin: 1rem 0 0; padding: 0; list-style: none; }
.numbers b { display: block; font-size: 1.5rem; font-weight: 600; line-height: 1.2; font-variant-numeric: tabular-nums; }
.numbers i { display: inline-block; width: .75rem; height: .75rem; margin-right: .4rem; border-radius: .15rem; }
.possible, .low { background-image: repeating-linear-gradient(135deg, transparent 0 3px, var(--line) 3px 5px); }
.scrolls { overflow-x: auto; touch-action: pan-x pan-y; padding: 3px; }
.weeks { display: grid; grid-auto-flow: column; grid-template-rows: 1.2rem repeat(7, 1.35rem); grid-auto-columns: 1.35rem; gap: 3px; width: max-content; font-size: .75rem; color: var(--quiet); }
.weeks span { white-space: nowrap; line-height: 1.35rem; }
.weeks .weekday { position: sticky; left: -3px; z-index: 1; background: var(--paper); }
.weeks a { display: block; border-radius: .2rem; background: var(--none); }
[data-level="1"] { background: var(--heat-1) !important; }
[data-level="2"] { background: var(--heat-2) !important; }
[data-level="3"] { background: var(--heat-3) !important; }
[data-level="4"] { background: var(--heat-4) !important; }
.weeks a[data-partial] { box-shadow: 0 0 0 1px var(--ink); }
.key { position: sticky; left: -3px; width: max-content; display: flex; align-items: center; gap: .3rem; margin: .5rem 0 0; font-size: .82rem; color: var(--quiet); }
.key i { width: .9rem; height: .9rem; border-radius: .2rem; background: var(--none); }
.series { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; border: 0; margin: 0 0 .5rem; padding: 0; }
.series legend { float: left; margin-right: 1rem; padding: 0; color: var(--quiet); }
.series label { display: inline-flex; align-items: center; gap: .4rem; margin: 0; min-height: 2rem; }
.series input { width: auto; }
.hours { table-layout: fixed; border-spacing: 2px; border-collapse: separate; min-width: 17rem; }
.hours th, .hours td { border: 0; padding: 0; height: 1.35rem; font-size: .72rem; font-weight: 400; color: var(--quiet); text-align: left; }
.hours thead td { width: 2.4rem; }
.hours td { border-radius: .2rem; background: var(--none); }
.hours thead td { background: none; }
.hours thead th { overflow: visible; white-space: nowrap; }
.figures td, .figures th { font-variant-numeric: tabular-nums; }
.figures :is(td, th):not(:first-child) { text-align: right; }
.figures th { font-weight: 600; }
.figures .few { color: var(--quiet); font-style: italic; }
.figures tbody th { font-weight: 400; overflow-wrap: anywhere; }
.figures button { margin: 0; padding: .2rem 0; min-height: 1.6rem; background: none; color: var(--link); text-align: left; text-decoration: underline; overflow-wrap: anywhere; }
.lists { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 1.5rem; }
.lists ol, .loops { margin: 0; padding: 0; list-style: none; display: grid; gap: .5rem; }
.lists li, .loops li { padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--ground); overflow-wrap: anywhere; }
:is(.lists, .loops, .days) p { margin: .1rem 0 0; }
:is(.lists, .loops, .days) a { display: inline-block; min-height: 1.5rem; }
.days { margin: 1rem 0 0; padding: 0; list-style: none; display: grid; gap: .9rem; }
.days > li { padding: .75rem .9rem; border: 1px solid var(--line); border-radius: .6rem; background: var(--ground); overflow-wrap: anywhere; }
.days ul { margin: .4rem 0 0; padding-left: 1.1rem; }
.sure { display: inline-block; padding: 0 .4rem; border: 1px solid var(--line); border-radius: .3rem; font-size: .8rem; }
.apart { margin-top: 1.5rem; }
.loops .body { white-space: pre-wrap; }
#note-form label { margin: 1rem 0 .3rem; }
textarea { width: 100%; font: inherit; font-size: 1rem; padding: .5rem .75rem; border: 1px solid var(--quiet); border-radius: .3rem; background: var(--paper); color: var(--ink); }
textarea:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
.line { display: block; }
.line text { fill: var(--quiet); font-size: 11px; }
.line .rule { stroke: var(--line); }
.line .whole { stroke: var(--heat-2); stroke-width: 2; }
.line .bar-part { fill: var(--heat-3); }
.line [data-health="warn"] .bar-part { fill: var(--head, var(--heat-4)); }
.line [data-health="bad"] .bar-part { fill: var(--bad); }
.line a:focus-visible { outline: none; }
.line a:focus-visible .bar-part { stroke: var(--ink); stroke-width: 2; }
.line .tick { fill: var(--good); stroke: var(--paper); stroke-width: 1; }
.line .tick[data-confidence="low"] { fill: var(--paper); stroke: var(--quiet); stroke-dasharray: 2 1.5; }
@media (max-width: 38rem) {
  .asked { margin: 0; }
  .asked:has(#day) label { order: -1; flex-basis: 100%; }
  .bar nav { margin-left: 0; width: 100%; overflow-x: auto; white-space: nowrap; gap: 1.1rem; }
  .bar nav a { padding: .3rem 0; }
  .figures thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .figures, .figures tbody, .figures tr, .figures td, .figures tbody th { display: block; width: auto; text-align: left !important; }
  .figures tr { padding: .4rem 0; border-bottom: 1px solid var(--line); }
  .figures td, .figures tbody th { border: 0; padding: .1rem 0; }
  .figures td { display: flex; justify-content: space-between; gap: 1rem; }
  .figures td::before { content: attr(data-name); color: var(--quiet); font-style: normal; }
  .hours th, .hours td { height: 1.1rem; font-size: .66rem; }
  .hours tbody th { width: 1.9rem; }
}
`;
