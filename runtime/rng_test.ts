import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { fnv1a, Rng } from "./rng.ts";

const draws = (rng: Rng, count = 8) => Array.from({ length: count }, () => rng.uint32());

Deno.test("equal seeds give equal streams, other seeds other ones", () => {
  assertEquals(draws(new Rng(7)), draws(new Rng("7")));
  assert(draws(new Rng(7)).join() !== draws(new Rng(8)).join());
});

Deno.test("a seed gives the same numbers on every machine and in every version", () => {
  assertEquals(draws(new Rng(1), 4), [3581614736, 2763284293, 4264252481, 4250056693]);
});

Deno.test("a split stream depends on seed and label only, not on what was drawn before", () => {
  const fresh = new Rng(3).split("network");
  const used = new Rng(3);
  draws(used, 100);
  assertEquals(draws(used.split("network")), draws(fresh));
  assert(draws(new Rng(3).split("engine")).join() !== draws(new Rng(3).split("network")).join());
});

Deno.test("draws stay inside their ranges", () => {
  fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 1000 }), (seed, count) => {
    const rng = new Rng(seed);
    const float = rng.float();
    assert(float >= 0 && float < 1);
    const int = rng.int(count);
    assert(Number.isInteger(int) && int >= 0 && int < count);
    const between = rng.between(-2, count);
    assert(between >= -2 && between < count);
    assert(Math.abs(rng.normal()) <= 6);
    assert([1, 2, 3].includes(rng.pick([1, 2, 3])));
  }));
});

Deno.test("normal draws have the mean and the deviation that were asked for", () => {
  const rng = new Rng(11);
  const values = Array.from({ length: 20_000 }, () => rng.normal(5, 2));
  const mean = values.reduce((a, b) => a + b) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) * (v - mean), 0) / values.length;
  assertAlmostEquals(mean, 5, 0.05);
  assertAlmostEquals(Math.sqrt(variance), 2, 0.05);
});

Deno.test("chance keeps its promise at both ends and about in the middle", () => {
  const rng = new Rng(5);
  const share = (p: number) => {
    let hits = 0;
    for (let i = 0; i < 4000; i++) if (rng.chance(p)) hits++;
    return hits / 4000;
  };
  assertEquals([share(0), share(1)], [0, 1]);
  assertAlmostEquals(share(0.25), 0.25, 0.03);
});

Deno.test("nothing can be picked from an empty list", () => {
  assertThrows(() => new Rng(1).pick([]), RangeError, "empty");
});

Deno.test("fnv1a is the published hash", () => {
  assertEquals([fnv1a(""), fnv1a("a"), fnv1a("foobar")], [0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
});
