import { assertEquals } from "@std/assert";
import type { LandedSlice } from "../session/messages.ts";
import { leadScale } from "./lead_graph.ts";

function slice(leadS: number, { atS = 100, isExcused = false } = {}): LandedSlice {
  return { atS, startS: 0, durationS: 0.36, leadS, isExcused };
}

Deno.test("the lead graph reaches as far as the leads do, at most 5 s either way", () => {
  assertEquals(leadScale([], 100), { above: 0.5, below: 0.15 });
  assertEquals(leadScale([slice(0.2), slice(1.5), slice(-0.4)], 100), { above: 1.5, below: 0.4 });
  assertEquals(leadScale([slice(20), slice(-20)], 100), { above: 5, below: 5 });
});

Deno.test("leads that are excused, or no longer seen, do not flatten the others", () => {
  const slices = [slice(-17, { isExcused: true }), slice(-4, { atS: 69 }), slice(0.2)];
  assertEquals(leadScale(slices, 100), { above: 0.5, below: 0.15 });
});
