import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Rng, TargetError } from "../runtime/mod.ts";
import { defineScenario } from "./define.ts";
import { foreignObstacle, liveStage } from "./live_stage.ts";
import type { ScenarioInput } from "./types.ts";
import { SHIPPED_STREAMS } from "./shipped/mod.ts";

function scenario(changes: Partial<ScenarioInput> = {}) {
  return defineScenario({
    name: "abroad",
    description: "Can it be played on somebody else's server?",
    durationS: 4,
    expectations: [{ metric: "lag.slices.count", min: 0 }],
    ...changes,
  });
}

const EXTERNAL: ScenarioInput["steps"] = [
  { do: "external", atS: 1, message: { type: "prompt", tags: "x" } },
];

Deno.test("a scenario about client and network can be played on any server", () => {
  const steps: ScenarioInput["steps"] = [
    { do: "seek", atS: 1, toS: 2 },
    { do: "network", atS: 2, fault: "abruptClose" },
    { do: "secondClient", atS: 3 },
  ];
  const network = { down: { latencyMs: 40 } };
  assertEquals(foreignObstacle(scenario({ steps, network }), false), null);
});

Deno.test("outside commands need the control bus, whose flag is named", () => {
  assertMatch(foreignObstacle(scenario({ steps: EXTERNAL }), false)!, /control bus.*--control/);
  assertEquals(foreignObstacle(scenario({ steps: EXTERNAL }), true), null);
});

Deno.test("what only our own server can do is an obstacle, each with its reason", () => {
  const profile = { type: "constant", renderMs: 12 } as const;
  const cases: [Partial<ScenarioInput>, RegExp][] = [
    [{ steps: [{ do: "engine", atS: 1, profile }] }, /timing of the server's engine/],
    [{ engine: { type: "overload", renderMs: 1000 } }, /timing of its own/],
    [{ server: { faults: { exactMirrorBase: true } } }, /faults/],
    [{ server: { faults: { coalesceParams: false } } }, /faults/],
    [{ server: { faults: { receiveMs: 12 } } }, /faults/],
    [{ server: { flowControl: false } }, /settings/],
    [{ server: { idlePauseS: 3 } }, /settings/],
    [{ server: { tickMs: 61 } }, /settings/],
  ];
  for (const [changes, expected] of cases) {
    assertMatch(foreignObstacle(scenario(changes), true) ?? "none", expected);
  }
});

Deno.test("settings that are the server's anyway are no obstacle", () => {
  const server = { tickMs: 60, faults: { coalesceParams: true, receiveMs: 0 } };
  assertEquals(foreignObstacle(scenario({ server }), false), null);
});

Deno.test("several shipped scenarios can be played on a foreign server", () => {
  const playable = SHIPPED_STREAMS.filter((it) => foreignObstacle(it, false) === null);
  const names = playable.map(({ name }) => name);
  for (const name of ["healthy-stream", "seek-storm", "swap-with-stems", "preemption"]) {
    assertEquals(names.includes(name), true, name);
  }
});

Deno.test("a server that is not there is named, with what to look at", async () => {
  // A port that was free a moment ago.
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const url = `ws://127.0.0.1:${port}/`;
  const error = await assertRejects(
    () => liveStage(scenario(), { target: "ws://x", url, controlUrl: null, rng: new Rng(1) }),
    TargetError,
  );
  assertEquals(
    error.message,
    `cannot reach ${url}: connection refused; is the server running, and is the port right?`,
  );
});

Deno.test("a control bus that cannot be had is named when a command is sent", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const gone = `http://127.0.0.1:${listener.addr.port}`;
  listener.close();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => Response.json({}),
  );
  const url = `ws://127.0.0.1:${server.addr.port}/`;
  const cases: [string, RegExp][] = [
    [gone, /^cannot reach the control bus at http:\/\/127.0.0.1:\d+: connection refused; is it /],
    ["control", /^control bus "control" is no http:\/\/ address$/],
  ];
  for (const [controlUrl, expected] of cases) {
    const stage = await liveStage(scenario(), {
      target: "ws://x",
      url,
      controlUrl,
      rng: new Rng(1),
    });
    stage.inject("session", { type: "prompt", tags: "x" });
    const error = await assertRejects(
      () => stage.drive({ isDone: true, onDone: null }),
      TargetError,
    );
    assertMatch(error.message, expected);
    await stage.close();
  }
});
