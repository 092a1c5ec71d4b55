/**
 * What happened in a recording, at its place in samples: what both the cue points and the excerpt
 * are made of.
 *
 * @module
 */
import type { RunMark } from "../../scenarios/result.ts";
import type { HeardSeries, Report } from "../model.ts";
import type { MarkerKind } from "./excerpt.ts";
import { oldPassages } from "./passages.ts";
import { recordingTimeOf } from "./timeline.ts";

/** Samples per second of a recording. */
export const RECORDING_RATE = 48000;

/** Something that a listener of the recording may want to jump to. */
export interface SoundMoment {
  /** What it is. */
  readonly kind: MarkerKind;
  /** Its first sample in the recording. */
  readonly startSample: number;
  /** The first sample after it, for what has a length. */
  readonly endSample?: number;
  /** When it was, seconds of session time. */
  readonly atS: number;
  /** In a few words, plain ASCII. */
  readonly text: string;
}

/** Old audio shorter than this is not worth a word, seconds. */
const LEAST_OLD_S = 0.25;
/** What every jump brings until the first slice lands is worth one from here on, seconds. */
const LEAST_EXPLAINED_OLD_S = 0.5;
/** Most moments of each sort, so that no editor drowns in them. */
const MAX_MOMENTS = 100;
/** In a live run a mark and the sound that it is about are written down a little apart, seconds. */
const MARK_EARLY_S = 0.1;
const MARK_LATE_S = 0.005;

/** The moments of a run, by place. Of very many the first jumps and the longest old audio are kept. */
export function momentsOf(report: Report): SoundMoment[] {
  const { heard } = report.series;
  const jumps = report.marks.map((mark) => jumpOf(mark, report))
    .filter((it) => it !== null).slice(0, MAX_MOMENTS);
  const old = oldPassages(heard)
    .filter((it) => it.oldS >= (it.unexplainedS > 0 ? LEAST_OLD_S : LEAST_EXPLAINED_OLD_S))
    .sort((a, b) => b.oldS - a.oldS).slice(0, MAX_MOMENTS)
    .map(({ fromS, atS, oldS, unexplainedS, tags }): SoundMoment => ({
      kind: "stale",
      startSample: sampleAt(fromS),
      endSample: sampleAt(fromS + oldS),
      atS,
      text: `old audio, ${oldS.toFixed(1)} s${unexplainedS > 0 ? "" : ` (${tags.join(", ")})`}`,
    }));
  return [...jumps, ...old].sort((a, b) => a.startSample - b.startSample)
    .map((it) => ({ ...it, text: asciiLine(it.text) }));
}

/** Letters of one moment's text, at most. */
const MAX_TEXT = 120;

/** Text that every editor shows, not too long: what is no printable ASCII becomes a question mark. */
function asciiLine(text: string): string {
  return text.replace(/\s+/g, " ").replace(/[^\x20-\x7e]/g, "?").slice(0, MAX_TEXT);
}

/** The sample at a place of the recording; places are written to the microsecond. */
export function sampleAt(recordingS: number): number {
  return Math.round(recordingS * RECORDING_RATE);
}

/** What a mark means to the sound; null when it means nothing, or its place is not recorded. */
function jumpOf(mark: RunMark, report: Report): SoundMoment | null {
  const { heard } = report.series;
  const named = nameOf(mark);
  if (named === null) return null;
  const placeS = placeOf(mark.atS, report);
  if (placeS === null) return null;
  const { kind } = named;
  const text = kind === "pause" ? `paused ${silenceS(heard, mark.atS)}` : named.text;
  return { kind, startSample: sampleAt(placeS), atS: mark.atS, text };
}

function nameOf({ kind, text }: RunMark): Pick<SoundMoment, "kind" | "text"> | null {
  if (kind === "swap") return { kind, text: `new source (${text.replace(/^swap: /, "")})` };
  if (kind === "reconnect") return { kind, text: "reconnected" };
  if (kind !== "step") return null;
  if (text === "pause") return { kind: "pause", text };
  const seek = /^seek \{.*"toS":(-?[\d.]+)/.exec(text);
  if (seek === null) return null;
  return { kind: "seek", text: `seek to ${Number(seek[1]).toFixed(1)} s` };
}

/** The place of a mark: that of the jump in the sound that belongs to it, if there is one. */
function placeOf(atS: number, report: Report): number | null {
  const { heard } = report.series;
  const near = heard.atS.findIndex((startS, i) =>
    startS >= atS - MARK_LATE_S && startS <= atS + MARK_EARLY_S && isJump(heard, i)
  );
  return near >= 0 ? heard.startS[near]! : recordingTimeOf(report, atS);
}

/** Whether a stretch does not go on where the one before it ended. */
function isJump({ bufferStartS, durationS }: HeardSeries, i: number): boolean {
  if (i === 0) return true;
  const expectedS = bufferStartS[i - 1]! + durationS[i - 1]!;
  return Math.abs(bufferStartS[i]! - expectedS) > 1e-4;
}

/** How long nothing was heard from a moment on, in words. */
function silenceS({ atS }: HeardSeries, fromS: number): string {
  const again = atS.find((it) => it >= fromS);
  return again === undefined ? "to the end" : `${(again - fromS).toFixed(1)} s`;
}
