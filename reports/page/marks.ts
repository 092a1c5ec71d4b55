/**
 * What happened, gathered for people: marks of one kind share a number, which stands on every plot
 * and in the list.
 *
 * @module
 */
import type { RunMark } from "../../scenarios/result.ts";
import { percent, type Scale, shareOf } from "./scale.ts";
import { clipped, markWords } from "./words.ts";

/** Marks that share a number. */
export interface MarkGroup {
  /** From 1, in the order of first appearance. */
  readonly number: number;
  /** `step`, `fault`, `event`, … */
  readonly kind: string;
  /** What they have in common. */
  readonly title: string;
  /** Each of them. */
  readonly marks: readonly { readonly atS: number; readonly details: string }[];
}

/** Most groups that are numbered and listed; runs of people have a few. */
const MAX_GROUPS = 40;

/** Groups by kind and verb: each `seek`, wherever it went, is one more of the same number. */
export function groupMarks(marks: readonly RunMark[]): MarkGroup[] {
  const groups = new Map<string, { kind: string; title: string; marks: MarkGroup["marks"][0][] }>();
  for (const { atS, kind, text } of marks) {
    const { verb, details } = markWords(text);
    // Faults that share a verb do unlike things: `network` cuts off, and heals.
    const title = kind === "fault" && details !== "" ? `${verb}: ${details}` : verb;
    const key = JSON.stringify([kind, title]);
    const group = groups.get(key) ?? { kind, title, marks: [] };
    group.marks.push({ atS, details: title === verb ? details : "" });
    groups.set(key, group);
  }
  return [...groups.values()].map((group, i) => ({ number: i + 1, ...group }));
}

/** The groups that are shown, and how many are not. */
export function shownGroups(
  groups: readonly MarkGroup[],
): { readonly shown: readonly MarkGroup[]; readonly hidden: number } {
  // A broken invariant is what the page is about: it is shown wherever it comes.
  const shown = groups.filter(({ kind }, i) => i < MAX_GROUPS || kind === "breach");
  return { shown, hidden: groups.length - shown.length };
}

/** A line through the plots, or a band where lines stand too close to be told apart. */
export interface MarkLine {
  /** Where it begins, as a share of the width. */
  readonly from: number;
  /** Where it ends; `from` for a line. */
  readonly to: number;
  /** The kind of what happened there; the gravest when lines fall together. */
  readonly kind: string;
  /** Whether it happened so often that full lines would be noise. */
  readonly isOften: boolean;
}

/** More marks of one number than this are small ticks, unless they are grave. */
const OFTEN = 12;
/** Kinds from the gravest on; others follow. */
const GRAVITY = ["breach", "fault", "close", "reconnect", "swap", "event", "step"];
/** Places on the width that lines may stand at. */
const PLACES = 1000;
/** Lines closer than this many places run together. */
const CLOSE = 6;
/** As many of them make a band. */
const BAND = 5;

/** One line for each place, to a thousandth of the width; bands where they are dense. */
export function markLines(groups: readonly MarkGroup[], x: Scale): MarkLine[] {
  const found = new Map<number, Pick<MarkLine, "kind" | "isOften">>();
  for (const { kind, marks } of groups) {
    const isOften = marks.length > OFTEN && gravity(kind) >= gravity("event");
    for (const { atS } of marks) {
      const place = Math.round(shareOf(x, atS) * PLACES);
      const present = found.get(place) ?? { kind, isOften };
      found.set(place, graver(present, { kind, isOften }));
    }
  }
  const places = [...found.keys()].sort((a, b) => a - b);
  const lines: MarkLine[] = [];
  for (let i = 0; i < places.length;) {
    const run = [places[i]!];
    while (++i < places.length && places[i]! - run.at(-1)! < CLOSE) run.push(places[i]!);
    if (run.length < BAND) {
      lines.push(...run.map((at) => ({
        from: at / PLACES,
        to: at / PLACES,
        ...found.get(at)!,
      })));
    } else {
      const worst = run.map((at) => found.get(at)!).reduce(graver);
      lines.push({ from: run[0]! / PLACES, to: run.at(-1)! / PLACES, ...worst, isOften: false });
    }
  }
  return lines;
}

/** The graver of two, seldom before often. */
function graver<T extends Pick<MarkLine, "kind" | "isOften">>(a: T, b: T): T {
  const difference = gravity(a.kind) - gravity(b.kind) || Number(a.isOften) - Number(b.isOften);
  return difference <= 0 ? a : b;
}

/** 0 for the gravest kind, more for others. */
export function gravity(kind: string): number {
  const index = GRAVITY.indexOf(kind);
  return index < 0 ? GRAVITY.length : index;
}

/** Numbers above a plot that stand too close for one each. */
export interface MarkBadge {
  /** Where, as a coordinate. */
  readonly x: string;
  /** E.g. `2`, `2, 5` or `2–4`; with an ellipsis when there are more. */
  readonly label: string;
  /** What happened there, for a tooltip. */
  readonly title: string;
}

/** Width of a plot on a small phone, pixels: where badges do not overlap there, they nowhere do. */
const NARROW = 300;

/** Width of a badge, pixels. */
export function badgeWidth(label: string): number {
  return 10 + 6.4 * label.length;
}

/** Marks under one badge, which stands somewhere between the first and the last of them. */
interface Cluster {
  readonly first: number;
  readonly last: number;
  readonly share: number;
  readonly titles: ReadonlyMap<number, string>;
  readonly label: string;
}

/** Badges that do not overlap: marks too close for one each share one. */
export function markBadges(groups: readonly MarkGroup[], x: Scale): MarkBadge[] {
  const marks = groups.flatMap(({ number, title, marks }) =>
    marks.map(({ atS }) => {
      const share = shareOf(x, atS);
      return cluster(share, share, new Map([[number, title]]));
    })
  ).sort((a, b) => a.share - b.share);
  const placed: Cluster[] = [];
  for (let next of marks) {
    for (let last = placed.at(-1); last !== undefined && free(last, next) > next.share;) {
      placed.pop();
      const merged = cluster(last.first, next.last, new Map([...last.titles, ...next.titles]));
      last = placed.at(-1);
      // A wider badge moves on over its own marks before it swallows the one to its left.
      const share = last === undefined ? merged.first : free(last, merged);
      next = { ...merged, share: Math.max(merged.first, Math.min(merged.last, share)) };
    }
    placed.push(next);
  }
  return placed.map(({ share, label, titles }) => ({
    x: percent(share),
    label,
    title: clipped(
      [...titles].sort(([a], [b]) => a - b).slice(0, 6)
        .map(([number, title]) => `${number} ${title}`).join(", "),
    ),
  }));
}

function cluster(first: number, last: number, titles: ReadonlyMap<number, string>): Cluster {
  const label = numbersLabel([...titles.keys()].sort((a, b) => a - b));
  return { first, last, share: first, titles, label };
}

/** The first share that `a` leaves free for `b`. */
function free(a: Cluster, b: Cluster): number {
  return a.share + (badgeWidth(a.label) + badgeWidth(b.label)) / 2 / NARROW;
}

function numbersLabel(numbers: readonly number[]): string {
  const [first, second] = numbers;
  const last = numbers.at(-1)!;
  if (numbers.length === 1) return String(first);
  if (last - first! === numbers.length - 1 && numbers.length > 2) return `${first}–${last}`;
  return numbers.length === 2 ? `${first}, ${second}` : `${first}…${last}`;
}
