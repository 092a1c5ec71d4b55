/// <reference lib="dom" />
/**
 * Sessions of a project in lanes, with their commits.
 *
 * @module
 */
import { usdText } from "../words.ts";
import { draw, make } from "./nodes.ts";
import type { TimelineRecord } from "./records.ts";

const LANE = 22;
const HEAD = 22;
const BAR = 14;
/** A session that took a moment is seen all the same, pixels. */
const MIN_BAR = 3;
/** Narrower pictures are scrolled, pixels. */
const MIN_WIDTH = 640;
const MAX_MARKS = 8;

/** The picture, for a place of so many pixels. */
export function timelineNode(
  { bars, lanes, range, ticks }: TimelineRecord,
  placeWidth: number,
): Element {
  if (bars.length === 0) return make("p", { class: "quiet" }, "No session on these days.");
  // What was before the first session, and is after the last, is not drawn.
  const [fromMs, toMs] = [
    Math.max(Date.parse(range.start), Math.min(...bars.map(({ start }) => Date.parse(start)))),
    Math.min(Date.parse(range.end), Math.max(...bars.map(({ end }) => Date.parse(end)))),
  ];
  const width = Math.max(MIN_WIDTH, Math.floor(placeWidth) - 6);
  const spanMs = Math.max(60_000, toMs - fromMs);
  const x = (time: string | number) => {
    const ms = typeof time === "number" ? time : Date.parse(time);
    return Math.round((Math.min(Math.max(ms, fromMs), toMs) - fromMs) / spanMs * (width - 12)) + 6;
  };
  const height = HEAD + lanes * LANE + 6;
  const picture = draw("svg", {
    ...{ class: "line", width, height, role: "group" },
    "aria-label": `${bars.length} sessions and ${ticks.length} commits by time`,
  });
  for (const ms of marksOf(fromMs, toMs)) {
    picture.append(
      draw("line", { class: "rule", x1: x(ms), x2: x(ms), y1: HEAD - 4, y2: height }),
      draw("text", { x: Math.min(x(ms) + 3, width - 60), y: 12 }, markText(ms, spanMs)),
    );
  }
  const laneOf = new Map(bars.map(({ id, lane }) => [id, lane]));
  for (const { end, health, id, lane, live, segments, start, title, usd } of bars) {
    const y = HEAD + lane * LANE;
    const text = `${title}: ${usdText(usd)}, ${timeText(start)} to ${live ? "now" : timeText(end)}`;
    const middle = y + BAR / 2;
    const link = draw("a", {
      ...{ href: `/s/${encodeURIComponent(id)}`, "data-testid": "tl-bar" },
      ...{ "data-health": health, "aria-label": text },
    });
    link.append(
      draw("title", {}, text),
      draw("line", { class: "whole", x1: x(start), x2: x(end), y1: middle, y2: middle }),
      ...segments.map(([from, to]) =>
        draw("rect", {
          ...{ class: "bar-part", x: x(from), y, rx: 2, height: BAR },
          width: Math.max(MIN_BAR, x(to) - x(from)),
        })
      ),
    );
    picture.append(link);
  }
  for (const { confidence, sessionId, sha, subject, ts } of ticks) {
    const [cx, y] = [x(ts), HEAD + (laneOf.get(sessionId) ?? 0) * LANE];
    picture.append(
      draw(
        "a",
        { href: `/backlinks?q=${sha}`, "aria-label": `${subject}, ${confidence}` },
        draw("title", {}, `${sha.slice(0, 9)} ${subject} (${confidence})`),
        draw("path", {
          ...{ class: "tick", "data-testid": "tl-tick", "data-confidence": confidence },
          d: `M${cx - 5} ${y + BAR + 6}l5 -10l5 10z`,
        }),
      ),
    );
  }
  return picture;
}

/** Times to write above, at most eight: whole days, or hours where it is no more than two days. */
function marksOf(fromMs: number, toMs: number): number[] {
  const hours = [1, 3, 6, 12, 24, 48, 168, 336, 720, 2160];
  const step = hours.find((it) => (toMs - fromMs) / (it * 3600_000) <= MAX_MARKS) ?? 4320;
  const begin = new Date(fromMs);
  begin.setHours(0, 0, 0, 0);
  const marks: number[] = [];
  for (let ms = begin.getTime(); ms <= toMs; ms += step * 3600_000) {
    if (ms >= fromMs) marks.push(ms);
  }
  return marks;
}

function markText(ms: number, spanMs: number): string {
  const time = new Date(ms);
  return spanMs <= 2 * 86_400_000
    ? time.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })
    : time.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
}

function timeText(time: string): string {
  return new Date(time).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}
