import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { compare } from "./compare.ts";
import { BENCH_SCHEMA, type BenchReport, type Figure } from "./figures.ts";

function figure(name: string, ratio: number | null, part = "slice"): Figure {
  return {
    ...{ part, name, value: 1, unit: "µs", goal: null },
    ratio: ratio === null ? null : { to: "fzstd", value: ratio, spread: 0.02 },
  };
}

function report(...figures: Figure[]): BenchReport {
  const machine = { cpu: "any", cores: 2, memoryGiB: 4, os: "any", deno: "2.9.6" };
  return { schema: BENCH_SCHEMA, machine, tookS: 1, figures, notes: [] };
}

Deno.test("runs agree when every ratio is within 15 % of the other's, either way", () => {
  const before = report(figure("encode", 1), figure("decode", 0.1));
  const { ratios, agrees } = compare(
    before,
    report(figure("encode", 1.14), figure("decode", 0.09)),
  );
  assert(agrees);
  assertAlmostEquals(ratios[0]!.change, 0.14);
  assertAlmostEquals(ratios[1]!.change, 1 - 0.1 / 0.09);
});

Deno.test("one ratio beyond that is a disagreement, and it does not matter which run was first", () => {
  const [low, high] = [report(figure("encode", 1)), report(figure("encode", 1.16))];
  assert(!compare(low, high).agrees);
  assert(!compare(high, low).agrees);
  assertEquals(compare(low, high).ratios[0]!.change, -compare(high, low).ratios[0]!.change);
});

Deno.test("figures without a peer are not compared: they tell of the machine", () => {
  const fast = report(figure("encode", 1), figure("sessions", null));
  const slow = report(figure("encode", 1), { ...figure("sessions", null), value: 99 });
  assertEquals(compare(fast, slow).ratios.map(({ name }) => name), ["encode"]);
});

Deno.test("runs without a ratio in common do not agree", () => {
  assert(!compare(report(), report()).agrees);
  assert(!compare(report(figure("encode", 1)), report(figure("encode", null))).agrees);
});

Deno.test("a run of some parts is compared by these; a ratio missing from a shared part is named", () => {
  const whole = report(figure("encode", 1), figure("decode", 1), figure("full", 2, "sim"));
  const some = report(figure("encode", 1));
  const { unpaired, agrees } = compare(whole, some);
  assert(agrees);
  assertEquals(unpaired, ["slice: decode (× fzstd)"]);
});
