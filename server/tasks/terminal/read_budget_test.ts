import { assert, assertEquals } from "@std/assert";
import { VirtualClock } from "../../../runtime/mod.ts";
import { Flooders, ReadBudget } from "./read_budget.ts";

const KIB = 1024;

/** A terminal that floods whenever it is read. */
function flood(clock: VirtualClock, flooders: Flooders, isBehind = () => false) {
  const state = { isPaused: false, bytes: 0, pauses: [] as number[], pausedS: 0 };
  const budget = new ReadBudget({
    clock,
    flooders,
    isBehind,
    setPaused(isPaused) {
      state.isPaused = isPaused;
      if (isPaused) state.pausedS = clock.now();
      else {
        state.pauses.push(clock.now() - state.pausedS);
        read();
      }
    },
  });
  function read() {
    if (state.isPaused) return;
    state.bytes += 4 * KIB;
    budget.take(4 * KIB);
    clock.after(0.00001, read);
  }
  read();
  return { state, budget };
}

Deno.test("one that floods is read 64 KiB every four milliseconds", () => {
  const clock = new VirtualClock();
  const { state, budget } = flood(clock, new Flooders());
  clock.runUntil(1);
  assert(Math.abs(state.bytes / KIB - 64 * 250) <= 128, `${state.bytes / KIB} KiB`);
  budget.end();
});

Deno.test("one that says little is never paused", () => {
  const clock = new VirtualClock();
  let pauses = 0;
  const budget = new ReadBudget({
    clock,
    flooders: new Flooders(),
    isBehind: () => false,
    setPaused: () => void pauses++,
  });
  for (let i = 0; i < 100; i++) {
    budget.take(60 * KIB);
    clock.runUntil((i + 1) * 0.005);
  }
  assertEquals(pauses, 0);
  budget.end();
});

Deno.test("many that flood get longer turns", () => {
  const clock = new VirtualClock();
  const flooders = new Flooders();
  const all = Array.from({ length: 20 }, () => flood(clock, flooders));
  clock.runUntil(1);
  for (const { state } of all) assert(state.bytes < 7_000 * KIB, `${state.bytes} bytes`);
  for (const { budget } of all) budget.end();
  assertEquals(flooders.turnS, 0.004);
});

Deno.test("nobody is paused for a tenth of a second, whoever is behind", () => {
  const clock = new VirtualClock();
  const { state, budget } = flood(clock, new Flooders(), () => true);
  clock.runUntil(2);
  assert(state.pauses.length > 10);
  assert(Math.max(...state.pauses) < 0.1, `${Math.max(...state.pauses)} s`);
  assert(state.bytes < 3_000 * KIB);
  budget.end();
});
