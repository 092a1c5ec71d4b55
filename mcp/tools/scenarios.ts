/**
 * Tools that run scenarios and read their reports.
 *
 * @module
 */
import { z } from "zod";
import type { Report } from "../../reports/mod.ts";
import {
  type AnyScenario,
  isAboutVoices,
  isWebSocketUrl,
  parseScenario,
  type TargetAddress,
} from "../../scenarios/mod.ts";
import { SHIPPED } from "../../scenarios/shipped/mod.ts";
import { ToolError } from "../errors.ts";
import { explain } from "../explain.ts";
import { shippedScenario } from "../scenario_runs.ts";
import type { McpServices } from "../services.ts";
import { defineTool, type Tool } from "../tool.ts";

const group = "scenarios";
const verdict = z.enum(["passed", "failed", "inconclusive", "not-applicable"]);

const expectation = z.object({
  name: z.string(),
  metric: z.string(),
  passed: z.boolean(),
  actual: z.union([z.number(), z.string(), z.boolean()]).nullable(),
  limit: z.string(),
  unit: z.string(),
});

const list = defineTool({
  name: "scenario_list",
  title: "List scenarios",
  description:
    "Lists the scenarios that ship with Headway: the question that each one asks, how long its session is, and which known failure it shows.",
  group,
  effect: "reads",
  input: z.strictObject({
    shows: z.string().optional().describe("only those whose failures or texts contain this"),
  }),
  output: z.object({
    scenarios: z.array(z.object({
      name: z.string(),
      description: z.string(),
      duration_s: z.number(),
      shows: z.array(z.string()),
      simulation_only: z.string().nullable(),
      full_only: z.string().nullable(),
    })),
  }),
  run({ shows }) {
    const wanted = shows?.toLowerCase();
    const scenarios = SHIPPED.filter(({ name, description, shows }) =>
      wanted === undefined || [name, description, ...shows].join(" ").toLowerCase().includes(wanted)
    ).map(({ name, description, durationS, shows, simulationOnly, fullOnly }) => ({
      name,
      description,
      duration_s: durationS,
      shows: [...shows],
      simulation_only: simulationOnly ?? null,
      full_only: fullOnly ?? null,
    }));
    const names = scenarios.map(({ name }) => name).join(", ");
    return Promise.resolve({
      text: scenarios.length === 0
        ? `No scenario is about ${JSON.stringify(shows)}; scenario_list without shows gives all.`
        : `${scenarios.length} scenarios: ${names}.`,
      data: { scenarios },
    });
  },
});

/** A definition is data of the caller's: files of this machine are not for it to name. */
function withoutFiles(scenario: AnyScenario): AnyScenario {
  if (isAboutVoices(scenario)) return scenario;
  const sources = [
    scenario.source,
    ...scenario.steps.map((step) => "source" in step && step.source),
  ];
  if (!sources.some((source) => source && "pcm" in source)) return scenario;
  throw new ToolError(
    "a definition cannot name recorded uploads (pcm); run the file by headway scenario instead",
  );
}

const run = defineTool({
  name: "scenario_run",
  title: "Run a scenario",
  description:
    "Runs one scenario and judges it, in simulated time unless told otherwise, and writes a report. Give the name of one that ships with Headway, or a definition of your own (the resource headway://scenario-schema says what it may hold). Then scenario_explain says why it failed.",
  group,
  effect: "replaces",
  reachesOutside: true,
  input: z.strictObject({
    name: z.string().optional().describe("name as scenario_list gives it"),
    definition: z.record(z.string(), z.unknown()).optional().describe("a scenario as JSON instead"),
    target: z.enum(["sim", "self", "server"]).default("sim").describe(
      "simulated time; our own server in another process; or the server that these tools work on, where the run takes a session's place",
    ),
    fidelity: z.enum(["full", "timing"]).default("full").describe(
      "with every sample, or with their timing only: much faster, but sim alone",
    ),
    seed: z.int().min(0).max(4294967295).default(1).describe("seed of everything that is random"),
  }),
  output: z.object({
    scenario: z.string(),
    verdict,
    reason: z.string().nullable(),
    expected_failure: z.boolean(),
    expectations: z.array(expectation),
    report: z.string().describe("path of report.json; report.html stands beside it"),
    files: z.array(z.string()),
    replay: z.string().describe("the command line that repeats the run"),
  }),
  async run(args, services, call) {
    const { name, definition, target, fidelity, seed } = args;
    if ((name === undefined) === (definition === undefined)) {
      throw new ToolError(
        "scenario_run takes exactly one of name and definition; see scenario_list",
      );
    }
    if (target !== "sim" && fidelity === "timing") {
      throw new ToolError("fidelity timing is for target sim: live runs always have samples");
    }
    // It names a folder for its report, as many as the caller likes.
    if (definition !== undefined) await services.permit();
    const scenario = name === undefined
      ? withoutFiles(parseScenario(definition, "definition"))
      : shippedScenario(name);
    const report = await services.scenarios.run({
      scenario,
      isShipped: name !== undefined,
      fidelity,
      seed,
      ...await addressOf(target, services),
    }, call);
    return { text: runText(report), data: runData(report, services) };
  },
});

