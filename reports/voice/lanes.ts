/**
 * Jobs over time, a lane for each session and one for the loudspeaker: waiting, being made, heard.
 *
 * @module
 */
import type { JobPoint, VoiceResult } from "../../scenarios/voice/result.ts";
import { type Grid, plotFrame, span } from "../page/frame.ts";
import { type Markup, markup } from "../page/markup.ts";
import { percent, type Scale, shareOf } from "../page/scale.ts";
import { clipped, count, seconds } from "../page/words.ts";
import { isDoubled } from "./measures.ts";

/** Heights of a row, pixels, by how many rows a page has. */
const ROWS: readonly (readonly [most: number, heightPx: number])[] = [[24, 18], [60, 14], [
  Infinity,
  11,
]];
/** Most letters of a job's name beside its row. */
const MAX_NAME = 9;
/** The lane of jobs that are nobody's. */
const NOBODY = "default";

/** How lanes are drawn where there are several sets of them on a page. */
export interface LaneOptions {
  /** What the ids of their frames begin with. */
  readonly id?: string;
  /** Whether colours are explained below. */
  readonly hasLegend?: boolean;
}

/** The lanes. */
export function voiceLanes(
  voice: VoiceResult,
  grid: Grid,
  { id = "lane", hasLegend = true }: LaneOptions = {},
): Markup {
  const { jobs, listening } = voice.timeline;
  const names = [
    ...new Set([
      ...jobs.map(({ session }) => session ?? NOBODY),
      ...listening.map(({ session }) => session),
    ]),
  ];
  const heightPx = ROWS.find(([most]) => jobs.length <= most)![1];
  const played = jobs.filter(({ sounds }) => sounds.some(({ device }) => device !== null));
  const lanes = names.map((name, i) => {
    const own = jobs.filter(({ session }) => (session ?? NOBODY) === name);
    const heard = listening.filter(({ session }) => session === name);
    const isLast = i === names.length - 1 && played.length === 0;
    const listeners = [...new Set(heard.map(({ listener }) => listener))];
    return markup`<div class="session"><h4>${name} <span class="soft">${count(own.length, "job")}${
      listeners.length === 0
        ? ", nobody listens"
        : `, heard by ${clipped(listeners.join(", "), 60)}`
    }</span></h4>${
      plotFrame({
        id: `${id}-${i}`,
        label: labelOf(name, own),
        y: null,
        heightPx: Math.max(1, own.length) * heightPx + 6,
        hasTimes: isLast,
        content: markup`${
          heard.map(({ fromS, toS }) =>
            markup`<rect class="listened" ${span(grid.timeline.x, fromS, toS)} height="100%"/>`
          )
        }${own.map((job, row) => jobRow(job, 3 + row * heightPx, heightPx, grid.timeline.x))}`,
      }, { ...grid, badges: i === 0 ? grid.badges : [] })
    }</div>`;
  });
  const speaker = played.length === 0
    ? null
    : markup`<div class="session"><h4>Loudspeaker <span class="soft">${
      count(played.length, "job")
    }, on ${
      clipped(
        [...new Set(played.flatMap(({ sounds }) => sounds.flatMap(({ device }) => device ?? [])))]
          .join(", "),
        80,
      )
    }</span></h4>${
      plotFrame({
        id: `${id}-speaker`,
        label: `What the loudspeaker played over time: ${count(played.length, "job")}.`,
        y: null,
        heightPx: 34,
        hasTimes: true,
        content: speakerRow(played, grid.timeline.x),
      }, { ...grid, badges: [] })
    }</div>`;
  return markup`<div class="lanes">${lanes}${speaker}</div>${hasLegend ? legend() : null}`;
}

function labelOf(session: string, jobs: readonly JobPoint[]): string {
  const heard = jobs.filter(({ sounds }) => sounds.length > 0).length;
  return `Jobs of ${session} over time: ${count(jobs.length, "job")}, ${heard} of them heard.`;
}

