/**
 * How far is a headless client from a browser? Plays the same scenarios in a real Chromium and with a
 * headless client, at the same time and on the same server, and says how far playhead and lead are
 * apart.
 *
 *     deno task fidelity [--plays N] [--json FILE] [--publish]
 *
 * The exit code is 1 when a target is missed, 3 when a side was too late to judge (nothing is published
 * then), and 2 when the call is not understood or something could not run.
 *
 * @module
 */
import { thisMachine } from "../bench/machine.ts";
import { processContext } from "../cli/context.ts";
import { parseFlags } from "../cli/parse.ts";
import { Progress } from "../cli/progress.ts";
import { errorMessage, UsageError } from "../runtime/mod.ts";
import type { Scenario } from "../scenarios/mod.ts";
import { compare, isQuiet, type PlayFigures } from "./fidelity/compare.ts";
import { type Place, withPlace } from "./fidelity/place.ts";
import { playBoth } from "./fidelity/play.ts";
import { fidelityTable, publish } from "./fidelity/published.ts";
import { COMPARED } from "./fidelity/scenarios.ts";
import { type FidelityReport, missed, plotOf, summarize } from "./fidelity/summary.ts";

/** How often a scenario may be played again because a side was late. */
const MAX_REPEATS = 2;

const FLAGS = {
  plays: {
    type: "number",
    integer: true,
    min: 1,
    max: 20,
    default: 3,
    placeholder: "N",
    help: "plays of each",
  },
  json: { type: "string", placeholder: "FILE", help: "write the results there" },
  publish: { type: "boolean", help: "put the results into docs/fidelity.md" },
} as const;

async function fidelity(): Promise<number> {
  const { flags, positionals } = parseFlags(Deno.args, FLAGS, (name) => Deno.env.get(name));
  if (positionals.length > 0) {
    throw new UsageError(`fidelity takes flags only, got "${positionals[0]}"`);
  }
  const report = await withPlace((place) => measure(place, flags.plays));
  console.log(fidelityTable(report.scenarios).trimEnd());
  if (flags.json !== undefined) {
    await Deno.writeTextFile(flags.json, `${JSON.stringify(report, null, 1)}\n`);
  }
  const misses = report.scenarios.flatMap(missed);
  for (const miss of misses) console.error(`fidelity: ${miss}`);
  const late = report.scenarios.reduce((sum, { latePlays }) => sum + latePlays, 0);
  if (late > 0) {
    console.error(
      `fidelity: a side was late in ${late} plays, so the figures say little` +
        `${flags.publish ? " and are not published" : ""}; try again when the machine is idle`,
    );
    return 3;
  }
  if (flags.publish) await publish(report);
  return misses.length === 0 ? 0 : 1;
}

async function measure(place: Place, plays: number): Promise<FidelityReport> {
  const beganMs = performance.now();
  const progress = new Progress(processContext());
  const found: [Scenario, PlayFigures[]][] = [];
  for (const scenario of COMPARED) {
    const kept: PlayFigures[] = [];
    for (let repeats = 0; kept.length < plays;) {
      progress.update(`${scenario.name}: play ${kept.length + 1} of ${plays}…`);
      const figures = compare(await playBoth(scenario, place));
      if (isQuiet(figures) || repeats === MAX_REPEATS) kept.push(figures);
      else repeats++;
    }
    found.push([scenario, kept]);
  }
  progress.clear();
  return {
    schema: "headway.fidelity/1",
    machine: thisMachine(),
    browser: place.browser.version,
    tookS: Math.round((performance.now() - beganMs) / 100) / 10,
    scenarios: found.map(([scenario, plays]) => summarize(scenario, plays)),
    plot: plotOf(found[0]![1][0]!),
  };
}

if (import.meta.main) {
  try {
    Deno.exit(await fidelity());
  } catch (error) {
    console.error(`fidelity: ${errorMessage(error)}`);
    Deno.exit(2);
  }
}
