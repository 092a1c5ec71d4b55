import type { WavCue } from "../../audio/wav.ts";
import type { Report } from "../model.ts";
import { momentsOf, sampleAt } from "./moments.ts";

/**
 * Cue points of `played.wav`: seeks, swaps, reconnects, pauses and where old audio begins. Labels
 * are plain ASCII.
 */
export function playedCues(report: Report): WavCue[] {
  return momentsOf(report).map(({ startSample, text }) => ({ startSample, label: text }));
}

/** The cue point of `buffer.wav`: where the playhead stood at the end. */
export function bufferCues({ series, session }: Report): WavCue[] {
  const playheadS = series.ticks.playheadS.at(-1);
  if (playheadS === undefined || playheadS >= (session.bufferS ?? 0)) return [];
  return [{ startSample: sampleAt(playheadS), label: "playhead at the end" }];
}