/** One job: a thin line while it waits, a bar while it is made, a full one while it is heard. */
function jobRow(job: JobPoint, top: number, heightPx: number, x: Scale): Markup {
  const { askedS, startedS, madeS, sounds, outcome } = job;
  const bar = heightPx - 4;
  const middle = top + heightPx / 2;
  const isBad = outcome === "lost" || outcome === "failed" || outcome === "refused";
  const endS = outcome === "unfinished"
    ? x.max
    : Math.max(askedS, startedS ?? 0, madeS ?? 0, ...sounds.map(({ toS }) => toS));
  const firstS = sounds[0]?.fromS ?? null;
  const twice = isDoubled(job);
  return markup`<g class="job"><title>${titleOf(job)}</title>
    <text class="name" x="-7" y="${middle}" dy=".35em">${clipped(job.job, MAX_NAME)}</text>
    ${piece("wait", askedS, startedS ?? (isBad ? null : firstS), middle - 1, 2, x)}
    ${
    piece(
      "make",
      startedS,
      madeS ?? (outcome === "stopped" ? firstS ?? endS : endS),
      top + 2,
      bar,
      x,
    )
  }
    ${
    madeS === null
      ? null
      : piece("wait", madeS, outcome === "unfinished" ? x.max : firstS, middle - 1, 2, x)
  }
    ${
    sounds.map(({ fromS, toS, device }) =>
      piece(
        `sound ${twice ? "twice" : device === null ? "" : "local"}`,
        fromS,
        toS,
        top + 1,
        heightPx - 2,
        x,
      )
    )
  }${
    isBad || outcome === "stopped" || outcome === "unfinished"
      ? markup`<text class="end ${isBad ? "bad" : ""}" x="${
        percent(Math.min(0.9, shareOf(x, endS)))
      }" dx="4" y="${middle}" dy=".35em">${outcome}</text>`
      : null
  }</g>`;
}

function piece(
  kind: string,
  fromS: number | null,
  toS: number | null,
  y: number,
  height: number,
  x: Scale,
): Markup | null {
  if (fromS === null || toS === null || toS <= fromS) return null;
  return markup`<rect class="${kind}" ${
    span(x, fromS, toS)
  } y="${y}" height="${height}" rx="1.5"/>`;
}

function titleOf(
  { job, text, askedS, startedS, madeS, outcome, reason, sounds }: JobPoint,
): string {
  const first = sounds[0];
  return [
    `${job}: “${clipped(text, 60)}”`,
    `asked at ${seconds(askedS)}`,
    ...(startedS === null ? [] : [`made from ${seconds(startedS)}`]),
    ...(madeS === null ? [] : [`to ${seconds(madeS)}`]),
    ...(first === undefined ? [] : [`heard from ${seconds(first.fromS)} by ${first.ear}`]),
    `${outcome}${reason === "" ? "" : `: ${clipped(reason, 100)}`}`,
  ].join(", ");
}

/** Every job that was played here, one after the other if all is well. */
function speakerRow(jobs: readonly JobPoint[], x: Scale): Markup {
  return markup`${
    jobs.flatMap((job) =>
      job.sounds.filter(({ device }) => device !== null).map(({ fromS, toS, device }) => {
        const hasRoom = (toS - fromS) / (x.max - x.min) > 0.07;
        return markup`<g class="job"><title>${`${job.job} on ${clipped(device!, 60)}, ${
          seconds(fromS)
        } to ${seconds(toS)}`}</title>
        <rect class="sound local" ${span(x, fromS, toS)} y="6" height="22" rx="2"/>${
          hasRoom
            ? markup`<text class="inside" x="${
              percent(shareOf(x, fromS))
            }" dx="5" y="17" dy=".35em">${clipped(job.job, MAX_NAME)}</text>`
            : null
        }</g>`;
      })
    )
  }`;
}

function legend(): Markup {
  const item = (kind: string, y: string, height: string, words: string) =>
    markup`<li><svg class="swatch" aria-hidden="true"><g class="job"><rect class="${kind}" y="${y}" width="100%" height="${height}"/></g></svg> ${words}</li>`;
  return markup`<ul class="legend">${item("wait", "6", "2", "waits")}${
    item("make", "2", "10", "speech is made")
  }${item("sound", "0", "100%", "heard by a listener")}${
    item("sound local", "0", "100%", "played by the loudspeaker")
  }${item("sound twice", "0", "100%", "heard twice")}${
    item("listened", "0", "100%", "somebody listens")
  }</ul>`;
}
