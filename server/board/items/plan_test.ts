import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { isProblem } from "../problem.ts";
import { windowParams } from "./params.ts";
import { fitting, planWindow } from "./plan.ts";

const all = () => true;

Deno.test("a window has its items in order, without gaps, where it was asked for", () => {
  fc.assert(fc.property(
    fc.nat({ max: 60 }),
    fc.integer({ min: 1, max: 30 }),
    fc.constantFrom("head", "tail", "before", "after", "around"),
    fc.nat({ max: 70 }),
    (total, limit, kind, at) => {
      const n = kind === "around" ? Math.min(at, Math.max(0, total - 1)) : at;
      if (kind === "around" && total === 0) return;
      const place = kind === "head" || kind === "tail"
        ? { kind } as const
        : { kind: kind as "before" | "after" | "around", n };
      const found = planWindow({ total, limit, place, isVisible: all });
      const from = found[0] ?? 0;
      assertEquals(found, found.map((_, i) => from + i), "no gaps");
      const available = { head: total, tail: total, around: total };
      const room = kind === "before"
        ? Math.min(n, total)
        : kind === "after"
        ? Math.max(0, total - n - 1)
        : available[kind as "head"];
      assertEquals(found.length, Math.min(limit, room));
      if (found.length === 0) return;
      const last = found.at(-1)!;
      if (kind === "head") assertEquals(from, 0);
      if (kind === "tail") assertEquals(last, total - 1);
      if (kind === "before") assertEquals(last, Math.min(n, total) - 1);
      if (kind === "after") assertEquals(from, n + 1);
      if (kind === "around") {
        assert(found.includes(n));
        const before = n - from;
        const isAtEdge = from === 0 || last === total - 1;
        if (!isAtEdge) assertEquals(before, Math.floor(limit / 2));
      }
    },
  ));
});

Deno.test("walking a thread that grows meets every visible item once", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 9 }),
    fc.array(fc.boolean(), { minLength: 1, maxLength: 80 }),
    fc.array(fc.nat({ max: 6 }), { maxLength: 40 }),
    (limit, visible, growth) => {
      const isVisible = (n: number) => visible[n]!;
      const wanted = visible.flatMap((it, n) => it ? [n] : []);
      const up: number[] = [];
      let total = Math.min(5, visible.length);
      for (let at = -1, step = 0;; step++) {
        const found = planWindow({ total, limit, place: { kind: "after", n: at }, isVisible });
        up.push(...found);
        at = found.at(-1) ?? at;
        const grown = Math.min(visible.length, total + (growth[step] ?? visible.length));
        if (found.length === 0 && total === visible.length) break;
        total = grown;
      }
      assertEquals(up, wanted);
      const down: number[] = [];
      for (let at = visible.length;;) {
        const found = planWindow({
          ...{ total: visible.length, limit, place: { kind: "before", n: at }, isVisible },
        });
        if (found.length === 0) break;
        down.unshift(...found);
        at = found[0]!;
      }
      assertEquals(down, wanted);
    },
  ));
});

Deno.test("what does not fit is dropped from the far side, and one item always stays", () => {
  assertEquals(fitting([10, 10, 10], 100, "tail", null), { from: 0, to: 3 });
  assertEquals(fitting([10, 10, 10], 22, "tail", null), { from: 1, to: 3 });
  assertEquals(fitting([10, 10, 10], 22, "before", null), { from: 1, to: 3 });
  assertEquals(fitting([10, 10, 10], 22, "head", null), { from: 0, to: 2 });
  assertEquals(fitting([10, 10, 10], 22, "after", null), { from: 0, to: 2 });
  assertEquals(fitting([99, 99, 99], 5, "head", null), { from: 0, to: 1 });
  assertEquals(fitting([99, 99, 99], 5, "around", 1), { from: 1, to: 2 });
  assertEquals(fitting([10, 10, 10, 10, 10], 33, "around", 1), { from: 0, to: 3 });
  assertEquals(fitting([], 5, "tail", null), { from: 0, to: 0 });
});

Deno.test("a query is a window, a whole thread, or refused with its name and what is expected", () => {
  const read = (query: string) => windowParams(new URLSearchParams(query));
  assertEquals(read(""), null);
  assertEquals(read("agent=a1"), null);
  assertEquals(read("limit=5"), {
    ...{ limit: 5, maxBytes: 262_144, place: null, agent: null, hasQuiet: true },
  });
  assertEquals(read("anchor=tail&quiet=0&agent=a1&maxBytes=16384"), {
    ...{ limit: 120, maxBytes: 16_384, place: { kind: "tail" }, agent: "a1", hasQuiet: false },
  });
  assertEquals(read("before=0.12")?.["place" as never], {
    kind: "before",
    cursor: { gen: 0, n: 12 },
  });
  assertEquals(read("after=2.b4096")?.["place" as never], {
    kind: "after",
    cursor: { gen: 2, offset: 4096 },
  });
  const bad = [
    "limit=0",
    "limit=1001",
    "limit=x",
    "limit=1.5",
    "maxBytes=16383",
    "maxBytes=4194305",
    "quiet=2",
    "anchor=middle",
    "before=12",
    "after=0.-1",
    "around=",
    "anchor=head&before=0.1",
    "before=0.1&after=0.2",
  ];
  for (const query of bad) {
    const found = read(query);
    assert(isProblem(found), query);
    assertEquals([found.status, found.code], [400, "bad_window"], query);
    assert(found.message.includes(query.split("=")[0]!), found.message);
  }
});
