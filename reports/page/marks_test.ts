import { assert, assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import { badgeWidth, groupMarks, markBadges, markLines, shownGroups } from "./marks.ts";
import { scaleOf } from "./scale.ts";

const knob = (atS: number, value: number) => ({
  atS,
  kind: "step",
  text: `knobs {"values":{"denoise":${value}}}`,
});

Deno.test("marks of one kind and verb share a number, unlike faults do not", () => {
  const groups = groupMarks([
    knob(0.2, 0.6),
    { atS: 2, kind: "fault", text: 'network {"fault":"halfOpen"}' },
    knob(8.2, 0.5),
    { atS: 9, kind: "fault", text: 'network {"fault":"heal"}' },
    { atS: 9.5, kind: "event", text: "swap_ready" },
  ]);
  assertEquals(groups.map(({ number, kind, title }) => [number, kind, title]), [
    [1, "step", "knobs"],
    [2, "fault", "network: fault halfOpen"],
    [3, "fault", "network: fault heal"],
    [4, "event", "swap ready"],
  ]);
  assertEquals(groups[0]!.marks, [
    { atS: 0.2, details: "denoise 0.6" },
    { atS: 8.2, details: "denoise 0.5" },
  ]);
});

Deno.test("badges overlap not even on a phone, and every mark has one before it", () => {
  const times = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { maxLength: 60 });
  fc.assert(fc.property(times, (list) => {
    const groups = groupMarks(list.map((atS, i) => ({ atS, kind: "step", text: `do${i % 12}` })));
    const badges = markBadges(groups, scaleOf(0, 20));
    const places = badges.map(({ x }) => parseFloat(x) * 3);
    const halves = badges.map(({ label }) => badgeWidth(label) / 2);
    places.forEach((place, i) => {
      if (i > 0) assert(place - halves[i]! > places[i - 1]! + halves[i - 1]! - 0.1);
    });
    for (const atS of list) assert(places.some((place) => place <= atS * 15 + 0.1));
  }));
});

Deno.test("a badge names what stands under it", () => {
  const at = (kinds: string[]) =>
    markBadges(
      groupMarks(kinds.map((text) => ({ atS: 1, kind: "event", text }))),
      scaleOf(0, 20),
    )[0]!;
  assertEquals(at(["a"]).label, "1");
  assertEquals(at(["a", "b"]).label, "1, 2");
  assertEquals(at(["a", "b", "c"]), { x: "5%", label: "1–3", title: "1 a, 2 b, 3 c" });
});

Deno.test("marks in a dense row are one band, and a fault among them shows", () => {
  const row = Array.from({ length: 200 }, (_, i) => knob(5 + i * 0.01, 0.5));
  const lines = markLines(groupMarks([...row, knob(15, 0.6)]), scaleOf(0, 20));
  assertEquals(lines, [
    { from: 0.25, to: 0.35, kind: "step", isOften: false },
    { from: 0.75, to: 0.75, kind: "step", isOften: true },
  ]);
  const fault = { atS: 6, kind: "fault", text: "engine" };
  assertEquals(markLines(groupMarks([...row, fault]), scaleOf(0, 20))[0]!.kind, "fault");
});

Deno.test("what happens all the time is small ticks, what is grave never is", () => {
  const often = Array.from({ length: 20 }, (_, i) => knob(i, 0.5));
  const faults = often.map(({ atS }) => ({ atS: atS + 0.5, kind: "fault", text: "engine" }));
  const lines = markLines(
    groupMarks([...often, ...faults, { atS: 3, kind: "step", text: "seek" }]),
    scaleOf(0, 20),
  );
  assertEquals(lines.filter(({ isOften }) => isOften).length, 19);
  assert(lines.filter(({ kind }) => kind === "fault").every(({ isOften }) => !isOften));
});

Deno.test("many marks of one kind do not drag badges away from theirs", () => {
  const often = Array.from({ length: 74 }, (_, i) => knob(0.2 + 8 * i, 0.5));
  const seeks = [100, 150, 200].map((atS) => ({ atS, kind: "step", text: "seek" }));
  const places = markBadges(groupMarks([...often, ...seeks]), scaleOf(0, 600))
    .map(({ x }) => parseFloat(x) * 6);
  places.forEach((place, i) => assert(i === 0 || place - places[i - 1]! < 100));
});

Deno.test("twenty thousand unlike marks are still a short list", () => {
  const marks = Array.from({ length: 20_000 }, (_, i) => ({
    atS: i / 100,
    kind: "event",
    text: `type_${i}`,
  }));
  const groups = groupMarks(marks);
  const { shown, hidden } = shownGroups(groups);
  assertEquals(shown.length + hidden, 20_000);
  assertLess(shown.length, 100);
  assertLess(markLines(groups, scaleOf(0, 200)).length, 1002);
});
