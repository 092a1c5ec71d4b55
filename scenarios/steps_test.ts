import { assert, assertEquals } from "@std/assert";
import { keepAwake, repeat } from "./steps.ts";

Deno.test("repeat makes a step at each time, the last one included", () => {
  const steps = repeat({ fromS: 1, untilS: 2, everyS: 0.25 }, (atS, index) => ({
    do: "seek",
    atS,
    toS: index,
  }));
  assertEquals(steps.map(({ atS }) => atS), [1, 1.25, 1.5, 1.75, 2]);
  assertEquals(steps.map((step) => step.do === "seek" && step.toS), [0, 1, 2, 3, 4]);
});

Deno.test("repeat loses no step to rounding", () => {
  assertEquals(repeat({ fromS: 0, untilS: 0.3, everyS: 0.1 }, pause).length, 4);
  assertEquals(repeat({ fromS: 5, untilS: 4, everyS: 1 }, pause), []);
});

function pause(atS: number) {
  return { do: "pause", atS } as const;
}

Deno.test("keepAwake moves denoise to and fro, never more than its gap apart", () => {
  const steps = keepAwake(20, { everyS: 4, low: 0.2, high: 0.4 });
  const times = steps.map(({ atS }) => atS!);
  assert(times[0]! < 1 && times.every((atS, i) => atS - (times[i - 1] ?? 0) <= 4));
  assert(20 - times.at(-1)! <= 4);
  assertEquals(
    steps.map((step) => step.do === "knobs" && step.values["denoise"]),
    [0.4, 0.2, 0.4, 0.2, 0.4],
  );
});