async function addressOf(
  target: "sim" | "self" | "server",
  services: McpServices,
): Promise<TargetAddress> {
  if (target === "self") await services.permit();
  if (target !== "server") return { target, controlUrl: null, token: null };
  const { url, controlUrl, token, sessionsStartProcesses } = (await services.api()).target;
  if (sessionsStartProcesses === true) await services.permit();
  if (!isWebSocketUrl(url)) throw new ToolError(`${url} is no address that a scenario can play on`);
  return { target: url, controlUrl, token };
}

function runText(report: Report): string {
  const { scenario, verdict, reason, expectations, expectedFailure } = report;
  const failed = expectations.filter(({ passed }) => !passed).length;
  const isMeant = expectedFailure && verdict === "passed";
  const why = reason !== null ? ` (${reason})` : isMeant ? " by failing as it should" : "";
  const next = verdict === "failed" ? " scenario_explain says why." : "";
  return `${scenario} ${verdict}${why}: ${expectations.length - failed} of ` +
    `${expectations.length} expectations hold.${next}`;
}

function runData(report: Report, { scenarios }: McpServices) {
  return {
    scenario: report.scenario,
    verdict: report.verdict,
    reason: report.reason,
    expected_failure: report.expectedFailure,
    expectations: report.expectations.map(({ name, metric, passed, actual, limit, unit }) => ({
      name,
      metric,
      passed,
      actual,
      limit,
      unit,
    })),
    report: scenarios.path(report.scenario, "report.json"),
    files: [...report.files],
    replay: report.replay,
  };
}

const explainTool = defineTool({
  name: "scenario_explain",
  title: "Explain a run",
  description:
    "Says why a scenario's last run ended as it did: which expectations failed, the first moment at which something went wrong, what happened just before it, and where the report is.",
  group,
  effect: "reads",
  input: z.strictObject({
    name: z.string().describe("name of a scenario that was run"),
  }),
  output: z.object({
    scenario: z.string(),
    verdict,
    reason: z.string().nullable(),
    failed: z.array(expectation),
    first_breach: z.object({
      at_s: z.number().describe("seconds of session time"),
      kind: z.enum(["late slice", "stale tick", "unrefreshed audio", "speech", "event"]),
      text: z.string(),
    }).nullable(),
    before: z.array(z.object({ at_s: z.number(), kind: z.string(), text: z.string() }))
      .describe("what happened just before, oldest first"),
    report: z.string(),
    page: z.string().describe("the same report for people"),
    replay: z.string(),
  }),
  async run({ name }, { scenarios }) {
    const { report, path } = await scenarios.report(name);
    const { failed, firstBreach, before, text } = explain(report);
    const page = scenarios.path(report.scenario, "report.html");
    return {
      text: `${text} The report is ${page}.`,
      data: {
        scenario: report.scenario,
        verdict: report.verdict,
        reason: report.reason,
        failed: failed.map(({ name, metric, passed, actual, limit, unit }) => ({
          name,
          metric,
          passed,
          actual,
          limit,
          unit,
        })),
        first_breach: firstBreach === null
          ? null
          : { at_s: firstBreach.atS, kind: firstBreach.kind, text: firstBreach.text },
        before: before.map(({ atS, kind, text }) => ({ at_s: atS, kind, text })),
        report: path,
        page,
        replay: report.replay,
      },
    };
  },
});

/** Tools that run scenarios and read their reports. */
export const scenarioTools: readonly Tool[] = [list, run, explainTool];
