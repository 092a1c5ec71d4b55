/**
 * What earlier searches found, played again before a new one begins.
 *
 * @module
 */
import { type Clock, errorMessage } from "../../runtime/mod.ts";
import { loadScenarioFile } from "../../scenarios/mod.ts";
import type { ReplayJob } from "../../scenarios/explore/mod.ts";
import type { Corpus, KeptFailure } from "./corpus.ts";
import { replayAll } from "./lanes.ts";
import { replayLine } from "./words.ts";

/** What became of earlier failures: their files. */
export interface Replayed {
  readonly mended: readonly string[];
  readonly stillFailing: readonly string[];
}

/**
 * Plays a corpus's failures, in lanes: one of them may never end. What cannot be played is told like
 * what fails; neither stops the search.
 */
export async function replayKept(
  corpus: Corpus,
  { width, clock, say }: {
    readonly width: number;
    readonly clock: Clock;
    readonly say: (text: string) => void;
  },
): Promise<Replayed> {
  for (const failure of await corpus.forgetGone()) {
    const file = corpus.pathOf(failure);
    say(`gone    ${failure.invariant}: ${file} is not there any more: forgotten\n`);
  }
  const unreadable = new Map<KeptFailure, string>();
  const jobs: ReplayJob[] = [];
  for (const failure of corpus.failures) {
    const { seed, fidelity } = failure;
    try {
      const [scenario] = await loadScenarioFile(corpus.pathOf(failure));
      jobs.push({ kind: "replay", scenario: scenario!, seed, fidelity });
    } catch (error) {
      unreadable.set(failure, `cannot be played: ${errorMessage(error)}`);
    }
  }
  const problems = (await replayAll(jobs, width, clock)).values();
  const [mended, stillFailing]: [string[], string[]] = [[], []];
  for (const failure of corpus.failures) {
    const file = corpus.pathOf(failure);
    const problem = unreadable.get(failure) ?? problems.next().value ?? null;
    if (problem === null) {
      mended.push(file);
      say(`mended  ${failure.invariant}: ${file} passes now\n`);
      continue;
    }
    stillFailing.push(file);
    say(
      `FAILED  ${failure.invariant}: ${file} ${problem}\n` +
        `        replay  ${replayLine(failure, file)}\n`,
    );
  }
  return { mended, stillFailing };
}
