import { assertEquals, assertMatch } from "@std/assert";
import { ExploreLane } from "./job.ts";

const SEARCH = { seed: 1, fidelity: "timing", plant: null } as const;

Deno.test("a world that broke an invariant and does so no more is told as it was drawn, unverified", async () => {
  const lane = new ExploreLane();
  const job = { ...SEARCH, kind: "shrink", index: 0, invariant: "nothing-throws" } as const;
  const answer = await lane.run(job);
  if (answer.kind !== "shrunk") throw new Error(answer.kind);
  const { isVerified, isStuck, message, scenario, stepsBefore } = answer.finding;
  assertEquals([isVerified, isStuck, scenario.steps?.length], [false, false, stepsBefore]);
  assertMatch(message, /^it was broken once, and was not when the world was played again$/);
});
