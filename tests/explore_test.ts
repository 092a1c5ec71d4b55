/**
 * That a search of fixed size breaks no invariant, takes every path that it has to take, and says the
 * same whoever does the work.
 */
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";
import { WallClock } from "../runtime/mod.ts";
import { runCampaign } from "../cli/explore/lanes.ts";
import { Campaign, ExploreLane, type Finding, type Search } from "../scenarios/explore/mod.ts";
import { loadScenarioFile, playScenario, Studio } from "../scenarios/mod.ts";

const SMOKE: Search = { seed: 1, fidelity: "timing", plant: null };
const SMOKE_RUNS = 5000;
const FULL_RUNS = 24;

const clock = new WallClock();
const CORES = navigator.hardwareConcurrency;
/** This thread's own lane: to start a worker costs as much as fifty worlds. */
const lane = new ExploreLane();

async function searched(search: Search, runs: number, width: number): Promise<Campaign> {
  const campaign = new Campaign(search, { runs, untilCoverage: false });
  await runCampaign(campaign, width, clock);
  return campaign;
}

/** The same, one job after the other in this thread. */
async function searchedHere(search: Search, runs: number): Promise<Campaign> {
  const campaign = new Campaign(search, { runs, untilCoverage: false });
  for (let next; (next = campaign.take()) !== null;) {
    campaign.answer(next.ticket, await lane.run(next.job));
  }
  return campaign;
}

/** What was found, in words that say how to see it again. */
function told(findings: readonly Finding[]): string[] {
  return findings.map(({ invariant, message, index, scenario, seed }) =>
    `run ${index} breaks ${invariant}: ${message}; seed ${seed}, ${JSON.stringify(scenario)}`
  );
}

Deno.test("five thousand worlds break no invariant and hit every coverage mark", async () => {
  const campaign = await searched(SMOKE, SMOKE_RUNS, CORES);
  assertEquals(told(campaign.findings), []);
  assertEquals(campaign.coverage.missing, []);
  assertEquals(campaign.runs, SMOKE_RUNS);
});

Deno.test("worlds with every sample break no invariant", async () => {
  const campaign = await searchedHere({ ...SMOKE, fidelity: "full" }, FULL_RUNS);
  assertEquals(told(campaign.findings), []);
  assertEquals(campaign.coverage.counts["recorder-true: compared with the mirror"], FULL_RUNS);
});

Deno.test("a search says the same with one lane and with three", async () => {
  const search = { ...SMOKE, plant: "missing-swap-epoch" };
  const [alone, together] = [await searchedHere(search, 60), await searched(search, 60, 3)];
  assertEquals(together.fingerprint, alone.fingerprint);
  assertEquals(together.coverage.counts, alone.coverage.counts);
  assertEquals([...together.failing], [...alone.failing]);
  assertEquals(together.findings, alone.findings);
  assert(alone.findings.length > 2);
});

Deno.test("what searches have found in our own code stays mended", async () => {
  const folder = new URL("../scenarios/found/", import.meta.url);
  const studio = new Studio();
  const broken: string[] = [];
  let count = 0;
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".json")) continue;
    const [scenario] = await loadScenarioFile(fileURLToPath(new URL(name, folder)));
    const fidelity = scenario!.fullOnly === undefined ? "timing" : "full";
    const { verdict } = await playScenario(scenario!, { fidelity, studio });
    if (verdict !== "passed") broken.push(`${name}: ${verdict}`);
    count++;
  }
  assertEquals(broken, []);
  assert(count >= 8);
});
