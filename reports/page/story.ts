/**
 * The run in a few sentences: what went wrong, and when. Everything is taken from the report, so it
 * holds for every kind of run.
 *
 * @module
 */
import type { Report } from "../model.ts";
import { failuresOf } from "../summary.ts";
import { voiceMoment } from "../voice/measures.ts";
import { voiceHealth, voiceTroubles } from "../voice/story.ts";
import { type HeardStretch, longest, oldStretches } from "./heard.ts";
import { isExplained, type Stretch } from "./timeline.ts";
import { median } from "./statistics.ts";
import { count, perCent, seconds } from "./words.ts";

/** The run in sentences. */
export interface Story {
  /** A heading: `What went wrong`, `Nothing went wrong`, … */
  readonly heading: string;
  /** Whether anything did. */
  readonly kind: "trouble" | "fine" | "unjudged";
  /** The main sentence. */
  readonly lead: string;
  /** More, in order of weight. */
  readonly more: readonly string[];
  /** The moment to look at and listen to first, session time; null when none stands out. */
  readonly worstS: number | null;
}

/** Old audio shorter than this is the way to the first slice, seconds. */
const OLD_S = 0.5;

/** Close code of a session that ended as sessions do. */
const ORDINARY_CLOSE = 1000;

/** Tells the run. */
export function storyOf(report: Report, heard: readonly HeardStretch[]): Story {
  if (report.verdict === "not-applicable") {
    const lead = `This scenario did not run here: ${report.reason ?? "no reason was given"}.`;
    return { heading: "Did not run", kind: "unjudged", lead: ended(lead), more: [], worstS: null };
  }
  const { voice } = report;
  const worstS = voice === undefined ? worstMoment(report, heard) : voiceMoment(report);
  const troubles = troublesOf(report, heard);
  const failures = failuresOf(report).map((it) => ended(`Against the limits: ${it}`));
  const notes = voice === undefined ? health(report, heard) : voiceHealth(voice);
  const doubt = report.verdict === "inconclusive"
    ? [ended(`There is no judgement: ${report.reason ?? "no reason was given"}`)]
    : [];
  const [lead, ...more] = [...doubt, ...troubles, ...failures];
  if (lead === undefined) {
    const [first, ...rest] = notes;
    return {
      heading: "Nothing went wrong",
      kind: "fine",
      lead: first ?? "Every limit held.",
      more: rest,
      worstS,
    };
  }
  return {
    heading: doubt.length > 0 ? "No judgement" : headingOf(report),
    kind: doubt.length > 0 ? "unjudged" : "trouble",
    lead,
    more: troubles.length === 0 ? [...more, ...notes] : more,
    worstS,
  };
}

/** What went wrong in a run, in sentences, the weightiest first; none where all is well. */
export function troublesOf(report: Report, heard: readonly HeardStretch[]): string[] {
  if (report.voice !== undefined) return voiceTroubles(report.voice);
  return [
    ...brokenInvariants(report),
    ...lostSession(report),
    ...oldAudio(report, heard),
    ...missingSlices(report),
    ...lateSlices(report),
    ...wrongAudio(report),
  ];
}

function headingOf({ verdict, expectedFailure }: Report): string {
  if (verdict === "failed") return "What went wrong";
  return expectedFailure ? "What goes wrong here, as foretold" : "What happened, within the limits";
}

/**
 * Where an invariant was broken first; else the longest old audio that nothing explains; else the stalest unexplained tick, if it is stale; else
 * where the connection was lost, where no slice came for longest, where the first came too late.
 */
function worstMoment(report: Report, heard: readonly HeardStretch[]): number | null {
  const { slices } = report.series;
  return breachesOf(report)[0]?.atS ?? worstOld(report, heard) ?? worstClose(report) ??
    longestPause(slices.atS, slices.tags, report.timing.sessionS)?.fromS ??
    slices.atS[firstLate(report)] ?? null;
}

