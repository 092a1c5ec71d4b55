/** The committed baselines are those of the shipped scenarios, as these are now. */
import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { runJobs } from "../cli/job_pool.ts";
import { readRuns, sampleOf } from "../reports/mod.ts";
import { conditionsOf } from "../reports/compare/sample.ts";
import { SHIPPED } from "../scenarios/shipped/mod.ts";

const FOLDER = fileURLToPath(new URL("../reports/baselines", import.meta.url));
/** What to do when one of these fails for a good reason. */
const MEND = "deno task scenario --baseline reports/baselines --update-baseline";
/** Short ones of different kinds; the gate itself is what plays them all. */
const PLAYED = ["healthy-stream", "overload", "network-burst", "barge-in"];

Deno.test("every shipped scenario has a baseline of its present form, and no other has", async () => {
  const { samples } = await readRuns(FOLDER);
  assertEquals(
    samples.map(({ scenario }) => scenario),
    SHIPPED.map(({ name }) => name).sort(),
    MEND,
  );
  for (const { scenario, conditions, fidelity, target } of samples) {
    const definition = SHIPPED.find(({ name }) => name === scenario)!;
    assertEquals([fidelity, target], ["full", "sim"]);
    assertEquals(conditions, conditionsOf({ ...definition }), `${scenario} was changed: ${MEND}`);
  }
});

Deno.test("scenarios play as they were accepted, event by event", async () => {
  const { samples } = await readRuns(FOLDER);
  const jobs = PLAYED.map((name) => ({
    scenario: SHIPPED.find((it) => it.name === name)!,
    ...{ origin: name, folder: name, target: "sim", fidelity: "full", seed: 1 } as const,
    ...{ controlUrl: null, token: null, out: null, latenessBudgetMs: 25, checkDeterminism: false },
  }));
  await runJobs(jobs, 1, new AbortController().signal, (index, outcome) => {
    const accepted = samples.find(({ scenario }) => scenario === PLAYED[index]);
    assertEquals(outcome.ok ? sampleOf(outcome.report) : outcome, accepted, MEND);
  });
});
