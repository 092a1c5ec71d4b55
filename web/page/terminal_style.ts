/** What the pages of tasks and terminals add to the stylesheet of all pages. */
export const TERMINAL_STYLESHEET = `:root {
  --good: light-dark(#197a3e, #58c983);
  --busy: light-dark(#1d63b0, #5da9f0);
  --bad: light-dark(#b3401a, #f08a4b);
  --ground: light-dark(#ffffff, #1f1d1a);
}
[hidden] { display: none !important; }
main { max-width: 76rem; padding: 0 1.25rem 4rem; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.25rem; padding: 1rem 0; }
.brand { margin: 0; font-size: 1.15rem; font-weight: 700; letter-spacing: -.01em; }
.brand a { color: inherit; text-decoration: none; }
.bar nav { margin-left: auto; display: flex; gap: 1.25rem; font-size: .9rem; }
.bar nav [aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
.state { display: flex; align-items: center; gap: .5rem; margin: 0; min-height: 1.6em; }
.dot { width: .6rem; height: .6rem; border-radius: 50%; background: var(--quiet); flex: none; }
[data-state="live"] .dot, [data-state="completed"] .dot { background: var(--good); }
[data-state="loading"] .dot, [data-state="running"] .dot, [data-state="replay"] .dot,
  [data-state="polling"] .dot { background: var(--busy); }
[data-state="trouble"] .dot, [data-state="failed"] .dot, [data-state="timeout"] .dot,
  [data-state="needs_approval"] .dot, [data-state="info_needed"] .dot { background: var(--bad); }
@media (prefers-reduced-motion: no-preference) {
  [data-state="loading"] .dot, .tasks [data-state="running"] .dot {
    animation: pulse 1s ease-in-out infinite alternate;
  }
}
@keyframes pulse { from { opacity: .3; } }
.heading { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem 1rem; margin: .25rem 0 1rem; }
.heading h1 { margin: 0; font-size: 1.35rem; min-width: 0; overflow-wrap: anywhere; }
.heading p { margin: 0; font-variant-numeric: tabular-nums; }
.heading label { margin-left: auto; }
.gone { padding: 2rem 0; }
.note { margin: 0 0 1rem; padding: .5rem .9rem; background: var(--ground); border-radius: 0 .4rem .4rem 0; }
.warning { color: var(--bad); font-variant-numeric: tabular-nums; }
.views { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem; margin-bottom: .7rem; }
.downloads { margin: 0 0 0 auto; display: flex; flex-wrap: wrap; gap: .2rem .8rem; font-size: .9rem; }
.frame, .transcript {
  border: 1px solid var(--line);
  border-radius: .75rem;
  background: var(--ground);
  padding: .75rem;
  overflow-x: auto;
}
.frame.typing { border-color: var(--link); box-shadow: 0 0 0 1px var(--link); }
.frame { width: fit-content; max-width: 100%; }
#terminal { width: max-content; min-width: 12rem; min-height: 8rem; }
.controls {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: .5rem 1rem;
  margin-top: .75rem;
}
.controls p { margin: 0; }
.controls #leave { margin-left: auto; }
.keys { display: flex; flex-wrap: wrap; align-items: center; gap: .35rem; width: 100%; }
button { margin: 0; padding: .45rem .8rem; cursor: pointer; }
button:hover:not(:disabled) { filter: brightness(1.08); }
button:disabled { cursor: default; opacity: .45; }
button.plain {
  background: none;
  color: var(--ink);
  box-shadow: inset 0 0 0 1px var(--line);
  font-size: .9rem;
}
button.plain[aria-pressed="true"] { color: var(--link); box-shadow: inset 0 0 0 1px var(--link); }
.play {
  display: inline-flex;
  align-items: center;
  gap: .5rem;
  min-width: 7rem;
  padding: .55rem 1.1rem .55rem .95rem;
  border-radius: 2rem;
  font-weight: 600;
}
.play svg { width: 1.1rem; height: 1.1rem; fill: currentColor; flex: none; }
.play[aria-pressed="true"] .when-paused, .play[aria-pressed="false"] .when-playing { display: none; }
.time { font-variant-numeric: tabular-nums; min-width: 7.5rem; }
.position { position: relative; flex: 1 1 14rem; min-width: 10rem; padding-top: .5rem; }
.ticks { position: absolute; inset: 0 .5rem auto; height: .45rem; }
.ticks span { position: absolute; width: 2px; height: 100%; background: var(--busy); border-radius: 1px; }
label { margin: 0; }
label.inline { display: inline-flex; align-items: center; gap: .5rem; }
select {
  font: inherit;
  color: inherit;
  padding: .35rem .5rem;
  border: 1px solid var(--line);
  border-radius: .35rem;
  background: var(--paper);
}
#marks { max-width: 12rem; }
input[type="range"] { width: 100%; padding: 0; margin: 0; border: 0; background: none; accent-color: var(--link); }
input[type="checkbox"] { width: 1.05rem; height: 1.05rem; margin: 0; accent-color: var(--link); }
:is(select, .transcript, input[type="range"], .frame, .task a):focus-visible {
  outline: 2px solid var(--link);
  outline-offset: 2px;
}
.transcript { max-height: 70vh; overflow: auto; }
.transcript pre {
  margin: 0;
  font: .82rem/1.4 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
  content-visibility: auto;
  contain-intrinsic-size: auto 40rem;
}
.result { margin-top: 1.5rem; }
.result h2 { margin: 0 0 .35rem; font-size: 1rem; }
.result p, .result li { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.tasks { list-style: none; padding: 0; margin: 0; display: grid; gap: .6rem; }
.task {
  display: grid;
  grid-template-columns: 9.5rem minmax(0, 1fr) max-content;
  gap: .15rem 1rem;
  align-items: baseline;
  padding: .8rem 1rem;
  border: 1px solid var(--line);
  border-radius: .6rem;
  background: var(--ground);
}
.task p { margin: 0; }
.task .status { display: flex; align-items: center; gap: .5rem; }
.task .name { overflow-wrap: anywhere; font-weight: 600; }
.task .age { font-variant-numeric: tabular-nums; white-space: nowrap; }
.task .said { grid-column: 2 / -1; overflow-wrap: anywhere; }
@media (max-width: 38rem) {
  main { padding: 0 .8rem 3rem; }
  .bar { padding: .7rem 0; }
  .state { order: 3; width: 100%; }
  .frame, .transcript { padding: .4rem; border-radius: .5rem; }
  .downloads { margin-left: 0; width: 100%; }
  .heading label { margin-left: 0; }
  .controls #leave { margin-left: 0; }
  .position { flex-basis: 100%; order: -1; }
  .play { flex: 1; justify-content: center; }
  .time { text-align: right; }
  button, select { min-height: 2.6rem; }
  .keys { order: -1; }
  .task { grid-template-columns: max-content minmax(0, 1fr); }
  .task .age { white-space: normal; text-align: end; }
  .task .name, .task .said { grid-column: 1 / -1; }
  .task .name { order: -1; }
}
`;
