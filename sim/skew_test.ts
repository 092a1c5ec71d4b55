import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { VirtualClock } from "../runtime/virtual_clock.ts";
import { skewAdvance, skewInverse, type SkewModel, skewRate, skewSchema } from "./skew.ts";
import { SkewedClock } from "./skewed_clock.ts";

const anyModel: fc.Arbitrary<SkewModel> = fc.oneof(
  fc.record({
    type: fc.constant("rate" as const),
    rate: fc.double({ min: 0.5, max: 1.5, noNaN: true }),
  }),
  fc.record({
    type: fc.constant("ppm" as const),
    ppm: fc.integer({ min: -500_000, max: 500_000 }),
  }),
  fc.record({
    type: fc.constant("drift" as const),
    ppmPerS: fc.integer({ min: -50_000, max: 50_000 }),
    limitPpm: fc.integer({ min: 1, max: 400_000 }),
  }),
  fc.record({
    type: fc.constant("periodic" as const),
    amplitudePpm: fc.integer({ min: -500_000, max: 500_000 }),
    periodS: fc.integer({ min: 1, max: 100 }),
  }),
  fc.record({
    type: fc.constant("step" as const),
    atS: fc.integer({ min: 0, max: 50 }),
    toPpm: fc.integer({ min: -500_000, max: 500_000 }),
  }),
);
const anySpan = fc.double({ min: 0, max: 200, noNaN: true });

Deno.test("skewAdvance integrates each model exactly", () => {
  assertEquals(skewAdvance({ type: "rate", rate: 1.2 }, 10), 12);
  assertEquals(skewAdvance({ type: "ppm", ppm: -20_000 }, 50), 49);
  const drift: SkewModel = { type: "drift", ppmPerS: 1000, limitPpm: 10_000 };
  assertAlmostEquals(skewAdvance(drift, 10), 10.05, 1e-12);
  assertAlmostEquals(skewAdvance(drift, 20), 20.15, 1e-12);
  const periodic: SkewModel = { type: "periodic", amplitudePpm: 100_000, periodS: 8 };
  assertAlmostEquals(skewAdvance(periodic, 4), 4.2, 1e-12);
  assertAlmostEquals(skewAdvance(periodic, 8), 8, 1e-12);
  assertEquals(skewAdvance({ type: "step", atS: 5, toPpm: 100_000 }, 15), 16);
});

Deno.test("skewRate is the slope of skewAdvance", () => {
  fc.assert(fc.property(anyModel, anySpan, (model, elapsedS) => {
    const stepS = 1e-4;
    const slope = (skewAdvance(model, elapsedS + stepS) - skewAdvance(model, elapsedS)) / stepS;
    const from = skewRate(model, elapsedS);
    const to = skewRate(model, elapsedS + stepS);
    const slack = 1e-3;
    assert(slope > Math.min(from, to) - slack && slope < Math.max(from, to) + slack);
  }));
});

Deno.test("skewInverse undoes skewAdvance", () => {
  fc.assert(fc.property(anyModel, anySpan, (model, elapsedS) => {
    assertAlmostEquals(skewInverse(model, skewAdvance(model, elapsedS)), elapsedS, 1e-9);
  }));
});

Deno.test("skewSchema takes every model and refuses one beyond its limits", () => {
  fc.assert(fc.property(anyModel, (model) => {
    assertEquals(skewSchema.parse(model), model);
  }));
  assert(!skewSchema.safeParse({ type: "rate", rate: 3 }).success);
  assert(!skewSchema.safeParse({ type: "step", atS: -1, toPpm: 5 }).success);
  assert(!skewSchema.safeParse({ type: "ppm", ppm: 5, extra: 1 }).success);
  assert(!skewSchema.safeParse({ type: "leap" }).success);
});

Deno.test("SkewedClock fires when it shows the asked time, not when the true clock does", () => {
  const world = new VirtualClock(100);
  const device = new SkewedClock(world, { type: "ppm", ppm: 250_000 });
  const fired: number[] = [];
  device.after(5, () => fired.push(world.now()));
  device.at(110, () => fired.push(world.now()));
  world.run();
  assertEquals(fired, [104, 108]);
  assertEquals(device.now(), 110);
  assertEquals(device.unixS(), 110);
});
