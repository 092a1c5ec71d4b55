/**
 * One side of a scenario under review: what is known of a run, and what of it can be seen and heard.
 *
 * @module
 */
import { join } from "node:path";
import type { AudioClip } from "../../audio/clip.ts";
import { readWav } from "../../audio/wav_read.ts";
import type { RunSample } from "../compare/mod.ts";
import { readReport } from "../compare/read_runs.ts";
import type { Report } from "../model.ts";

/** The file that a run's sound is in. */
const SOUND = "played.wav";

/** What a review shows of one run. */
export interface ReviewSide {
  /** What it is compared by. */
  readonly sample: RunSample;
  /** All of it; null where only a baseline's figures are there. */
  readonly report: Report | null;
  /** What was heard; null where there is no recording. */
  readonly played: AudioClip | null;
}

/** A scenario before and after; null where there is no run. */
export interface ReviewCase {
  readonly before: ReviewSide | null;
  readonly after: ReviewSide | null;
}

/**
 * Loads a side.
 *
 * @param folder Where the run's files are; null when there are none.
 * @throws {UsageError} when there is a report and it cannot be read.
 * @throws {WavError} when there is a recording and it cannot be read.
 */
export async function loadSide(sample: RunSample, folder: string | null): Promise<ReviewSide> {
  if (folder === null) return { sample, report: null, played: null };
  const report = await readReport(join(folder, "report.json"));
  return { sample, report, played: await readSound(join(folder, SOUND)) };
}

async function readSound(path: string): Promise<AudioClip | null> {
  try {
    return readWav(await Deno.readFile(path));
  } catch (error) {
    // Runs at timing fidelity have none.
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
