/**
 * The plots of one recorded session, over one time axis: seconds since its first buffer.
 *
 * @module
 */
import type { RecordedSession } from "../../scenarios/recording/session.ts";
import { type Grid, plotFrame, stretched } from "../page/frame.ts";
import { type Markup, markup } from "../page/markup.ts";
import { percent, type Scale, scaleOf, shareOf, squareX, squareY } from "../page/scale.ts";
import { keepExtremes } from "../page/thin.ts";
import { count, seconds } from "../page/words.ts";

/** Points of a rate's line. */
const BINS = 240;
/** Most strokes in the map of the buffer. */
const MAX_STROKES = 4000;

/** A figure with its words. */
export function sessionPlots(session: RecordedSession, id: string): Markup {
  const startS = session.bufferS ?? session.openedS;
  const x = scaleOf(0, session.endedS - startS);
  const grid: Grid = {
    timeline: { x, bufferS: 0, buffersFromS: [0], states: [], gaps: [] },
    lines: eventLines(session, startS, x),
    badges: [],
  };
  const plots: [string, string, Markup | null][] = [
    ["Lead", "How far ahead of the client's playhead each slice came.", leads(session, id, grid)],
    ["Buffer", "Where slices landed; the line is the client's playhead.", map(session, id, grid)],
    ["Slices", "Kilobytes a second that came from the server.", bytes(session, id, grid)],
    ["Ticks", "Ticks a second that the client sent.", ticks(session, id, grid)],
  ];
  return markup`${
    plots.map(([title, says, content]) =>
      markup`<figure><figcaption><h3>${title}</h3> <span class="soft">${says}</span></figcaption>${
        content ?? markup`<p class="nothing">Nothing to draw.</p>`
      }</figure>`
    )
  }`;
}

/** Vertical lines where the client commanded something, and where the server told of something. */
function eventLines({ words, answers }: RecordedSession, startS: number, x: Scale): Grid["lines"] {
  const times = [
    ...words.map(({ t }) => ({ t, kind: "step" })),
    ...answers.filter(({ type }) => type !== "params_update").map(({ t }) => ({
      t,
      kind: "event",
    })),
  ];
  const inside = times.map(({ t, kind }) => ({ at: shareOf(x, t - startS), kind }))
    .filter(({ at }) => at >= 0 && at <= 1).slice(0, 500);
  return inside.map(({ at, kind }) => ({ from: at, to: at, kind, isOften: inside.length > 40 }));
}

function leads({ slices, bufferS }: RecordedSession, id: string, grid: Grid): Markup | null {
  const known = slices.flatMap(({ t, leadS }) =>
    leadS === null ? [] : [{ atS: t - (bufferS ?? 0), leadS }]
  );
  if (known.length === 0) return null;
  const values = known.map(({ leadS }) => leadS);
  const least = values.reduce((a, b) => Math.min(a, b), 0);
  const most = values.reduce((a, b) => Math.max(a, b), 0.3);
  const air = (most - least) * 0.1;
  const y = scaleOf(least - air, most + air);
  const x = grid.timeline.x;
  const dots = (isBehind: boolean) => {
    const some = known.filter(({ leadS }) => leadS < 0 === isBehind);
    const [atS, leadS] = [some.map((it) => it.atS), some.map((it) => it.leadS)];
    return keepExtremes(atS, leadS)
      .map((k) => `M${squareX(x, atS[k]!)} ${squareY(y, leadS[k]!)}h0`).join("");
  };
  const zero = percent(1 - shareOf(y, 0));
  const behind = known.filter(({ leadS }) => leadS < 0).length;
  const content = markup`<rect class="behind ground" y="${zero}" width="100%" height="${
    percent(shareOf(y, 0))
  }"/><line class="zero" x1="0" x2="100%" y1="${zero}" y2="${zero}"/>${
    stretched([
      markup`<path class="dots ahead" d="${dots(false)}"/>`,
      markup`<path class="dots behind" d="${dots(true)}"/>`,
    ])
  }`;
  const label = `Lead of ${count(known.length, "slice")} over time, from ${seconds(least)} to ${
    seconds(most)
  }; ${behind} behind the playhead.`;
  return plotFrame({ id: `${id}-lead`, label, y, content }, grid);
}

