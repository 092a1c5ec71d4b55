/**
 * The page's script: the cursor that reads all plots at one moment, and the sound. The page is
 * complete without it; it adds what needs a hand.
 *
 * @module
 */

/** Plain JavaScript for browsers, run at the end of the page. */
export const SCRIPT = `"use strict";
(() => {
const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const [tickAt, playhead, staleness, state] = data.ticks;
const [sliceAt, lead] = data.slices;
const sound = $("sound");
const range = $("time");
const frames = [...document.querySelectorAll(".frame")].map((frame) => ({
  svg: frame.querySelector("svg"),
  line: frame.querySelector(".cursor"),
  min: Number(frame.dataset.min),
  max: Number(frame.dataset.max),
}));
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
let now = 0;

document.documentElement.classList.add("live");

// The last index whose value is not after t; -1 before the first.
function lastAt(values, t) {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] <= t) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const text = (value, digits) => value.toFixed(digits).replace("-", "\\u2212");
function say(id, words) {
  const field = $(id);
  if (field !== null && field.textContent !== words) field.textContent = words;
}

function leadWords(t) {
  const i = lastAt(sliceAt, t);
  if (i < 0) return "none yet";
  const side = lead[i] < 0 ? "behind" : "ahead";
  return text(Math.abs(lead[i]), 2) + " s " + side + ", " + text(t - sliceAt[i], 2) + " s ago";
}

function isIn([from, to], t) {
  const i = lastAt(from, t);
  return i >= 0 && t <= to[i];
}
function heardWords(t) {
  if (isIn(data.rest, t)) return "old audio, at rest";
  if (isIn(data.old, t)) return "old audio";
  return isIn(data.heard, t) ? "fresh audio" : "nothing";
}

// Jobs of a run about voices: names, when asked for, begun, made, and [from, to, ear] of each sound.
const jobs = data.jobs ?? null;
function namesOf(isMeant) {
  const names = [];
  for (let i = 0; i < jobs.names.length; i++) if (isMeant(i)) names.push(jobs.names[i]);
  return names;
}
function someOf(names) {
  if (names.length === 0) return "none";
  return names.length > 3 ? names.slice(0, 2).join(", ") + " and " + (names.length - 2) + " more"
    : names.join(", ");
}
function audibleWords(t) {
  const found = [];
  jobs.sounds.forEach((sounds, i) => {
    for (const [from, to, ear] of sounds) {
      if (t >= from && t < to) found.push(jobs.names[i] + " (" + ear + ")");
    }
  });
  return found.length === 0 ? "silence" : someOf(found);
}
function sayJobs(t) {
  const isMade = (i) => jobs.made[i] !== null && jobs.made[i] <= t;
  const isBegun = (i) => jobs.started[i] !== null && jobs.started[i] <= t;
  const isHeard = (i) => jobs.sounds[i].some(([from]) => from <= t);
  say("now-making", someOf(namesOf((i) => isBegun(i) && !isMade(i) && t < jobs.over[i])));
  say("now-waiting", someOf(namesOf((i) =>
    jobs.asked[i] <= t && t < jobs.over[i] && !isHeard(i) && (isMade(i) || !isBegun(i)))));
}

function markWords(t) {
  const [at, words] = data.marks;
  const near = data.endS / 150;
  const first = lastAt(at, t - near) + 1;
  return words.slice(first, Math.min(first + 3, lastAt(at, t + near) + 1))
    .map((i) => data.words[i]).join("; ");
}

function show(t) {
  now = Math.min(data.endS, Math.max(0, t));
  for (const { line, min, max } of frames) {
    const share = (now - min) / (max - min);
    line.setAttribute("visibility", share < 0 || share > 1 ? "hidden" : "visible");
    line.setAttribute("x1", share * 100 + "%");
    line.setAttribute("x2", share * 100 + "%");
  }
  const i = lastAt(tickAt, now);
  const heard = jobs === null ? heardWords(now) : audibleWords(now);
  if (jobs !== null) sayJobs(now);
  // Rest says already why; the name of the state would say it twice.
  const why = i < 0 || heard === "old audio, at rest" ? "" : data.states[state[i]];
  say("now", text(now, 2) + " s");
  say("now-heard", heard + (why === "" ? "" : " (" + why + ")"));
  say("now-playhead", i < 0 ? "\\u2013" : text(playhead[i], 2) + " s");
  say("now-staleness", i < 0 ? "\\u2013" : text(staleness[i], 2) + " s");
  say("now-lead", leadWords(now));
  say("now-mark", markWords(now));
  range.value = String(now);
  range.setAttribute("aria-valuetext", text(now, 1) + " s, hearing " + heard +
    (jobs === null ? ", last slice " + leadWords(now) : ""));
  $("now-heard").classList.toggle("bad", heard === "old audio" || isIn(data.old, now));
}

// Session time and place in the sound; null where the other has no such moment.
function translate(value, from, to, otherFrom, otherTo) {
  const i = lastAt(from, value);
  if (i < 0 || value > to[i] + 0.05) return null;
  const length = to[i] - from[i];
  const share = length <= 0 ? 0 : Math.min(1, (value - from[i]) / length);
  return otherFrom[i] + share * (otherTo[i] - otherFrom[i]);
}
function placeOf(t) {
  const [from, to, start, end] = data.sound;
  return translate(t, from, to, start, end);
}
function timeOf(place) {
  const [from, to, start, end] = data.sound;
  return translate(place, start, end, from, to);
}

const isPlaying = () => sound !== null && !sound.paused;
function play(t) {
  if (sound === null) return;
  const place = placeOf(t);
  if (place !== null) sound.currentTime = place;
  else if (sound.paused) return say("now-mark", "the page has no sound of this moment");
  sound.play().catch(() => say("now-mark", "this browser cannot play the sound"));
}
function toggle() {
  if (sound === null) return;
  if (isPlaying()) return sound.pause();
  if (placeOf(now) === null || sound.ended) {
    const next = data.sound[0].find((from) => from > now) ?? data.sound[0][0] ?? 0;
    return play(sound.ended ? data.sound[0][0] ?? 0 : next);
  }
  play(now);
}
function go(t, withSound) {
  show(t);
  if (withSound || isPlaying()) play(t);
}

if (sound !== null) {
  const button = $("play");
  const follow = () => {
    const t = timeOf(sound.currentTime);
    if (t !== null) show(t);
    if (isPlaying()) requestAnimationFrame(follow);
  };
  sound.addEventListener("play", () => {
    button.textContent = "\\u275a\\u275a Pause";
    follow();
  });
  sound.addEventListener("pause", () => button.textContent = "\\u25b6 Play");
  button.addEventListener("click", toggle);
}

for (const { svg, min, max } of frames) {
  const timeAt = (event) => {
    const box = svg.getBoundingClientRect();
    return min + Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * (max - min);
  };
  svg.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse" && !isPlaying()) show(timeAt(event));
  });
  svg.addEventListener("click", (event) => go(timeAt(event), true));
}
for (const button of document.querySelectorAll("button[data-at]")) {
  button.addEventListener("click", () => {
    go(Number(button.dataset.at), "play" in button.dataset);
    if (!button.closest("#plots")) {
      $("plots").scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
    }
  });
}
range.addEventListener("input", () => go(Number(range.value), false));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const on = event.target.closest("a, button, summary, input, audio, pre, .scroll");
  if (event.key === " " && (on === null || on === range)) {
    if (sound !== null) event.preventDefault();
    toggle();
  }
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  if (on !== null && on !== range && !on.matches("button")) return;
  event.preventDefault();
  const step = (event.shiftKey ? 1 / 20 : 1 / 200) * data.endS;
  go(now + (event.key === "ArrowLeft" ? -step : step), false);
});

const copy = $("copy");
copy.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText($("command").textContent);
    copy.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren($("command"));
    copy.textContent = "Selected";
  }
});

show(Number(range.value));
})();
`;
