import { assertEquals } from "@std/assert";
import { VirtualClock } from "../runtime/mod.ts";
import { MAX_WAITING, Turns } from "./turns.ts";

Deno.test("Turns starts one request at a time, in order, and lets others in between", () => {
  const clock = new VirtualClock();
  const turns = new Turns(clock);
  const ran: string[] = [];
  for (const name of ["a", "b", "c"]) turns.take(() => ran.push(name));
  assertEquals([ran, turns.count], [["a"], 3]);
  turns.done();
  assertEquals(ran, ["a"], "not within the answer of the one before");
  clock.after(0, () => ran.push("another connection"));
  clock.runUntil(clock.now() + 0);
  assertEquals(ran, ["a", "b", "another connection"]);
  turns.done();
  clock.runUntil(clock.now() + 0);
  turns.done();
  assertEquals([ran.at(-1), turns.count], ["c", 0]);
});

Deno.test("Turns refuses what waits beyond its limit", () => {
  const turns = new Turns(new VirtualClock());
  const taken = Array.from({ length: MAX_WAITING + 2 }, () => turns.take(() => {}));
  assertEquals(taken.indexOf(false), MAX_WAITING + 1);
  assertEquals(turns.count, MAX_WAITING + 1);
});

Deno.test("Turns starts nothing more once its connection is gone", () => {
  const clock = new VirtualClock();
  const turns = new Turns(clock);
  const ran: string[] = [];
  for (const name of ["a", "b", "c"]) turns.take(() => ran.push(name));
  turns.done();
  turns.clear();
  clock.runUntil(clock.now() + 1);
  assertEquals(ran, ["a"]);
});
