/**
 * `docs/invariants.md`: what holds in every world, why, and where it has to be tried.
 *
 * @module
 */
import { paragraph } from "../cli/markdown.ts";
import type { Invariant } from "../scenarios/explore/mod.ts";

/** The page, as `deno fmt` would write it. */
export function invariantsMarkdown(
  invariants: readonly Invariant[],
  situations: readonly string[],
): string {
  return [
    "# Invariants",
    paragraph(
      "Drawn from the invariants themselves by `deno task docs`; do not edit by hand. " +
        "[Exploration](exploration.md) says how they are watched over.",
    ),
    paragraph(
      `There are ${invariants.length}. Each holds in every world, whatever is done to it, and is a ` +
        "metric of simulated runs: `invariants.<name>` is how often it was broken.",
    ),
    ...invariants.flatMap(({ name, promise, reason, marks, fullMarks = [] }) => [
      `## ${name}`,
      paragraph(promise),
      paragraph(`_Why:_ ${reason}`),
      paragraph(
        `_Coverage marks:_ ${
          marks.map((mark) => fullMarks.includes(mark) ? `${mark} (full fidelity)` : mark)
            .join(", ")
        }.`,
      ),
    ]),
    "## Situations",
    paragraph(
      "No invariants, but places that a search has to come to, so that the invariants are tried " +
        `where it is hard: ${situations.join(", ")}.`,
    ),
  ].join("\n\n") + "\n";
}
