/**
 * From one play of both sides to the differences between them. All positions are in frames, all
 * differences in milliseconds, and "ahead" is positive.
 *
 * @module
 */
import {
  type Band,
  circularGap,
  percentileOfSorted,
  replayMoves,
  type TimedMove,
  type WrapKind,
  wrapOverSeam,
} from "../../sim/mod.ts";
import type { TickPoint } from "../../scenarios/mod.ts";
import { SAMPLE_RATE } from "../../wire/mod.ts";
import { REPORT_FRAMES } from "../../web/audio/messages.ts";
import type { Records } from "../../web/session/messages.ts";
import type { AudioClock } from "../../web/player/audio_output.ts";
import type { PagePlay, Play } from "./play.ts";

const FRAMES_PER_MS = SAMPLE_RATE / 1000;
/** How far from a move a comparison with what is heard has to stay, seconds. */
const CLEAR_S = 0.15;
/** Tick lateness (p99) above which a side was too late to be compared, ms. */
const LATE_MS = 15;
/** The same of a single tick: one such stall can raise a lead for many seconds. */
const STALL_MS = 100;

/** Simulated playhead less the browser's, at every tick of the browser. */
export interface PlayheadGaps {
  /** Up to the first turn of the buffer, where both ways to turn are the same. */
  readonly beforeMs: readonly number[];
  /** Behind it, with a hard wrap to frame 0. */
  readonly afterZeroMs: readonly number[];
  /** Behind it, with the browser's seam. */
  readonly afterSeamMs: readonly number[];
  /** All of it over session time. */
  readonly series: readonly {
    readonly atS: number;
    readonly zeroMs: number;
    readonly seamMs: number;
  }[];
}

/** What a simulated playhead that is moved as the page's was differs from it. */
export function playheadGaps({ records, startS }: Pick<PagePlay, "records" | "startS">) {
  const { ticks, moves } = records;
  const frames = lengthOf(moves);
  const times = ticks.map(({ wallS }) => wallS);
  const gaps = (wrap: WrapKind) =>
    replayMoves(moves, times, wrap).map((simulated, i) =>
      circularGap(ticks[i]!.playheadS * SAMPLE_RATE, simulated, frames, wrap) / FRAMES_PER_MS
    );
  const [zero, seam] = [gaps("zero"), gaps("seam")];
  const turn = firstTurn(records);
  const found: PlayheadGaps = {
    beforeMs: seam.slice(0, turn),
    afterZeroMs: zero.slice(turn),
    afterSeamMs: seam.slice(turn),
    series: times.map((wallS, i) => ({
      atS: wallS - startS,
      zeroMs: zero[i]!,
      seamMs: seam[i]!,
    })),
  };
  return found;
}

/** Index of the first tick behind a turn of the whole buffer; the number of ticks without one. */
export function firstTurn({ ticks, moves }: Pick<Records, "ticks" | "moves">): number {
  const bufferS = lengthOf(moves) / SAMPLE_RATE;
  for (let i = 1; i < ticks.length; i++) {
    const [from, to] = [ticks[i - 1]!, ticks[i]!];
    const isBack = from.playheadS - to.playheadS > bufferS / 2;
    const isMoved = moves.some(({ wallS }) => wallS > from.wallS && wallS <= to.wallS);
    if (isBack && !isMoved && bandAt(moves, to.wallS) === null) return i;
  }
  return ticks.length;
}

/** The audio device, as the page could see it. */
export interface DeviceFigures {
  /** How much faster its clock is than the computer's, parts per million. */
  readonly skewPpm: number;
  /** From the buffer in the page to its first frame at the device's output. */
  readonly startMs: number;
  /** How far the position that the page tells is ahead of what leaves the device, median. */
  readonly aheadOfHeardMs: number;
  /** What the device says of its latency. */
  readonly latencyMs: number;
}

