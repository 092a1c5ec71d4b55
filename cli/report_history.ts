/**
 * `headway report history`: one figure over many saved runs.
 *
 * @module
 */
import { basename, join } from "node:path";
import {
  type History,
  historyOf,
  historyPage,
  plainLine,
  readRuns,
  type RunSample,
  type SavedSet,
  toJson,
} from "../reports/mod.ts";
import { UsageError } from "../runtime/mod.ts";
import { defineCommand, EXIT } from "./command.ts";
import type { CliContext } from "./context.ts";

/** Heights of a terminal's plot. */
const BARS = "▁▂▃▄▅▆▇█";
/** Most damaged reports that are named. */
const MAX_NAMED = 10;

/** The command. */
export const reportHistoryCommand = defineCommand({
  name: "report history",
  summary: "plot one figure over many saved runs",
  description:
    "Reads saved sets of runs, in the order in which they are named; a folder that holds several sets counts as these, by name, so that folders named by date are in order. Prints a plot in letters for each scenario, and writes an HTML page. A damaged report is named and left out.",
  examples: [
    "headway report history out/nightly --metric lag.freshShare",
    "headway report history out/monday out/tuesday --scenario overload --json",
  ],
  positionals: { usage: "<folders…>", help: "sets of runs, or folders of such sets", min: 1 },
  flags: {
    metric: {
      type: "string",
      placeholder: "NAME",
      default: "lag.freshShare",
      help: "a figure that comparisons look at",
    },
    scenario: { type: "list", placeholder: "NAME", help: "only these scenarios" },
    out: {
      type: "string",
      placeholder: "FILE",
      default: "out/history.html",
      help: "where the page goes",
    },
    json: { type: "boolean", help: "print the history as JSON, and write no page" },
  },
  async run({ flags, positionals, stdout, stderr }) {
    const sets: SavedSet[] = [];
    const damaged: string[] = [];
    for (const path of positionals) {
      sets.push(...await setsIn(path, ({ message }) => damaged.push(message)));
    }
    if (sets.length === 0) {
      throw new UsageError(`none of the runs can be read; the first: ${damaged[0]}`);
    }
    for (const message of damaged.slice(0, MAX_NAMED)) {
      stderr.write(`headway: left out: ${plainLine(message)}\n`);
    }
    if (damaged.length > MAX_NAMED) {
      stderr.write(`headway: and ${damaged.length - MAX_NAMED} more\n`);
    }
    const history = historyOf(sets, flags.metric, flags.scenario);
    if (flags.json) {
      stdout.write(toJson(history));
      return EXIT.passed;
    }
    await Deno.mkdir(join(flags.out, ".."), { recursive: true });
    await Deno.writeTextFile(flags.out, historyPage(history));
    stdout.write(historyLines(history, stdout));
    stdout.write(
      `${sets.length === 1 ? "1 set" : `${sets.length} sets`} of runs; page: ${
        plainLine(flags.out)
      }\n`,
    );
    return EXIT.passed;
  },
});

/** The sets of a folder: its runs by the first part of their path below it, in order of name. */
async function setsIn(
  path: string,
  onDamaged: (error: UsageError) => void,
): Promise<SavedSet[]> {
  const { samples, folders } = await readRuns(path, onDamaged);
  const bySet = new Map<string, RunSample[]>();
  for (const sample of samples) {
    const parts = (folders.get(sample) ?? path).slice(join(path).length).split("/")
      .filter((part) => part !== "");
    // The last part is the scenario's own folder.
    const name = parts.length > 1 ? join(path, parts[0]!) : path;
    bySet.set(name, [...(bySet.get(name) ?? []), sample]);
  }
  return [...bySet].map(([name, samples]) => ({ name, samples })).sort((a, b) =>
    basename(a.name).localeCompare(basename(b.name), "en", { numeric: true })
  );
}

function historyLines({ lines }: History, stdout: CliContext["stdout"]): string {
  const width = Math.max(0, ...lines.map(({ scenario }) => scenario.length));
  const room = Math.max(8, stdout.columns() - width - 24);
  return lines.map(({ scenario, values }) => {
    const present = values.filter((value) => value !== null);
    const [low, high] = [Math.min(...present), Math.max(...present)];
    const bars = values.slice(-room).map((value) => {
      if (value === null) return " ";
      const share = high === low ? 0.5 : (value - low) / (high - low);
      return BARS[Math.min(BARS.length - 1, Math.floor(share * BARS.length))];
    }).join("");
    const number = (value: number | undefined) =>
      value === undefined ? "–" : String(Number(value.toPrecision(4)));
    return `${plainLine(scenario).padEnd(width)}  ${number(present[0]).padStart(8)} ${bars} ${
      number(present.at(-1))
    }\n`;
  }).join("");
}
