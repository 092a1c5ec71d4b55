import { assertEquals } from "@std/assert";
import { Meter } from "./meter.ts";

Deno.test("Meter reports nothing as zeros", () => {
  assertEquals(new Meter().report(), { count: 0, p50: 0, p99: 0, max: 0 });
});

Deno.test("Meter keeps the maximum of all and the percentiles of the newest 8 192", () => {
  const meter = new Meter();
  meter.add(9);
  for (let i = 0; i < 10_000; i++) meter.add(1);
  for (let i = 0; i < 100; i++) meter.add(2);
  assertEquals(meter.report(1000), { count: 10_101, p50: 1000, p99: 2000, max: 9000 });
});
