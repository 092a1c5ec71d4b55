/** What the how-tos tell people to type is what they say it is. */
import { assert, assertEquals } from "@std/assert";
import { defineScenario } from "../scenarios/define.ts";
import { playScenario } from "../scenarios/run.ts";
import type { ScenarioInput } from "../scenarios/types.ts";
import { Studio } from "../scenarios/studio.ts";

const studio = new Studio();

/** Fenced JSON of a page, in order. */
async function jsonOf(page: string): Promise<string[]> {
  const text = await Deno.readTextFile(new URL(`../docs/howto/${page}`, import.meta.url));
  return [...text.matchAll(/```json\n([^]*?)```/g)].map(([, json]) => json!);
}

async function verdictOf(scenario: ScenarioInput, fidelity: "timing" | "full" = "timing") {
  const result = await playScenario(defineScenario(scenario), { fidelity, studio });
  return { verdict: result.verdict, lag: result.lag };
}

Deno.test("the scenario of the how-to passes, with its first limits and with its last", async () => {
  const [first, limits] = await jsonOf("write-a-scenario.md");
  const scenario: ScenarioInput = JSON.parse(first!);
  const { verdict, lag } = await verdictOf(scenario);
  assertEquals(verdict, "passed");
  assert(Math.abs(lag.longestUnrefreshedS - 0.3) < 0.05, `${lag.longestUnrefreshedS}`);
  const tight = { ...scenario, ...JSON.parse(`{${limits}}`) };
  assertEquals((await verdictOf(tight, "full")).verdict, "passed");
});

/** A field that a page shows in a line of text. */
async function fieldOf(page: string, name: string): Promise<string> {
  const text = await Deno.readTextFile(new URL(`../docs/howto/${page}`, import.meta.url));
  return new RegExp(`\`("${name}": [^\`]+)\``).exec(text)![1]!;
}

Deno.test("the scenario of the how-to holds with five seeds on its imperfect network", async () => {
  const [first, limits] = await jsonOf("write-a-scenario.md");
  const network = await fieldOf("write-a-scenario.md", "network");
  const scenario = defineScenario({
    ...JSON.parse(first!),
    ...JSON.parse(`{${limits},${network}}`),
  });
  const leads = new Set<number | null>();
  for (let seed = 1; seed <= 5; seed++) {
    const { verdict, lag } = await playScenario(scenario, { fidelity: "timing", studio, seed });
    assertEquals(verdict, "passed", `seed ${seed}`);
    leads.add(lag.slices.leadS.mean);
  }
  assert(leads.size > 1, "the network is not random");
});

Deno.test("the scenario of the how-to turns red with the fault that it is about", async () => {
  const [first, limits] = await jsonOf("write-a-scenario.md");
  const engine = await fieldOf("write-a-scenario.md", "engine");
  const faulty = { ...JSON.parse(first!), ...JSON.parse(`{${limits},${engine}}`) };
  assertEquals((await verdictOf(faulty, "full")).verdict, "failed");
});
