import { assert, assertEquals } from "@std/assert";
import { defineScenario } from "../define.ts";
import type { Scenario, ScenarioInput, Step } from "../types.ts";
import { Calm } from "./calm.ts";

function scenarioOf(changes: Partial<ScenarioInput> = {}): Scenario {
  return defineScenario({
    name: "calm",
    description: "Is anything the matter?",
    durationS: 60,
    expectations: [{ metric: "lag.slices.count", min: 0 }],
    ...changes,
  });
}

const calmOf = (changes: Partial<ScenarioInput> = {}) => new Calm(scenarioOf(changes));

/** A calm session, with steps at their times. */
function after(...steps: Step[]): Calm {
  const calm = calmOf();
  for (const step of steps) calm.onStep(step, step.atS!);
  return calm;
}

Deno.test("a session that nobody disturbs is calm from its start", () => {
  assertEquals(calmOf().lastsS(20), 20);
});

Deno.test("a seek, a stall and a stopped reader disturb until they are over", () => {
  assertEquals(after({ do: "seek", atS: 5, toS: 1 }).lastsS(20), 15);
  assertEquals(
    after({ do: "network", atS: 5, fault: { stallS: 3, direction: "both" } }).lastsS(20),
    12,
  );
  assertEquals(after({ do: "stopReading", atS: 5, durationS: 4 }).lastsS(20), 11);
});

Deno.test("knobs and prompts disturb nobody", () => {
  assertEquals(after({ do: "knobs", atS: 5, values: { denoise: 1 } }).lastsS(20), 20);
  assertEquals(after({ do: "prompt", atS: 5, tags: "rain" }).lastsS(20), 20);
});

Deno.test("a bad network is the matter until it is healed", () => {
  const bad = { down: { latencyMs: 300 } };
  assertEquals(calmOf({ network: bad }).lastsS(50), 0);
  const calm = after({ do: "network", atS: 5, fault: { profile: bad } });
  assertEquals(calm.lastsS(20), 0);
  calm.onStep({ do: "network", atS: 30, fault: { profile: {} } }, 30);
  assertEquals(calm.lastsS(40), 10);
});

Deno.test("an engine is the matter while it cannot keep up, stalls or warms up", () => {
  assertEquals(calmOf({ engine: { type: "overload", renderMs: 400 } }).lastsS(50), 0);
  const stalls = [{ atS: 2, durationS: 3 }];
  assertEquals(calmOf({ engine: { type: "stall", renderMs: 12, stalls } }).lastsS(50), 45);
  const warmUp = { type: "warmup", fromMs: 400, toMs: 12, overS: 6 } as const;
  assertEquals(calmOf({ engine: warmUp }).lastsS(50), 44);
  assertEquals(
    calmOf({ engine: { type: "gc", renderMs: 12, pauseMs: 400, everyS: 4 } }).lastsS(50),
    0,
  );
});

Deno.test("a window under way keeps the time that the old engine gave it", () => {
  const calm = after(
    { do: "engine", atS: 5, profile: { type: "overload", renderMs: 1500 } },
    { do: "engine", atS: 10, profile: { type: "constant", renderMs: 12 } },
  );
  assertEquals(calm.lastsS(20), 8.5);
});

Deno.test("who was cut off, sent away or thrown out is not judged until it comes back", () => {
  const calm = after({ do: "network", atS: 5, fault: "halfOpen" });
  assert(calm.isForsaken);
  calm.onStep({ do: "reconnect", atS: 10 }, 10);
  calm.onClose(10, 1006, false);
  calm.onDial();
  assertEquals(calm.lastsS(20), 10);
  calm.onClose(20, 1000, false);
  assertEquals(calm.lastsS(30), 0);
});

Deno.test("a server that refuses is no excuse", () => {
  const calm = calmOf();
  calm.onClose(20, 1011, false);
  assertEquals(calm.lastsS(30), 10);
});

Deno.test("a session without telemetry is judged on better roads only", () => {
  const network = { up: { latencyMs: 50 }, down: { latencyMs: 50 } };
  assertEquals(calmOf({ network }).lastsS(20), 20);
  assertEquals(calmOf({ network, client: { profile: "reference" } }).lastsS(20), 0);
});

Deno.test("audio that is announced and never sent spoils what follows", () => {
  const message = { type: "swap_source", use_server_source: false };
  assertEquals(after({ do: "send", atS: 5, message }).lastsS(50), 0);
  assertEquals(after({ do: "send", atS: 5, message: { type: "no_such" } }).lastsS(50), 45);
});