/** Clock and latency of the audio device. */
export function deviceFigures({ records, clocks }: PagePlay): DeviceFigures {
  const { audio, moves } = records;
  const known = clocks.filter(({ outputTimeS }) => outputTimeS > 0);
  const last = clocks.at(-1)!;
  const begun = audio.find(({ sample }) => sample > 0)!;
  const shiftS = quantile(known.map((it) => it.outputWallS - it.outputTimeS), 50);
  const beganS = begun.contextTimeS - begun.sample / SAMPLE_RATE + shiftS;
  return {
    skewPpm: skewPpm(known),
    startMs: (beganS - moves[0]!.wallS) * 1000,
    aheadOfHeardMs: quantile(aheadOfHeard(records, known), 50),
    latencyMs: (last.baseLatencyS + last.outputLatencyS) * 1000,
  };
}

/** Slope of the device's clock over the computer's, by least squares. */
function skewPpm(clocks: readonly AudioClock[]): number {
  const meanX = mean(clocks.map(({ outputWallS }) => outputWallS));
  const meanY = mean(clocks.map(({ outputTimeS }) => outputTimeS));
  let [xy, xx] = [0, 0];
  for (const { outputWallS, outputTimeS } of clocks) {
    xy += (outputWallS - meanX) * (outputTimeS - meanY);
    xx += (outputWallS - meanX) ** 2;
  }
  return (xy / xx - 1) * 1e6;
}

/** Told less heard, wherever neither a move nor a pause is near. */
function aheadOfHeard({ audio, ticks, moves }: Records, clocks: readonly AudioClock[]): number[] {
  const frames = lengthOf(moves);
  const found: number[] = [];
  let [a, t] = [0, 0];
  for (const { outputTimeS, outputWallS } of clocks) {
    while (a + 1 < audio.length && audio[a + 1]!.contextTimeS <= outputTimeS) a++;
    while (t + 1 < ticks.length && ticks[t + 1]!.wallS <= outputWallS) t++;
    const [report, tick] = [audio[a]!, ticks[t]!];
    const isPlaying = report.sample > 0 && tick.wallS <= outputWallS &&
      !pausedAt(moves, outputWallS);
    const isClear = moves.every(({ wallS }) => Math.abs(wallS - outputWallS) > CLEAR_S);
    if (!isPlaying || !isClear) continue;
    const heard = report.sample + (outputTimeS - report.contextTimeS) * SAMPLE_RATE;
    const told = (tick.playheadS + outputWallS - tick.wallS) * SAMPLE_RATE;
    found.push(circularGap(heard, told, frames, "seam") / FRAMES_PER_MS);
  }
  return found;
}

/** The audio thread's frames against those of a playhead that plays over the seam. */
export interface FrameCount {
  /** Reports that are not as many frames behind the one before as a report covers. */
  readonly jumps: readonly { readonly before: number; readonly sample: number }[];
  /** Frames that the device's clock counted from the first report to the last, less those played. */
  readonly clockFrames: number;
}

/**
 * Counts the audio thread's frames, for a session that nobody touches. Single reports are not held to
 * the device's clock: Chromium now and then stamps one a block too early.
 */
export function frameCount({ audio, moves }: Pick<Records, "audio" | "moves">): FrameCount {
  const frames = lengthOf(moves);
  const playing = audio.slice(audio.findIndex(({ sample }) => sample > 0));
  const [first, last] = [playing[0]!, playing.at(-1)!];
  const jumps = playing.slice(1).flatMap(({ sample }, i) => {
    const before = playing[i]!.sample;
    return wrapOverSeam(before + REPORT_FRAMES, frames) === sample ? [] : [{ before, sample }];
  });
  const clockFrames = Math.round((last.contextTimeS - first.contextTimeS) * SAMPLE_RATE) -
    (playing.length - 1) * REPORT_FRAMES;
  return { jumps, clockFrames };
}

/** One play in figures. */
export interface PlayFigures {
  readonly playhead: PlayheadGaps;
  /** The headless client's playhead less the browser's, each at the same time of its own session. */
  readonly sessionMs: readonly number[];
  readonly leadP50Ms: Pair;
  /** Headless less browser, at each percentile of the lead from 1 to 99. */
  readonly leadMs: readonly number[];
  readonly stalenessP95Ms: Pair;
  readonly freshShare: Pair;
  readonly slicesPerS: Pair;
  /** 99th percentile. */
  readonly latenessMs: Pair;
  readonly worstLatenessMs: Pair;
  readonly device: DeviceFigures;
  /** Leads for the plot, percentiles 1 to 99. */
  readonly leads: { readonly browser: readonly number[]; readonly headless: readonly number[] };
}

