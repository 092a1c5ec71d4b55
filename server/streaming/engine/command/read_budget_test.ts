import { assertEquals } from "@std/assert";
import { VirtualClock } from "../../../../runtime/mod.ts";
import { ReadBudget } from "./read_budget.ts";

Deno.test("ReadBudget stops reading when a second's bytes are spent, until the next second", () => {
  const clock = new VirtualClock();
  const changes: [number, boolean][] = [];
  const budget = new ReadBudget(clock, 100, (isPaused) => changes.push([clock.now(), isPaused]));
  clock.runUntil(5);
  budget.spend(60);
  clock.runUntil(5.5);
  budget.spend(40);
  assertEquals(changes, []);
  budget.spend(1);
  budget.spend(50);
  clock.runUntil(7);
  assertEquals(changes, [[5.5, true], [6, false]]);
  budget.spend(100);
  assertEquals(changes.length, 2);
});

Deno.test("ReadBudget released reads on at once, and once", () => {
  const clock = new VirtualClock();
  const changes: boolean[] = [];
  const budget = new ReadBudget(clock, 100, (isPaused) => changes.push(isPaused));
  budget.spend(101);
  budget.release();
  budget.release();
  clock.run();
  assertEquals(changes, [true, false]);
});