function worstOld({ series: { ticks }, lag }: Report, heard: readonly HeardStretch[]) {
  const old = longest(oldStretches(heard).filter(({ isResting }) => !isResting));
  if (old !== null && old.toS - old.fromS >= OLD_S) return old.fromS;
  let worst = -1;
  ticks.stalenessS.forEach((value, i) => {
    const isWorse = worst < 0 || value > ticks.stalenessS[worst]!;
    if (isWorse && !isExplained(ticks.tags[i]!)) worst = i;
  });
  if (worst < 0 || ticks.stalenessS[worst]! < lag.ticks.staleThresholdS) return null;
  return ticks.atS[worst]!;
}

/** Of the times when the connection was lost the one that took longest to mend; the last if none was. */
function worstClose({ marks, session: { closeCode } }: Report): number | null {
  const closes = marks.filter(({ kind }) => kind === "close");
  if (closeCode === null || closeCode === ORDINARY_CLOSE) return null;
  const gaps = closes.flatMap(({ atS: fromS }) => {
    const back = marks.find((it) => it.kind === "reconnect" && it.atS >= fromS);
    return back === undefined ? [] : [{ fromS, toS: back.atS }];
  });
  return (gaps.length < closes.length ? null : longest(gaps)?.fromS) ?? closes.at(-1)?.atS ?? null;
}

function breachesOf({ marks }: Report): Report["marks"] {
  return marks.filter(({ kind }) => kind === "breach");
}

function brokenInvariants(report: Report): string[] {
  return breachesOf(report).map(({ atS, text }) =>
    ended(`At ${seconds(atS)} an invariant was broken, ${text}`)
  );
}

function lostSession({ session, series, marks }: Report): string[] {
  const closes = marks.filter(({ kind }) => kind === "close");
  if (series.ticks.atS.length === 0 && series.slices.atS.length === 0) {
    const why = closes.at(-1)?.text;
    return [ended(`The session never began to stream${why === undefined ? "" : `: ${why}`}`)];
  }
  const { closeCode, closeReason, reconnects, gapS } = session;
  if (closeCode === null || closeCode === ORDINARY_CLOSE) return [];
  const code = `${closeCode}${closeReason ? ` (${closeReason})` : ""}`;
  const when = closes.length === 0 ? "" : ` at ${seconds(closes.at(-1)!.atS)}`;
  if (reconnects === 0) return [ended(`The connection ended${when} with ${code}`)];
  const times = reconnects === 1 ? "once" : `${reconnects} times`;
  const gap = gapS === null ? "" : `, and without slices for at most ${seconds(gapS)}`;
  return [
    ended(`The connection was lost${when} with ${code}; the client came back ${times}${gap}`),
  ];
}

function oldAudio({ lag }: Report, heard: readonly HeardStretch[]): string[] {
  const { freshShare, longestUnrefreshedS } = lag;
  if (freshShare === null) return [];
  const old = oldStretches(heard);
  const worst = longest(old.filter(({ isResting }) => !isResting));
  const worstS = worst === null ? 0 : worst.toS - worst.fromS;
  if (heard.length === 0 ? longestUnrefreshedS < OLD_S : worstS < OLD_S) return [];
  const when = worst === null ? "" : `, from ${seconds(worst.fromS)} to ${seconds(worst.toS)}`;
  const rested = old.some(({ isResting, fromS, toS }) => isResting && toS - fromS >= OLD_S)
    ? " (some of it while the session rested)"
    : "";
  return [
    `${
      perCent(1 - freshShare)
    } of what was heard was old audio: not rewritten for this lap${rested}.`,
    `The longest stretch of it lasted ${
      seconds(worst === null ? longestUnrefreshedS : worstS)
    }${when}.`,
  ];
}

function missingSlices({ lag, series: { slices }, timing, session }: Report): string[] {
  const lengthS = median(slices.durationS);
  if (lengthS === null) return lag.ticks.count > 0 ? ["No slice ever came."] : [];
  const sentences: string[] = [];
  const covered = slices.durationS.reduce((sum, it) => sum + it, 0) * slices.every;
  const share = covered / Math.max(1e-9, timing.sessionS);
  if (share < 1) {
    sentences.push(
      `Slices came at ${rate(lag.slices.perS)} and each covers ${seconds(lengthS)}: ` +
        `at most ${perCent(share)} of what plays could be new.`,
    );
  }
  const pause = longestPause(slices.atS, slices.tags, timing.sessionS);
  // A pause over a reconnect has been told.
  if (pause !== null && pause.toS - pause.fromS > (session.gapS ?? 0) + 0.1) {
    sentences.push(
      `For ${seconds(pause.toS - pause.fromS)} no slice came, from ${seconds(pause.fromS)} on.`,
    );
  }
  return sentences;
}

