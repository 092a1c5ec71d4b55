import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../runtime/errors.ts";
import { readReport } from "./figures.ts";
import { PARTS } from "./parts/mod.ts";
import { PAGE, PUBLISHED, withFigures, withParts } from "./published.ts";

const published = readReport(Deno.readTextFileSync(PUBLISHED), "bench/published.json");

Deno.test("the page states the figures of the published run", () => {
  const page = Deno.readTextFileSync(PAGE);
  assertEquals(withFigures(page, published), page);
});

Deno.test("the published run measured every part, beside every peer", () => {
  const parts = new Set(published.figures.map(({ part }) => part));
  assertEquals([...parts], Object.keys(PARTS));
  assertEquals(published.notes, []);
});

Deno.test("what stands around the figures stays", () => {
  const page = Deno.readTextFileSync(PAGE);
  const [head, tail] = [page.slice(0, 100), page.slice(-100)];
  const drawn = withFigures(page, { ...published, notes: ["slice: no peer"] });
  assertEquals([drawn.slice(0, 100), drawn.slice(-100)], [head, tail]);
  assertThrows(() => withFigures("# A page\n", published), RangeError, "no lines");
});

Deno.test("parts that were measured anew take their old place, on the same machine only", () => {
  const order = [...new Set(published.figures.map(({ part }) => part))];
  const [first] = published.figures;
  const fresh = { ...published, tookS: 5, figures: [{ ...first!, value: 42 }], notes: ["new"] };
  const all = withParts(published, fresh, order);
  assertEquals(all.figures.filter(({ part }) => part === first!.part), fresh.figures);
  assertEquals([...new Set(all.figures.map(({ part }) => part))], order);
  assertEquals(all.notes, [...published.notes, "new"]);
  const elsewhere = { ...fresh, machine: { ...fresh.machine, cores: 77 } };
  assertThrows(() => withParts(published, elsewhere, order), UsageError, "publish all parts");
  assertEquals(withParts(published, { ...published, tookS: 1 }, order).tookS, 1);
});