/** The same quantity on both sides. */
export interface Pair {
  readonly browser: number;
  readonly headless: number;
}

/** Compares one play. */
export function compare({ page, headless }: Play): PlayFigures {
  const { lag, harness } = page.report;
  const leads = {
    browser: percentiles(page.records.slices.map(({ leadS }) => leadS * 1000)),
    headless: percentiles(headless.slices.map(({ leadS }) => leadS * 1000)),
  };
  const pair = (browser: number | null, simulated: number | null, scale = 1): Pair => ({
    browser: (browser ?? NaN) * scale,
    headless: (simulated ?? NaN) * scale,
  });
  return {
    playhead: playheadGaps(page),
    sessionMs: sessionGaps(page, headless.ticks),
    leadP50Ms: pair(lag.slices.leadS.p50, headless.lag.slices.leadS.p50, 1000),
    leadMs: leads.headless.map((lead, i) => lead - leads.browser[i]!),
    stalenessP95Ms: pair(lag.ticks.stalenessS.p95, headless.lag.ticks.stalenessS.p95, 1000),
    freshShare: pair(lag.freshShare, headless.lag.freshShare),
    slicesPerS: pair(lag.slices.perS, headless.lag.slices.perS),
    latenessMs: pair(harness.tickLatenessMs.p99, headless.harness.tickLatenessMs.p99),
    worstLatenessMs: pair(harness.tickLatenessMs.max, headless.harness.tickLatenessMs.max),
    device: deviceFigures(page),
    leads,
  };
}

/**
 * Whether both sides kept their own time, so that a difference is one of theirs.
 *
 * @param lateMs Tick lateness (p99) up to which they did.
 */
export function isQuiet(
  { latenessMs, worstLatenessMs }: Pick<PlayFigures, "latenessMs" | "worstLatenessMs">,
  lateMs = LATE_MS,
): boolean {
  const isBelow = ({ browser, headless }: Pair, limitMs: number) =>
    browser <= limitMs && headless <= limitMs;
  return isBelow(latenessMs, lateMs) && isBelow(worstLatenessMs, STALL_MS);
}

function sessionGaps(
  { records: { ticks, moves }, startS }: PagePlay,
  headless: readonly TickPoint[],
): number[] {
  const frames = lengthOf(moves);
  const found: number[] = [];
  let at = 0;
  for (const { wallS, playheadS } of ticks) {
    const atS = wallS - startS;
    while (at + 1 < headless.length && headless[at + 1]!.atS <= atS) at++;
    const tick = headless[at];
    if (tick === undefined || tick.atS > atS) continue;
    const sincePlayed = pausedAt(moves, wallS) ? 0 : atS - tick.atS;
    const simulated = (tick.playheadS + sincePlayed) * SAMPLE_RATE;
    found.push(circularGap(playheadS * SAMPLE_RATE, simulated, frames, "seam") / FRAMES_PER_MS);
  }
  return found;
}

/** Length of the buffer; a play has one. */
function lengthOf(moves: readonly TimedMove[]): number {
  for (const move of moves) if (move.type === "reset") return move.frames;
  throw new RangeError("the page has taken no buffer; there is nothing to compare");
}

function bandAt(moves: readonly TimedMove[], timeS: number): Band | null {
  let band: Band | null = null;
  for (const move of moves) if (move.type === "band" && move.wallS <= timeS) band = move.band;
  return band;
}

function pausedAt(moves: readonly TimedMove[], timeS: number): boolean {
  let isPaused = false;
  for (const move of moves) {
    if (move.type === "pause" && move.wallS <= timeS) isPaused = move.isPaused;
  }
  return isPaused;
}

function percentiles(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return Array.from({ length: 99 }, (_, i) => percentileOfSorted(sorted, i + 1));
}

/** A percentile; NaN without values. */
export function quantile(values: readonly number[], percent: number): number {
  if (values.length === 0) return NaN;
  return percentileOfSorted([...values].sort((a, b) => a - b), percent);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
