import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Report, reportOf } from "../reports/mod.ts";
import { defineScenario, playScenario } from "../scenarios/mod.ts";
import { explain } from "./explain.ts";

/** The report of a short session on an engine of this profile. */
async function reportOn(
  input: Partial<Parameters<typeof defineScenario>[0]>,
): Promise<Report> {
  const scenario = defineScenario({
    name: "on-trial",
    description: "Does it hold?",
    durationS: 12,
    expectations: [
      { name: "nobody hears stale audio", metric: "lag.unexplained.staleTicks", equals: 0 },
      { name: "nothing lands late", metric: "lag.unexplained.behindPlayhead", equals: 0 },
    ],
    ...input,
  });
  return reportOf(await playScenario(scenario, { fidelity: "timing" }));
}

Deno.test("a healthy run has no breach", async () => {
  const explained = explain(await reportOn({}));
  assertEquals([explained.failed, explained.firstBreach, explained.before], [[], null, []]);
  assertMatch(explained.text, /on-trial passed\. No moment of the run shows lag/);
});

Deno.test("an engine that stalls breaks first when the playhead catches up", async () => {
  const report = await reportOn({
    engine: { type: "stall", renderMs: 12, stalls: [{ atS: 6, durationS: 4 }] },
    steps: [{ atS: 5, do: "knobs", values: { denoise: 0.4 } }],
  });
  const { failed, firstBreach, before, text } = explain(report);
  assert(failed.length > 0);
  assert(firstBreach !== null && firstBreach.atS > 6 && firstBreach.atS < 10, text);
  assertMatch(before.map(({ text }) => text).join(), /denoise/);
  assertMatch(text, /on-trial failed.*First, at \d+\.\d\d s, .*Before that, at 5\.\d\d s/);
});

Deno.test("an engine that is too slow is told as such, whatever the listener did before", async () => {
  const report = await reportOn({
    engine: { type: "overload", renderMs: 1000 },
    steps: [{ atS: 0.2, do: "knobs", values: { denoise: 0.6 } }],
  });
  assertMatch(
    explain(report).text,
    /Slices came at 0\.\d+\/s and each covers 0\.36 s: at most \d+ % of what plays could be new\./,
  );
});

Deno.test("what a seek explains is no breach", async () => {
  const report = await reportOn({ steps: [{ atS: 6, do: "seek", toS: 20 }] });
  assertEquals(explain(report).firstBreach, null);
});

Deno.test("a connection that ends early is the breach, with what led to it", async () => {
  const report = await reportOn({
    steps: [{ atS: 4, do: "disconnect" }],
    expectations: [{ metric: "session.reconnects", equals: 1 }],
  });
  const { firstBreach, text } = explain(report);
  assert(firstBreach !== null, text);
});
