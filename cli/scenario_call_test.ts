import { assertEquals } from "@std/assert";
import { defineScenario } from "../scenarios/mod.ts";
import { testContext } from "../tests/support/cli_context.ts";
import { runCall } from "./scenario_call.ts";
import type { ScenarioJob } from "./scenario_job.ts";

const job: ScenarioJob = {
  scenario: defineScenario({
    name: "long",
    description: "Does it take long?",
    durationS: 20,
    expectations: [{ metric: "lag.freshShare", min: 0 }],
  }),
  origin: "long",
  target: "self",
  controlUrl: null,
  token: null,
  fidelity: "full",
  seed: 1,
  latenessBudgetMs: 25,
  checkDeterminism: false,
  out: null,
  folder: "long",
};

Deno.test("the progress of a scenario that takes long shows that time goes on, until it ends", async () => {
  const out = await Deno.makeTempDir();
  try {
    const context = testContext({ terminal: true, env: { NO_COLOR: "1" } });
    await runCall([job], {
      out,
      isQuiet: false,
      shard: null,
      run: (_jobs, _signal, onOutcome) => {
        context.clock.runUntil(2.5);
        onOutcome(0, { ok: false, message: "nobody answers", code: 3 });
        return Promise.resolve();
      },
    }, context);
    context.clock.runUntil(10);
    assertEquals(context.stderr.text.split("\r\x1b[K").filter((text) => text !== ""), [
      "0 of 1 scenarios, 0 s",
      "0 of 1 scenarios, 1 s",
      "0 of 1 scenarios, 2 s",
      "1 of 1 scenarios, 3 s",
    ]);
    assertEquals(context.stdout.text, "! long  nobody answers\n");
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});
