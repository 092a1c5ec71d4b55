import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { growthOf, type MemorySample, memorySample, unflat, unflatHeap } from "./flatness.ts";

const MIB = 2 ** 20;

/** A hundred samples whose heap follows `heapMib`; resident memory is twice that. */
function samples(heapMib: (at: number) => number): MemorySample[] {
  return Array.from({ length: 100 }, (_, i) => {
    const heapBytes = heapMib(i / 99) * MIB;
    return { at: i / 99, heapBytes, rssBytes: 2 * heapBytes };
  });
}

Deno.test("what fills during the warm-up is no growth", () => {
  const filling = samples((at) => Math.min(at, 0.35) * 1000);
  assertEquals(growthOf(filling), { heapBytes: 0, rssBytes: 0 });
  assertEquals(unflat(filling), []);
});

Deno.test("a steady leak is found, and its size told", () => {
  const leak = samples((at) => 50 + 50 * at);
  assertAlmostEquals(growthOf(leak).heapBytes, 30 * MIB, MIB);
  assertMatch(unflat(leak)[0]!, /^heap grew by 30 MiB, more than 4 MiB$/);
});

Deno.test("of a heap alone, what else the process does is no growth", () => {
  const busy = samples(() => 50).map((one) => ({ ...one, rssBytes: one.at * 400 * MIB }));
  assertMatch(unflat(busy)[0]!, /^resident memory grew by 240 MiB, more than 64 MiB$/);
  assertEquals(unflatHeap(busy), []);
  assertMatch(unflatHeap(samples((at) => 50 + 50 * at))[0]!, /^heap grew by 30 MiB/);
});

Deno.test("garbage that comes and goes is no growth", () => {
  assertEquals(unflat(samples((at) => 50 + 4 * ((at * 37) % 1))), []);
});

Deno.test("memory that is given back is flat", () => {
  assertEquals(unflat(samples((at) => 500 - 400 * at)), []);
});

Deno.test("too few samples say nothing", () => {
  assertEquals(unflat([]), []);
  assertEquals(unflat([memorySample(1)]), []);
  assert(memorySample(1).heapBytes > 0);
});
