/**
 * What the page's script knows: enough to say what was the case at any moment. Long runs are thinned
 * as the plots are, so the worst values stay.
 *
 * @module
 */
import type { VoiceResult } from "../../scenarios/voice/result.ts";
import type { Report } from "../model.ts";
import type { SoundExcerpt } from "../sound/mod.ts";
import { fewest, fewOfEach, joined } from "./few.ts";
import { type HeardStretch, oldStretches } from "./heard.ts";
import { gravity, type MarkGroup, shownGroups } from "./marks.ts";
import { keepExtremes } from "./thin.ts";
import { STATES, type Stretch, type Timeline } from "./timeline.ts";
import { overlapsOf } from "../voice/measures.ts";

/** Columns that read-outs are thinned to. */
const COLUMNS = 600;
/** Most stretches of one kind that a read-out knows. */
const MAX_STRETCHES = 4000;
/** Columns of which a read-out knows a few marks each, where there are too many. */
const MARK_COLUMNS = 1000;
/** Most letters that marks are told with; from there on they are told without details. */
const MAX_MARK_TEXT = 50_000;
/** Sound that goes on within this is one stretch, seconds. */
const TOUCHING_S = 0.005;

/** Columns of equal length. */
export interface PageData {
  /** End of the session, seconds. */
  readonly endS: number;
  /** Ticks: time, playhead, staleness, index of the names of its states. */
  readonly ticks: readonly [number[], number[], number[], number[]];
  /** Names of states that ticks have. */
  readonly states: readonly string[];
  /** Slices: time, lead. */
  readonly slices: readonly [number[], number[]];
  /** When anything was heard: from, to. */
  readonly heard: Columns;
  /** When old audio was. */
  readonly old: Columns;
  /** When old audio was that is no fault, as the session rested. */
  readonly rest: Columns;
  /** The sound: session time from and to, and the place in the excerpt from and to; null without. */
  readonly sound: readonly [number[], number[], number[], number[]] | null;
  /** What happened: time and index of its words. */
  readonly marks: readonly [number[], number[]];
  /** Words of what happened. */
  readonly words: readonly string[];
  /** Jobs of a run about voices, as columns of equal length. */
  readonly jobs?: JobColumns;
}

/** Jobs, as columns of equal length; times in seconds. */
export interface JobColumns {
  readonly names: readonly string[];
  readonly asked: readonly number[];
  readonly started: readonly (number | null)[];
  readonly made: readonly (number | null)[];
  /** When nothing more happens to it. */
  readonly over: readonly number[];
  /** What was heard of it: from, to, by whom. */
  readonly sounds: readonly (readonly (readonly [number, number, string])[])[];
}

/** Stretches, one after the other: where they begin, where they end. */
export type Columns = readonly [fromS: number[], toS: number[]];

/** Gathers it. */
export function pageData(
  report: Report,
  timeline: Timeline,
  heard: readonly HeardStretch[],
  groups: readonly MarkGroup[],
  excerpt: SoundExcerpt | null,
): PageData {
  const { ticks, slices } = report.series;
  const tick = keepExtremes(ticks.atS, ticks.stalenessS, COLUMNS);
  const slice = keepExtremes(slices.atS, slices.leadS, COLUMNS);
  const old = oldStretches(heard);
  const states = new Index();
  const words = new Index();
  const marks = knownMarks(groups, timeline.x.max, words);
  return {
    endS: milli(timeline.x.max),
    ticks: [
      tick.map((i) => milli(ticks.atS[i]!)),
      tick.map((i) => milli(ticks.playheadS[i]!)),
      tick.map((i) => milli(ticks.stalenessS[i]!)),
      tick.map((i) => states.of(stateNames(ticks.tags[i]!))),
    ],
    states: states.texts,
    slices: [
      slice.map((i) => milli(slices.atS[i]!)),
      slice.map((i) => milli(slices.leadS[i]!)),
    ],
    heard: columns(joined(heard, TOUCHING_S)),
    old: columns(old.filter(({ isResting }) => !isResting)),
    rest: columns(old.filter(({ isResting }) => isResting)),
    sound: excerpt === null ? null : soundMap(heard, excerpt),
    marks: [marks.map(({ atS }) => milli(atS)), marks.map(({ word }) => word)],
    words: words.texts,
    ...(report.voice !== undefined && voiceData(report.voice, excerpt)),
  };
}