/** The part of the buffer in which anything happened: a minute of it may be of no interest. */
function usedPart({ slices, ticks }: Pick<RecordedSession, "slices" | "ticks">): Scale {
  let [least, most] = [Infinity, 0];
  for (const { startSample, numSamples } of slices) {
    least = Math.min(least, startSample / 48000);
    most = Math.max(most, (startSample + numSamples) / 48000);
  }
  for (const { playbackPosS } of ticks) {
    if (playbackPosS === null) continue;
    least = Math.min(least, playbackPosS);
    most = Math.max(most, playbackPosS);
  }
  return scaleOf(Math.min(least, most), most);
}

function map({ slices, ticks, bufferS }: RecordedSession, id: string, grid: Grid) {
  if (slices.length === 0) return null;
  const x = grid.timeline.x;
  const y = usedPart({ slices, ticks });
  const every = Math.ceil(slices.length / MAX_STROKES);
  const strokes = slices.filter((_, i) => i % every === 0).map(({ t, startSample, numSamples }) => {
    const at = squareX(x, t - (bufferS ?? 0));
    return `M${at} ${squareY(y, startSample / 48000)}V${
      squareY(y, (startSample + numSamples) / 48000)
    }`;
  }).join("");
  const content = stretched([
    markup`<path class="landing" d="${strokes}"/>`,
    markup`<path class="playhead" d="${playhead(ticks, bufferS ?? 0, x, y)}"/>`,
  ]);
  const label = `Places of ${count(slices.length, "slice")} in the buffer, between ${
    seconds(y.min)
  } and ${seconds(y.max)}, and the playhead.`;
  return plotFrame({ id: `${id}-map`, label, y, content }, grid);
}

/** The playhead as a line that is broken where it jumps. */
function playhead(
  ticks: RecordedSession["ticks"],
  startS: number,
  x: Scale,
  y: Scale,
): string {
  let last = -Infinity;
  const every = Math.ceil(ticks.length / MAX_STROKES);
  return ticks.filter((_, i) => i % every === 0).map(({ t, playbackPosS }) => {
    if (playbackPosS === null || t < startS) return "";
    const isOn = playbackPosS >= last && playbackPosS - last < 2;
    last = playbackPosS;
    return `${isOn ? "L" : "M"}${squareX(x, t - startS)} ${squareY(y, playbackPosS)}`;
  }).join("");
}

function bytes({ slices, bufferS }: RecordedSession, id: string, grid: Grid): Markup | null {
  const values = slices.map(({ t, bytes }) => ({ atS: t - (bufferS ?? 0), value: bytes / 1000 }));
  return rate(values, { id: `${id}-bytes`, unit: "kB/s", what: "slice" }, grid);
}

function ticks({ ticks, bufferS }: RecordedSession, id: string, grid: Grid): Markup | null {
  const values = ticks.map(({ t }) => ({ atS: t - (bufferS ?? 0), value: 1 }));
  return rate(values, { id: `${id}-ticks`, unit: "/s", what: "tick" }, grid);
}

/** How much a second, in bins of the time axis. */
function rate(
  values: readonly { readonly atS: number; readonly value: number }[],
  { id, unit, what }: { readonly id: string; readonly unit: string; readonly what: string },
  grid: Grid,
): Markup | null {
  if (values.length === 0) return null;
  const x = grid.timeline.x;
  const binS = Math.max((x.max - x.min) / BINS, 0.25);
  const sums = new Float64Array(Math.ceil((x.max - x.min) / binS) + 1);
  for (const { atS, value } of values) {
    const bin = Math.floor(atS / binS);
    if (bin >= 0 && bin < sums.length) sums[bin] = sums[bin]! + value / binS;
  }
  // The last bin is a part of one only.
  const whole = sums.subarray(0, Math.max(1, sums.length - 1));
  const most = whole.reduce((a, b) => Math.max(a, b), 0);
  const y = scaleOf(0, most * 1.1);
  const path = Array.from(
    whole,
    (value, i) => `${i === 0 ? "M" : "L"}${squareX(x, (i + 0.5) * binS)} ${squareY(y, value)}`,
  ).join("");
  const content = stretched(markup`<path class="wave" d="${path}"/>`);
  const label = `${count(values.length, what)} over time, at most ${
    most.toFixed(1)
  } ${unit} in a bin.`;
  return plotFrame({ id, label, y, unit, content }, grid);
}
