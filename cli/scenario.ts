/**
 * `headway scenario`: runs scenarios, writes reports, says by its exit code what came of it.
 *
 * @module
 */
import { UsageError } from "../runtime/mod.ts";
import {
  checkOut,
  closingLine,
  plainLine,
  problemLine,
  type Report,
  runLines,
  summarize,
  summarizeRun,
  toJson,
  writeCall,
} from "../reports/mod.ts";
import {
  type Fidelity,
  isScenarioFile,
  isWebSocketUrl,
  LATENESS_BUDGET_MS,
  loadScenarioFile,
  type Scenario,
  type Target,
} from "../scenarios/mod.ts";
import { SHIPPED } from "../scenarios/shipped/mod.ts";
import { defineCommand, EXIT, type ExitCode } from "./command.ts";
import { runJobs } from "./job_pool.ts";
import { unknownWord } from "./parse.ts";
import { Progress } from "./progress.ts";
import type { JobOutcome, ScenarioJob } from "./scenario_job.ts";

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
    "headway scenario --list",
  ],
  positionals: {
    usage: "[names or files…]",
    help: "names of shipped scenarios, or files (.ts, .json); all shipped ones without any",
  },
  flags: {
    target: {
      type: "string",
      placeholder: "sim|self|URL",
      default: "sim",
      env: "HEADWAY_TARGET",
      help: "simulated world, our own server in another process, or a ws:// address",
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
      help: "bearer token of a ws:// target",
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
    list: { type: "boolean", help: "list the scenarios and run none" },
    json: { type: "boolean", help: "print the summary (or the list) as JSON, and nothing else" },
  },
  async run(invocation): Promise<ExitCode> {
    const { flags, stdout } = invocation;
    const selected = await select(invocation.positionals);
    const scenarios = selected.map(({ scenario }) => scenario);
    if (flags.list) {
      stdout.write(flags.json ? listJson(scenarios) : listText(scenarios));
      return EXIT.passed;
    }
    const target = targetOf(flags.target);
    checkTargetFlags(target, {
      control: flags.control,
      // A token in the environment may be meant for other calls.
      token: flags.token === invocation.env("HEADWAY_TOKEN") ? undefined : flags.token,
      timing: flags.fidelity === "timing",
      checkDeterminism: flags["check-determinism"],
    });
    checkUniqueNames(scenarios);
    const jobs = selected.map(({ scenario, origin }): ScenarioJob => ({
      scenario,
      origin,
      target,
      controlUrl: flags.control ?? null,
      token: flags.token ?? null,
      fidelity: flags.fidelity as Fidelity,
      seed: flags.seed,
      latenessBudgetMs: flags["lateness-budget-ms"],
      checkDeterminism: flags["check-determinism"],
      out: flags.out,
    }));
    return await runAll(jobs, invocation);
  },
});

/** What of an invocation a run needs. */
type RunContext =
  & Pick<
    Parameters<typeof scenarioCommand["execute"]>[1],
    "stdout" | "stderr" | "env" | "clock" | "stopSignal"
  >
  & {
    readonly flags: {
      readonly json: boolean;
      readonly out: string;
      readonly jobs: number | undefined;
    };
  };

async function runAll(jobs: readonly ScenarioJob[], context: RunContext): Promise<ExitCode> {
  const { flags, stdout, stderr, clock } = context;
  const startS = clock.now();
  await checkOut(flags.out);
  const signal = context.stopSignal();
  const progress = new Progress(context);
  const nameWidth = Math.max(...jobs.map(({ scenario }) => scenario.name.length));
  const color = stdout.isTerminal && (context.env("NO_COLOR") ?? "") === "";
  const outcomes: (JobOutcome | undefined)[] = jobs.map(() => undefined);
  let done = 0;
  const showProgress = () =>
    progress.update(`${done} of ${jobs.length} scenarios, ${(clock.now() - startS).toFixed(0)} s`);
  showProgress();
  const onStop = () => {
    progress.clear();
    stderr.write("headway: stopping after this scenario; again stops at once\n");
  };
  if (jobs[0]?.target !== "sim") signal.addEventListener("abort", onStop);
  await runJobs(jobs, widthOf(jobs, flags.jobs), signal, (index, outcome) => {
    outcomes[index] = outcome;
    done++;
    progress.clear();
    if (!flags.json) {
      stdout.write(
        outcome.ok ? runLines(summarizeRun(outcome.report), { nameWidth, color }) : problemLine(
          { name: jobs[index]!.scenario.name, message: outcome.message },
          { nameWidth, color },
        ),
      );
    }
    showProgress();
  });
  signal.removeEventListener("abort", onStop);
  progress.clear();
  const reports: Report[] = [];
  const problems: { name: string; message: string; code: number }[] = [];
  for (const [i, outcome] of outcomes.entries()) {
    if (outcome === undefined) continue;
    if (outcome.ok) reports.push(outcome.report);
    else {
      const { message, code } = outcome;
      problems.push({ name: jobs[i]!.scenario.name, message, code });
    }
  }
  const summary = summarize(reports, {
    wallS: clock.now() - startS,
    problems: problems.map(({ name, message }) => ({ name, message })),
    problemCodes: [
      ...problems.map(({ code }) => code),
      ...(signal.aborted ? [EXIT.inconclusive] : []),
    ],
  });
  // Problems alone are written too: an older summary must not stand there and claim success.
  const isWritten = reports.length > 0 || problems.length > 0;
  if (isWritten) await writeCall(flags.out, summary, reports);
  stdout.write(flags.json ? toJson(summary) : closingLine(summary, isWritten ? flags.out : null));
  if (signal.aborted) {
    stderr.write(`headway: stopped after ${done} of ${jobs.length} scenarios\n`);
  }
  return summary.exitCode as ExitCode;
}

/** A scenario, and the word that it was named by. */
type Selected = Pick<ScenarioJob, "scenario" | "origin">;

/** The named scenarios, or all that ship. */
async function select(words: readonly string[]): Promise<Selected[]> {
  if (words.length === 0) {
    return SHIPPED.map((scenario) => ({ scenario, origin: scenario.name }));
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
function checkUniqueNames(scenarios: readonly Scenario[]): void {
  const seen = new Set<string>();
  for (const { name } of scenarios) {
    if (seen.has(name)) {
      throw new UsageError(`scenario "${name}" is named twice; each runs once a call`, { name });
    }
    seen.add(name);
  }
}

function targetOf(text: string): Target {
  if (text === "sim" || text === "self" || isWebSocketUrl(text)) return text;
  throw new UsageError(
    `--target is ${JSON.stringify(text)}; it takes sim, self, or a ws:// or wss:// address`,
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

function listText(scenarios: readonly Scenario[]): string {
  return scenarios.map(({ name, description, shows }) =>
    [
      plainLine(name),
      `    ${plainLine(description)}`,
      ...(shows.length === 0 ? [] : [`    shows ${shows.map(plainLine).join(", ")}`]),
    ].map((line) => `${line}\n`).join("")
  ).join("");
}

function listJson(scenarios: readonly Scenario[]): string {
  return toJson(
    scenarios.map(({ name, description, durationS, shows, simulationOnly, fullOnly }) => ({
      name,
      description,
      durationS,
      shows,
      simulationOnly: simulationOnly ?? null,
      fullOnly: fullOnly ?? null,
    })),
  );
}
