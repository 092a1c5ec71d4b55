/**
 * Why a run failed, read from its report: the first breach, and what happened just before it.
 *
 * @module
 */
import {
  heardStretches,
  type Report,
  troublesOf,
  voiceMoment,
  voiceTroubles,
} from "../reports/mod.ts";
import type { ExpectationResult, RunMark } from "../scenarios/mod.ts";

/** The first moment at which something was wrong that nothing excuses. */
export interface Breach {
  /** When, seconds of session time. */
  readonly atS: number;
  /** What: a late slice, a stale tick, audio that nobody rewrote, an event. */
  readonly kind: "late slice" | "stale tick" | "unrefreshed audio" | "speech" | "event";
  /** In words. */
  readonly text: string;
}

/** What is known of why a run ended as it did. */
export interface Explanation {
  /** Expectations that were not met, in the scenario's order. */
  readonly failed: readonly ExpectationResult[];
  /** Null when the report shows no such moment. */
  readonly firstBreach: Breach | null;
  /** The last things that happened up to the breach, oldest first. */
  readonly before: readonly RunMark[];
  /** All of it in a few sentences. */
  readonly text: string;
}

/** How far before a breach causes are looked for, seconds, and how many at the most. */
const LOOK_BACK_S = 10;
const MAX_MARKS = 6;

/**
 * Explains a report.
 *
 * @example
 * ```ts
 * import { overload } from "../scenarios/shipped/engine.scenario.ts";
 * import { reportOf } from "../reports/mod.ts";
 * import { playScenario } from "../scenarios/mod.ts";
 * import { explain } from "./explain.ts";
 *
 * const report = reportOf(await playScenario(overload, { fidelity: "timing" }));
 * console.log(explain(report).firstBreach?.kind);
 * ```
 */
export function explain(report: Report): Explanation {
  const failed = report.expectations.filter(({ passed }) => !passed);
  const firstBreach = earliest(report);
  const before = firstBreach === null ? [] : marksBefore(report.marks, firstBreach);
  return {
    failed,
    firstBreach,
    before,
    text: explanationText(report, failed, firstBreach, before),
  };
}

/** The earliest breach of any kind. */
function earliest(report: Report): Breach | null {
  const found = [
    ...[lateSlice(report), staleTick(report), unrefreshed(report), speech(report)],
    trouble(report),
  ];
  let first: Breach | null = null;
  for (const breach of found) {
    if (breach !== null && (first === null || breach.atS < first.atS)) first = breach;
  }
  return first;
}

function lateSlice({ series: { slices } }: Report): Breach | null {
  const i = slices.leadS.findIndex((leadS, i) => leadS < 0 && slices.tags[i] === "");
  if (i === -1) return null;
  const behindS = (-slices.leadS[i]!).toFixed(3);
  return {
    atS: slices.atS[i]!,
    kind: "late slice",
    text: `a slice landed ${behindS} s behind the playhead`,
  };
}

function staleTick({ series: { ticks }, lag }: Report): Breach | null {
  const { staleThresholdS } = lag.ticks;
  const i = ticks.stalenessS.findIndex((s, i) => s > staleThresholdS && ticks.tags[i] === "");
  if (i === -1) return null;
  const s = ticks.stalenessS[i]!.toFixed(3);
  return {
    atS: ticks.atS[i]!,
    kind: "stale tick",
    text: `the audio under the playhead was ${s} s old, more than ${staleThresholdS} s`,
  };
}

/** The first stretch of more than a moment that no slice had rewritten; all is such at the start. */
function unrefreshed({ series: { heard } }: Report): Breach | null {
  const isSettled = heard.fresh.indexOf(true);
  const i = heard.fresh.findIndex((fresh, i) =>
    isSettled !== -1 && i > isSettled && !fresh && heard.tags[i] === "" &&
    heard.durationS[i]! > MOMENT_S
  );
  if (i === -1) return null;
  return {
    atS: heard.atS[i]!,
    kind: "unrefreshed audio",
    text: `${heard.durationS[i]!.toFixed(3)} s of audio were heard that no slice had rewritten`,
  };
}

/** The first job that was lost, doubled or refused, or the first sounds that overlapped. */
function speech(report: Report): Breach | null {
  const { voice } = report;
  const [text] = voice === undefined ? [] : voiceTroubles(voice);
  const atS = voiceMoment(report);
  return text === undefined || atS === null ? null : { atS, kind: "speech", text };
}

/** Shorter stretches are what fades and rounding leave. */
const MOMENT_S = 0.05;

/** The first end of a connection, or event that tells of a failure. */
function trouble({ marks }: Report): Breach | null {
  const mark = marks.find(isTrouble);
  return mark === undefined ? null : { atS: mark.atS, kind: "event", text: mark.text };
}

function isTrouble({ kind, text }: RunMark): boolean {
  return kind === "close" || (kind === "event" && /failed|error/.test(text));
}

/** What happened last before the breach, which is not its own cause. */
function marksBefore(marks: readonly RunMark[], breach: Breach): RunMark[] {
  const own = breach.kind === "event" ? marks.find(isTrouble) : undefined;
  const past = marks.filter((mark) => mark.atS <= breach.atS && mark !== own);
  const recent = past.filter((mark) => mark.atS >= breach.atS - LOOK_BACK_S);
  return (recent.length > 0 ? recent : past.slice(-1)).slice(-MAX_MARKS);
}

function explanationText(
  report: Report,
  failed: readonly ExpectationResult[],
  breach: Breach | null,
  before: readonly RunMark[],
): string {
  const { scenario, verdict, reason, expectedFailure } = report;
  const foretold = expectedFailure ? ", as its scenario foretold" : "";
  const sentences = [`${scenario} ${verdict}${foretold}${reason === null ? "" : `: ${reason}`}.`];
  for (const { name, actual, limit, unit } of failed) {
    const value = actual === null ? "nothing" : `${String(actual)}${unit === "" ? "" : ` ${unit}`}`;
    sentences.push(`${name} was ${value}, expected ${limit}.`);
  }
  // What happened just before may be no cause: that slices are too few, say, is none of the listener's.
  sentences.push(...troublesOf(report, heardStretches(report)));
  if (breach === null) {
    sentences.push("No moment of the run shows lag that nothing excuses.");
  } else {
    sentences.push(`First, at ${breach.atS.toFixed(2)} s, ${breach.text}.`);
    const last = before.at(-1);
    if (last !== undefined) {
      sentences.push(`Before that, at ${last.atS.toFixed(2)} s: ${last.kind} ${last.text}.`);
    }
  }
  return sentences.join(" ");
}
