import { assertEquals, assertThrows } from "@std/assert";
import { readReport } from "./figures.ts";
import { PAGE, PUBLISHED, withFigures } from "./published.ts";

const published = readReport(Deno.readTextFileSync(PUBLISHED), "bench/published.json");

Deno.test("the page states the figures of the published run", () => {
  const page = Deno.readTextFileSync(PAGE);
  assertEquals(withFigures(page, published), page);
});

Deno.test("the published run measured every part, beside every peer", () => {
  const parts = new Set(published.figures.map(({ part }) => part));
  assertEquals([...parts], ["slice", "sim", "live", "motion", "capacity", "clock"]);
  assertEquals(published.notes, []);
});

Deno.test("what stands around the figures stays", () => {
  const page = Deno.readTextFileSync(PAGE);
  const [head, tail] = [page.slice(0, 100), page.slice(-100)];
  const drawn = withFigures(page, { ...published, notes: ["slice: no peer"] });
  assertEquals([drawn.slice(0, 100), drawn.slice(-100)], [head, tail]);
  assertThrows(() => withFigures("# A page\n", published), RangeError, "no lines");
});
