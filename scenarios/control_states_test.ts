import { assertEquals } from "@std/assert";
import { controlStates } from "./control_states.ts";
import { defineScenario } from "./define.ts";
import type { ScenarioInput } from "./types.ts";

function statesOf(steps: ScenarioInput["steps"], client: ScenarioInput["client"] = {}) {
  return controlStates(defineScenario({
    name: "states",
    description: "Which states does it go through?",
    durationS: 10,
    source: { synthS: 2, stems: "vocals" },
    client: { prompt: "pads", ...client },
    ...(steps === undefined ? {} : { steps }),
    expectations: [{ metric: "lag.slices.count", min: 0 }],
  }));
}

Deno.test("a scenario without steps is heard in one state of its source", () => {
  const [only, ...rest] = statesOf([]);
  assertEquals(rest, []);
  assertEquals([only!.stemMode, only!.seamFade, only!.states.length], ["vocals", true, 1]);
  assertEquals([only!.states[0]!.prompt, only!.states[0]!.promptB], ["pads", "pads"]);
});

Deno.test("knobs, prompts, blends and LoRAs each add a state, in the order of their times", () => {
  const [only] = statesOf([
    { do: "lora", atS: 5, id: "velvet", strength: 0.5 },
    { do: "promptBlend", atS: 3, value: 0.25 },
    { do: "prompt", atS: 2, tags: "brass", tagsB: "strings" },
    { do: "knobs", atS: 1, values: { denoise: 0.7 } },
    { do: "seek", atS: 4, toS: 1 },
  ], { config: { lora: true } });
  const seen = only!.states.map(({ knobs, prompt, promptB, promptBlend, loras }) => [
    knobs["denoise"],
    prompt,
    promptB,
    promptBlend,
    loras.length,
  ]);
  const denoise = only!.states[0]!.knobs["denoise"];
  assertEquals(seen, [
    [denoise, "pads", "pads", 0, 0],
    [0.7, "pads", "pads", 0, 0],
    [0.7, "brass", "strings", 0, 0],
    [0.7, "brass", "strings", 0.25, 0],
    [0.7, "brass", "strings", 0.25, 1],
  ]);
});

Deno.test("knobs from outside count, other commands from outside do not", () => {
  const [only] = statesOf([
    { do: "external", atS: 1, message: { type: "params", raw: { denoise: 0.9 } } },
    { do: "external", atS: 2, message: { type: "params", playback_pos: 1 } },
    { do: "external", atS: 3, message: { type: "set_depth", value: 2 } },
  ]);
  assertEquals(only!.states.map(({ knobs }) => knobs["denoise"]).slice(1), [0.9]);
});

Deno.test("a swap begins another source, in the state of that moment, without a fade", () => {
  const [first, second] = statesOf([
    { do: "swap", atS: 2, source: { synthS: 4 }, tags: "brass" },
    { do: "knobs", atS: 3, values: { denoise: 0.3 } },
    { do: "knobs", atS: 1, values: { denoise: 0.8 } },
  ]);
  assertEquals(first!.states.map(({ knobs }) => knobs["denoise"]).slice(1), [0.8]);
  assertEquals(second!.source, { synthS: 4, channels: 2, synthSeed: 1 });
  assertEquals([second!.stemMode, second!.seamFade], ["full", false]);
  assertEquals(
    second!.states.map(({ knobs, prompt }) => [knobs["denoise"], prompt]),
    [[0.8, "brass"], [0.3, "brass"]],
  );
});

Deno.test("steps that wait for something come last: nobody knows when they will be", () => {
  const [only] = statesOf([
    { do: "knobs", when: { slices: 3 }, values: { denoise: 0.1 } },
    { do: "knobs", atS: 9, values: { denoise: 0.2 } },
  ]);
  assertEquals(only!.states.map(({ knobs }) => knobs["denoise"]).slice(1), [0.2, 0.1]);
});
