/** What sending less of each window changes for a listener: the bytes, and nothing that is heard. */
import { assert, assertEquals } from "@std/assert";
import { defineScenario } from "../scenarios/define.ts";
import { playScenario } from "../scenarios/run.ts";
import { Studio } from "../scenarios/studio.ts";

const studio = new Studio();

/** Two laps, with all that moves a mark: knobs, seeks both ways, a loop band, a swap. */
function run(emitTrim: boolean, fidelity: "full" | "timing") {
  const scenario = defineScenario({
    name: "trimmed",
    description: "Does the listener hear the same with a third of the bytes?",
    durationS: 12,
    source: { synthS: 6 },
    server: { emitTrim },
    steps: [
      { atS: 1, do: "knobs", values: { denoise: 0.6 } },
      { atS: 2, do: "seek", toS: 4 },
      { atS: 3.5, do: "seek", toS: 3 },
      { atS: 5, do: "loopBand", band: { startS: 1, endS: 1.5 } },
      { atS: 6.5, do: "loopBand", band: null },
      { atS: 8, do: "swap", source: { synthS: 4 } },
    ],
    expectations: [
      { metric: "mirror.identical", equals: true },
      { metric: "lag.unexplained.staleTicks", max: 0 },
    ],
  });
  return playScenario(scenario, { fidelity, studio });
}

Deno.test("with emit trim mirrors stay equal through seeks, bands, wraps and swaps", async () => {
  const [trimmed, whole] = [await run(true, "full"), await run(false, "full")];
  assertEquals([trimmed.verdict, whole.verdict], ["passed", "passed"]);
  assertEquals(trimmed.mirror.identical, true);
  assert(trimmed.mirror.checkedSlices > 100);
  const seconds = (result: typeof whole) =>
    result.slices.reduce((sum, slice) => sum + slice.durationS, 0);
  assert(seconds(trimmed) < 0.5 * seconds(whole), `${seconds(trimmed)} of ${seconds(whole)} s`);
  assert(trimmed.lag.freshShare! > whole.lag.freshShare! - 0.01, `${trimmed.lag.freshShare}`);
});

Deno.test("with emit trim both fidelities still agree slice by slice", async () => {
  const [full, timing] = [await run(true, "full"), await run(true, "timing")];
  assertEquals(timing.slices, full.slices);
});
