/**
 * `headway explore`: looks for worlds in which an invariant does not hold.
 *
 * @module
 */
import { join } from "node:path";
import { toJson } from "../reports/mod.ts";
import { type Fidelity, loadScenarioFile, Studio } from "../scenarios/mod.ts";
import { Campaign, type Finding, MUTANTS, type Search } from "../scenarios/explore/mod.ts";
import { defineCommand, EXIT, type ExitCode, type Invocation } from "./command.ts";
import { Corpus } from "./explore/corpus.ts";
import { type Replayed, replayKept } from "./explore/kept.ts";
import { runCampaign } from "./explore/lanes.ts";
import { closingText, findingText, progressText, replayLine } from "./explore/words.ts";
import { unknownWord } from "./parse.ts";
import { Progress } from "./progress.ts";
import { runJob } from "./scenario_job.ts";

/** Runs of a search that is told no end. */
const DEFAULT_RUNS = 10_000;
/** Where failures go if nobody says. */
const DEFAULT_DIR = "out/explore";
/** How often the corpus is written while the search goes on, seconds. */
const SAVE_EVERY_S = 30;
/** How often a search that nobody watches on a terminal says how far it is, seconds. */
const TELL_EVERY_S = 60;

const flags = {
  runs: {
    type: "number",
    placeholder: "N",
    min: 1,
    max: 1e9,
    integer: true,
    help: `worlds to play; ${DEFAULT_RUNS} if nothing else ends the search`,
  },
  minutes: {
    type: "number",
    placeholder: "M",
    min: 0.01,
    max: 100_000,
    help: "how long to go on",
  },
  "until-coverage": {
    type: "boolean",
    help: "end as soon as every coverage mark was hit; fail if one never is",
  },
  seed: {
    type: "number",
    placeholder: "N",
    default: 1,
    min: 0,
    max: 4294967295,
    integer: true,
    help: "another seed is another search",
  },
  fidelity: {
    type: "enum",
    values: ["timing", "full"],
    default: "timing",
    help: "worlds of 60 s without samples, or of 24 s with every one of them",
  },
  jobs: {
    type: "number",
    placeholder: "N",
    min: 1,
    max: 64,
    integer: true,
    help: "worlds side by side; as many as there are cores. The outcome does not depend on it",
  },
  corpus: {
    type: "string",
    placeholder: "DIR",
    help: "keep failures and worlds worth it there, and go on where the last search there ended; " +
      `failures alone go to ${DEFAULT_DIR} without it`,
  },
  plant: {
    type: "string",
    placeholder: "BUG",
    help: "plant a bug, to see it found; docs/exploration.md lists them",
  },
  json: { type: "boolean", help: "print one object at the end, and nothing else" },
} as const;

/** The command. */
export const exploreCommand = defineCommand({
  name: "explore",
  summary: "look for bugs that nobody wrote down",
  description:
    "Plays random worlds (sources, traffic, faults of network, engine and clients, and their healing) in virtual time, and watches over invariants in each of them. What breaks one is shrunk to the least scenario that still does, kept as a file, and told with the line that shows it again.",
  examples: [
    "headway explore",
    "headway explore --minutes 30 --corpus out/corpus",
    "headway explore --until-coverage --seed 7",
    "headway explore --plant never-drop-evicted --runs 500",
  ],
  flags,
  async run(invocation): Promise<ExitCode> {
    const { flags: { seed, fidelity, plant = null } } = invocation;
    if (plant !== null && !MUTANTS.some(({ name }) => name === plant)) {
      throw unknownWord("bug", plant, MUTANTS.map(({ name }) => name), "docs/exploration.md");
    }
    return await explore({ seed, fidelity: fidelity as Fidelity, plant }, invocation);
  },
});

