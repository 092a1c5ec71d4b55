/**
 * What a search says.
 *
 * @module
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Campaign, type Finding, INVARIANTS } from "../../scenarios/explore/mod.ts";

/** Most missing marks that are listed. */
const MAX_LISTED = 12;

/** A failure, for a person: what, where from, and how to see it again. */
export function findingText(finding: Finding, file: string, page: string | null): string {
  const { invariant, message, atS, index, stepsBefore, scenario, shrinkRuns } = finding;
  const steps = scenario.steps?.length ?? 0;
  return [
    `FAILED  ${invariant}: ${message}, at ${atS.toFixed(2)} s`,
    `        run ${index}; ${counted(stepsBefore, "step")} became ${steps} in ${
      counted(shrinkRuns, "try", "tries")
    }` +
    doubt(finding),
    ...(page === null ? [] : [`        page    ${pageUrl(page)}`]),
    `        replay  ${replayLine(finding, file)}`,
  ].map((line) => `${line}\n`).join("");
}

/** Where a browser finds the page, whatever is in the names of its folders. */
function pageUrl(page: string): string {
  const [path = "", fragment = ""] = page.split(/#(?=[^#]*$)/);
  return `${pathToFileURL(resolve(path)).href}#${fragment}`;
}

/** `1 run`, `2 runs`. */
function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Why the file may not show what it is kept for. */
function doubt({ isStuck, isVerified }: Finding): string {
  if (isStuck) return "; it is as it was drawn, and to play it may take for ever";
  return isVerified ? "" : "; played as a scenario it does not fail: look at the run itself";
}

/** The one line that shows it again. */
export function replayLine(
  { fidelity, seed }: Pick<Finding, "fidelity" | "seed">,
  file: string,
): string {
  return `deno task scenario ${shellWord(file)} --fidelity ${fidelity} --seed ${seed}`;
}

/** A word as a POSIX shell takes it. */
function shellWord(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** How it stands, in one line. */
export function progressText(campaign: Campaign, wallS: number, goal: string): string {
  const { runs, coverage, findings } = campaign;
  const perS = wallS > 0 ? runs / wallS : 0;
  return `${runs}${goal} runs, ${
    perS.toFixed(0)
  } runs/s, ${coverage.hit} of ${coverage.total} marks, ` +
    `${counted(findings.length, "failure")}, ${wallS.toFixed(0)} s`;
}

/** What came of it all. */
export function closingText(campaign: Campaign, wallS: number, stillFailing: number): string {
  const { runs, coverage, findings, failing } = campaign;
  const perMinute = wallS > 0 ? Math.round(runs / wallS * 60) : 0;
  const { missing } = coverage;
  const lines = [
    `${counted(runs, "run")} in ${wallS.toFixed(1)} s, ${perMinute} a minute`,
    `${coverage.hit} of ${coverage.total} coverage marks hit` +
    (missing.length === 0 ? "" : `; not hit: ${missing.slice(0, MAX_LISTED).join(", ")}`) +
    (missing.length > MAX_LISTED ? ` and ${missing.length - MAX_LISTED} more` : ""),
  ];
  if (stillFailing > 0) {
    lines.push(
      `${counted(stillFailing, "kept failure")} still ${stillFailing === 1 ? "fails" : "fail"}`,
    );
  }
  if (failing.size === 0 && stillFailing === 0) {
    lines.push(`none of ${INVARIANTS.length} invariants was broken`);
  }
  for (const [invariant, count] of failing) {
    const kept = findings.filter((finding) => finding.invariant === invariant).length;
    lines.push(
      `${invariant} was broken by ${counted(count, "run")}, in ${counted(kept, "distinct way")}`,
    );
  }
  return lines.map((line) => `${line}\n`).join("");
}
