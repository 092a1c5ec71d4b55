/** What the page of voices adds to the player's stylesheet. */
export const VOICE_STYLESHEET = `
:root { --own: light-dark(#eef5f0, #222823); --ring: light-dark(#b9d8c4, #35553f); }
.brand .quiet { margin-left: .3rem; font-weight: 400; }
#app { display: grid; gap: 1rem; }
#app .panel { border-radius: .75rem; }
#app .title { display: flex; margin-bottom: .6rem; }
#app .title h2 { font-size: 1rem; }
#app .title p { margin-left: auto; font-size: .85rem; }
#app .panel label { margin: 0; font-size: .9rem; }
#app .under select { width: auto; max-width: 16rem; }
.ears { display: grid; grid-template-columns: 1fr auto; gap: .25rem 2rem; align-items: center; }
.ears .who p { margin: 0; }
.ears h2 { margin: .1rem 0 .2rem; font-size: 1.5rem; letter-spacing: -.01em; overflow-wrap: anywhere; }
.facts { display: flex; flex-wrap: wrap; gap: .2rem .8rem; align-items: baseline; }
.facts code { color: var(--quiet); }
.sound-state { display: grid; justify-items: end; gap: .45rem; min-width: 17rem; }
.sound-state p { margin: 0; min-height: 1.6em; font-size: .9rem; text-align: right; }
.sound-state button { padding: .6rem 1.2rem; border-radius: 2rem; font-weight: 600; }
[data-sound="running"] #unlock { visibility: hidden; height: 0; min-height: 0; padding: 0; margin: 0; overflow: hidden; }
[data-sound="held"] #sound-text { color: var(--old); }
.level { width: 12rem; height: .45rem; border-radius: .25rem; background: var(--never); overflow: hidden; }
.level span { display: block; height: 100%; background: var(--good); transform: scaleX(0); transform-origin: 0; }
[data-sound="none"] .level, [data-sound="held"] .level { opacity: .45; }
.ears .under, .ears #sound-note { grid-column: 1 / -1; }
.ears .under { border-top: 1px solid var(--line); padding-top: .8rem; gap: .4rem .7rem; }
.ears #sound-note { margin: .3rem 0 0; }
.halves { display: grid; grid-template-columns: minmax(0, 7fr) minmax(0, 5fr); gap: 1rem; }
.people-list, .messages { list-style: none; margin: 0; padding: 0; }
.people-list { max-height: 26rem; overflow-y: auto; }
.pp-row {
  display: grid;
  grid-template-columns: 1rem minmax(0, 1fr) max-content minmax(4.5rem, max-content);
  grid-template-areas: "dot name state age" "dot id voice badge";
  align-items: baseline;
  gap: 0 .9rem;
  padding: .5rem .6rem .5rem .7rem;
  border-top: 1px solid var(--line);
  border-left: .2rem solid transparent;
}
.pp-row:first-child { border-top: 0; }
.pp-row.me { border-left-color: var(--good); background: var(--own); }
.pp-row [hidden] { display: none; }
.pp-audio-dot {
  grid-area: dot;
  align-self: center;
  width: .75rem;
  height: .75rem;
  border-radius: 50%;
  background: var(--never);
}
.pp-audio-dot.ws { background: var(--good); }
.pp-audio-dot.ws.held { background: var(--old); }
.pp-audio-dot.unknown { background: none; box-shadow: inset 0 0 0 2px var(--never); }
.pp-audio-dot.playing { box-shadow: 0 0 0 .22rem var(--ring); }
@media (prefers-reduced-motion: no-preference) {
  .pp-audio-dot.playing { animation: pulse .7s ease-in-out infinite alternate; }
}
.pp-names { grid-area: name; min-width: 0; display: flex; gap: .5rem; align-items: baseline; }
.pp-name { font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.you-marker { color: var(--good); font-size: .8rem; font-weight: 600; }
.pp-conflict { color: var(--old); cursor: help; }
.pp-session { grid-area: id; color: var(--quiet); font-size: .8rem; }
.pp-voice { grid-area: voice; font-family: ui-monospace, monospace; font-size: .85rem; }
.pp-row .pp-voice { justify-self: end; }
.pp-state { grid-area: state; justify-self: end; font-size: .85rem; color: var(--quiet); }
.pp-age {
  grid-area: age;
  justify-self: end;
  min-width: 3rem;
  text-align: right;
  font-size: .85rem;
  color: var(--quiet);
  font-variant-numeric: tabular-nums;
}
.pp-badge {
  grid-area: badge;
  justify-self: end;
  max-width: 8rem;
  padding: 0 .5rem;
  border-radius: 1rem;
  box-shadow: inset 0 0 0 1px var(--line);
  font-size: .75rem;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.pp-badge.user { color: var(--good); }
.pp-badge.agent { color: var(--link); }
.pp-badge.provider { color: var(--old); }
.pp-empty { margin: 0; }
.talk { display: flex; flex-direction: column; }
.messages {
  flex: 1;
  display: flex;
  flex-direction: column;
  gap: .4rem;
  min-height: 12rem;
  max-height: 21rem;
  overflow-y: auto;
  padding: .2rem .2rem .6rem;
}
.messages:focus-visible, .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.messages li {
  max-width: 88%;
  padding: .4rem .75rem;
  border-radius: .8rem;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
.messages .said { align-self: flex-end; background: var(--fresh-soft); border-bottom-right-radius: .2rem; }
.messages .reply { background: var(--paper); border: 1px solid var(--line); border-bottom-left-radius: .2rem; }
.messages .trouble { color: var(--old); font-size: .85rem; padding: 0 .2rem; }
.messages .draft { display: block; margin-top: .1rem; color: var(--quiet); font-size: .8rem; }
.messages [data-draft="speaking"] .draft { color: var(--good); }
.messages [data-draft="cut"] .draft { color: var(--old); }
#chat { display: grid; grid-template-columns: 1fr max-content max-content; gap: .4rem; }
.talk .under { margin-top: .7rem; gap: .4rem .6rem; }
.scroll { overflow-x: auto; }
.scroll:has(tbody:empty) { display: none; }
.jobs, .traces { font-size: .9rem; }
.jobs th, .traces th { font-size: .8rem; font-weight: 400; color: var(--quiet); white-space: nowrap; }
.jobs td, .traces td { padding: .3rem .9rem .3rem 0; vertical-align: baseline; white-space: nowrap; }
.jobs tr:last-child td, .traces tr:last-child td { border-bottom: 0; }
.jobs .job-text, .traces .trace-text { width: 100%; max-width: 0; overflow: hidden; text-overflow: ellipsis; }
.job-who { max-width: 12rem; overflow: hidden; text-overflow: ellipsis; }
.job-time, .job-length, .trace-time { font-variant-numeric: tabular-nums; color: var(--quiet); }
.job-voice { font-family: ui-monospace, monospace; font-size: .85rem; }
[data-status="error"] .job-status, [data-status="cancelled"] .job-status { color: var(--old); }
[data-status="generating"] .job-status, [data-status="speaking"] .job-status { color: var(--good); }
#trace-panel { border: 0; padding: 0; }
#trace-panel summary { padding: 0; font-weight: 600; }
#trace-panel[open] summary { margin-bottom: .5rem; }
@media (max-width: 56rem) {
  .halves { grid-template-columns: 1fr; }
  .people-list { max-height: none; }
}
@media (max-width: 38rem) {
  .ears { grid-template-columns: 1fr; }
  .sound-state { justify-items: stretch; min-width: 0; }
  .sound-state p { text-align: left; min-height: 0; }
  .level { width: 100%; }
  .bar nav { gap: .7rem; font-size: .85rem; }
  .brand .quiet { display: none; }
  .pp-row {
    grid-template-columns: 1rem minmax(0, 1fr) max-content max-content;
    grid-template-areas: "dot name name age" "dot id badge badge" "dot voice state state";
    column-gap: .6rem;
  }
  .pp-row .pp-voice { justify-self: start; }
  .voice-choice { display: grid; grid-template-columns: max-content minmax(0, 1fr) max-content 5.5rem; }
  #app .voice-choice select { min-width: 0; width: 100%; }
  #app .under select { flex: 1; max-width: none; }
  .ears .under button { flex: 1; white-space: nowrap; }
  #chat { grid-template-columns: 1fr 1fr; }
  #chat input { grid-column: 1 / -1; }
  .job-voice, .jobs th:nth-child(4), .job-length, .jobs th:nth-child(5) { display: none; }
  .jobs td { padding-right: .6rem; }
  .jobs .job-text { min-width: 6rem; }
  .job-who { max-width: 5.5rem; }
}
`;
