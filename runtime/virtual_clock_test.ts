import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { VirtualClock } from "./virtual_clock.ts";

Deno.test("VirtualClock runs callbacks in order of time, whatever the order of scheduling", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 200 }),
    (times) => {
      const clock = new VirtualClock();
      const ran: [number, number][] = [];
      times.forEach((timeS, index) => clock.at(timeS, () => ran.push([clock.now(), index])));
      clock.run();
      const expected = times.map((timeS, index) => [timeS, index] as [number, number])
        .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      assertEquals(ran, expected);
    },
  ));
});

Deno.test("VirtualClock runs callbacks of one instant in the order in which they were scheduled", () => {
  const clock = new VirtualClock();
  const ran: string[] = [];
  clock.after(1, () => {
    ran.push("a");
    clock.after(0, () => ran.push("scheduled by a"));
  });
  clock.after(1, () => ran.push("b"));
  clock.run();
  assertEquals(ran, ["a", "b", "scheduled by a"]);
});

Deno.test("VirtualClock never runs a cancelled callback, and cancelling twice does nothing", () => {
  const clock = new VirtualClock();
  let ran = 0;
  const timer = clock.after(1, () => ran++);
  timer.cancel();
  timer.cancel();
  const fired = clock.after(2, () => ran++);
  clock.run();
  fired.cancel();
  assertEquals([ran, clock.fired, clock.now()], [1, 1, 2]);
});

Deno.test("VirtualClock runs up to and including the time it is told, and then stands there", () => {
  const clock = new VirtualClock(10);
  const ran: number[] = [];
  for (const timeS of [11, 12, 12.001]) clock.at(timeS, () => ran.push(timeS));
  clock.runUntil(12);
  assertEquals([ran, clock.now(), clock.unixS()], [[11, 12], 12, 12]);
  clock.runUntil(5);
  assertEquals(clock.now(), 12);
});

Deno.test("VirtualClock counts a time in the past as now", () => {
  const clock = new VirtualClock(10);
  let ranAtS = -1;
  clock.at(3, () => ranAtS = clock.now());
  clock.after(-5, () => {});
  clock.run();
  assertEquals([ranAtS, clock.now()], [10, 10]);
});

Deno.test("VirtualClock refuses a time that is no number, which would never come", () => {
  assertThrows(() => new VirtualClock().at(NaN, () => {}), RangeError, "finite");
  assertThrows(() => new VirtualClock().after(Infinity, () => {}), RangeError, "finite");
});

Deno.test("VirtualClock lets code that awaits finish before time moves on", async () => {
  const clock = new VirtualClock();
  const seen: [string, number][] = [];
  const walker = async (name: string, stepS: number) => {
    for (let i = 0; i < 2; i++) {
      await clock.sleep(stepS);
      await Promise.resolve();
      seen.push([name, clock.now()]);
    }
  };
  const done = Promise.all([walker("slow", 2), walker("fast", 1)]);
  await clock.settle(4);
  await done;
  assertEquals(seen, [["fast", 1], ["slow", 2], ["fast", 2], ["slow", 4]]);
});

Deno.test("a sleep that is aborted rejects with the signal's reason and leaves nothing behind", async () => {
  const clock = new VirtualClock();
  const abort = new AbortController();
  const asleep = clock.sleep(5, { signal: abort.signal });
  abort.abort(new Error("enough"));
  await assertRejects(() => asleep, Error, "enough");
  await assertRejects(() => clock.sleep(1, { signal: abort.signal }), Error, "enough");
  clock.run();
  assertEquals([clock.fired, clock.now()], [0, 0]);
});
