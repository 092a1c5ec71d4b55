/**
 * What a check of a foreign program against our voice server is, and what it comes to.
 *
 * @module
 */
import { HeadwayError } from "../../runtime/mod.ts";

/** What a check came to. */
export type Outcome =
  | { readonly state: "passed" }
  /** The program did not get what it needs. */
  | { readonly state: "failed"; readonly why: string }
  /** Nothing can be said: something that the check needs is not here. */
  | { readonly state: "unavailable"; readonly why: string };

/** A check that was made. */
export interface CheckResult {
  readonly name: string;
  readonly outcome: Outcome;
  /** What was seen on the way, a line for each. */
  readonly seen: readonly string[];
  /** How long it took, seconds. */
  readonly tookS: number;
}

/** Something that a check needs is not here; the sentence says how to get it. */
export class UnavailableError extends HeadwayError {
  /** The kind of error. */
  override readonly name = "UnavailableError";
}

/** What was expected of the program did not happen. */
export class CheckError extends HeadwayError {
  /** The kind of error. */
  override readonly name = "CheckError";
}

/** The results as lines for people. */
export function resultLines(results: readonly CheckResult[]): string {
  const lines = results.flatMap(({ name, outcome, seen, tookS }) => [
    `${MARKS[outcome.state]} ${name} (${tookS.toFixed(1)} s)`,
    ...seen.map((line) => `    ${line}`),
    ...(outcome.state === "passed" ? [] : [`    ${outcome.why}`]),
  ]);
  const count = (state: Outcome["state"]) =>
    results.filter(({ outcome }) => outcome.state === state).length;
  const all = `${count("passed")} passed, ${count("failed")} failed, ${
    count("unavailable")
  } could not be made`;
  return [...lines, all, ""].join("\n");
}

const MARKS: Readonly<Record<Outcome["state"], string>> = {
  passed: "pass",
  failed: "FAIL",
  unavailable: "----",
};

/** The results for programs. */
export function resultJson(folder: string, results: readonly CheckResult[]): string {
  const checks = results.map(({ name, outcome, seen, tookS }) => ({
    ...{ name, ...outcome, seen },
    took_s: Math.round(tookS * 10) / 10,
  }));
  return `${JSON.stringify({ mod3: folder, checks }, null, 2)}\n`;
}
