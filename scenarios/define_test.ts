import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { defineScenario, parseScenario, scenarioJsonSchema } from "./define.ts";
import { ScenarioError } from "./errors.ts";
import type { ScenarioInput } from "./types.ts";
import { SHIPPED_STREAMS } from "./shipped/mod.ts";

const MINIMAL: ScenarioInput = {
  name: "minimal",
  description: "Is this enough?",
  durationS: 1,
  expectations: [{ metric: "lag.slices.count", min: 1 }],
};

/** The message about a scenario with one thing wrong. */
function complaint(changes: Record<string, unknown>): string {
  return assertThrows(() => parseScenario({ ...MINIMAL, ...changes }, "x.json"), ScenarioError)
    .message;
}

Deno.test("four fields make a scenario; the rest has defaults", () => {
  const scenario = defineScenario(MINIMAL);
  assertEquals(scenario.source, { fixture: "low_fi_Gm_loop_60s_gnm.wav", upload: false });
  assertEquals([scenario.client.paramsHz, scenario.client.rate], [30, 1]);
  assertEquals([scenario.server.tickMs, scenario.server.flowControl], [60, true]);
  assertEquals([scenario.steps, scenario.shows], [[], []]);
  assertEquals(scenario.expectations[0]!.fails, false);
});

Deno.test("what is wrong is named by its path in the file, with the reason", () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ name: "Bad Name" }, "name: a scenario's name is in kebab-case"],
    [{ durationS: -1 }, "durationS: "],
    [{ durationS: "10" }, "durationS: "],
    [{ expectations: [] }, "expectations: "],
    [{ expectations: [{ metric: "x" }] }, "expectations.0: an expectation needs `min`"],
    [{ steps: [{ do: "pause" }] }, "steps.0: a step has either `atS` or `when`"],
    [
      { steps: [{ do: "pause", atS: 1, when: { slices: 2 } }] },
      "steps.0: a step has either `atS` or `when`",
    ],
    [{ steps: [{ do: "seek", atS: 1, toS: "end" }] }, "steps.0.toS: "],
    [{ steps: [{ do: "dance", atS: 1 }] }, "steps.0.do: "],
    [{ client: { paramsHz: 0 } }, "client.paramsHz: "],
    [{ server: { faults: { receiveMs: -1 } } }, "server.faults.receiveMs: "],
    [{ speed: 2 }, "speed"],
    [{ source: { synthS: 2, channels: 3 } }, "source"],
  ];
  for (const [changes, expected] of cases) {
    const message = complaint(changes);
    assertStringIncludes(message, "x.json is not a scenario: ");
    assertStringIncludes(message, expected);
  }
});

Deno.test("all that is wrong is said at once", () => {
  const error = assertThrows(
    () => parseScenario({ ...MINIMAL, name: "No", durationS: 0 }, "x.json"),
    ScenarioError,
  );
  assertEquals(error.fields, { origin: "x.json", problems: 2 });
  assertStringIncludes(error.message, "name: ");
  assertStringIncludes(error.message, "; durationS: ");
});

Deno.test("what is no object at all is said in one sentence", () => {
  for (const value of [null, [], 7, "scenario", undefined]) {
    const error = assertThrows(() => parseScenario(value, "x.json"), ScenarioError);
    assertStringIncludes(error.message, "x.json is not a scenario: (top): ");
  }
});

Deno.test("any JSON value is a scenario or a ScenarioError", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (value, steps) => {
    for (const candidate of [value, { ...MINIMAL, steps }, { ...MINIMAL, server: value }]) {
      try {
        parseScenario(candidate, "x.json");
      } catch (error) {
        assert(error instanceof ScenarioError);
      }
    }
  }));
});

Deno.test("a scenario read back from its own JSON is the same scenario", () => {
  for (const scenario of SHIPPED_STREAMS) {
    assertEquals(parseScenario(JSON.parse(JSON.stringify(scenario)), "again"), scenario);
  }
});

Deno.test("the JSON Schema asks for the four fields only, and takes every shipped scenario", () => {
  const schema = scenarioJsonSchema();
  const [stream, voice] = schema["anyOf"] as { readonly required: string[] }[];
  assertEquals(voice!.required.includes("subject"), true);
  assertEquals(stream!.required.toSorted(), [
    "description",
    "durationS",
    "expectations",
    "name",
  ]);
  const isValid = new Ajv2020({ strict: false }).compile(schema);
  assert(isValid(MINIMAL), JSON.stringify(isValid.errors));
  for (const scenario of SHIPPED_STREAMS) {
    assert(isValid(JSON.parse(JSON.stringify(scenario))), scenario.name);
  }
  for (
    const changes of [{ durationS: "1" }, { name: "No" }, { steps: [{ do: "dance", atS: 1 }] }]
  ) {
    assert(!isValid({ ...MINIMAL, ...changes }), JSON.stringify(changes));
  }
});
