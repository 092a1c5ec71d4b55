/**
 * The figures that `docs/performance.md` states: kept as the JSON of the run that found them, and drawn
 * into the page from there.
 *
 * @module
 */
import { UsageError } from "../runtime/errors.ts";
import type { BenchReport } from "./figures.ts";
import { figureTable, machineText } from "./table.ts";

/** The run whose figures are published. */
export const PUBLISHED = new URL("./published.json", import.meta.url);
/** The page that states them. */
export const PAGE = new URL("../docs/performance.md", import.meta.url);

const BEGIN = "<!-- figures: drawn by deno task bench --publish -->";
const END = "<!-- end of figures -->";

/** The page's part that is drawn. */
export function figuresSection({ machine, tookS, figures, notes }: BenchReport): string {
  const sentences = [
    `Measured on ${machineText(machine)}, in ${Math.round(tookS)} s.`,
    ...notes.map((note) => `${note}.`),
  ];
  return `${sentences.join("\n")}\n\n${figureTable(figures)}`;
}

/**
 * The page with its figures replaced.
 *
 * @throws {RangeError} if the page has no place for them.
 */
export function withFigures(page: string, report: BenchReport): string {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from < 0 || to < from) {
    throw new RangeError(`the page has no lines "${BEGIN}" and "${END}" to draw between`);
  }
  return `${page.slice(0, from)}${BEGIN}\n\n${figuresSection(report)}\n${page.slice(to)}`;
}

/**
 * A published run with the parts that were measured anew.
 *
 * @param order - Names of all parts, as they stand on the page.
 * @throws {UsageError} when that was another machine: figures of two do not stand in one table.
 */
export function withParts(
  published: BenchReport,
  fresh: BenchReport,
  order: readonly string[],
): BenchReport {
  const parts = new Set(fresh.figures.map(({ part }) => part));
  const isWhole = order.every((part) => parts.has(part));
  if (isWhole) return fresh;
  // Another build of its kernel is no other machine.
  const plain = ({ machine }: BenchReport) => machineText({ ...machine, os: published.machine.os });
  if (plain(published) !== plain(fresh)) {
    throw new UsageError(
      `the published figures are of ${machineText(published.machine)}, these of ` +
        `${machineText(fresh.machine)}: publish all parts, not some`,
    );
  }
  const of = (part: string) =>
    (parts.has(part) ? fresh : published).figures
      .filter((figure) => figure.part === part);
  const isKept = (note: string) => !parts.has(note.slice(0, note.indexOf(":")));
  return {
    ...published,
    tookS: Math.round((published.tookS + fresh.tookS) * 10) / 10,
    figures: order.flatMap(of),
    notes: [...published.notes.filter(isKept), ...fresh.notes],
  };
}