async function explore(search: Search, invocation: Invocation<typeof flags>): Promise<ExitCode> {
  const { flags: { corpus: named, minutes, json }, stdout, stderr, clock } = invocation;
  const dir = named ?? DEFAULT_DIR;
  const corpus = await Corpus.open(dir);
  const limits = limitsOf(invocation.flags);
  const startS = clock.now();
  const progress = new Progress(invocation);
  const say = (text: string) => {
    progress.clear();
    if (!json) stdout.write(text);
  };
  const width = invocation.flags.jobs ?? navigator.hardwareConcurrency;
  const from = named === undefined ? 0 : corpus.nextOf(search);
  // Now, and not when there is something to lose: the folder may not be there to be written to.
  if (named !== undefined) await corpus.save(search, from);
  const replayed = named === undefined
    ? { mended: [], stillFailing: [] }
    : await replayKept(corpus, { width, clock, say });
  const { stillFailing } = replayed;
  const kept: { finding: Finding; file: string; page: string | null }[] = [];
  // Files are written one after the other, in the order in which things were found. A search whose
  // finds cannot be kept ends, and says so.
  let writing = Promise.resolve();
  const write = (job: () => Promise<void>) => {
    writing = writing.then(job);
    writing.catch(() => campaign.stop());
  };
  const campaign = new Campaign(search, limits, {
    from,
    kept: named === undefined ? [] : corpus.keptOf(search),
    onRuns: () => progress.update(soFar()),
    onNews: (index) => corpus.keep(search, index),
    onFinding(finding) {
      write(async () => {
        const file = corpus.pathOf(await corpus.add(finding));
        // At once: a search that is killed now leaves a list that has it.
        if (named !== undefined) await corpus.save(search, campaign.playedTo);
        // Nobody waits for the report of a run that does not end.
        const page = finding.isStuck ? null : await writePage(dir, file, finding);
        kept.push({ finding, file, page });
        say(findingText(finding, file, page));
      });
    },
  });
  const goal = limits.runs === null ? "" : ` of ${limits.runs}`;
  const soFar = () => progressText(campaign, clock.now() - startS, goal);
  const signal = invocation.stopSignal();
  const stop = () => campaign.stop();
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  const timers = [
    // A log of a night shows that the search is alive, and how it stood when it was not any more.
    ...(progress.isShown ? [] : [every(clock, TELL_EVERY_S, () => {
      stderr.write(`headway: ${soFar()}\n`);
    })]),
    ...(minutes === undefined ? [] : [clock.after(minutes * 60, stop)]),
    ...(named === undefined ? [] : [every(clock, SAVE_EVERY_S, () => {
      write(() => corpus.save(search, campaign.playedTo));
    })]),
  ];
  try {
    await runCampaign(campaign, width, clock);
  } finally {
    for (const timer of timers) timer.cancel();
    signal.removeEventListener("abort", stop);
    progress.clear();
    await writing;
    if (named !== undefined) await corpus.save(search, campaign.playedTo);
  }
  const wallS = clock.now() - startS;
  if (json) stdout.write(toJson(summaryOf({ search, campaign, wallS, from, kept, replayed })));
  else say(closingText(campaign, wallS, stillFailing.length));
  if (signal.aborted) stderr.write(`headway: stopped after ${campaign.runs} runs\n`);
  const isMissing = limits.untilCoverage && campaign.coverage.missing.length > 0;
  if (campaign.failing.size > 0 || stillFailing.length > 0) return EXIT.failed;
  if (signal.aborted) return EXIT.inconclusive;
  return isMissing ? EXIT.failed : EXIT.passed;
}

function limitsOf(given: {
  readonly runs: number | undefined;
  readonly minutes: number | undefined;
  readonly "until-coverage": boolean;
}): { readonly runs: number | null; readonly untilCoverage: boolean } {
  const { runs, minutes, "until-coverage": untilCoverage } = given;
  const isEndless = runs === undefined && minutes === undefined && !untilCoverage;
  return { runs: runs ?? (isEndless ? DEFAULT_RUNS : null), untilCoverage };
}

/** The report of the least scenario, beside it; null when it could not be made. */
async function writePage(dir: string, file: string, finding: Finding): Promise<string | null> {
  const [scenario] = await loadScenarioFile(file);
  const outcome = await runJob({
    scenario: scenario!,
    origin: file,
    target: "sim",
    controlUrl: null,
    token: null,
    fidelity: finding.fidelity,
    seed: finding.seed,
    latenessBudgetMs: 25,
    checkDeterminism: false,
    out: dir,
    folder: scenario!.name,
  }, new Studio());
  return outcome.ok ? `${join(dir, scenario!.name, "report.html")}#breach` : null;
}

function every(
  clock: Invocation<typeof flags>["clock"],
  everyS: number,
  act: () => void,
): { cancel(): void } {
  let timer = clock.after(everyS, function again() {
    act();
    timer = clock.after(everyS, again);
  });
  return { cancel: () => timer.cancel() };
}

function summaryOf(done: {
  readonly search: Search;
  readonly campaign: Campaign;
  readonly wallS: number;
  readonly from: number;
  readonly kept: readonly { finding: Finding; file: string; page: string | null }[];
  readonly replayed: Replayed;
}): Record<string, unknown> {
  const { search, campaign, wallS, from, kept, replayed } = done;
  const { coverage, runs, failing, fingerprint } = campaign;
  return {
    version: 1,
    ...search,
    from,
    runs,
    wallS: Math.round(wallS * 1000) / 1000,
    runsPerMinute: wallS > 0 ? Math.round(runs / wallS * 60) : 0,
    fingerprint,
    failures: kept.map(({ finding: { scenario, shape: _, ...rest }, file, page }) => ({
      ...rest,
      name: scenario.name,
      steps: scenario.steps?.length ?? 0,
      file,
      page,
      replay: replayLine(rest, file),
    })),
    brokenBy: Object.fromEntries(failing),
    ...replayed,
    coverage: {
      hit: coverage.hit,
      total: coverage.total,
      missing: coverage.missing,
      runsByMark: coverage.counts,
    },
  };
}
