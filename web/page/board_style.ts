import { REPLY_PARTS } from "./reply_box.ts";

/** What the pages of the board add to the stylesheet of all pages. */
export const BOARD_STYLESHEET = `:root {
  --good: light-dark(#197a3e, #58c983);
  --busy: light-dark(#1d63b0, #5da9f0);
  --bad: light-dark(#b3401a, #f08a4b);
  --ground: light-dark(#ffffff, #1f1d1a);
}
[hidden] { display: none !important; }
main { max-width: 92rem; padding: 0 1.25rem 4rem; }
.unseen { position: absolute; width: 1px; height: 1px; min-height: 0; margin: 0; overflow: hidden; clip-path: inset(50%); }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.25rem; padding: 1rem 0; }
.brand { margin: 0; font-size: 1.15rem; font-weight: 700; letter-spacing: -.01em; }
.brand a { color: inherit; text-decoration: none; }
.bar nav { margin-left: auto; display: flex; gap: 1.25rem; font-size: .9rem; }
.bar nav [aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
.bar p { margin: 0; }
.totals { font-variant-numeric: tabular-nums; color: var(--quiet); }
.chip { padding: .1rem .6rem; border-radius: 1rem; box-shadow: inset 0 0 0 1px var(--bad); color: var(--bad); font-size: .85rem; }
.state { display: flex; align-items: center; gap: .5rem; min-height: 1.6em; }
.dot { width: .6rem; height: .6rem; border-radius: 50%; background: var(--quiet); flex: none; }
[data-state="live"] .dot { background: var(--good); }
[data-state="reconnecting"] .dot { background: var(--busy); }
[data-state="offline"] .dot, [data-state="login"] .dot { background: var(--bad); }
.heading { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem 1rem; margin: .25rem 0 1rem; }
.heading h1 { margin: 0; font-size: 1.35rem; min-width: 0; overflow-wrap: anywhere; }
.heading label { margin: 0 0 0 auto; }
label.inline { display: inline-flex; align-items: center; gap: .5rem; }
.inline input { width: 16rem; font-size: 1rem; }
.note { margin: 0 0 1rem; padding: .5rem .9rem; background: var(--ground); border-radius: 0 .4rem .4rem 0; }
.columns { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 1.25rem; align-items: start; }
.column h2 { margin: 0 0 .6rem; font-size: .95rem; display: flex; gap: .5rem; align-items: baseline; }
#col-needs h2 { color: var(--bad); }
.none { margin: 0; }
.column:not(.empty) .none { display: none; }
.count { color: var(--quiet); font-weight: 400; font-variant-numeric: tabular-nums; }
.sessions { list-style: none; margin: 0; padding: 0; display: grid; gap: .6rem; }
.session {
  padding: .75rem .9rem;
  border: 1px solid var(--line);
  border-radius: .6rem;
  background: var(--ground);
  content-visibility: auto;
  contain-intrinsic-size: auto 8.5rem;
}
.session:focus-within { border-color: var(--link); box-shadow: 0 0 0 1px var(--link); }
#col-needs .session { border-left: .25rem solid var(--bad); }
.session h3 { margin: 0; font-size: 1rem; line-height: 1.35; overflow-wrap: anywhere; }
.session h3 a { color: inherit; text-decoration: none; }
.session h3 a:hover { text-decoration: underline; }
.session p { margin: .15rem 0 0; overflow-wrap: anywhere; }
.triage-label { font-size: .88rem; color: var(--busy); }
.attn { color: var(--bad); font-weight: 600; font-size: .92rem; }
.attn a { color: inherit; text-decoration: none; }
.attn a:hover { text-decoration: underline; }
.where { color: var(--quiet); font-size: .85rem; }
.last {
  font-size: .9rem;
  display: -webkit-box;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 3;
  line-clamp: 3;
  overflow: hidden;
}
.session[data-needs="true"] .last { -webkit-line-clamp: 6; line-clamp: 6; }
.facts { display: flex; flex-wrap: wrap; gap: .1rem .8rem; font-size: .82rem; color: var(--quiet); font-variant-numeric: tabular-nums; }
.facts span:empty { display: none; }
.card-state { color: var(--ink); }
.card-state[data-confidence="low"] { border-bottom: 2px dotted var(--quiet); }
[data-state="working"] .card-state { color: var(--busy); }
.badge { color: var(--bad); }
.pilot { color: var(--busy); }
.orders { display: flex; flex-wrap: wrap; align-items: center; gap: .1rem .4rem; }
.why-not { font-size: .82rem; color: var(--quiet); }
.why-not:empty { display: none; }
button.plain:disabled { cursor: default; opacity: .55; }
button { cursor: pointer; }
button.plain {
  margin: .25rem 0 0;
  min-width: 2.75rem;
  padding: .3rem .75rem;
  background: none;
  color: var(--ink);
  box-shadow: inset 0 0 0 1px var(--line);
  font-size: .85rem;
}
.gate { position: fixed; inset: 0; display: grid; place-items: center; background: rgb(0 0 0 / .45); padding: 1rem; z-index: 2; }
.gate form { background: var(--paper); border-radius: .75rem; padding: 1.25rem; max-width: 24rem; }
.gate h2 { margin: 0; }
dialog { border: 1px solid var(--line); border-radius: .75rem; background: var(--paper); color: var(--ink); }
dialog h2 { margin: 0 0 .75rem; }
.session a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
${REPLY_PARTS}.session .reply { margin-top: .6rem; padding-top: .5rem; border-top: 1px solid var(--line); }
@media (max-width: 64rem) { .columns { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@media (max-width: 38rem) {
  main { padding: 0 .8rem 3rem; }
  .bar { padding: .7rem 0; }
  .columns { grid-template-columns: minmax(0, 1fr); }
  .column.empty { display: none; }
  .heading label { margin: 0; width: 100%; }
  .inline input { width: 100%; }
  button.plain { min-height: 2.75rem; padding: .3rem 1rem; }
  .session h3 a { display: block; min-height: 1.6rem; padding: .15rem 0; }
}
`;
