import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Clock } from "../../runtime/clock.ts";
import { VirtualClock } from "../../runtime/virtual_clock.ts";
import { TickLoop } from "./tick_loop.ts";

/** A clock whose one timer fires when the test says so, as late as it likes. */
class LateClock implements Clock {
  #nowS = 0;
  #fn: () => void = () => {};
  dueS = 0;
  now() {
    return this.#nowS;
  }
  unixS() {
    return this.#nowS;
  }
  after(delayS: number, fn: () => void) {
    return this.at(this.#nowS + delayS, fn);
  }
  at(timeS: number, fn: () => void) {
    this.dueS = timeS;
    this.#fn = fn;
    return { cancel() {} };
  }
  sleep() {
    return Promise.resolve();
  }
  fireAt(timeS: number) {
    this.#nowS = timeS;
    this.#fn();
  }
}

Deno.test("TickLoop ticks at its deadlines, the first one at once", () => {
  const clock = new VirtualClock(5);
  const timesS: number[] = [];
  const loop = new TickLoop(clock, 4, () => timesS.push(clock.now()));
  loop.start();
  assertEquals(timesS, []);
  clock.runUntil(6);
  assertEquals(timesS, [5, 5.25, 5.5, 5.75, 6]);
  assertEquals(loop.skipped, 0);
  assertEquals(loop.lateness.report(), { count: 5, p50: 0, p99: 0, max: 0 });
});

Deno.test("TickLoop skips the deadlines that it missed, and never bunches", () => {
  const clock = new LateClock();
  let ticks = 0;
  const loop = new TickLoop(clock, 4, () => ticks++);
  loop.start();
  clock.fireAt(0);
  clock.fireAt(0.25);
  assertEquals(clock.dueS, 0.5);
  clock.fireAt(1.125); // 0.75 and 1 have passed as well
  assertEquals(clock.dueS, 1.25);
  assertEquals([ticks, loop.skipped], [3, 2]);
  assertAlmostEquals(loop.lateness.report(1000).max, 625, 1e-9);
});

Deno.test("TickLoop starts once and stops for good", () => {
  const clock = new VirtualClock();
  let ticks = 0;
  const loop = new TickLoop(clock, 10, () => ticks++);
  loop.start();
  loop.start();
  clock.runUntil(0.25);
  assertEquals(ticks, 3);
  loop.stop();
  clock.runUntil(10);
  assertEquals(ticks, 3);
});