/** What the page of a run about voices knows beside, and in place of, what others do. */
function voiceData(
  voice: VoiceResult,
  excerpt: SoundExcerpt | null,
): Pick<PageData, "jobs" | "old" | "sound"> {
  const { jobs } = voice.timeline;
  const orNull = (value: number | null) => value === null ? null : milli(value);
  return {
    jobs: {
      names: jobs.map(({ job }) => job),
      asked: jobs.map(({ askedS }) => milli(askedS)),
      started: jobs.map(({ startedS }) => orNull(startedS)),
      made: jobs.map(({ madeS }) => orNull(madeS)),
      over: jobs.map(({ askedS, startedS, madeS, sounds, outcome }) =>
        outcome === "unfinished"
          ? 1e9
          : milli(Math.max(askedS, startedS ?? 0, madeS ?? 0, ...sounds.map(({ toS }) => toS)))
      ),
      sounds: jobs.map(({ sounds }) =>
        sounds.map(({ fromS, toS, ear }) => [milli(fromS), milli(toS), ear] as const)
      ),
    },
    old: columns(overlapsOf(voice)),
    // A recording of voices runs with the session.
    sound: excerpt === null
      ? null
      : [[excerpt.fromS], [excerpt.fromS + excerpt.durationS], [0], [excerpt.durationS]],
  };
}

/** Texts that stand once, and are named by their number. */
class Index {
  readonly #numbers = new Map<string, number>();
  /** How many letters there are. */
  length = 0;

  /** The number of `text`. */
  of(text: string): number {
    const number = this.#numbers.get(text) ?? this.#numbers.size;
    if (number === this.#numbers.size) this.length += text.length;
    this.#numbers.set(text, number);
    return number;
  }

  /** The texts, by number. */
  get texts(): string[] {
    return [...this.#numbers.keys()];
  }
}

/** By time; of a run of very many a few of each moment, the gravest first. */
function knownMarks(groups: readonly MarkGroup[], lengthS: number, words: Index) {
  const marks = shownGroups(groups).shown.flatMap(({ number, kind, title, marks }) =>
    marks.map(({ atS, details }) => {
      const isFull = words.length > MAX_MARK_TEXT;
      return {
        atS,
        kind,
        word: words.of(`${number} ${title} ${isFull ? "" : details}`.trim()),
      };
    })
  ).sort((a, b) => a.atS - b.atS);
  return fewOfEach(marks, {
    lengthS,
    columns: MARK_COLUMNS,
    key: ({ word }) => word,
    weight: ({ kind }) => gravity(kind),
  });
}

function columns(stretches: readonly Stretch[]): Columns {
  const known = fewest(stretches, MAX_STRETCHES);
  return [known.map(({ fromS }) => milli(fromS)), known.map(({ toS }) => milli(toS))];
}

/**
 * The stretches that the excerpt holds, cut to it: session times and places in the excerpt. Those that
 * go on as the one before are one with it.
 */
export function soundMap(
  heard: readonly HeardStretch[],
  { fromS, durationS }: Pick<SoundExcerpt, "fromS" | "durationS">,
): [number[], number[], number[], number[]] {
  const map: [number[], number[], number[], number[]] = [[], [], [], []];
  let last: SoundStretch | null = null;
  for (const it of heard) {
    if (it.startS === null || it.durationS <= 0) continue;
    const from = Math.max(it.startS, fromS);
    const to = Math.min(it.startS + it.durationS, fromS + durationS);
    if (to <= from) continue;
    const pace = (it.toS - it.fromS) / it.durationS;
    const stretch = {
      atS: it.fromS + (from - it.startS) * pace,
      endS: it.fromS + (to - it.startS) * pace,
      from: from - fromS,
      to: to - fromS,
      pace,
    };
    if (last !== null && goesOn(last, stretch)) {
      map[1].pop();
      map[3].pop();
    } else {
      map[0].push(milli(stretch.atS));
      map[2].push(milli(stretch.from));
    }
    map[1].push(milli(stretch.endS));
    map[3].push(milli(stretch.to));
    last = stretch;
  }
  return map;
}

interface SoundStretch {
  readonly atS: number;
  readonly endS: number;
  readonly from: number;
  readonly to: number;
  /** Session time for each second of sound. */
  readonly pace: number;
}

function goesOn(a: SoundStretch, b: SoundStretch): boolean {
  return Math.abs(b.atS - a.endS) < 1e-4 && Math.abs(b.from - a.to) < 1e-4 &&
    Math.abs(b.pace - a.pace) < 1e-3;
}

function stateNames(tags: string): string {
  return tags.split(" ").flatMap((tag) => STATES[tag] ?? []).join(", ");
}

function milli(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** JSON that may stand inside a `<script>`: nothing in it ends or opens one. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
