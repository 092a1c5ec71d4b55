import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { medianOf, quantileOf, ratioOf, Rounds } from "./rounds.ts";

Deno.test("quantiles lie between neighbours in proportion, whatever the order", () => {
  assertEquals(medianOf([5, 1, 3]), 3);
  assertEquals(medianOf([4, 1, 2, 3]), 2.5);
  assertEquals(quantileOf([10, 0], 0.25), 2.5);
  assertThrows(() => medianOf([]), RangeError, "no quantile of nothing");
});

Deno.test("a ratio is that of undisturbed rounds: a disturbed one on either side changes nothing", () => {
  const quiet = Array.from({ length: 21 }, () => 2);
  const theirs = Array.from({ length: 21 }, () => 8);
  const ours = quiet.map((value, i) => i % 3 === 0 ? value * 10 : value);
  assertEquals(ratioOf(ours, theirs, { to: "peer", better: "less" }).value, 0.25);
  assertEquals(ratioOf(theirs, ours, { to: "peer", better: "less" }).value, 4);
  assertEquals(ratioOf(quiet, theirs, { to: "peer" }).spread, 0);
});

Deno.test("of speeds the fast rounds are the undisturbed ones", () => {
  const ours = Array.from({ length: 21 }, (_, i) => i % 3 === 0 ? 20 : 100);
  const theirs = Array.from({ length: 21 }, () => 200);
  assertEquals(ratioOf(ours, theirs, { to: "peer", better: "more" }).value, 0.5);
  assertEquals(ratioOf(ours, theirs, { to: "peer", better: "less" }).value, 0.1);
});

Deno.test("of processor time the middle rounds count: neither what slows both sides nor a wild round matters", () => {
  const theirs = Array.from({ length: 21 }, (_, i) => 1 + i % 5);
  const ours = theirs.map((value) => 3 * value);
  assertEquals(ratioOf(ours, theirs, { to: "peer" }), { to: "peer", value: 3, spread: 0 });
  const [first, ...rest] = ours;
  assertEquals(ratioOf([first! * 100, ...rest], theirs, { to: "peer" }).value, 3);
});

Deno.test("a ratio of too few rounds, or of unequally many, is refused", () => {
  assertThrows(() => ratioOf([1, 2], [1, 2], { to: "peer" }), RangeError, "got 2 and 2");
  assertThrows(() => ratioOf([1, 2, 3], [1, 2, 3, 4], { to: "peer" }), RangeError, "got 3 and 4");
});

Deno.test("a figure is the median in its unit, with the ratio to its peer", () => {
  const rounds = new Rounds("slice");
  for (const value of [1, 2, 30]) {
    rounds.add("ours", value);
    rounds.add("theirs", 4 * value);
  }
  const { ratio, ...rest } = rounds.figure("ours", {
    unit: "ms",
    scale: 1000,
    goal: { most: 3000 },
    peer: { name: "theirs", to: "peer" },
  });
  assertEquals(rest, {
    ...{ part: "slice", name: "ours", value: 2000, unit: "ms", goal: { most: 3000 } },
  });
  assertAlmostEquals(ratio!.value, 0.25);
  assertEquals(rounds.figure("ours", { unit: "ms" }).ratio, null);
  assertThrows(() => rounds.of("nobody"), RangeError, 'nothing called "nobody"');
});
