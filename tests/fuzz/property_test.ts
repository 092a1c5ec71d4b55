import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { tryProperty } from "./property.ts";

const broken = {
  name: "no number is over 5000",
  share: 1,
  make: () => fc.property(fc.nat(10_000), (n) => assert(n <= 5000)),
};

Deno.test("a property that does not hold is found, shrunk and found again by its replay line", () => {
  const failure = tryProperty(broken, 20_000, 7);
  assert(failure !== null);
  assert(failure.report.includes("Counterexample: [5001]"), failure.report);
  const { seed, path } = failure;
  const again = tryProperty(broken, 1, seed, { path });
  assertEquals(again?.seed, seed);
  assert(again?.report.includes("Counterexample: [5001]"));
});

Deno.test("a property that holds is tried as often as was asked, in batches", () => {
  let tried = 0;
  const held = {
    name: "holds",
    share: 1,
    make: () => fc.property(fc.nat(), () => void tried++),
  };
  const progress: number[] = [];
  assertEquals(tryProperty(held, 12_000, 1, { onProgress: (done) => progress.push(done) }), null);
  assertEquals([tried, progress], [12_000, [5000, 10_000, 12_000]]);
});
