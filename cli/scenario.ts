/**
 * `headway scenario`: runs scenarios, writes reports, says by its exit code what came of it.
 *
 * @module
 */
import { UsageError } from "../runtime/mod.ts";
import { closingLine, gravestCode, plainLine, readRuns, toJson } from "../reports/mod.ts";
import {
  type AnyScenario,
  type Fidelity,
  isAboutVoices,
  isScenarioFile,
  isVoiceUrl,
  isWebSocketUrl,
  LATENESS_BUDGET_MS,
  loadScenarioFile,
  type Target,
} from "../scenarios/mod.ts";
import { SHIPPED } from "../scenarios/shipped/mod.ts";
import { adviceOn } from "./advice.ts";
import { reviewCall, updateBaseline } from "./baseline.ts";
import { defineCommand, EXIT, type ExitCode } from "./command.ts";
import { durationsFile } from "./durations.ts";
import { runJobs } from "./job_pool.ts";
import { unknownWord } from "./parse.ts";
import { queueJobs } from "./queue_jobs.ts";
import { runCall } from "./scenario_call.ts";
import type { ScenarioJob } from "./scenario_job.ts";
import { baselineFlags, partOf, repetitions, type Selected, shardIndex } from "./scenario_plan.ts";
import { lineWidth, wrapped } from "./wrap.ts";

