/**
 * A call's summary for the terminal: one aligned line for each scenario, and one to close.
 *
 * @module
 */
import { plainLine } from "./escape.ts";
import { short } from "./summary.ts";
import type { Problem, RunSummary, Summary } from "./summary.ts";

/** How lines are drawn. */
export interface TerminalOptions {
  /** Columns of the names: the length of the longest. */
  readonly nameWidth: number;
  /** Use ANSI colours; off unless said otherwise. */
  readonly color?: boolean;
}

const MARKS = {
  passed: { sign: "✓", color: 32 },
  failed: { sign: "✗", color: 31 },
  inconclusive: { sign: "?", color: 33 },
  "not-applicable": { sign: "–", color: 90 },
} as const;

/** One run: its line, and below it what decided against it. */
export function runLines(run: RunSummary, options: TerminalOptions): string {
  const { sign, color } = MARKS[run.verdict];
  const mark = options.color === true ? `\x1b[${color}m${sign}\x1b[0m` : sign;
  const name = plainLine(run.name).padEnd(options.nameWidth);
  const notes = [
    ...run.failures,
    ...(run.reason === null ? [] : [run.reason]),
    ...(run.verdict === "failed" && run.shows.length > 0
      ? [`it is about ${run.shows.join(", ")}`]
      : []),
  ];
  return [
    `${mark} ${name}  ${figures(run)}`.trimEnd(),
    ...notes.map((note) => `    ${plainLine(note)}`),
  ].map((line) => `${line}\n`).join("");
}

/** A scenario that left no report. */
export function problemLine({ name, message }: Problem, options: TerminalOptions): string {
  const mark = options.color === true ? "\x1b[31m!\x1b[0m" : "!";
  return `${mark} ${plainLine(name).padEnd(options.nameWidth)}  ${plainLine(message)}\n`;
}

/** The closing lines: how many of each, and where the reports are (null when none was written). */
export function closingLine(summary: Summary, out: string | null): string {
  const { counts, problems, wallS } = summary;
  const parts = [
    `${counts.passed} passed`,
    `${counts.failed} failed`,
    ...(counts.inconclusive > 0 ? [`${counts.inconclusive} inconclusive`] : []),
    ...(counts["not-applicable"] > 0 ? [`${counts["not-applicable"]} not applicable`] : []),
    ...(problems.length > 0 ? [`${problems.length} could not run`] : []),
  ];
  const { shard, exitCode, runs } = summary;
  const isEmpty = exitCode === 0 && runs.length + problems.length === 0;
  const where = out === null ? "" : `reports: ${plainLine(out).replace(/\/$/, "")}/index.html\n`;
  // Nothing that passed: with more shards than scenarios some have none.
  const said = isEmpty && shard !== null
    ? `nothing to run: shard ${shard.index}/${shard.of} has no scenario`
    : parts.join(", ");
  return `${said} in ${wallS.toFixed(1)} s\n${where}`;
}

function foretold({ shows }: RunSummary): string {
  const words = "fails as foretold";
  return shows.length === 0 ? words : `${words}: ${plainLine(shows.join(", "))}`;
}

function figures(run: RunSummary): string {
  if (run.verdict === "not-applicable") return "not applicable";
  if (run.voice !== undefined) return voiceCells(run, run.voice).join("  ");
  const { leadP50S, freshShare, slicesPerS, speedup } = run.figures;
  const lead = leadP50S === null ? "–" : leadP50S.toFixed(3);
  const fresh = freshShare === null ? "–" : freshShare.toFixed(3);
  const cells = [
    `lead p50 ${lead.padStart(6)} s`,
    `fresh ${fresh.padStart(5)}`,
    `${slicesPerS.toFixed(1).padStart(5)} slices/s`,
    `${(speedup >= 10 ? speedup.toFixed(0) : short(speedup)).padStart(6)} × real time`,
    ...(run.expectedFailure && run.verdict === "passed" ? [foretold(run)] : []),
  ];
  return cells.join("  ");
}

function voiceCells(run: RunSummary, voice: RunSummary["voice"] & object): string[] {
  const { firstAudioP50S, heard, asked, overlaps } = voice;
  const { speedup } = run.figures;
  const first = firstAudioP50S === null ? "–" : firstAudioP50S.toFixed(3);
  return [
    `first sound ${first.padStart(6)} s`,
    `heard ${heard}/${asked}`,
    `${overlaps} overlaps`,
    `${(speedup >= 10 ? speedup.toFixed(0) : short(speedup)).padStart(6)} × real time`,
    ...(run.expectedFailure && run.verdict === "passed" ? [foretold(run)] : []),
  ];
}
