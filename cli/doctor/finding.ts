/**
 * What `headway doctor` found, one thing at a time.
 *
 * @module
 */

/** How bad it is: fine, worth knowing, or in the way of a server that works. */
export type FindingState = "ok" | "warn" | "broken";

/** One thing. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly check: string;
  /** How bad it is. */
  readonly state: FindingState;
  /** What was found, in a phrase. */
  readonly says: string;
  /** How to mend it; null when there is nothing to mend. */
  readonly mend: string | null;
}

/** All is well. */
export function fine(check: string, says: string): Finding {
  return { check, state: "ok", says, mend: null };
}

/** A server would run, but not as one may think. */
export function doubtful(check: string, says: string, mend: string): Finding {
  return { check, state: "warn", says, mend };
}

/** A server would not run, or not be safe. */
export function broken(check: string, says: string, mend: string): Finding {
  return { check, state: "broken", says, mend };
}

const MARKS: Readonly<Record<FindingState, string>> = { ok: "✓", warn: "!", broken: "✗" };

/** Findings as lines for people. */
export function findingLines(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  return findings.map(({ check, state, says, mend }) =>
    `${MARKS[state]} ${check.padEnd(width)}  ${says}${mend === null ? "" : `: ${mend}`}\n`
  ).join("");
}
