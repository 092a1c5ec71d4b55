/**
 * That a search finds bugs: each planted one within the number of runs that docs/exploration.md states,
 * and makes a scenario of it that a person can read.
 */
import { assert, assertEquals } from "@std/assert";
import { type Hunt, MUTANTS } from "../scenarios/explore/mod.ts";
import { askAll, type Question } from "./support/lanes.ts";

/** Most steps that the least scenario may have. */
const MAX_STEPS = 5;

/** A row of the table of planted bugs. */
interface Row {
  readonly bug: string;
  readonly breaks: string;
  readonly fidelity: string;
  readonly runs: number;
}

/** What the manual says of each bug. */
async function statedRows(): Promise<Row[]> {
  const text = await Deno.readTextFile(new URL("../docs/exploration.md", import.meta.url));
  const rows = text.matchAll(
    /^\| `([a-z-]+)` +\| .*? \| `([a-z-]+)` +\| (timing|full) +\| +(\d+) \|/gm,
  );
  return [...rows].map(([, bug, breaks, fidelity, runs]) => ({
    bug: bug!,
    breaks: breaks!,
    fidelity: fidelity!,
    runs: Number(runs),
  }));
}

Deno.test("every planted bug is found within the stated number of runs, and shrunk to five steps at most", async () => {
  const rows = await statedRows();
  assertEquals(
    rows.map(({ bug, breaks, fidelity }) => [bug, breaks, fidelity]),
    MUTANTS.map(({ name, breaks, fidelity }) => [name, breaks, fidelity]),
  );
  const questions = rows.map(({ bug, runs }): Question<"huntBug"> => ["huntBug", bug, runs]);
  const hunts = await askAll(questions);
  const problems = rows.flatMap(({ bug, runs }, i) => problemsOf(hunts[i]!, bug, runs));
  assertEquals(problems, []);
});

function problemsOf({ runs, finding }: Hunt, bug: string, stated: number): string[] {
  if (finding === null) return [`${bug} was not found in ${stated} runs`];
  const steps = finding.scenario.steps?.length ?? 0;
  assert(finding.scenario.expectations.length === 1);
  return [
    ...(runs === stated ? [] : [`${bug} was found after ${runs} runs, the manual says ${stated}`]),
    ...(steps <= MAX_STEPS ? [] : [`${bug} was left with ${steps} steps`]),
    ...(finding.isVerified ? [] : [`${bug}: its scenario does not fail when it is played`]),
  ];
}
