import { assertEquals, assertThrows } from "@std/assert";
import { TargetError } from "../runtime/mod.ts";
import { collected } from "../tests/support/collected.ts";
import { sampleRun } from "../tests/support/sample_run.ts";
import { ScenarioError } from "./errors.ts";
import { measure, type MetricSources } from "./metrics.ts";

const WHOLE = { fromS: 0, toS: 10 };

function world() {
  const { mirror, session, harness } = sampleRun();
  const run = collected();
  const sources: MetricSources = {
    collector: run.collector,
    mirror,
    session,
    harness,
    drops: { window: 3, age: 1 },
    sound: () => ({ clicks: 2, seamClicks: null }),
    invariants: null,
    second: { slices: 7, readyAtS: 2.5 },
  };
  return { ...run, sources };
}

Deno.test("every group of metrics is measured", () => {
  const { collector, sources, slice, tick, begin, clock } = world();
  begin();
  clock.runUntil(1);
  slice({ leadS: 0.25 });
  tick({ playheadS: 0.9 });
  clock.runUntil(2);
  tick({ playheadS: 1.9 });
  collector.onEvent({ type: "swap_ready" });
  collector.onEvent({ type: "params_update", params: { denoise: 0.5, "loop.on": true } });
  collector.onSent({ type: "prompt" });
  const expected: [string, unknown][] = [
    ["lag.slices.count", 1],
    ["lag.slices.leadS.p50", 0.25],
    ["lag.ticks.count", 2],
    ["lag.slices.intervalS.p50", 0.06],
    ["mirror.identical", true],
    ["mirror.checkedSlices", 160],
    ["session.closeCode", 1000],
    ["session.gapS", null],
    ["events.swap_ready", 1],
    ["events.params_update", 0],
    ["sent.prompt", 1],
    ["sent.swap_source", 0],
    ["params.denoise", 0.5],
    ["params.loop.on", true],
    ["params.nothing", "absent"],
    ["playheadS.max", 1.9],
    ["drops.window", 3],
    ["drops.age", 1],
    ["sound.clicks", 2],
    ["sound.seamClicks", null],
    ["harness.latenessBudgetMs", 25],
    ["harness.tickLatenessMs.p99", 0],
    ["second.slices", 7],
    ["second.readyAtS", 2.5],
  ];
  for (const [metric, value] of expected) {
    assertEquals(measure(metric, WHOLE, sources), value, metric);
  }
});

Deno.test("a window leaves out what happened before and after it", () => {
  const { collector, sources, slice, tick, clock } = world();
  for (const atS of [1, 2, 3]) {
    clock.runUntil(atS);
    slice();
    tick({ playheadS: atS });
    collector.onEvent({ type: "swap_ready" });
  }
  const window = { fromS: 1.5, toS: 2.5 };
  assertEquals(measure("lag.slices.count", window, sources), 1);
  assertEquals(measure("playheadS.min", window, sources), 2);
  assertEquals(measure("events.swap_ready", window, sources), 1);
});

Deno.test("warnings of the network are those that a listener would have seen", () => {
  const { sources, slice, begin, clock } = world();
  begin();
  for (let i = 1; i <= 300; i++) {
    clock.runUntil(i / 5);
    if (i <= 50 || i > 125) slice({ leadS: 0.3 });
  }
  const seen = (fromS: number, toS: number) =>
    ["warnings", "warnedS"].map((name) => measure(`monitor.${name}`, { fromS, toS }, sources));
  // The last slice came at 10 s and the next at 25.2 s: warned from 18.5 s to 33 s.
  assertEquals(seen(0, 60), [1, 14.5]);
  assertEquals(seen(20, 60), [0, 13]);
  assertEquals(seen(0, 20), [1, 1.5]);
  assertEquals(seen(0, 18), [0, 0]);
});

Deno.test("nothing to measure is null, not nought", () => {
  const { sources } = world();
  assertEquals(measure("lag.slices.leadS.p50", WHOLE, sources), null);
  assertEquals(measure("lag.freshShare", WHOLE, sources), null);
  assertEquals(measure("playheadS.max", WHOLE, sources), null);
  assertEquals(measure("monitor.warnings", WHOLE, sources), null);
  assertEquals(measure("drops.window", WHOLE, { ...sources, drops: null }), null);
  assertEquals(
    measure("mirror.identical", WHOLE, {
      ...sources,
      mirror: { identical: null, checkedSlices: 0 },
    }),
    null,
  );
});

Deno.test("a tag that no record carries counts nought", () => {
  const { sources, slice } = world();
  slice({ tags: 1 });
  assertEquals(measure("lag.slices.tagged.seamPinned", WHOLE, sources), 1);
  assertEquals(measure("lag.slices.tagged.paused", WHOLE, sources), 0);
});

Deno.test("why a session could not be made is a metric", () => {
  const { collector, sources, clock } = world();
  assertEquals(measure("session.failureCode", WHOLE, sources), null);
  clock.runUntil(10.5);
  collector.onFailure(new TargetError("no such fixture", { code: "fixture_unavailable" }));
  collector.onFailure(new TargetError("a later one", { code: "other" }));
  assertEquals(measure("session.failureCode", WHOLE, sources), "fixture_unavailable");
  assertEquals(measure("session.failedAfterS", WHOLE, sources), 10.5);
});

Deno.test("a metric that does not exist is refused by its name", () => {
  const { sources } = world();
  const wrong = [
    "lead",
    "lag",
    "lag.slices",
    "lag.slices.leadS",
    "lag.slices.leedS.p50",
    "lag.slices.leadS.p42",
    "mirror.same",
    "session.nothing",
    "playheadS.p42",
    "drops.all",
    "sound.loudness",
    "harness.speed",
    "second.name",
    "",
  ];
  for (const metric of wrong) {
    const error = assertThrows(() => measure(metric, WHOLE, sources), ScenarioError);
    assertEquals(error.fields["metric"], metric);
    assertEquals(
      error.message,
      `expectation measures "${metric}", which does not exist; scenarios/metrics.ts lists what does`,
    );
  }
});
