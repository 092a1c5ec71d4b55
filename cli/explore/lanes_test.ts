import { assertEquals, assertMatch } from "@std/assert";
import { VirtualClock } from "../../runtime/mod.ts";
import { Campaign, drawWorld } from "../../scenarios/explore/mod.ts";
import { replayAll, runCampaign } from "./lanes.ts";

/** A clock on which everybody has run out of patience as soon as the waiting begins. */
class ImpatientClock extends VirtualClock {
  override after(_delayS: number, fn: () => void) {
    const timer = super.after(0, fn);
    queueMicrotask(() => this.step());
    return timer;
  }
}

Deno.test("worlds that do not end are given up one by one, told and kept as they were drawn", async () => {
  const search = { seed: 1, fidelity: "timing", plant: null } as const;
  const campaign = new Campaign(search, { runs: 2, untilCoverage: false });
  await runCampaign(campaign, 1, new ImpatientClock());
  assertEquals([...campaign.failing], [["nothing-throws", 2]]);
  assertEquals(campaign.runs, 2);
  const [finding] = campaign.findings;
  assertEquals([finding?.index, finding?.isStuck, finding?.isVerified], [0, true, false]);
  assertMatch(finding!.message, /no answer came within \d+ s/);
  assertEquals(finding!.scenario.steps?.length, finding!.stepsBefore);
});

Deno.test("a kept failure that does not end is given up, with its worker", async () => {
  const { scenario, seed } = drawWorld(1, 0, "timing");
  const job = { kind: "replay", scenario, seed, fidelity: "timing" } as const;
  assertEquals(await replayAll([job], 1, new ImpatientClock()), [
    "does not come to an end within 60 s",
  ]);
  assertEquals(await replayAll([], 4, new VirtualClock()), []);
});
