/**
 * `docs/scenarios.md`: what ships, what each scenario asks, and which failure each one shows.
 *
 * @module
 */
import { cell, paragraph, table } from "../cli/markdown.ts";
import { type AnyScenario, isAboutVoices } from "../scenarios/types.ts";

/** The page, as `deno fmt` would write it. */
export function scenariosMarkdown(scenarios: readonly AnyScenario[]): string {
  const streams = scenarios.filter((it) => !isAboutVoices(it));
  const voices = scenarios.filter(isAboutVoices);
  return [
    "# Shipped scenarios",
    paragraph(
      "Drawn from the scenarios themselves by `deno task docs`; do not edit by hand. " +
        "`deno task scenario --list` prints the same list.",
    ),
    paragraph(
      `There are ${scenarios.length}. Each one asks a question and judges a run by its answer. ` +
        "One that _fails as foretold_ shows a known failure: it passes when the report finds it.",
    ),
    "## What each one asks",
    askedTable(streams),
    ...(voices.length === 0 ? [] : [
      "## About voices",
      paragraph(
        "These speak through a voice server, and somebody listens: " +
          "[testing voice](voice.md#testing-voice).",
      ),
      askedTable(voices),
    ]),
    "## Which one shows a failure",
    paragraph(
      "Numbers are those of the failure modes of " +
        "[streaming](requirements/streaming.md#known-failure-modes) and of " +
        "[voices](requirements/voice.md#known-failure-modes).",
    ),
    table(["failure", "scenarios"], failureRows(streams)).join("\n"),
    ...(voices.length === 0
      ? []
      : [table(["failure", "scenarios"], failureRows(voices)).join("\n")]),
  ].join("\n\n") + "\n";
}

function askedTable(scenarios: readonly AnyScenario[]): string {
  const rows = scenarios.map((it) => [
    `\`${it.name}\``,
    cell(it.description),
    `${it.durationS} s`,
    notesOf(it),
  ]);
  return table(["scenario", "question", "session", "notes"], rows).join("\n");
}

function notesOf({ expectations, simulationOnly, fullOnly }: AnyScenario): string {
  const notes = [
    ...(expectations.some(({ fails }) => fails) ? ["fails as foretold"] : []),
    ...(simulationOnly === undefined ? [] : [`simulation only: ${simulationOnly}`]),
    ...(fullOnly === undefined ? [] : [`full fidelity only: ${fullOnly}`]),
  ];
  return cell(notes.join("; ")) || "–";
}

function failureRows(scenarios: readonly AnyScenario[]): string[][] {
  const shownBy = new Map<string, string[]>();
  for (const { name, shows } of scenarios) {
    for (const failure of shows) {
      shownBy.set(failure, [...shownBy.get(failure) ?? [], `\`${name}\``]);
    }
  }
  return [...shownBy].sort(([a], [b]) => numberOf(a) - numberOf(b))
    .map(([failure, names]) => [cell(failure), names.join(", ")]);
}

/** `lag/13 staleness at start` is number 13. */
function numberOf(failure: string): number {
  return Number(/\d+/.exec(failure)?.[0] ?? Infinity);
}
