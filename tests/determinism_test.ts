/** The same seed gives the same run: again, elsewhere, under other settings, side by side. */
import { assert, assertEquals, assertMatch, assertNotEquals, assertNotMatch } from "@std/assert";
import { runJob, type ScenarioJob } from "../cli/scenario_job.ts";
import { Rng } from "../runtime/mod.ts";
import { type Fidelity, type Scenario, type Stage, Studio } from "../scenarios/mod.ts";
import { runHeadway, SCENARIO_PERMISSIONS } from "./support/headway.ts";
import { askAll, type Question } from "./support/lanes.ts";
import { shipped } from "./support/lab.ts";
import { copyProgram, tempFolder } from "./support/temp_folder.ts";

/** A steady one, one with randomness on the road, one in which the engine hangs. */
const THREE = ["healthy-stream", "jittery-network", "engine-stall"] as const;

/** Hashes of many runs of each of the three, in two workers. */
async function hashesOf(fidelity: Fidelity, times: readonly number[]): Promise<string[][]> {
  const questions = times.flatMap((count) =>
    THREE.map((name): Question<"traceHashes"> => ["traceHashes", name, fidelity, count])
  );
  const answers = await askAll(questions);
  return THREE.map((_, i) => times.flatMap((_, j) => answers[j * THREE.length + i]!));
}

function assertAllEqual(hashes: readonly string[][], count: number): void {
  for (const [i, found] of hashes.entries()) {
    assertEquals(found.length, count);
    assertEquals(new Set(found).size, 1, `${THREE[i]} has different traces with one seed`);
    assertMatch(found[0]!, /^[0-9a-f]{64}$/);
  }
}

Deno.test("100 of 100 runs with one seed are equal at timing fidelity", async () => {
  assertAllEqual(await hashesOf("timing", [50, 50]), 100);
});

Deno.test("5 of 5 runs with one seed are equal at full fidelity", async () => {
  assertAllEqual(await hashesOf("full", [3, 2]), 5);
});

Deno.test("another seed is another run where there is anything random", async () => {
  const seeds = [1, 2, 3];
  const answers = await askAll(
    seeds.map((seed): Question<"traceHashes"> => [
      "traceHashes",
      "jittery-network",
      "timing",
      1,
      seed,
    ]),
  );
  assertEquals(new Set(answers.flat()).size, seeds.length);
});

/** One call of the executable; its trace hashes by name, and where its reports are. */
async function hashesOfCall(
  out: string,
  options: Parameters<typeof runHeadway>[1],
  flags: readonly string[] = [],
): Promise<Record<string, string>> {
  const { code, stderr } = await runHeadway(
    ["scenario", ...THREE, "--json", "--out", out, ...flags],
    { permissions: SCENARIO_PERMISSIONS, ...options },
  );
  assert(code === 0 || code === 1, stderr);
  const hashes: Record<string, string> = {};
  for (const name of THREE) {
    const report = JSON.parse(await Deno.readTextFile(`${out}/${name}/report.json`));
    hashes[name] = report.trace.hash;
  }
  return hashes;
}

Deno.test("runs are equal in other folders, time zones, languages, and side by side", async (t) => {
  await using folder = await tempFolder();
  const { path } = folder;
  const expected = await hashesOfCall(`${path}/here`, {}, ["--jobs", "1"]);

  await t.step("with --jobs 2, in another time zone and language", async () => {
    const env = { TZ: "Asia/Kathmandu", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" };
    assertEquals(await hashesOfCall(`${path}/there`, { env }, ["--jobs", "2"]), expected);
  });

  await t.step(
    "from a copy in a folder with a space and an umlaut, started in an unrelated one",
    async () => {
      await copyProgram(`${path}/fe clone ü`);
      const options = { main: `${path}/fe clone ü/cli/main.ts`, cwd: path };
      assertEquals(await hashesOfCall(`${path}/copied`, options, ["--jobs", "1"]), expected);
    },
  );

  await t.step("and no trace holds a path, host or date", async () => {
    for (const name of THREE) {
      const trace = await Deno.readTextFile(`${path}/here/${name}/trace.ndjson`);
      assert(trace.split("\n").length > 500);
      assertNotMatch(trace, /headway-|[\w.-]*\/[\w.-]+\/|[A-Z]:\\/i, "a path");
      assertNotMatch(trace, /localhost|\b\d+\.\d+\.\d+\.\d+\b|wss?:/, "a host");
      assertNotMatch(trace, /\b20\d\d-\d\d|\d\d:\d\d:\d\d/, "a date");
    }
  });
});

function job(scenario: Scenario, changes: Partial<ScenarioJob> = {}): ScenarioJob {
  return {
    scenario,
    origin: scenario.name,
    target: "sim",
    controlUrl: null,
    token: null,
    fidelity: "timing",
    seed: 1,
    latenessBudgetMs: 25,
    checkDeterminism: true,
    out: null,
    folder: scenario.name,
    ...changes,
  };
}

/** A studio whose stages are never twice the same. */
class UnsteadyStudio extends Studio {
  #stages = 0;

  override simStage(scenario: Scenario, fidelity: Fidelity, _rng: Rng): Stage {
    return super.simStage(scenario, fidelity, new Rng(this.#stages++));
  }
}

Deno.test("--check-determinism passes what is deterministic", async () => {
  const outcome = await runJob(job(shipped("jittery-network")), new Studio());
  assert(outcome.ok, "the job failed");
  assertNotEquals(outcome.report.verdict, "inconclusive");
  assertEquals(outcome.report.reason, null);
});

Deno.test("--check-determinism fails what is not, and shows the first line that differs", async () => {
  const outcome = await runJob(job(shipped("jittery-network")), new UnsteadyStudio());
  assert(outcome.ok, "the job failed");
  assertEquals(outcome.report.verdict, "failed");
  assertMatch(
    outcome.report.reason ?? "",
    /^two runs with seed 1 differ, first at trace line \d+: \{"t":.*\} and then \{"t":.*\}$/,
  );
});
