import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { defineScenario, parseScenario } from "../define.ts";
import { ScenarioError } from "../errors.ts";
import type { VoiceScenario } from "./types.ts";

const MINIMAL = {
  subject: "voice",
  name: "minimal",
  description: "Is it heard?",
  durationS: 3,
  steps: [
    { do: "register", atS: 0, session: "ada" },
    { do: "subscribe", atS: 0, session: "ada" },
    { do: "speak", atS: 1, session: "ada", job: "a1", text: "Hello." },
  ],
  expectations: [{ metric: "voice.jobs.heard", equals: 1 }],
} as const;

/** What is said of the scenario with these changes. */
function refusal(changes: object): string {
  return assertThrows(() => parseScenario({ ...MINIMAL, ...changes }, "x.json"), ScenarioError)
    .message;
}

Deno.test("a scenario about voices has its defaults filled in", () => {
  const scenario = defineScenario(MINIMAL);
  assertEquals([scenario.server.policy, scenario.server.workers], ["round-robin", 2]);
  assertEquals([scenario.engine.sPerChar, scenario.engine.restartMs], [0.06, 200]);
  assertEquals(Object.values(scenario.server.faults).some((on) => on), false);
  assertEquals(parseScenario(JSON.parse(JSON.stringify(scenario)), "again"), scenario);
});

Deno.test("a scenario about voices is refused field by field", () => {
  const speak = MINIMAL.steps[2];
  const cases: readonly [changes: object, said: string][] = [
    [{ subject: "dance" }, "subject: "],
    [{ steps: [] }, "steps: "],
    [{ steps: [{ do: "seek", atS: 1, toS: 2 }] }, "steps.0.do: "],
    [{ steps: [{ ...speak, session: "a/b" }] }, "a name has letters, digits and single hyphens"],
    [{ steps: [{ ...speak, atS: 9 }] }, "steps.0.atS: 9 s is after the end of the session"],
    [{ steps: [{ ...speak, when: { heard: "a1" } }] }, "a step has either `atS` or `when`"],
    [{ steps: [speak, speak] }, 'steps.1.job: two steps ask for a job "a1"'],
    [{ steps: [{ do: "stop", atS: 1, job: "b" }] }, 'no step asks for a job "b"'],
    [
      { steps: [speak, { do: "stopReading", atS: 1, listener: "x", durationS: 1 }] },
      'steps.1.listener: no step subscribes a listener "x"',
    ],
    [
      { steps: [speak, { do: "stop", when: { heard: "z" } }] },
      'steps.1.when: nothing here is called "z"',
    ],
    [{ engine: { realTimeFactor: 0 } }, "engine.realTimeFactor: "],
    [{ server: { faults: { playAnway: true } } }, "server.faults: "],
    [{ expectations: [{ metric: "lag.freshShare", min: 1 }] }, 'no metric "lag.freshShare"'],
    [{ expectations: [{ metric: "voice.jobs.hard", min: 1 }] }, 'no metric "voice.jobs.hard"'],
    [{ source: { synthS: 2 } }, "source"],
  ];
  for (const [changes, said] of cases) assertStringIncludes(refusal(changes), said);
});

Deno.test("a scenario about streaming asks nothing of voices", () => {
  const stream = { name: "s", description: "Is it?", durationS: 2 };
  const { message } = assertThrows(
    () =>
      parseScenario({ ...stream, expectations: [{ metric: "voice.jobs.lost", equals: 0 }] }, "x"),
    ScenarioError,
  );
  assertStringIncludes(message, 'there is no metric "voice.jobs.lost"');
});

Deno.test("a hundred and one jobs are one too many: the server would have forgotten the first", () => {
  const jobs = (count: number): VoiceScenario["steps"] =>
    Array.from({ length: count }, (_, i) => ({
      ...{ do: "speak", atS: 1, session: null, job: `j${i}`, text: "x" },
    }));
  parseScenario({ ...MINIMAL, steps: jobs(100) }, "x.json");
  assertStringIncludes(refusal({ steps: jobs(101) }), "101 steps ask for speech, at most 100 may");
});
