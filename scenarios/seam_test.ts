import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { defineScenario } from "./define.ts";
import { playScenario } from "./run.ts";
import type { RunResult } from "./result.ts";

/** A loop of 2 s, played for 5 s. */
function looped(wrap: "zero" | "seam") {
  return defineScenario({
    name: "looped",
    description: "What is heard of a short loop that turns twice?",
    durationS: 5,
    source: { synthS: 2 },
    client: { wrap },
    steps: [{ do: "knobs", atS: 0, values: { denoise: 0.6 } }],
    expectations: [{ metric: "lag.slices.leadS.p50", min: 0 }],
  });
}

/** Where in the buffer each stretch begins that is heard after a turn. */
function turnsOf({ heard }: RunResult): number[] {
  return heard.filter(({ bufferStartS }, i) => i > 0 && bufferStartS <= heard[i - 1]!.bufferStartS)
    .map(({ bufferStartS }) => bufferStartS);
}

Deno.test("a scenario plays over the seam: each turn goes on 50 ms behind the head, at either fidelity", async () => {
  for (const fidelity of ["full", "timing"] as const) {
    const seam = await playScenario(looped("seam"), { fidelity });
    assertEquals(turnsOf(seam), [0.05, 0.05]);
    assertEquals(turnsOf(await playScenario(looped("zero"), { fidelity })), [0, 0]);
    const heardS = seam.heard.reduce((sum, { durationS }) => sum + durationS, 0);
    assertAlmostEquals(heardS, 5, 0.05);
  }
});

Deno.test("the recording holds as much over the seam as without, and other sound at the turn", async () => {
  const [seam, zero] = [
    await playScenario(looped("seam"), { fidelity: "full" }),
    await playScenario(looped("zero"), { fidelity: "full" }),
  ];
  const [a, b] = [seam.played!, zero.played!];
  assertEquals(a.frames, b.frames);
  const firstDifference = a.audio.findIndex((value, i) => value !== b.audio[i]);
  const atS = firstDifference / a.channels / 48000;
  // The seam begins 50 ms before the end, which is heard 2 s after the first frame.
  assert(atS >= 1.95 && atS < 2, `they differ from ${atS} s on`);
});
