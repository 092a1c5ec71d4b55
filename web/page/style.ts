/** What the player adds to the stylesheet of all pages. */
export const PLAYER_STYLESHEET = `:root {
  --fresh: light-dark(#1d63b0, #5da9f0);
  --fresh-soft: light-dark(#a9cbee, #23496e);
  --old: light-dark(#c2410c, #f08a4b);
  --old-soft: light-dark(#f2dcae, #5a4526);
  --never: light-dark(#c9c4b8, #4a463e);
  --ground: light-dark(#ffffff, #1f1d1a);
  --head: light-dark(#1c1b19, #f6f3ec);
  --good: light-dark(#197a3e, #58c983);
}
[hidden] { display: none !important; }
main { max-width: 76rem; padding: 0 1.25rem 4rem; }
h2 { margin: 0 0 .75rem; font-size: 1rem; }
h3 { margin: 1.5rem 0 .5rem; font-size: .95rem; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.25rem; padding: 1rem 0; }
.brand { margin: 0; font-size: 1.15rem; letter-spacing: -.01em; }
.brand a { color: inherit; text-decoration: none; }
.bar nav { margin-left: auto; display: flex; gap: 1.25rem; font-size: .9rem; }
.state { display: flex; align-items: center; gap: .5rem; margin: 0; min-height: 1.6em; }
.dot { width: .6rem; height: .6rem; border-radius: 50%; background: var(--quiet); flex: none; }
[data-state="live"] .dot, [data-state="watching"] .dot { background: var(--good); }
[data-state="connecting"] .dot, [data-state="reconnecting"] .dot { background: var(--fresh); }
[data-state="stalled"] .dot, [data-state="behind"] .dot, [data-state="ended"] .dot {
  background: var(--old);
}
@media (prefers-reduced-motion: no-preference) {
  [data-state="connecting"] .dot, [data-state="reconnecting"] .dot {
    animation: pulse 1s ease-in-out infinite alternate;
  }
}
@keyframes pulse { from { opacity: .3; } }
.deck, .panel, .meters, .foot section {
  background: var(--ground);
  border: 1px solid var(--line);
  border-radius: .75rem;
}
.deck { padding: 1.25rem; }
.title { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1rem; margin-bottom: .75rem; }
.title h2 { margin: 0; font-size: 1.25rem; }
.title :is(h2, p) { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.title p { margin: 0; font-variant-numeric: tabular-nums; }
.title #stop { margin-left: auto; }
.warning { color: var(--old); font-size: .9rem; }
canvas { display: block; width: 100%; }
.close-up { height: 11rem; }
.overview { position: relative; margin-top: .5rem; }
.overview canvas { height: 12rem; }
.position { position: absolute; inset: 0; cursor: crosshair; border-radius: .25rem; touch-action: pan-y; }
.under { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem 1rem; margin-top: .7rem; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; margin: 0 auto 0 0; font-size: .8rem; }
.caption { margin: .4rem 0 0; font-size: .8rem; }
.key::before {
  content: "";
  display: inline-block;
  width: .8rem;
  height: .6rem;
  margin-right: .4rem;
  border-radius: .1rem;
  background: var(--fresh);
}
.key.old::before { background: var(--old); }
.key.never::before { background: var(--never); }
.key.head::before { width: .15rem; height: .8rem; background: var(--head); vertical-align: -.1rem; }
.transport { display: flex; flex-wrap: wrap; align-items: center; gap: .9rem 1.5rem; margin-top: .9rem; }
button { margin: 0; padding: .45rem .8rem; cursor: pointer; }
button:disabled { cursor: default; opacity: .45; }
button:hover:not(:disabled) { filter: brightness(1.08); }
.band button, .sound button, button.plain {
  background: none;
  color: var(--ink);
  box-shadow: inset 0 0 0 1px var(--line);
  font-size: .9rem;
}
#looping[aria-pressed="true"] { color: var(--link); box-shadow: inset 0 0 0 1px var(--link); }
[aria-pressed="true"]#mute { background: var(--old); color: var(--paper); box-shadow: none; }
.play {
  display: inline-flex;
  align-items: center;
  gap: .6rem;
  min-width: 8rem;
  padding: .7rem 1.3rem .7rem 1.1rem;
  border-radius: 2rem;
  font-weight: 600;
}
.play svg { width: 1.25rem; height: 1.25rem; fill: currentColor; flex: none; }
.play[aria-pressed="true"] .when-paused, .play[aria-pressed="false"] .when-playing { display: none; }
.time { margin: 0; font-size: 1.1rem; font-variant-numeric: tabular-nums; min-width: 8rem; }
fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
.band { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem; }
.band legend { float: left; padding: 0; margin-right: .3rem; font-size: .9rem; }
.band .quiet { min-width: 10.5rem; font-variant-numeric: tabular-nums; }
.sound { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem .7rem; margin-left: auto; }
.sound label { margin: 0; font-size: .9rem; }
.sound #volume { width: 6rem; }
.sound #output { width: 8rem; }
label { margin: 0 0 .3rem; }
label.inline { display: inline-flex; align-items: center; gap: .5rem; margin: 0; }
label .quiet { margin-left: .3rem; }
select, textarea, input[type="number"] {
  width: 100%;
  font: inherit;
  color: inherit;
  padding: .4rem .6rem;
  border: 1px solid var(--line);
  border-radius: .35rem;
  background: var(--paper);
}
textarea { resize: vertical; }
input[type="range"] { width: 100%; padding: 0; margin: .35rem 0; accent-color: var(--link); }
input[type="checkbox"], input[type="radio"] {
  width: 1.05rem;
  height: 1.05rem;
  margin: 0;
  accent-color: var(--link);
}
select:focus-visible, textarea:focus-visible, summary:focus-visible, .position:focus-visible {
  outline: 2px solid var(--link);
  outline-offset: 2px;
}
fieldset:disabled { opacity: .55; }
.meters { display: grid; grid-template-columns: 3fr 2fr; gap: 1.5rem; margin: 1rem 0; padding: 1.1rem 1.25rem; }
.meters dl { grid-template-columns: repeat(4, 1fr); gap: 1rem; }
.meters dt { font: inherit; font-size: .85rem; color: var(--quiet); }
.meters dd { margin: 0; overflow-wrap: normal; }
.meters strong {
  display: block;
  font-size: 1.6rem;
  line-height: 1.25;
  font-weight: 600;
  font-variant-numeric: tabular-nums;
  white-space: nowrap;
}
.meters strong.bad { color: var(--old); }
.meters .quiet { display: block; min-height: 2.6em; font-size: .8rem; line-height: 1.3; }
.graph canvas { height: 5.5rem; }
.panels { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 1rem; }
.column { display: flex; flex-direction: column; gap: 1rem; min-width: 0; }
.column > :last-child { flex: 1; }
.panel { padding: 1.1rem 1.25rem; min-width: 0; }
.panel label { font-size: .95rem; }
.panel > fieldset > label:not(:first-child) { margin-top: .9rem; }
.choice { display: flex; flex-wrap: wrap; gap: .3rem 1rem; margin: .9rem 0; }
.choice legend { padding: 0; margin-bottom: .3rem; font-size: .95rem; }
.choice label { display: inline-flex; align-items: center; gap: .4rem; margin: 0; }
.drop {
  position: relative;
  margin-top: 1rem;
  padding: .9rem 1rem;
  border: 1px dashed var(--quiet);
  border-radius: .5rem;
}
.drop.over { border-color: var(--link); background: var(--fresh-soft); }
.drop input { position: absolute; inset: 0; width: 100%; height: 100%; opacity: 0; cursor: pointer; }
.drop:focus-within { outline: 2px solid var(--link); outline-offset: 2px; }
.drop p { margin: 0; }
.link { color: var(--link); text-decoration: underline; }
.knob { display: grid; grid-template-columns: 1fr max-content; align-items: baseline; margin: 0 0 .7rem; }
.knob label { margin: 0; }
.knobs .knob label { font-family: ui-monospace, monospace; font-size: .88em; }
.knob output { font-variant-numeric: tabular-nums; font-size: .9rem; }
.knob > :is(input[type="range"], p, select) { grid-column: 1 / -1; }
.knob > select, .knob > input[type="number"] { margin: .2rem 0; }
.knob > input[type="number"] { grid-column: 1 / -1; }
.knob p { margin: 0; font-size: .8rem; line-height: 1.35; }
select + .knob, textarea + .knob { margin-top: .8rem; }
.knob.changed label { color: var(--link); font-weight: 600; }
.more { grid-column: 1 / -1; }
.more .knobs { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: 0 2rem; }
details { border-top: 1px solid var(--line); }
summary { padding: .6rem 0; cursor: pointer; }
details[open] { padding-bottom: .5rem; }
.foot { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: 1rem; margin: 1rem 0; }
.foot section { padding: 1.1rem 1.25rem; }
.shortcuts { grid-template-columns: max-content 1fr; font-size: .9rem; }
.shortcuts dt { font: inherit; }
kbd {
  font: .85em ui-monospace, monospace;
  padding: .1rem .4rem;
  border: 1px solid var(--line);
  border-bottom-width: 2px;
  border-radius: .25rem;
}
.about { margin: 2.5rem 0 0; max-width: 44rem; }
.about dl { font-size: .9rem; }
.note { margin: 0 0 1rem; padding: .5rem .9rem; background: var(--ground); border-radius: 0 .4rem .4rem 0; }
.note.bad { border-color: var(--old); }
@media (max-width: 56rem) {
  .meters { grid-template-columns: 1fr; }
  .sound { margin-left: 0; }
  .panels { grid-template-columns: 1fr; }
  .column { display: contents; }
  .track { order: -3; }
  .prompt { order: -2; }
  .core { order: -1; }
}
@media (max-width: 38rem) {
  main { padding: 0 .8rem 3rem; }
  .bar { padding: .7rem 0; }
  .bar nav { gap: .9rem; }
  .state { order: 3; width: 100%; }
  .deck, .panel, .meters, .foot section { padding: .9rem; border-radius: .6rem; }
  .title { display: grid; grid-template-columns: 1fr max-content; align-items: center; }
  .title h2 { grid-column: 1 / -1; }
  .title p { font-size: .8rem; }
  .close-up { height: 8rem; }
  .overview canvas { height: 9.5rem; }
  .play { flex: 1; justify-content: center; }
  .time { min-width: 7.8rem; text-align: right; }
  .band { width: 100%; }
  .sound { display: grid; grid-template-columns: max-content 1fr max-content; width: 100%; }
  .sound #volume { width: auto; }
  .sound #output { width: auto; grid-column: 2 / -1; }
  .meters dl { grid-template-columns: 1fr 1fr; }
  .meters dd { margin: 0; }
  button, select { min-height: 2.75rem; }
}
`;
