import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { Rng, TargetError } from "../runtime/mod.ts";
import { defineScenario } from "./define.ts";
import { ScenarioError } from "./errors.ts";
import { playScenario } from "./run.ts";
import type { Scenario, ScenarioInput } from "./types.ts";
import type { Stage } from "./stage.ts";
import { Studio } from "./studio.ts";

const studio = new Studio();

/** A second of an ordinary session with these expectations. */
function short(
  expectations: ScenarioInput["expectations"],
  changes: Partial<ScenarioInput> = {},
): Scenario {
  return defineScenario({
    name: "short",
    description: "What is the verdict?",
    durationS: 1,
    source: { synthS: 2 },
    expectations,
    ...changes,
  });
}

const AHEAD = { metric: "lag.slices.leadS.p50", min: 0.01, max: 1 };
const IMPOSSIBLE = { metric: "lag.slices.leadS.p50", min: 9 };

async function verdictOf(scenario: Scenario, fidelity: "full" | "timing" = "timing") {
  return (await playScenario(scenario, { fidelity, studio })).verdict;
}

/** A simulated stage that says it is live. */
function seemsLive(scenario: Scenario, changes: Partial<Stage> = {}) {
  return {
    target: "self",
    fidelity: "timing",
    studio,
    openStage: (rng: Rng) =>
      Promise.resolve({
        ...studio.simStage(scenario, "timing", rng),
        isSimulated: false,
        ...changes,
      }),
  } as const;
}

Deno.test("a run passes when all it expects holds, and fails when one thing does not", async () => {
  assertEquals(await verdictOf(short([AHEAD])), "passed");
  assertEquals(await verdictOf(short([AHEAD, IMPOSSIBLE])), "failed");
});

Deno.test("what has to fail makes a run pass by failing, and its own judgement stays", async () => {
  const result = await playScenario(short([AHEAD, { ...IMPOSSIBLE, fails: true }]), {
    fidelity: "timing",
    studio,
  });
  assertEquals([result.verdict, result.expectedFailure], ["passed", true]);
  assertEquals(result.expectations.map(({ passed }) => passed), [true, false]);
});

Deno.test("what has to fail and does not makes a run fail", async () => {
  assertEquals(await verdictOf(short([{ ...AHEAD, fails: true }])), "failed");
});

Deno.test("what could not be measured fails a run", async () => {
  const nothing = { metric: "session.gapS", max: 1000 };
  assertEquals(await verdictOf(short([nothing])), "failed");
});

Deno.test("mirrors that differ fail a run that says nothing of them", async () => {
  const server = { faults: { exactMirrorBase: true } };
  const result = await playScenario(short([AHEAD], { server }), { fidelity: "full", studio });
  assertEquals([result.mirror.identical, result.verdict], [false, "failed"]);
  assert(result.mirror.checkedSlices > 5);
});

Deno.test("a run that expects mirrors to differ is judged by that", async () => {
  const server = { faults: { exactMirrorBase: true } };
  const identical = { metric: "mirror.identical", equals: true };
  assertEquals(
    await verdictOf(short([{ ...identical, fails: true }], { server }), "full"),
    "passed",
  );
  assertEquals(await verdictOf(short([identical], { server }), "full"), "failed");
});

Deno.test("where mirrors cannot be seen, nothing about them is asked", async () => {
  const expectations = [AHEAD, { metric: "mirror.identical", equals: true }];
  const result = await playScenario(short(expectations), { fidelity: "timing", studio });
  assertEquals([result.mirror.identical, result.mirror.checkedSlices], [null, 0]);
  assertEquals(result.expectations.map(({ metric }) => metric), ["lag.slices.leadS.p50"]);
  assertEquals(result.verdict, "passed");
});

Deno.test("a live run whose own ticks were too late proves nothing, good or bad", async () => {
  for (const expectation of [AHEAD, IMPOSSIBLE]) {
    const scenario = short([expectation]);
    const result = await playScenario(scenario, { ...seemsLive(scenario), latenessBudgetMs: -1 });
    assertEquals(result.verdict, "inconclusive");
    assertMatch(result.reason!, /tick lateness p99 is 0\.0 ms, over its budget of -1 ms/);
  }
});

