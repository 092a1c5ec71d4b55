/**
 * Which half minute of a recording is worth hearing first.
 *
 * @module
 */
import type { Report } from "../model.ts";
import { type OldPassage, oldPassages } from "./passages.ts";
import { recordingTimeOf } from "./timeline.ts";

/** A place in the recording, and why it was chosen. */
export interface Choice {
  /** Where the trouble begins, seconds. */
  readonly placeS: number;
  /** In plain words, with session times. */
  readonly reason: string;
}

/** Old audio that adds up to less than this is no trouble, seconds. */
const LEAST_OLD_S = 0.1;
/** Every jump brings a little old audio; what its tags explain is worth hearing from here on, seconds. */
const LEAST_EXPLAINED_S = 1;
/** A window nearly as bad as the worst is better when it comes first: it shows how it began. */
const NEARLY = 0.9;

/**
 * The worst moment: the most old audio that nothing explains, else a slice behind the playhead, else
 * long old audio that something does explain, else where most happened, else where slices came
 * closest.
 *
 * @param windowS How long an excerpt shows what follows, seconds.
 */
export function chooseMoment(report: Report, windowS: number): Choice {
  return mostOld(report, windowS) ?? furthestBehind(report) ?? longestExplained(report) ??
    mostEventful(report, windowS) ?? closest(report) ??
    { placeS: 0, reason: "Nothing in this run stands out; this is its beginning." };
}

function mostOld({ series }: Report, windowS: number): Choice | null {
  const passages = oldPassages(series.heard).filter((it) => it.unexplainedS > 0);
  const inWindow = passages.map((_, i) => passagesWithin(passages, i, windowS));
  const sums = inWindow.map((them) => them.reduce((sum, it) => sum + it.unexplainedS, 0));
  const most = Math.max(0, ...sums.slice(0, passages.length));
  if (most < LEAST_OLD_S) return null;
  const chosen = sums.findIndex((sum) => sum >= NEARLY * most);
  const them = inWindow[chosen]!;
  const longest = them.reduce((a, b) => b.oldS > a.oldS ? b : a);
  const { fromS: placeS, atS } = them[0]!;
  if (them.length === 1) {
    return { placeS, reason: `The longest old audio: ${inS(longest.oldS)} from ${inS(atS)} on.` };
  }
  return {
    placeS,
    reason: `The most old audio: ${inS(sums[chosen]!)} in ${them.length} pieces from ${
      inS(atS)
    } on, the longest ${inS(longest.oldS)} at ${inS(longest.atS)}.`,
  };
}

/** The passages that begin within a window from the beginning of one of them. */
function passagesWithin(
  passages: readonly OldPassage[],
  first: number,
  windowS: number,
): readonly OldPassage[] {
  const untilS = passages[first]!.fromS + windowS;
  let end = first + 1;
  while (end < passages.length && passages[end]!.fromS < untilS) end++;
  return passages.slice(first, end);
}

function longestExplained({ series }: Report): Choice | null {
  const longest = oldPassages(series.heard).reduce<OldPassage | null>(
    (a, b) => a === null || b.oldS > a.oldS ? b : a,
    null,
  );
  if (longest === null || longest.oldS < LEAST_EXPLAINED_S) return null;
  const { fromS: placeS, atS, oldS, tags } = longest;
  return {
    placeS,
    reason: `The longest old audio: ${inS(oldS)} from ${inS(atS)} on, which its tags explain (${
      tags.join(", ")
    }).`,
  };
}

function furthestBehind(report: Report): Choice | null {
  const found = lowestLead(report);
  if (found === null || found.leadS >= 0) return null;
  return {
    placeS: found.placeS,
    reason: `A slice landed ${(-found.leadS).toFixed(2)} s behind the playhead at ${
      inS(found.atS)
    }.`,
  };
}

function closest(report: Report): Choice | null {
  const found = lowestLead(report);
  if (found === null) return null;
  return {
    placeS: found.placeS,
    reason: `No old audio without a reason; slices came closest to the playhead at ${
      inS(found.atS)
    }, ${found.leadS.toFixed(2)} s ahead of it.`,
  };
}

/** The slice that no tag explains with the lowest lead, if the recording holds its moment. */
function lowestLead(report: Report) {
  const { slices } = report.series;
  let lowest: { atS: number; leadS: number; placeS: number } | null = null;
  for (const [i, leadS] of slices.leadS.entries()) {
    if (slices.tags[i] !== "" || (lowest !== null && leadS >= lowest.leadS)) continue;
    const atS = slices.atS[i]!;
    const placeS = recordingTimeOf(report, atS);
    if (placeS !== null) lowest = { atS, leadS, placeS };
  }
  return lowest;
}

/**
 * Where most faults and lost connections follow each other, of a run without any where most steps
 * do; keeping a server awake is not one of them.
 */
function mostEventful(report: Report, windowS: number): Choice | null {
  const inSound = report.marks
    .map(({ atS, kind, text }) => ({ kind, text, atS, placeS: recordingTimeOf(report, atS) }))
    .filter((it): it is typeof it & { placeS: number } => it.placeS !== null);
  const grave = inSound.filter(isGrave);
  const events = grave.length > 0
    ? grave
    : inSound.filter(({ kind, text }) => kind !== "event" && !text.startsWith("knobs "));
  const counts = events.map(({ placeS }, i) =>
    events.slice(i).filter((it) => it.placeS < placeS + windowS).length
  );
  const most = Math.max(0, ...counts);
  if (most === 0) return null;
  const { atS, placeS } = events[counts.indexOf(most)]!;
  const what = most === 1 ? "what happened" : `most of what happened, ${most} events`;
  return { placeS, reason: `No old audio without a reason; this is ${what} from ${inS(atS)} on.` };
}

/** Whether something broke: a session that ends as sessions do did not. */
function isGrave({ kind, text }: { readonly kind: string; readonly text: string }): boolean {
  return kind === "fault" || kind === "close" && !text.startsWith("closed with 1000");
}

function inS(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}
