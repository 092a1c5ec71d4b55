/** What the page of a session adds to the stylesheets of all pages and of the board. */
export const SESSION_STYLESHEET = `:root {
  --warm: light-dark(#8a5a00, #e0b15a);
  --mark: light-dark(#ffe28a, #6b5410);
  --code: light-dark(#f4f1ea, #262320);
}
html, body { height: 100%; }
main { max-width: none; height: 100%; padding: 0; overflow: clip; }
.viewer { display: flex; flex-direction: column; height: 100%; }
.viewer > * { width: 100%; max-width: 92rem; margin-inline: auto; padding-inline: 1.25rem; }
.viewer > .bar { padding-block: .75rem .25rem; }
.viewer h1 { margin-block: .1rem 0; font-size: 1.3rem; overflow-wrap: anywhere; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; line-clamp: 2; overflow: hidden; }
.session-facts { margin-block: .1rem 0; color: var(--quiet); font-size: .9rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
/* It comes and goes beside what is always there, so that nothing is pushed about. */
.whys { margin: 0 0 0 auto; min-height: 0; }
.why { margin: 0; padding: .3rem .75rem; background: none; box-shadow: inset 0 0 0 1px var(--bad); color: var(--bad); font-weight: 600; font-size: .85rem; white-space: nowrap; }
.tools { position: relative; display: flex; flex-wrap: wrap; align-items: center; gap: .4rem; padding-block: .5rem; }
.tools button.plain { margin: 0; }
.tools label { margin: 0; }
.related { flex: none; display: inline-flex; align-items: center; min-height: 1.9rem; padding: 0 .5rem; font-size: .85rem; white-space: nowrap; }
.tools select { font: inherit; font-size: .85rem; padding: .3rem .5rem; border: 0; box-shadow: inset 0 0 0 1px var(--line); border-radius: .3rem; background: none; color: var(--ink); }
option { background: var(--paper); color: var(--ink); }
.tools select:focus-visible, .scroller:focus-visible, .place:focus-visible, summary:focus-visible, .item:focus-visible, .places:focus-visible { outline: 2px solid var(--link); outline-offset: -2px; border-radius: 2px; }
button[aria-expanded="true"] { color: var(--link); box-shadow: inset 0 0 0 1px var(--link); }
.reading { flex: 1; min-height: 0; display: flex; padding-inline: 0; border-top: 1px solid var(--line); }
.pane { position: relative; flex: 1; min-width: 0; display: flex; }
.scroller { flex: 1; min-width: 0; overflow-y: auto; overflow-x: hidden; overflow-anchor: none; scrollbar-gutter: stable; padding-inline: .65rem; overscroll-behavior: contain; }
#items { max-width: 60rem; margin-inline: auto; }
.lone { text-align: center; margin: 3rem 0; }
.loading { position: absolute; top: .4rem; left: 50%; transform: translateX(-50%); margin: 0; min-height: 0; padding: .1rem .8rem; border-radius: 1rem; background: var(--ground); border: 1px solid var(--line); color: var(--quiet); font-size: .85rem; }
#jump-latest { position: absolute; right: 1.5rem; bottom: 1rem; margin: 0; min-height: 2.75rem; border-radius: 1.5rem; box-shadow: 0 .2rem .8rem rgb(0 0 0 / .3); font-variant-numeric: tabular-nums; }
.item { overflow-wrap: anywhere; padding: .55rem .6rem; }
.item > header { display: flex; gap: .75rem; align-items: baseline; font-size: .82rem; color: var(--quiet); }
.item > header b { color: var(--ink); font-weight: 600; }
.when { margin-left: auto; color: inherit; text-decoration: none; font-variant-numeric: tabular-nums; white-space: nowrap; }
.when:hover { text-decoration: underline; }
.item[data-kind="user"] .body { padding: .5rem .9rem; border-radius: .6rem; background: var(--ground); border: 1px solid var(--line); border-left: .25rem solid var(--link); }
.item[data-kind="compaction"], .item[data-kind="summary"] { color: var(--quiet); }
.item[data-kind="compaction"] { border-top: 1px dashed var(--quiet); margin-top: -1px; }
.item.brief { display: flex; flex-direction: row-reverse; align-items: flex-start; gap: .75rem; padding-block: .1rem; }
.item.brief > header { padding-top: .35rem; flex: none; }
.item.brief > header > :not(.when) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.item.brief > .body { flex: 1; min-width: 0; }
.item.beside { opacity: .75; border-left: 2px dotted var(--quiet); padding-left: .75rem; }
.item.found { outline: 2px solid var(--link); outline-offset: -1px; border-radius: .3rem; }
::highlight(found) { background-color: var(--mark); color: var(--ink); }
.body > * { margin: .3rem 0 0; }
.text > :first-child { margin-top: 0; }
.text > :last-child { margin-bottom: 0; }
.text p, .text ul, .text ol, .text pre, .text .wide, .text blockquote { margin: .5rem 0; }
.text :is(h3, h4, h5, h6) { margin: .9rem 0 .3rem; font-size: 1.05rem; line-height: 1.3; }
.text :is(h5, h6) { font-size: 1rem; }
.text :is(ul, ol) { padding-left: 1.4rem; }
.text li { margin: .15rem 0; }
.text blockquote { padding-left: .8rem; border-left: .2rem solid var(--line); color: var(--quiet); }
.text hr { border: 0; border-top: 1px solid var(--line); }
.text code { padding: .05em .3em; border-radius: .25rem; background: var(--code); }
.wide { overflow-x: auto; }
.wide table { width: auto; }
.wide th, .wide td { overflow-wrap: normal; }
.item pre { margin: .25rem 0 0; padding: .5rem .7rem; max-height: 24rem; overflow: auto; border: 1px solid var(--line); border-radius: .4rem; background: var(--code); font: .82rem/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.item img { max-width: 100%; max-height: 32rem; display: block; border-radius: .3rem; }
.item details > summary { cursor: pointer; font-size: .9rem; padding: .2rem 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--quiet); }
.item details > summary b { color: var(--ink); font-weight: 600; }
.item details[open] > summary { white-space: normal; }
.item details > :not(summary) { margin-left: 1.05rem; }
.gist { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .9em; }
.fact { font-variant-numeric: tabular-nums; }
.tool[data-status="error"] > summary .fact, .tool[data-status="denied"] > summary .fact, .chip-bad { color: var(--bad); }
.tool[data-status="pending"] > summary .fact { color: var(--busy); }
.chip-bad { margin-left: .6rem; }
.field code { color: var(--ink); }
.field { margin: .4rem 0 0; font-size: .8rem; color: var(--quiet); }
.think p { color: var(--quiet); font-style: italic; white-space: pre-wrap; margin: .25rem 0; }
pre .bold { font-weight: 700; }
pre .faint { color: var(--quiet); }
pre .red { color: var(--bad); }
pre .green { color: var(--good); }
pre .yellow { color: var(--warm); }
pre :is(.blue, .cyan) { color: var(--busy); }
pre .magenta { color: light-dark(#8a2f8f, #d58ad9); }
.panel { flex: none; width: 23rem; max-width: 100%; display: flex; flex-direction: column; border-left: 1px solid var(--line); background: var(--paper); }
.panel-head { display: flex; align-items: flex-start; gap: .25rem; padding: .4rem .5rem; border-bottom: 1px solid var(--line); }
.panel-head > [role="tablist"] { display: flex; flex-wrap: wrap; gap: .15rem; flex: 1; }
.panel-head button.plain { margin: 0; box-shadow: none; padding: .3rem .55rem; min-width: 1.75rem; color: var(--quiet); }
.panel-head button[aria-selected="true"] { color: var(--ink); font-weight: 600; box-shadow: inset 0 -2px 0 var(--link); border-radius: 0; }
#find-form { padding: .5rem .75rem 0; }
#find { font-size: 1rem; }
#find-said { margin: .3rem 0 0; }
.places { flex: 1; min-height: 0; overflow-y: auto; padding: .25rem .5rem 1rem; }
.places ul { list-style: none; margin: 0; padding: 0; }
.places li { content-visibility: auto; contain-intrinsic-size: auto 3rem; }
.places > .quiet { padding: 0 .4rem; }
.place { display: block; width: 100%; margin: 0; padding: .4rem .5rem; text-align: left; border-radius: .3rem; background: none; color: var(--ink); text-decoration: none; font-size: .92rem; line-height: 1.35; overflow-wrap: anywhere; }
.place.health { color: var(--bad); }
.place small { display: block; color: var(--quiet); font-size: .85em; font-variant-numeric: tabular-nums; }
:is(button, a).place:hover { background: var(--code); }
.place[aria-current] { background: var(--code); box-shadow: inset .2rem 0 0 var(--link); }
.viewer .note { margin-block: .4rem; }
/* The box for replies takes no more than it leaves to what is answered. */
.viewer > .reply { position: static; flex: none; max-height: 45%; overflow-y: auto; }
@media (max-width: 38rem) {
  .viewer > * { padding-inline: .8rem; }
  .viewer > .bar { padding-block: .5rem 0; gap: 0 .8rem; flex-wrap: nowrap; overflow-x: auto; white-space: nowrap; }
  .viewer > .bar nav { gap: .9rem; }
  #needs { display: none; }
  .viewer h1 { font-size: 1.1rem; -webkit-line-clamp: 1; line-clamp: 1; }
  .session-facts { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .tools { flex-wrap: nowrap; overflow-x: auto; padding-block: .35rem; }
  .whys { order: -1; margin: 0; flex: none; }
  .whys:not(:has(button:not([hidden]))) { display: none; }
  .why { min-height: 2.75rem; }
  .tools button.plain { flex: none; padding-inline: .8rem; }
  .related { min-height: 2.75rem; }
  .tools select { min-height: 2.75rem; font-size: 1rem; }
  .scroller { padding-inline: .2rem; scrollbar-gutter: auto; }
  .item.brief > header { display: none; }
  .item details > summary { padding: .5rem 0; }
  .when { padding: .3rem 0; }
  #jump-latest { right: .8rem; bottom: calc(.8rem + env(safe-area-inset-bottom)); }
  .panel { position: fixed; inset: 0; width: 100%; z-index: 1; border: 0; padding-bottom: env(safe-area-inset-bottom); }
  .panel-head button.plain { min-height: 2.75rem; }
  .place { padding-block: .7rem; }
}
@media (min-width: 38.01rem) and (max-width: 60rem) { .panel { width: 18rem; } }
`;
