/**
 * What commands that compare have in common: the comparison, its files, and what is printed of it.
 *
 * @module
 */
import { join } from "node:path";
import {
  caseLoader,
  compareRuns,
  type Comparison,
  comparisonLines,
  comparisonMarkdown,
  fittingReview,
  type ReadRuns,
  toJson,
  writeComparison,
} from "../reports/mod.ts";
import { Rng } from "../runtime/mod.ts";
import type { CliContext } from "./context.ts";

/** Two sets of runs, and what becomes of their comparison. */
export interface ReviewRequest {
  readonly before: ReadRuns;
  readonly after: ReadRuns;
  /** Where the review goes. */
  readonly out: string;
  /** The command that accepts what is new; null when there is none. */
  readonly accept: string | null;
  /** Scenarios of the first set alone are left out. */
  readonly onlyAfter?: boolean;
  /** Scenarios that left no run now, and why. */
  readonly problems?: readonly { readonly name: string; readonly message: string }[];
}

/** Compares; the draws of the bootstrap are the same at every call. */
export function compared({ before, after, onlyAfter, problems }: ReviewRequest): Comparison {
  return compareRuns(before, after, {
    rng: new Rng("comparison"),
    ...(onlyAfter !== undefined && { onlyAfter }),
    ...(problems !== undefined && { problems }),
  });
}

/** Draws and writes the review; resolves to the path of its page. */
export async function writeReview(
  request: ReviewRequest,
  comparison: Comparison,
): Promise<string> {
  const { before, after, out, accept } = request;
  const page = await fittingReview(comparison, { load: caseLoader(before, after), accept });
  await writeComparison(out, comparison, page);
  return join(out, "review.html");
}

/** The comparison as it was asked for. */
export function comparisonText(
  comparison: Comparison,
  page: string,
  { stdout, env }: Pick<CliContext, "stdout" | "env">,
  form: "text" | "json" | "markdown",
): string {
  if (form === "json") return toJson(comparison);
  if (form === "markdown") return comparisonMarkdown(comparison);
  const color = stdout.isTerminal && (env("NO_COLOR") ?? "") === "";
  return comparisonLines(comparison, { color, page });
}
