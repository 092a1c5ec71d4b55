/**
 * Results as tables that can be read in a terminal and pasted into a page.
 *
 * @module
 */
import type { Comparison } from "./compare.ts";
import { type Figure, type Machine, meetsGoal } from "./figures.ts";

/** A Markdown table whose columns are as wide as their widest cell. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  rightFrom = 1,
): string {
  const widths = head.map((title, i) =>
    Math.max(2, title.length, ...rows.map((row) => row[i]!.length))
  );
  const line = (cells: readonly string[]) =>
    `| ${
      cells.map((cell, i) => i < rightFrom ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))
        .join(" | ")
    } |\n`;
  const rule = widths.map((width, i) =>
    i < rightFrom ? "-".repeat(width) : `${"-".repeat(width - 1)}:`
  );
  return [line(head), line(rule), ...rows.map(line)].join("");
}

/** All figures of a run. */
export function figureTable(figures: readonly Figure[]): string {
  const head = ["part", "figure", "value", "target", "", "ratio", "spread"];
  const rows = figures.map((figure) => [
    figure.part,
    figure.name,
    quantity(figure.value, figure.unit),
    goalText(figure),
    { true: "ok", false: "missed", null: "" }[`${meetsGoal(figure)}`],
    figure.ratio === null ? "" : `${significant(figure.ratio.value)} × ${figure.ratio.to}`,
    figure.ratio === null ? "" : `±${Math.round(figure.ratio.spread * 100)} %`,
  ]);
  return markdownTable(head, rows, 2);
}

/** What two runs say of the same ratios, those that disagree marked. */
export function comparisonTable({ ratios }: Comparison): string {
  const head = ["part", "ratio", "before", "now", "change", ""];
  const rows = ratios.map(({ part, name, to, before, after, change, agrees }) => [
    part,
    `${name} × ${to}`,
    significant(before),
    significant(after),
    `${change < 0 ? "−" : "+"}${Math.abs(change * 100).toFixed(1)} %`,
    agrees ? "" : "differs",
  ]);
  return markdownTable(head, rows, 2);
}

/** The machine in one sentence. */
export function machineText({ cpu, cores, memoryGiB, os, deno }: Machine): string {
  return `${cpu}, ${cores} ${
    cores === 1 ? "core" : "cores"
  }, ${memoryGiB} GiB, ${os}, Deno ${deno}`;
}

/** Three significant digits, without an exponent. */
export function significant(value: number): string {
  if (value === 0) return "0";
  const digits = 2 - Math.floor(Math.log10(Math.abs(value)));
  return digits < 0
    ? grouped(Math.round(value / 10 ** -digits) * 10 ** -digits)
    : value.toFixed(Math.min(digits, 4));
}

function quantity(value: number, unit: string): string {
  return unit === "" ? significant(value) : `${significant(value)} ${unit}`;
}

function goalText({ goal, unit }: Figure): string {
  if (goal === null) return "";
  return "least" in goal
    ? `≥ ${quantityOfGoal(goal.least, unit)}`
    : `≤ ${quantityOfGoal(goal.most, unit)}`;
}

/** Targets are round numbers, shown as they are. */
function quantityOfGoal(value: number, unit: string): string {
  return `${grouped(value)}${unit === "" ? "" : ` ${unit}`}`;
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, " ");
}
