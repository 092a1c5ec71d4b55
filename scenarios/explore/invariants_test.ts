import { assert, assertEquals } from "@std/assert";
import { NO_FAULTS } from "../../server/streaming/faults.ts";
import { allMarks } from "./coverage.ts";
import { INVARIANTS } from "./invariants.ts";
import { MUTANTS } from "./mutants.ts";
import { INVARIANT_NAMES } from "./names.ts";

Deno.test("every invariant has its name in the list, in order", () => {
  assertEquals(INVARIANTS.map(({ name }) => name), [...INVARIANT_NAMES]);
});

Deno.test("every invariant says what holds and why, in whole sentences", () => {
  for (const { name, promise, reason, marks } of INVARIANTS) {
    assert(/^[A-Z0-9`].*\.$/.test(promise), `${name}: ${promise}`);
    assert(/^[A-Z0-9].*\.$/.test(reason), `${name}: ${reason}`);
    assert(marks.length > 0, name);
  }
});

Deno.test("marks are unique, and neither fidelity is asked for what only the other can reach", () => {
  const full = allMarks("full");
  assertEquals(new Set(full).size, full.length);
  const timing = new Set(allMarks("timing"));
  assertEquals([...timing].filter((mark) => !full.includes(mark)), [
    "heard-fresh: judged long windows of calm",
    "situation: swap from outside",
  ]);
  assertEquals(full.filter((mark) => !timing.has(mark)), [
    "recorder-true: compared with the mirror",
  ]);
});

Deno.test("every invariant is broken by a planted bug", () => {
  const broken = new Set(MUTANTS.map(({ breaks }) => breaks));
  assertEquals(INVARIANT_NAMES.filter((name) => !broken.has(name)), []);
});

Deno.test("planted bugs have unique names, and each switches something", () => {
  assertEquals(new Set(MUTANTS.map(({ name }) => name)).size, MUTANTS.length);
  for (const { name, server, client } of MUTANTS) {
    const switches = [...Object.entries(server ?? {}), ...Object.entries(client ?? {})];
    assert(switches.length > 0, name);
    for (const [fault, value] of switches) {
      assert(value !== (NO_FAULTS as unknown as Record<string, unknown>)[fault], name);
    }
  }
});
