/**
 * A comparison for the terminal: what differs, one scenario a block, and a line to close.
 *
 * @module
 */
import { plainLine } from "../escape.ts";
import type { Comparison, ScenarioComparison } from "./comparison.ts";
import { CHANGE_SIGNS, comparisonHeadline } from "./words.ts";

const COLORS = { worse: 31, incomparable: 33, better: 32, same: 90 } as const;
/** Most reasons of one scenario: the page has all. */
const MAX_REASONS = 4;

/** The lines: everything that differs, the worst last, as that is where the eye is. */
export function comparisonLines(
  comparison: Comparison,
  { color = false, page = null }: { readonly color?: boolean; readonly page?: string | null } = {},
): string {
  const shown = comparison.scenarios.filter(({ verdict, metrics }) =>
    verdict !== "same" || metrics.some(({ hasMoved }) => hasMoved)
  ).reverse();
  return [
    ...shown.flatMap((scenario) => scenarioLines(scenario, color)),
    `against ${plainLine(comparison.before)}: ${comparisonHeadline(comparison)}`,
    ...(page === null ? [] : [`review: ${plainLine(page)}`]),
  ].map((line) => `${line}\n`).join("");
}

function scenarioLines({ name, verdict, reasons }: ScenarioComparison, color: boolean): string[] {
  const sign = CHANGE_SIGNS[verdict];
  const mark = color ? `\x1b[${COLORS[verdict]}m${sign}\x1b[0m` : sign;
  const hidden = reasons.length - MAX_REASONS;
  return [
    `${mark} ${plainLine(name)}  ${verdict === "same" ? "moved" : verdict}`,
    ...reasons.slice(0, MAX_REASONS).map((reason) => `    ${plainLine(reason)}`),
    ...(hidden > 0 ? [`    and ${hidden} more`] : []),
  ];
}
