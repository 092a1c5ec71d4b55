/**
 * The figures that `docs/fidelity.md` states: kept as the JSON of the run that found them, and drawn
 * into the page and its picture from there.
 *
 * @module
 */
import { machineText } from "../../bench/table.ts";
import { drawPlot } from "./plot.ts";
import {
  type FidelityReport,
  type Gap,
  LEAD_TARGET_MS,
  PLAYHEAD_TARGET_MS,
  type ScenarioFigures,
} from "./summary.ts";

/** The run whose figures are published. */
export const PUBLISHED = new URL("./published.json", import.meta.url);
/** The page that states them. */
export const PAGE = new URL("../../docs/fidelity.md", import.meta.url);
/** Its picture. */
export const PICTURE = new URL("../../docs/images/fidelity.svg", import.meta.url);

/** Widest line of the manual. */
const LINE_WIDTH = 100;

const BEGIN = "<!-- figures: drawn by deno task fidelity --publish -->";
const END = "<!-- end of figures -->";

type Row = readonly [what: string, value: (figures: ScenarioFigures) => string, target?: string];

const ROWS: readonly Row[] = [
  [
    "playhead before the first turn",
    ({ playhead }) => gapText(playhead.before),
    `p95 ≤ ${PLAYHEAD_TARGET_MS} ms`,
  ],
  [
    "playhead behind it, with the seam",
    ({ playhead }) => gapText(playhead.afterSeam),
    `p95 ≤ ${PLAYHEAD_TARGET_MS} ms`,
  ],
  ["playhead behind it, hard wrap", ({ playhead }) => gapText(playhead.afterZero)],
  ["playhead of two sessions", ({ playhead }) => gapText(playhead.session)],
  [
    "lead p50, headless / browser",
    ({ leadP50Ms: { headless, browser } }) => `${ms(headless)} / ${ms(browser)}`,
  ],
  [
    "lead p50, difference",
    ({ leadP50GapMs }) => `${signed(leadP50GapMs)} ms`,
    `within ${LEAD_TARGET_MS} ms`,
  ],
  ["lead, percentile by percentile", ({ lead }) => gapText(lead)],
  [
    "staleness p95, headless / browser",
    ({ stalenessP95Ms: { headless, browser } }) => `${ms(headless)} / ${ms(browser)}`,
  ],
  [
    "fresh share, headless / browser",
    ({ freshShare: { headless, browser } }) => `${share(headless)} / ${share(browser)}`,
  ],
  [
    "slices/s, headless / browser",
    ({ slicesPerS: { headless, browser } }) => `${headless.toFixed(2)} / ${browser.toFixed(2)}`,
  ],
  [
    "tick lateness p99, headless / browser",
    ({ latenessMs: { headless, browser } }) => `${ms(headless)} / ${ms(browser)}`,
  ],
  ["first sound after the buffer is there", ({ device }) => ms(device.startMs)],
  ["position told ahead of what is heard", ({ device }) => ms(device.aheadOfHeardMs)],
  ["latency that the device tells", ({ device }) => ms(device.latencyMs)],
  ["skew of the audio clock", ({ device }) => `${signed(device.skewPpm)} ppm`],
];

/** The figures as a Markdown table: a column for each scenario. */
export function fidelityTable(scenarios: readonly ScenarioFigures[]): string {
  const rows = [
    ["", ...scenarios.map(({ name }) => `\`${name}\``), "target"],
    ["---", ...scenarios.map(() => "--:"), "---"],
    ...ROWS.map(([what, value, target = ""]) => [what, ...scenarios.map(value), target]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((cells, row) => {
    const padded = cells.map((cell, column) => {
      const width = widths[column]!;
      if (row === 1) return cell.endsWith(":") ? `${"-".repeat(width - 1)}:` : "-".repeat(width);
      return column > 0 && column <= scenarios.length ? cell.padStart(width) : cell.padEnd(width);
    });
    return `| ${padded.join(" | ")} |\n`;
  }).join("");
}

/** The page's part that is drawn. */
function figuresSection({ machine, browser, tookS, scenarios }: FidelityReport): string {
  const sentences = [
    `Measured on ${machineText(machine)}, Chromium ${browser}, in ${Math.round(tookS)} s:`,
    `${scenarios[0]?.plays} plays of each scenario.`,
  ];
  return `${wrapped(sentences.join(" "))}\n\n${fidelityTable(scenarios)}`;
}

/** A paragraph in lines, as the formatter leaves it. */
function wrapped(text: string): string {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= LINE_WIDTH) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else lines.push(word);
  }
  return lines.join("\n");
}

/**
 * The page with its figures replaced.
 *
 * @throws {RangeError} if the page has no place for them.
 */
export function withFigures(page: string, report: FidelityReport): string {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from < 0 || to < from) {
    throw new RangeError(`the page has no lines "${BEGIN}" and "${END}" to draw between`);
  }
  return `${page.slice(0, from)}${BEGIN}\n\n${figuresSection(report)}\n${page.slice(to)}`;
}

/** Writes a run's figures down: the data, the page, the picture. */
export async function publish(report: FidelityReport): Promise<void> {
  await Deno.writeTextFile(PUBLISHED, `${JSON.stringify(report)}\n`);
  await Deno.writeTextFile(PAGE, withFigures(await Deno.readTextFile(PAGE), report));
  await Deno.writeTextFile(PICTURE, drawPlot(report.plot));
}

function gapText(gap: Gap | null): string {
  if (gap === null) return "–";
  return `${gap.p50Ms.toFixed(1)} / ${gap.p95Ms.toFixed(1)} ms (${signed(gap.signedMs)})`;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

function share(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}

function signed(value: number): string {
  const text = Math.abs(value).toFixed(1);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}
