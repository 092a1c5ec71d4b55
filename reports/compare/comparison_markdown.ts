/**
 * A comparison in Markdown, for a pull request: what got worse first, the rest in few words.
 *
 * @module
 */
import { escapeMarkdown } from "../escape.ts";
import type { Comparison, MetricComparison, ScenarioComparison } from "./comparison.ts";
import { valueWords } from "./judge.ts";
import { changeWords, comparisonHeadline } from "./words.ts";

/** Most scenarios that have a row of their own: a comment has a limit, and readers have one too. */
const MAX_ROWS = 50;
/** Most names in one list. */
const MAX_NAMES = 100;

/** The comparison, ready to be a comment. */
export function comparisonMarkdown(comparison: Comparison): string {
  const { before, after, scenarios } = comparison;
  const of = (change: string) => scenarios.filter(({ verdict }) => verdict === change);
  const moved = of("same").filter(({ metrics }) => metrics.some(({ hasMoved }) => hasMoved));
  const still = of("same").length - moved.length;
  const blocks = [
    `## Headway: ${comparisonHeadline(comparison)}`,
    `${escapeMarkdown(before)} → ${escapeMarkdown(after)}`,
    ...figureBlock("Worse", of("worse")),
    ...reasonBlock("Cannot be compared", of("incomparable")),
    ...figureBlock("Better", of("better")),
    ...figureBlock("Moved, neither better nor worse", moved),
    ...(still === 0 ? [] : [`${still} unchanged.`]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function figureBlock(title: string, scenarios: readonly ScenarioComparison[]): string[] {
  if (scenarios.length === 0) return [];
  const rows = scenarios.slice(0, MAX_ROWS).flatMap(({ name, verdict, metrics }) =>
    metrics.filter((it) => it.hasMoved && (verdict === "same" || it.verdict === verdict))
      .map((it, i) => row(i === 0 ? `**${escapeMarkdown(name)}**` : "", it))
  );
  return [
    `### ${title} (${scenarios.length})`,
    [
      "| scenario | figure | before | after | |",
      "| --- | --- | ---: | ---: | --- |",
      ...rows,
    ].join("\n"),
    ...(scenarios.length > MAX_ROWS ? [`and ${scenarios.length - MAX_ROWS} more`] : []),
  ];
}

function row(name: string, it: MetricComparison): string {
  const value = (number: number | null) =>
    number === null ? "–" : escapeMarkdown(valueWords({ name: it.metric, unit: it.unit }, number));
  const cells = [
    name,
    escapeMarkdown(it.title),
    value(it.before),
    value(it.after),
    escapeMarkdown(changeWords(it)),
  ];
  return `| ${cells.join(" | ")} |`;
}

function reasonBlock(title: string, scenarios: readonly ScenarioComparison[]): string[] {
  if (scenarios.length === 0) return [];
  const byReason = new Map<string, string[]>();
  for (const { name, reasons } of scenarios) {
    const reason = reasons.join("; ");
    byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
  }
  return [
    `### ${title} (${scenarios.length})`,
    [...byReason].map(([reason, names]) => {
      const shown = names.slice(0, MAX_NAMES).map(escapeMarkdown).join(", ");
      const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : "";
      return `- ${escapeMarkdown(reason)}: ${shown}${more}`;
    }).join("\n"),
  ];
}
