/**
 * The figures that `docs/performance.md` states: kept as the JSON of the run that found them, and drawn
 * into the page from there.
 *
 * @module
 */
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
