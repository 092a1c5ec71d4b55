/**
 * Differences between two recordings, as text and as Markdown.
 *
 * @module
 */
import type { DiffRow, RecordingDiff } from "../../scenarios/recording/diff.ts";
import { escapeMarkdown, plainLine } from "../escape.ts";

const SIGNS: Readonly<Record<DiffRow["verdict"], string>> = {
  same: "=",
  within: "≈",
  differs: "≠",
  note: "·",
};

/** One line for each thing that was compared: what differs first, and what is told only last. */
export function diffText({ rows, verdict }: RecordingDiff): string {
  const shown = ordered(rows);
  const names = shown.map(({ about, what }) => `${about} ${what}`);
  const width = Math.max(...names.map((name) => name.length));
  const lines = shown.map((row, i) => {
    const values = row.verdict === "same" ? row.recorded : `${row.recorded} → ${row.replayed}`;
    return `${SIGNS[row.verdict]} ${names[i]!.padEnd(width)}  ${values}`;
  });
  const differing = rows.filter((row) => row.verdict === "differs").length;
  const end = verdict === "same"
    ? "the answers are the same, within limits"
    : `the answers differ in ${differing} of ${rows.length} things`;
  return [...lines, end].map((line) => `${plainLine(line)}\n`).join("");
}

/** The same as a table. */
export function diffMarkdown({ rows, verdict }: RecordingDiff): string {
  const cells = ordered(rows).map((row) =>
    `| ${
      [row.verdict, row.about, row.what, row.recorded, row.replayed].map((text) =>
        escapeMarkdown(text)
      ).join(" | ")
    } |`
  );
  return [
    `# The answers ${verdict === "same" ? "are the same, within limits" : "differ"}`,
    "",
    "| verdict | about | what | recorded | replayed |",
    "| --- | --- | --- | --- | --- |",
    ...cells,
    "",
  ].join("\n");
}

const ORDER: readonly DiffRow["verdict"][] = ["differs", "within", "same", "note"];

function ordered(rows: readonly DiffRow[]): DiffRow[] {
  return rows.toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
}
