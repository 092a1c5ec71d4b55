import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { isWithin, judge, limitText, lookUp, unitOf } from "./expectations.ts";
import type { Expectation } from "./types.ts";

function expectation(changes: Partial<Expectation>): Expectation {
  return { metric: "lag.slices.leadS.p50", fails: false, ...changes };
}

Deno.test("a metric's unit comes from the last part of its name that carries one", () => {
  const units: [string, string][] = [
    ["lag.slices.leadS.p50", "s"],
    ["lag.slices.tickMs.max", "ms"],
    ["lag.slices.perS", "/s"],
    ["lag.freshShare", "of frames"],
    ["harness.sendQueueMaxBytes", "bytes"],
    ["session.gapS", "s"],
    ["playheadS.max", "s"],
    ["lag.slices.count", ""],
    ["lag.ticks.staleTicks", ""],
    ["lag.slices.behindPlayhead", ""],
    ["mirror.identical", ""],
    ["mirror.checkedSlices", ""],
    ["events.swap_ready", ""],
    ["second.readyAtS", "s"],
  ];
  for (const [metric, unit] of units) assertEquals(unitOf(metric), unit, metric);
});

Deno.test("limits read as a person would write them", () => {
  assertEquals(limitText(expectation({ min: 0.1, max: 0.35 })), "0.1 … 0.35");
  assertEquals(limitText(expectation({ min: 14 })), "≥ 14");
  assertEquals(limitText(expectation({ max: 0 })), "≤ 0");
  assertEquals(limitText(expectation({ equals: true })), "= true");
  assertEquals(limitText(expectation({ equals: 0, min: 3 })), "= 0");
});

Deno.test("both limits belong to what is allowed", () => {
  const both = expectation({ min: 0.1, max: 0.35 });
  for (const value of [0.1, 0.2, 0.35]) assert(isWithin(value, both), `${value}`);
  for (const value of [0.0999, 0.3501, -1, NaN, Infinity]) assert(!isWithin(value, both));
});

Deno.test("`equals` compares numbers, words and truth values without converting them", () => {
  assert(isWithin(4001, expectation({ equals: 4001 })));
  assert(isWithin("absent", expectation({ equals: "absent" })));
  assert(isWithin(false, expectation({ equals: false })));
  assert(!isWithin("4001", expectation({ equals: 4001 })));
  assert(!isWithin(0, expectation({ equals: false })));
});

Deno.test("a word is never within numeric limits", () => {
  assert(!isWithin("7", expectation({ min: 0 })));
  assert(!isWithin(true, expectation({ max: 1 })));
});

Deno.test("what could not be measured passes no expectation at all", () => {
  const limit = fc.option(fc.double(), { nil: undefined });
  fc.assert(fc.property(
    limit,
    limit,
    fc.option(fc.oneof(fc.double(), fc.string(), fc.boolean()), { nil: undefined }),
    (min, max, equals) => {
      const limits = {
        ...(min === undefined ? {} : { min }),
        ...(max === undefined ? {} : { max }),
        ...(equals === undefined ? {} : { equals }),
      };
      assert(!isWithin(null, expectation(limits)));
      assert(!judge(expectation(limits), null).passed);
    },
  ));
});

Deno.test("a judgement names itself by its metric, limits and window", () => {
  const name = (changes: Partial<Expectation>) => judge(expectation(changes), 0.2).name;
  assertEquals(name({ min: 0.1 }), "lag.slices.leadS.p50 ≥ 0.1");
  assertEquals(name({ min: 0.1, fromS: 2 }), "lag.slices.leadS.p50 ≥ 0.1 from 2 s to the end");
  assertEquals(name({ min: 0.1, toS: 3 }), "lag.slices.leadS.p50 ≥ 0.1 from 0 s to 3 s");
  assertEquals(name({ min: 0.1, name: "ahead" }), "ahead");
});

Deno.test("a judgement keeps what was measured, even where failing is what is asked for", () => {
  const result = judge(expectation({ min: 0.3, fails: true }), 0.2);
  assertEquals(
    [result.passed, result.expectedToFail, result.actual, result.limit, result.unit],
    [false, true, 0.2, "≥ 0.3", "s"],
  );
});

Deno.test("a path through data leads to its value, or nowhere", () => {
  const data = { slices: { leadS: { p50: 0.2 }, gap: null } };
  assertEquals(lookUp(data, ["slices", "leadS", "p50"]), 0.2);
  assertEquals(lookUp(data, ["slices", "gap"]), null);
  assertEquals(lookUp(data, ["slices", "gap", "p50"]), undefined);
  assertEquals(lookUp(data, ["slices", "leadS", "p50", "deeper"]), undefined);
  assertEquals(lookUp(data, ["nothing"]), undefined);
});
