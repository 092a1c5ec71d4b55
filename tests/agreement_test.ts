/** A simulated session and one over real sockets measure the same. */
import { assert, assertEquals } from "@std/assert";
import { defineScenario } from "../scenarios/mod.ts";
import { agreement, agreementTable, LEAD_TOLERANCE_S, RATE_TOLERANCE } from "../tools/agreement.ts";

Deno.test("six seconds with a seek and a stall agree between simulation and our own server", async () => {
  const found = await agreement(defineScenario({
    name: "both-roads",
    description: "Do both roads measure the same?",
    durationS: 6,
    source: { synthS: 10 },
    engine: { type: "stall", renderMs: 12, stalls: [{ atS: 4, durationS: 0.5 }] },
    steps: [
      { do: "knobs", atS: 0.2, values: { denoise: 0.6 } },
      { do: "seek", atS: 2, toS: 7 },
    ],
    expectations: [
      { metric: "lag.slices.perS", min: 10, max: 20 },
      { metric: "mirror.identical", equals: true },
    ],
  }));
  const { simulated, live, leadDifferenceS, rateDifference } = found;
  const table = agreementTable([found]);
  assertEquals(simulated.verdict, "passed");
  assert(Math.abs(leadDifferenceS) <= LEAD_TOLERANCE_S, table);
  assert(Math.abs(rateDifference) <= RATE_TOLERANCE, table);
  // The harness may be late on a busy machine; what both sides hold must be equal all the same.
  assertEquals([simulated.mirror.identical, live.mirror.identical], [true, true]);
  assert(live.mirror.checkedSlices > 50);
});