/** The longest time without a slice, if it is out of the ordinary and the session was not at rest. */
function longestPause(atS: readonly number[], tags: readonly string[], endS: number) {
  const times = [0, ...atS, endS];
  const gaps = times.slice(1).map((toS, i) => ({
    fromS: times[i]!,
    toS,
    isResting: /\bidle\b/.test(tags[i - 1] ?? ""),
  }));
  const usual = median(gaps.map(({ fromS, toS }) => toS - fromS)) ?? 0;
  const worst = longest(gaps.filter(({ isResting }) => !isResting));
  return worst !== null && worst.toS - worst.fromS > Math.max(OLD_S, usual * 3) ? worst : null;
}

/** Index of the first late slice that nothing explains; −1 without one. */
function firstLate({ series: { slices } }: Report): number {
  return slices.leadS.findIndex((leadS, i) => leadS < 0 && !isExplained(slices.tags[i]!));
}

function lateSlices(report: Report): string[] {
  const { lag, series: { slices } } = report;
  const late = lag.unexplained.behindPlayhead;
  if (late === 0) return [];
  const first = firstLate(report);
  const when = first < 0
    ? ""
    : late === 1
    ? `, at ${seconds(slices.atS[first]!)}`
    : `, the first at ${seconds(slices.atS[first]!)}`;
  return [`${count(late, "slice")} landed behind the playhead, too late for this lap${when}.`];
}

function wrongAudio({ mirror, session, marks }: Report): string[] {
  const undecodable = marks.find(({ text }) => text.startsWith("undecodable"));
  return [
    ...(session.decodeErrors === 0 ? [] : [
      `${count(session.decodeErrors, "slice")} could not be decoded${
        undecodable === undefined ? "" : `, the first at ${seconds(undecodable.atS)}`
      }.`,
    ]),
    ...(mirror.identical === false
      ? ["Client and server no longer hold the same audio: the listener hears a ghost of it."]
      : []),
  ];
}

function health({ lag, mirror }: Report, heard: readonly HeardStretch[]): string[] {
  const { freshShare, slices, longestUnrefreshedS } = lag;
  return [
    ...(freshShare === null ? [] : healthOfHeard(freshShare, longestUnrefreshedS, heard)),
    ...(slices.leadS.p50 === null ? [] : [
      `Slices came at ${rate(slices.perS)}, ${seconds(slices.leadS.p50)} ahead of the listener ` +
      "in the median.",
    ]),
    ...(mirror.identical === true ? ["Client and server hold the same audio, bit for bit."] : []),
  ];
}

/** How fresh it was; old audio of a session at rest is no fault and told apart. */
function healthOfHeard(
  freshShare: number,
  longestS: number,
  heard: readonly HeardStretch[],
): string[] {
  const old = oldStretches(heard);
  const restS = lengthS(old.filter(({ isResting }) => isResting));
  if (restS < OLD_S) {
    return [
      `${perCent(freshShare)} of what was heard had been rewritten for this lap; ` +
      `the longest stretch of old audio lasted ${seconds(longestS)}.`,
    ];
  }
  const worst = longest(old.filter(({ isResting }) => !isResting));
  const freshS = lengthS(heard.filter(({ isFresh }) => isFresh));
  const awake = freshS / Math.max(1e-9, lengthS(heard) - restS);
  return [
    `Apart from rest, ${
      perCent(Math.min(1, awake))
    } of what was heard had been rewritten for this ` +
    `lap; the longest stretch of old audio lasted ${
      seconds(worst === null ? 0 : worst.toS - worst.fromS)
    }.`,
    `While the session rested ${seconds(restS)} of old audio was heard: that is no fault.`,
  ];
}

function lengthS(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { fromS, toS }) => sum + toS - fromS, 0);
}

function rate(perS: number): string {
  return `${Number(perS.toPrecision(2))}/s`;
}

/** With a full stop, and only one. */
function ended(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
