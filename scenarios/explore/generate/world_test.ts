import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { parseScenario } from "../../define.ts";
import { RECOVER_S } from "../calm.ts";
import { compact } from "../compact.ts";
import { drawWorld, WORLD_S } from "./world.ts";
import { FEATURES } from "./swarm.ts";

const WORLDS = Array.from({ length: 400 }, (_, index) => drawWorld(3, index, "timing"));

Deno.test("a world depends on seed, number and fidelity, and on nothing else", () => {
  assertEquals(drawWorld(3, 17, "timing"), WORLDS[17]);
  assertNotEquals(drawWorld(4, 17, "timing").scenario.steps, WORLDS[17]!.scenario.steps);
  assertNotEquals(drawWorld(3, 17, "full").scenario.source, WORLDS[17]!.scenario.source);
});

Deno.test("a world is an ordinary scenario: what a person would write of it reads back the same", () => {
  for (const { scenario } of [...WORLDS, drawWorld(1, 1, "full")]) {
    const written = JSON.parse(JSON.stringify(compact(scenario)));
    // As files hold it: a value that is undefined is not there.
    assertEquals(parseScenario(written, scenario.name), JSON.parse(JSON.stringify(scenario)));
  }
});

Deno.test("steps are in order, and faults end long enough before a world does", () => {
  for (const { scenario: { steps, durationS, name } } of WORLDS) {
    const times = steps.map(({ atS }) => atS!);
    assertEquals(times, times.toSorted((a, b) => a - b), name);
    const healed = steps.findLast((step) => step.do === "engine")!.atS!;
    assert(durationS - healed >= RECOVER_S + 9, `${name} is healed at ${healed} s`);
    const trouble = steps.filter((step) => step.atS! > healed + 0.2 && step.do !== "knobs");
    assertEquals(trouble, [], name);
  }
  assertEquals(WORLDS[0]!.scenario.durationS, WORLD_S.timing);
});

Deno.test("every kind of step is drawn, and every world leaves something out", () => {
  const kinds = new Set(WORLDS.flatMap(({ scenario }) => scenario.steps.map((step) => step.do)));
  const never = ["faults"];
  const all = [
    "seek",
    "pause",
    "resume",
    "rate",
    "loopBand",
    "knobs",
    "prompt",
    "promptBlend",
    "swap",
    "timbre",
    "structure",
    "lora",
    "depth",
    "send",
    "external",
    "disconnect",
    "reconnect",
    "secondClient",
    "stopReading",
    "network",
    "engine",
  ];
  assertEquals(all.filter((kind) => !kinds.has(kind as never)), []);
  assertEquals(never.filter((kind) => kinds.has(kind as never)), []);
  for (const { scenario } of WORLDS) {
    assert(new Set(scenario.steps.map((step) => step.do)).size < FEATURES.length, scenario.name);
  }
});