Deno.test("a live run within its lateness budget is judged", async () => {
  const scenario = short([AHEAD]);
  const result = await playScenario(scenario, seemsLive(scenario));
  assertEquals([result.verdict, result.reason, result.target], ["passed", null, "self"]);
});

Deno.test("a simulated run is never inconclusive", async () => {
  const result = await playScenario(short([AHEAD]), {
    fidelity: "timing",
    studio,
    latenessBudgetMs: -1,
  });
  assertEquals(result.verdict, "passed");
});

Deno.test("what does not apply is not run, and says why", async () => {
  const openStage = () => Promise.reject(new Error("a stage was opened"));
  const simulated = short([AHEAD], { simulationOnly: "it needs virtual time" });
  const live = await playScenario(simulated, { target: "self", openStage });
  assertEquals(live.verdict, "not-applicable");
  assertEquals(live.reason, "simulation only: it needs virtual time");
  assertEquals([live.expectations.length, live.trace.events, live.played], [0, 0, null]);

  const full = short([AHEAD], { fullOnly: "it needs samples" });
  const timing = await playScenario(full, { fidelity: "timing", studio });
  assertEquals(timing.reason, "full fidelity only: it needs samples");

  const obstacle = "it needs our server";
  const foreign = await playScenario(short([AHEAD]), { target: "ws://x", obstacle, openStage });
  assertEquals([foreign.verdict, foreign.reason], ["not-applicable", obstacle]);
});

Deno.test("a session that cannot be made is the target's error, unless that is the question", async () => {
  const refused: Partial<ScenarioInput> = {
    source: { fixture: "nowhere.wav" },
    client: { config: { use_server_fixture: true } },
  };
  const error = await assertRejects(() => verdictOf(short([AHEAD], refused)), TargetError);
  assertEquals(error.fields["code"], "fixture_unavailable");
  const asked = short(
    [{ metric: "session.failureCode", equals: "fixture_unavailable" }],
    refused,
  );
  assertEquals(await verdictOf(asked), "passed");
});

Deno.test("an expectation about nothing is an error of the scenario", () => {
  for (
    const metric of [
      "lag.slice.count",
      "events.errror",
      "lag.slices.tagged.nosuch",
      "session.",
      "x",
    ]
  ) {
    assertThrows(
      () => short([{ metric, max: 1 }]),
      ScenarioError,
      `expectations.0.metric: there is no metric "${metric}"`,
    );
  }
});

Deno.test("expectations and steps that could never count are refused by their path", () => {
  const count = "lag.slices.count";
  assertThrows(() => short([{ metric: count, min: 2, max: 1 }]), ScenarioError, "nothing can meet");
  assertThrows(
    () => short([{ metric: count, min: 1, fromS: 0.5, toS: 0.2 }]),
    ScenarioError,
    "expectations.0.toS: the window ends before it begins",
  );
  assertThrows(
    () => short([{ metric: count, min: 1, fromS: 3 }]),
    ScenarioError,
    "expectations.0.fromS: 3 s is after the end",
  );
  assertThrows(
    () => short([AHEAD], { steps: [{ do: "pause", atS: 50 }] }),
    ScenarioError,
    "steps.0.atS: 50 s is after the end",
  );
});

Deno.test("a connection that is lost for good fails a run that does not speak of it", async () => {
  const steps: ScenarioInput["steps"] = [{ do: "network", atS: 0.5, fault: "abruptClose" }];
  const lost = await playScenario(short([AHEAD], { steps }), { fidelity: "timing", studio });
  assertEquals(lost.verdict, "failed");
  assertMatch(lost.reason ?? "", /^connection closed with 1006 \(connection lost\) after 0\.5 s$/);
  const foreseen = short([{ metric: "session.closeCode", equals: 1006 }], { steps });
  assertEquals(await verdictOf(foreseen), "passed");
});

Deno.test("what was never measured does not fail as foretold", async () => {
  assertEquals(await verdictOf(short([{ metric: "session.gapS", max: 1, fails: true }])), "failed");
});

