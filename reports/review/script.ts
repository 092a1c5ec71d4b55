/**
 * The review's script: filter, one cursor through all plots of a scenario, and both sounds on one play
 * head. The page is complete without it.
 *
 * @module
 */

/** Plain JavaScript for browsers, run at the end of the page. */
export const REVIEW_SCRIPT = `"use strict";
(() => {
const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const cases = [...document.querySelectorAll(".case")];
const rows = [...document.querySelectorAll(".case, .quiet")];
const bar = $("bar");
const range = $("time");
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
document.documentElement.classList.add("live");

// The filter: words of the name, and which verdicts are shown.
const search = $("search");
const chips = [...document.querySelectorAll(".filter button")];
function filter() {
  const words = search.value.toLowerCase().split(/\\s+/);
  const shown = new Set(chips.filter((it) => it.getAttribute("aria-pressed") === "true")
    .map((it) => it.dataset.kind));
  let count = 0;
  for (const row of rows) {
    const fits = words.every((word) => row.dataset.name.includes(word)) && shown.has(row.dataset.kind);
    row.hidden = !fits;
    if (fits) count++;
  }
  for (const group of document.querySelectorAll(".group")) {
    group.hidden = group.querySelector(".quiet:not([hidden])") === null;
  }
  $("nobody").hidden = count > 0;
  $("shown").textContent = count + " of " + rows.length + " shown";
}
search.addEventListener("input", filter);
for (const chip of chips) {
  chip.addEventListener("click", () => {
    chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
    filter();
  });
}

// The cursor: one moment of the scenario that was touched last.
let active = null;
let now = 0;
const text = (value, digits) => value.toFixed(digits).replace("-", "\\u2212");
function valueAt(side, column, t) {
  if (side === null) return "\\u2013";
  // Between two slices the last one counts, if it was not long ago.
  const last = Math.min(side[column].length - 1, Math.floor(t / side[0]));
  for (let i = last; i >= 0 && (last - i) * side[0] < 1.5; i--) {
    if (side[column][i] !== null) return text(side[column][i], 2) + " s";
  }
  return "\\u2013";
}
function show(t) {
  if (active === null) return;
  const it = data[active.dataset.name];
  now = Math.min(it.endS, Math.max(0, t));
  for (const frame of active.querySelectorAll(".frame")) {
    const [min, max] = [Number(frame.dataset.min), Number(frame.dataset.max)];
    const share = (now - min) / (max - min);
    const line = frame.querySelector(".cursor");
    line.setAttribute("visibility", share < 0 || share > 1 ? "hidden" : "visible");
    line.setAttribute("x1", share * 100 + "%");
    line.setAttribute("x2", share * 100 + "%");
  }
  $("now").textContent = text(now, 2) + " s";
  for (const side of ["before", "after"]) {
    $("lead-" + side).textContent = valueAt(it[side], 1, now);
    $("staleness-" + side).textContent = valueAt(it[side], 2, now);
  }
  range.value = String(now);
  range.setAttribute("aria-valuetext", text(now, 1) + " s, lead " + valueAt(it.before, 1, now) +
    " before, " + valueAt(it.after, 1, now) + " after");
}
function activate(one, t) {
  if (active !== one) {
    stop();
    active = one;
    const it = data[one.dataset.name];
    $("who").textContent = one.dataset.name;
    range.max = String(it.endS);
    $("play").hidden = $("switch").hidden = one.querySelector(".ab") === null;
    bar.hidden = false;
    t ??= it.sound === null ? 0 : it.sound[0];
  }
  if (t !== undefined) show(t);
}

// Both sounds: decoded once, started together, one of them loud.
let context = null;
let playing = null;
let heard = "after";
const decoded = new Map();
async function buffersOf(one) {
  let buffers = decoded.get(one);
  if (buffers === undefined) {
    buffers = await Promise.all(["before", "after"].map((side) => {
      const { src } = one.querySelector('audio[data-side="' + side + '"]');
      const letters = atob(src.slice(src.indexOf(",") + 1));
      const bytes = Uint8Array.from(letters, (it) => it.charCodeAt(0));
      return context.decodeAudioData(bytes.buffer);
    }));
    decoded.set(one, buffers);
  }
  return buffers;
}
async function play(one, t) {
  const it = data[one.dataset.name];
  if (it.sound === null) return;
  stop();
  context ??= new AudioContext();
  await context.resume();
  const buffers = await buffersOf(one);
  if (active !== one || playing !== null) return;
  const [fromS, lengthS] = it.sound;
  const offset = t >= fromS && t < fromS + lengthS - 0.1 ? t - fromS : 0;
  const startS = context.currentTime + 0.03;
  const gains = {};
  const sources = ["before", "after"].map((side, i) => {
    const gain = context.createGain();
    gain.gain.value = side === heard ? 1 : 0;
    gain.connect(context.destination);
    gains[side] = gain;
    const source = context.createBufferSource();
    source.buffer = buffers[i];
    source.connect(gain);
    source.start(startS, offset);
    return source;
  });
  playing = { one, sources, gains, startS, fromS: fromS + offset };
  sources[0].addEventListener("ended", () => playing?.sources === sources && stop());
  label("\\u275a\\u275a Stop");
  follow();
}
function follow() {
  if (playing === null) return;
  show(playing.fromS + Math.max(0, context.currentTime - playing.startS));
  requestAnimationFrame(follow);
}
function stop() {
  if (playing === null) return;
  const { sources } = playing;
  playing = null;
  for (const source of sources) source.stop();
  label("\\u25b6 Play both");
}
function label(words) {
  $("play").textContent = words;
  for (const button of document.querySelectorAll(".ab .play")) {
    button.textContent = active?.contains(button) ? words : "\\u25b6 Play both";
  }
}
function listenTo(side) {
  heard = side;
  if (playing !== null) {
    for (const [name, { gain }] of Object.entries(playing.gains)) {
      // Some ms, so that the switch itself makes no click.
      gain.setTargetAtTime(name === side ? 1 : 0, context.currentTime, 0.004);
    }
  }
  for (const button of document.querySelectorAll("button.side")) {
    button.setAttribute("aria-pressed", String(button.dataset.side === side));
  }
  $("switch").textContent = side === "after" ? "Hearing after" : "Hearing before";
  $("switch").dataset.side = side;
}
const other = () => heard === "after" ? "before" : "after";
function toggle(one) {
  activate(one);
  if (playing !== null) return stop();
  play(one, now);
}

for (const one of cases) {
  one.addEventListener("toggle", () => one.open ? activate(one) : active === one && stop());
  one.querySelector(".ab .play")?.addEventListener("click", () => toggle(one));
  for (const button of one.querySelectorAll("button.side")) {
    button.addEventListener("click", () => {
      activate(one);
      listenTo(button.dataset.side);
    });
  }
  for (const frame of one.querySelectorAll(".frame")) {
    const svg = frame.querySelector("svg");
    const timeAt = (event) => {
      const box = svg.getBoundingClientRect();
      const [min, max] = [Number(frame.dataset.min), Number(frame.dataset.max)];
      return min + Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * (max - min);
    };
    svg.addEventListener("pointermove", (event) => {
      if (event.pointerType === "mouse" && playing === null) activate(one, timeAt(event)), show(timeAt(event));
    });
    svg.addEventListener("click", (event) => {
      const t = timeAt(event);
      activate(one, t);
      const { sound } = data[one.dataset.name];
      if (sound !== null && t >= sound[0] && t < sound[0] + sound[1]) play(one, t);
    });
  }
}
$("play").addEventListener("click", () => active !== null && toggle(active));
$("switch").addEventListener("click", () => listenTo(other()));
range.addEventListener("input", () => {
  stop();
  show(Number(range.value));
});
$("worst")?.addEventListener("click", () => {
  const one = cases[0];
  one.open = true;
  activate(one);
  one.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
  play(one, data[one.dataset.name].sound?.[0] ?? 0);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const on = event.target.closest("a, button, summary, input, audio, pre");
  if (on === search || active === null) return;
  const key = event.key.toLowerCase();
  if (key === "x") listenTo(other());
  if (key === "a") listenTo("before");
  if (key === "b") listenTo("after");
  if (event.key === " " && (on === null || on === range)) {
    event.preventDefault();
    toggle(active);
  }
  if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && (on === null || on === range || on.matches("button, summary"))) {
    event.preventDefault();
    stop();
    const step = (event.shiftKey ? 1 / 20 : 1 / 200) * data[active.dataset.name].endS;
    show(now + (event.key === "ArrowLeft" ? -step : step));
  }
});

const copy = $("copy");
copy?.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText($("command").textContent);
    copy.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren($("command"));
    copy.textContent = "Selected";
  }
});

filter();
listenTo(heard);
// A link to a scenario opens it; without one the first that is open is at hand.
const named = cases.find((one) => "#" + one.id === decodeURIComponent(location.hash));
if (named !== undefined) {
  named.open = true;
  named.scrollIntoView();
}
const first = named ?? cases.find((one) => one.open);
if (first !== undefined) activate(first);
})();
`;
