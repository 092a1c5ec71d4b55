/**
 * The baseline of `headway scenario`: what runs are held against, and how new ones are accepted.
 *
 * @module
 */
import { join } from "node:path";
import {
  baselineFiles,
  type Comparison,
  type ReadRuns,
  type Report,
  sampleOf,
  type Summary,
  writeBaselines,
} from "../reports/mod.ts";
import { UsageError } from "../runtime/mod.ts";
import { hearBaseline } from "./baseline_replay.ts";
import type { CliContext } from "./context.ts";
import { compared, comparisonText, writeReview } from "./review.ts";

/** What was asked for. */
export interface BaselineFlags {
  /** The folder of baselines. */
  readonly folder: string;
  /** Whether what was run becomes the baseline. */
  readonly isUpdated: boolean;
  /** Whether scenarios that changed are played again with the code that the baseline is from. */
  readonly isHeard: boolean;
  /** Whether all shipped scenarios ran, so that baselines of others are no more. */
  readonly isWhole: boolean;
  /** The command line that accepts the new baseline. */
  readonly accept: string;
}

/** A finished call. */
export interface FinishedCall {
  readonly out: string;
  readonly summary: Summary;
  readonly reports: readonly Report[];
}

/**
 * Compares a finished call with its baseline, and writes the review beside its reports. `accepted` was
 * read before anything ran: a folder that is none costs no minutes, and none is held against itself.
 */
export async function reviewCall(
  { folder, isHeard, accept }: BaselineFlags,
  accepted: ReadRuns,
  call: FinishedCall,
  context: Pick<CliContext, "stdout" | "stderr" | "env">,
): Promise<{ readonly comparison: Comparison; readonly text: string }> {
  const { out, summary: { problems } } = call;
  let before = accepted;
  const after = runsOf(call);
  const request = { before, after, out, accept, onlyAfter: true, problems };
  const comparison = compared(request);
  if (isHeard) {
    before = await hearBaseline(before, comparison, folder, join(out, ".baseline"), context);
  }
  const page = await writeReview({ ...request, before }, comparison);
  const text = comparisonText(comparison, page, context, "text");
  const isMute = comparison.counts.worse > 0 && before.folders.size === 0;
  return {
    comparison,
    text: isMute ? `${text}to hear the baseline, too: --hear-baseline\n` : text,
  };
}

/** The runs of a call, and where their files are. */
function runsOf({ out, summary, reports }: FinishedCall): ReadRuns {
  const samples = reports.map(sampleOf);
  return {
    name: out,
    samples,
    folders: new Map(samples.map((sample, i) => [sample, join(out, summary.runs[i]!.folder)])),
  };
}

/**
 * Makes a finished call the baseline; runs without a judgement are left out.
 *
 * @returns What was done, in a line or two.
 */
export async function updateBaseline(
  { folder, isWhole }: BaselineFlags,
  { reports }: FinishedCall,
): Promise<string> {
  const samples = reports.filter(({ verdict }) => verdict !== "inconclusive").map(sampleOf);
  if (samples.length === 0) {
    throw new UsageError("no run was judged, so there is nothing to accept");
  }
  const old = await filesIn(folder);
  const now = baselineFiles(samples);
  const stale = isWhole ? [...old.keys()].filter((name) => !now.has(name)) : [];
  const changed = [...now].filter(([name, text]) => old.get(name) !== text).length + stale.length;
  await writeBaselines(folder, samples, stale);
  const left = reports.length - samples.length;
  return `baseline ${folder}: ${changed} changed, ${
    now.size + stale.length - changed
  } as they were` +
    `${left > 0 ? `, ${left} left out as they are inconclusive` : ""}\n` +
    (changed > 0 ? `look at the difference: git diff ${folder}\n` : "");
}

/** The baselines that are there, by file name. */
async function filesIn(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  try {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (isFile && name.endsWith(".json")) {
        found.set(name, await Deno.readTextFile(join(folder, name)));
      }
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found;
}