/** The command. */
export const scenarioCommand = defineCommand({
  name: "scenario",
  summary: "run scenarios and judge them",
  description:
    "Runs the named scenarios (or all that ship with Headway) in deterministic virtual time, against Headway's own server in another process, or against a server of yours, and writes a report for each.",
  examples: [
    "headway scenario",
    "headway scenario healthy-stream overload --fidelity timing",
    "headway scenario my.scenario.ts --target ws://127.0.0.1:1318 --control http://127.0.0.1:1319",
    "headway scenario two-agents-one-listener --target http://127.0.0.1:7860",
    "headway scenario --list",
  ],
  positionals: {
    usage: "[names or files…]",
    help:
      "names of shipped scenarios, or files (.ts, .json); without any all shipped ones that are about what the target does",
  },
  flags: {
    target: {
      type: "string",
      placeholder: "sim|self|URL",
      default: "sim",
      env: "HEADWAY_TARGET",
      help:
        "simulated world, our own server in another process, a ws:// address, or the http:// address of a voice server",
    },
    control: {
      type: "string",
      placeholder: "URL",
      help: "control bus of a ws:// target; needed by scenarios with outside commands",
    },
    token: {
      type: "string",
      placeholder: "TOKEN",
      env: "HEADWAY_TOKEN",
      help: "bearer token of a target at an address",
    },
    fidelity: {
      type: "enum",
      values: ["full", "timing"],
      default: "full",
      help: "with every sample, or with their timing only",
    },
    seed: {
      type: "number",
      placeholder: "N",
      default: 1,
      min: 0,
      max: 4294967295,
      integer: true,
      help: "seed of everything that is random",
    },
    out: {
      type: "string",
      placeholder: "DIR",
      default: "out/reports",
      help: "where reports go",
    },
    jobs: {
      type: "number",
      placeholder: "N",
      min: 1,
      max: 64,
      integer: true,
      help: "scenarios side by side; as many as there are cores when simulated, else 1",
    },
    "lateness-budget-ms": {
      type: "number",
      placeholder: "MS",
      default: LATENESS_BUDGET_MS,
      min: 1,
      max: 10000,
      help: "tick lateness (p99) above which a live run proves nothing",
    },
    "check-determinism": {
      type: "boolean",
      help: "run each simulated scenario twice and compare their traces",
    },
    repeat: {
      type: "number",
      placeholder: "N",
      default: 1,
      min: 1,
      max: 100,
      integer: true,
      help: "run everything so often, simulated runs with one seed more each time",
    },
    baseline: {
      type: "string",
      placeholder: "DIR",
      help: "hold the runs against the baselines (or reports) in this folder, and write a review",
    },
    "update-baseline": {
      type: "boolean",
      help: "make these runs the baselines in the folder of --baseline",
    },
    "hear-baseline": {
      type: "boolean",
      help: "play what changed again with the code of the commit that accepted its baseline",
    },
    shard: {
      type: "string",
      placeholder: "I/N",
      help:
        "run one of N parts of the call that take about equally long, auto/N by JOB_COMPLETION_INDEX; report merge joins them",
    },
    durations: {
      type: "string",
      placeholder: "FILE",
      help: "how long scenarios take, for --shard: a summary.json, or what --save-durations wrote",
    },
    "save-durations": {
      type: "string",
      placeholder: "FILE",
      help: "write how long the scenarios took",
    },
    nats: {
      type: "string",
      placeholder: "URL",
      help: "have the scenarios run by workers on this NATS server: nats://host:port",
    },
    list: { type: "boolean", help: "list the scenarios and run none" },
    json: { type: "boolean", help: "print the summary (or the list) as JSON, and nothing else" },
  },
  async run(invocation): Promise<ExitCode> {
    const { flags, stdout } = invocation;
    const target = targetOf(flags.target);
    const selected = await select(invocation.positionals, target);
    const scenarios = selected.map(({ scenario }) => scenario);
    if (flags.list) {
      stdout.write(flags.json ? listJson(scenarios) : listText(scenarios, lineWidth(stdout)));
      return EXIT.passed;
    }
    checkTargetFlags(target, {
      control: flags.control,
      // A token in the environment may be meant for other calls.
      token: flags.token === invocation.env("HEADWAY_TOKEN") ? undefined : flags.token,
      timing: flags.fidelity === "timing",
      checkDeterminism: flags["check-determinism"],
    });
    checkUniqueNames(scenarios);
    if (flags.nats !== undefined && flags.jobs !== undefined) {
      throw new UsageError(
        "--jobs is for runs on this machine; with --nats give it to the workers",
      );
    }
    const baseline = baselineFlags(invocation);
    const accepted = baseline === null || baseline.isUpdated
      ? null
      : await readRuns(baseline.folder);
    const shard = flags.shard === undefined ? null : {
      ...shardIndex(flags.shard, invocation.env("JOB_COMPLETION_INDEX")),
      names: scenarios.map(({ name }) => name),
    };
    const chosen = shard === null ? selected : await partOf(selected, shard, flags.durations);
    const jobs = repetitions(chosen, flags.repeat).map((
      { scenario, origin, nth },
    ): ScenarioJob => ({
      scenario,
      origin,
      target,
      controlUrl: flags.control ?? null,
      token: flags.token ?? null,
      fidelity: flags.fidelity as Fidelity,
      // Simulated runs of one seed are equal: there is nothing to learn from a second one.
      seed: target === "sim" ? flags.seed + nth : flags.seed,
      latenessBudgetMs: flags["lateness-budget-ms"],
      checkDeterminism: flags["check-determinism"],
      out: flags.out,
      folder: flags.repeat === 1 ? scenario.name : `run-${nth + 1}/${scenario.name}`,
    }));
    const call = await runCall(jobs, {
      out: flags.out,
      isQuiet: flags.json,
      shard,
      run: flags.nats === undefined
        ? (jobs, signal, onOutcome) => runJobs(jobs, widthOf(jobs, flags.jobs), signal, onOutcome)
        : queueJobs(flags.nats, flags.out, invocation),
    }, invocation);
    const { summary } = call;
    if (flags["save-durations"] !== undefined) {
      await Deno.writeTextFile(flags["save-durations"], durationsFile(summary.runs));
    }
    const closing = closingLine(summary, call.isWritten ? flags.out : null) +
      adviceOn(summary, flags.target);
    if (baseline === null) {
      stdout.write(flags.json ? toJson(summary) : closing);
      return summary.exitCode as ExitCode;
    }
    if (accepted === null) {
      const done = await updateBaseline(baseline, call);
      stdout.write(flags.json ? toJson(summary) : closing + done);
      return summary.exitCode as ExitCode;
    }
    const { comparison, text } = await reviewCall(baseline, accepted, call, invocation);
    stdout.write(flags.json ? toJson({ ...summary, comparison }) : closing + text);
    return gravestCode([summary.exitCode, comparison.exitCode]) as ExitCode;
  },
});