Deno.test("a run of which nothing can be judged is not passed", async () => {
  const result = await playScenario(short([{ metric: "mirror.identical", equals: true }]), {
    fidelity: "timing",
    studio,
  });
  assertEquals([result.verdict, result.expectations.length], ["not-applicable", 0]);
  assertMatch(result.reason ?? "", /can be measured/);
});

Deno.test("a target that nobody can open is refused in one sentence", async () => {
  await assertRejects(
    () => playScenario(short([AHEAD]), { target: "ws://127.0.0.1:1/" }),
    TargetError,
    'target "ws://127.0.0.1:1/" is live, and nothing was given to open it with',
  );
});

Deno.test("the stage is closed whatever happens on it", async () => {
  const scenario = short([AHEAD]);
  let closed = 0;
  const close = () => Promise.resolve(void closed++);
  await playScenario(scenario, seemsLive(scenario, { close }));
  const drive = () => Promise.reject(new TargetError("the wire was cut"));
  await assertRejects(
    () => playScenario(scenario, seemsLive(scenario, { close, drive })),
    TargetError,
    "the wire was cut",
  );
  assertEquals(closed, 2);
});

Deno.test("an expectation over a window, or against another, is measured there", async () => {
  const scenario = short([
    { metric: "lag.slices.count", min: 1, max: 12, fromS: 0.5 },
    { metric: "lag.slices.count", equals: 0, fromS: 0.2, against: { fromS: 0.2, toS: 3 } },
    { metric: "lag.slices.leadS.p50", max: 1, fromS: 0.001, toS: 0.002 },
  ], { steps: [{ do: "seek", atS: 0.5, toS: 1 }] });
  const { expectations } = await playScenario(scenario, { fidelity: "timing", studio });
  assertEquals(expectations[0]!.window, { fromS: 0.5, toS: 1 });
  assertEquals(expectations[0]!.passed, true);
  assertEquals(expectations[1]!.actual, 0);
  assertEquals([expectations[2]!.actual, expectations[2]!.passed], [null, false]);
});

Deno.test("steps that wait are carried out in a whole run as well", async () => {
  const scenario = short([AHEAD], {
    steps: [
      { do: "seek", when: { slices: 5 }, afterS: 0.1, toS: 1.5 },
      { do: "pause", when: { playheadS: 1.6 } },
    ],
  });
  const { marks, slices } = await playScenario(scenario, { fidelity: "timing", studio });
  const steps = marks.filter(({ kind }) => kind === "step");
  assertEquals(steps.map(({ text }) => text), ['seek {"toS":1.5}', "pause"]);
  assertEquals(steps[0]!.atS, Math.round((slices[4]!.atS + 0.1) * 1e6) / 1e6);
  assert(steps[1]!.atS > steps[0]!.atS);
});

Deno.test("what the listener heard is kept over a swap, to the last frame of the session", async () => {
  const scenario = short([AHEAD], {
    steps: [{ do: "swap", atS: 0.5, source: { synthS: 3, synthSeed: 2 } }],
  });
  const { played, timing } = await playScenario(scenario, { studio });
  assert(Math.abs(played!.frames / 48000 - timing.sessionS) < 0.001, `${played!.frames} frames`);
});

Deno.test("a fixture that the server does not list is uploaded, not asked for", async () => {
  const scenario = defineScenario({
    name: "unlisted",
    description: "Does the client bring what the server lacks?",
    durationS: 1,
    source: { fixture: "prog_rock_loop_60s_enm.wav" },
    expectations: [{ metric: "lag.slices.count", min: 1 }],
  });
  const uploads = await Promise.all([true, false].map(async (isListed) => {
    let largest = 0;
    const stage = studio.simStage(scenario, "timing", new Rng(1));
    await playScenario(
      scenario,
      seemsLive(scenario, {
        ...stage,
        hasFixture: () => isListed,
        dial: (handler) => {
          const connection = stage.dial(handler);
          const send = connection.send.bind(connection);
          connection.send = (packet) => {
            largest = Math.max(largest, packet.bytes);
            send(packet);
          };
          return connection;
        },
      }),
    );
    return largest;
  }));
  assert(uploads[0]! < 2000, `${uploads[0]} bytes sent for a fixture that the server has`);
  assertEquals(uploads[1], 8 + 60 * 48000 * 2 * 4);
});
