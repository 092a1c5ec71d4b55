/**
 * Measures Headway, beside peers where there are any.
 *
 *     deno task bench [part ...] [--json FILE] [--compare FILE] [--python CMD] [--soak-seconds N] [--publish]
 *
 * The exit code is 1 when a ratio differs from that of the run in `--compare` by more than 15 %, and 2
 * when the call is not understood. A target that is missed is shown, and no error: machines differ.
 *
 * @module
 */
import { parseFlags, unknownWord } from "../cli/parse.ts";
import { errorMessage } from "../runtime/errors.ts";
import { Child } from "./child.ts";
import { compare } from "./compare.ts";
import { BENCH_SCHEMA, type BenchReport, type PartResult, readReport } from "./figures.ts";
import { thisMachine } from "./machine.ts";
import { PARTS } from "./parts/mod.ts";
import type { MeasurePart } from "./roles/part.ts";
import { PAGE, PUBLISHED, withFigures, withParts } from "./published.ts";
import { comparisonTable, figureTable, machineText } from "./table.ts";

const FLAGS = {
  json: { type: "string", placeholder: "FILE", help: "write the results there" },
  compare: { type: "string", placeholder: "FILE", help: "compare the ratios with that run's" },
  python: {
    type: "string",
    placeholder: "CMD",
    default: "python3",
    env: "HEADWAY_BENCH_PYTHON",
    help: "a Python 3 that has numpy and zstandard",
  },
  "soak-seconds": {
    type: "number",
    placeholder: "N",
    default: 15,
    min: 1,
    max: 86_400,
    help: "for how long a page's questions are asked again and again; the target is one of 600",
  },
  publish: { type: "boolean", help: "put the results into docs/performance.md" },
} as const;

const PART = new URL("./roles/part.ts", import.meta.url);

async function bench(): Promise<number> {
  const { flags, positionals } = parseFlags(Deno.args, FLAGS, (name) => Deno.env.get(name));
  const known = Object.keys(PARTS);
  for (const word of positionals) {
    if (!known.includes(word)) throw unknownWord("part", word, known, "docs/performance.md");
  }
  const parts = positionals.length === 0 ? known : known.filter((it) => positionals.includes(it));
  const before = flags.compare === undefined
    ? null
    : readReport(await Deno.readTextFile(flags.compare), flags.compare);

  const report = await measure(parts, { python: flags.python, soakS: flags["soak-seconds"] });
  console.log(`${machineText(report.machine)}; ${Math.round(report.tookS)} s\n`);
  console.log(figureTable(report.figures));
  for (const note of report.notes) console.log(note);
  if (flags.json !== undefined) await Deno.writeTextFile(flags.json, jsonOf(report));
  if (flags.publish) {
    // The page states all figures together: parts that were not measured now stay as they were.
    const published = readReport(await Deno.readTextFile(PUBLISHED), "bench/published.json");
    const all = withParts(published, report, known);
    await Deno.writeTextFile(PUBLISHED, jsonOf(all));
    await Deno.writeTextFile(PAGE, withFigures(await Deno.readTextFile(PAGE), all));
  }
  return before === null ? 0 : tellComparison(before, report);
}

function jsonOf(report: BenchReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

async function measure(
  parts: readonly string[],
  options: Omit<MeasurePart, "part">,
): Promise<BenchReport> {
  const beganMs = performance.now();
  const results: PartResult[] = [];
  for (const part of parts) {
    await using child = Child.deno(PART);
    results.push(await child.ask<PartResult>({ part, ...options }));
  }
  return {
    schema: BENCH_SCHEMA,
    machine: thisMachine(),
    tookS: Math.round((performance.now() - beganMs) / 100) / 10,
    figures: results.flatMap(({ figures }) => figures),
    notes: results.flatMap(({ notes }) => notes),
  };
}

function tellComparison(before: BenchReport, after: BenchReport): number {
  const comparison = compare(before, after);
  console.log(`\n${comparisonTable(comparison)}`);
  for (const name of comparison.unpaired) console.log(`only in one of the runs: ${name}`);
  const differing = comparison.ratios.filter(({ agrees }) => !agrees).length;
  const said = comparison.ratios.length === 0
    ? "the runs have no ratio in common"
    : `${comparison.ratios.length - differing} of ${comparison.ratios.length} ratios agree`;
  console.log(said);
  return comparison.agrees ? 0 : 1;
}

if (import.meta.main) {
  try {
    Deno.exit(await bench());
  } catch (error) {
    console.error(`bench: ${errorMessage(error)}`);
    Deno.exit(2);
  }
}