/** The named scenarios, or all that ship and are about what the target does. */
async function select(words: readonly string[], target: Target): Promise<Selected[]> {
  if (words.length === 0) {
    const isMeant = (scenario: AnyScenario) =>
      isVoiceUrl(target)
        ? isAboutVoices(scenario)
        : !isWebSocketUrl(target) || !isAboutVoices(scenario);
    return SHIPPED.filter(isMeant).map((scenario) => ({ scenario, origin: scenario.name }));
  }
  const selected: Selected[] = [];
  for (const word of words) {
    if (isScenarioFile(word)) {
      const loaded = await loadScenarioFile(word);
      selected.push(...loaded.map((scenario) => ({ scenario, origin: word })));
      continue;
    }
    const found = SHIPPED.find(({ name }) => name === word);
    if (found === undefined) {
      const names = SHIPPED.map(({ name }) => name);
      throw unknownWord("scenario", word, names, "deno task scenario --list");
    }
    selected.push({ scenario: found, origin: word });
  }
  return selected;
}

/** Two runs of one name would write to one folder. */
function checkUniqueNames(scenarios: readonly AnyScenario[]): void {
  const seen = new Set<string>();
  for (const { name } of scenarios) {
    if (seen.has(name)) {
      throw new UsageError(`scenario "${name}" is named twice; each runs once a call`, { name });
    }
    seen.add(name);
  }
}

function targetOf(text: string): Target {
  if (text === "sim" || text === "self" || isWebSocketUrl(text) || isVoiceUrl(text)) return text;
  throw new UsageError(
    `--target is ${JSON.stringify(text)}; it takes sim, self, a ws:// or wss:// address, or the ` +
      "http:// or https:// address of a voice server",
    { target: text },
  );
}

/** Flags that mean nothing for this target are refused: they would be left out in silence. */
function checkTargetFlags(target: Target, given: {
  readonly control: string | undefined;
  readonly token: string | undefined;
  readonly timing: boolean;
  readonly checkDeterminism: boolean;
}): void {
  const { control, token, timing, checkDeterminism } = given;
  const refuse = (message: string) => new UsageError(message, { target });
  if (target === "sim" || target === "self") {
    const flag = control !== undefined ? "control" : token !== undefined ? "token" : null;
    if (flag !== null) {
      throw refuse(`--${flag} belongs to a ws:// target; with --target ${target} leave it out`);
    }
  }
  if (control !== undefined && isVoiceUrl(target)) {
    throw refuse("--control belongs to a ws:// target; a voice server has no control bus");
  }
  if (control !== undefined && !isHttpUrl(control)) {
    throw refuse(
      `--control is ${JSON.stringify(control)}; it takes an http:// or https:// address`,
    );
  }
  if (target === "sim") return;
  if (timing) {
    throw refuse("--fidelity timing is for --target sim: live runs always have samples");
  }
  if (checkDeterminism) {
    throw refuse("--check-determinism is for --target sim: no two live runs are equal");
  }
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text);
}

/** Live runs share the machine's time with what they measure: one after the other. */
function widthOf(jobs: readonly ScenarioJob[], asked: number | undefined): number {
  const isSimulated = jobs[0]?.target === "sim";
  return Math.min(jobs.length, asked ?? (isSimulated ? navigator.hardwareConcurrency : 1));
}

function listText(scenarios: readonly AnyScenario[], width: number): string {
  return scenarios.map(({ name, description, shows }) =>
    [
      plainLine(name),
      ...wrapped(plainLine(description), width, 4),
      ...(shows.length === 0 ? [] : wrapped(`shows ${shows.map(plainLine).join(", ")}`, width, 4)),
    ].map((line) => `${line}\n`).join("")
  ).join("");
}

function listJson(scenarios: readonly AnyScenario[]): string {
  return toJson(
    scenarios.map((scenario) => {
      const { name, description, durationS, shows, simulationOnly, fullOnly } = scenario;
      return {
        name,
        subject: isAboutVoices(scenario) ? scenario.subject : "streaming",
        description,
        durationS,
        shows,
        simulationOnly: simulationOnly ?? null,
        fullOnly: fullOnly ?? null,
      };
    }),
  );
}
