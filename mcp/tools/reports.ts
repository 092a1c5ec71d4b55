/**
 * Tools that hold saved reports against each other.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import {
  caseLoader,
  compareRuns,
  type Comparison,
  comparisonHeadline,
  fittingReview,
  type ReadRuns,
  readRuns,
  type ScenarioComparison,
  writeComparison,
} from "../../reports/mod.ts";
import { Rng } from "../../runtime/mod.ts";
import { ToolError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { defineTool, type Tool } from "../tool.ts";

/** What ships with Headway. */
const BASELINES = fileURLToPath(new URL("../../reports/baselines", import.meta.url));
/** Most scenarios that an answer tells of: the page has all. */
const MAX_SCENARIOS = 20;

const change = z.enum(["better", "same", "worse", "incomparable"]);
const side = z.number().nullable();

const compare = defineTool({
  name: "report_compare",
  title: "Compare reports",
  description:
    "Says what got better and worse between two sets of runs, scenario by scenario, the worst first: simulated runs exactly, live ones by confidence and effect. Without before, runs are held against the baselines that ship with Headway; without after, the runs that scenario_run made are taken. Writes a review page beside the reports.",
  group: "scenarios",
  effect: "replaces",
  reachesOutside: true,
  input: z.strictObject({
    before: z.string().optional().describe("folder of reports or baselines"),
    after: z.string().optional().describe("folder of reports"),
    scenario: z.string().optional().describe("only this one"),
  }),
  output: z.object({
    verdict: change,
    counts: z.object({
      better: z.int(),
      same: z.int(),
      worse: z.int(),
      incomparable: z.int(),
    }),
    scenarios: z.array(z.object({
      name: z.string(),
      verdict: change,
      reasons: z.array(z.string()),
      figures: z.array(z.object({
        metric: z.string(),
        verdict: change,
        before: side,
        after: side,
        least_effect: z.number().describe("about what a listener notices"),
      })),
    })).describe("those that differ, the worst first; at most 20"),
    page: z.string().describe("the review page"),
  }),
  async run({ before, after, scenario }, services) {
    const { files, scenarios } = services;
    const a = await readRuns(before === undefined ? BASELINES : await files.find(before));
    const b = await readRuns(after === undefined ? scenarios.folder : await files.find(after));
    const [ours, theirs] = [only(a, scenario), only(b, scenario)];
    if (scenario !== undefined && ours.samples.length + theirs.samples.length === 0) {
      const names = [...new Set([...a.samples, ...b.samples].map((it) => it.scenario))];
      throw new ToolError(
        `neither side has runs of ${JSON.stringify(scenario)}${nearest(scenario, names)}`,
      );
    }
    const comparison = compareRuns(ours, theirs, {
      rng: new Rng("comparison"),
      onlyAfter: before === undefined,
    });
    const page = await fittingReview(comparison, {
      load: caseLoader(ours, theirs),
      accept: null,
    });
    const out = join(scenarios.folder, "review");
    await writeComparison(out, comparison, page);
    const path = join(out, "review.html");
    return {
      text: `${sentence(comparison)} The review page is ${path}.`,
      data: {
        verdict: comparison.verdict,
        counts: { ...comparison.counts },
        scenarios: comparison.scenarios.filter(isTelling).slice(0, MAX_SCENARIOS).map(dataOf),
        page: path,
      },
    };
  },
});

function only(runs: ReadRuns, scenario: string | undefined): ReadRuns {
  if (scenario === undefined) return runs;
  return { ...runs, samples: runs.samples.filter((it) => it.scenario === scenario) };
}

function isTelling({ verdict, metrics }: ScenarioComparison): boolean {
  return verdict !== "same" || metrics.some(({ hasMoved }) => hasMoved);
}

function dataOf({ name, verdict, reasons, metrics }: ScenarioComparison) {
  return {
    name,
    verdict,
    reasons: [...reasons],
    figures: metrics.filter(({ hasMoved }) => hasMoved).map((it) => ({
      metric: it.metric,
      verdict: it.verdict,
      before: it.before,
      after: it.after,
      least_effect: it.leastEffect,
    })),
  };
}

function sentence(comparison: Comparison): string {
  const [worst] = comparison.scenarios;
  const first = worst === undefined || !isTelling(worst)
    ? ""
    : ` ${worst.name}: ${worst.reasons[0]}.`;
  return `${comparisonHeadline(comparison)}.${first}`;
}

/** Tools that hold saved reports against each other. */
export const reportTools: readonly Tool[] = [compare];
