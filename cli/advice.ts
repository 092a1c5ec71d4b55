/**
 * What to do about a call that could not be judged: the lines below its count.
 *
 * @module
 */
import { plainLine, type Summary } from "../reports/mod.ts";

/** A line for each thing to be done, each ended; nothing when every run was judged. */
export function adviceOn(
  { counts, problems }: Pick<Summary, "counts" | "problems">,
  target: string,
): string {
  const messages = problems.map(({ message }) => message);
  const advice = [
    ...(counts.inconclusive > 0
      ? [
        "inconclusive: this machine was too busy to judge; close other programs, use a quieter one, " +
        "or allow more with --lateness-budget-ms",
      ]
      : []),
    ...(messages.some((it) => /server answered 401 /.test(it))
      ? [`${target} wants a token: give it with --token or HEADWAY_TOKEN`]
      : []),
    ...(messages.some((it) => /server answered (?!401 )\d+ instead/.test(it))
      ? [`${target} has no streaming sessions to give: is --target the right address and port?`]
      : []),
  ];
  return advice.map((line) => `${plainLine(line)}\n`).join("");
}
