import { assert, assertEquals, assertThrows } from "@std/assert";
import { drawPlot } from "./plot.ts";
import { PAGE, PICTURE, PUBLISHED, withFigures } from "./published.ts";
import { type FidelityReport, missed } from "./summary.ts";

const published = JSON.parse(Deno.readTextFileSync(PUBLISHED)) as FidelityReport;

Deno.test("the page and its picture state the figures of the published run", () => {
  const page = Deno.readTextFileSync(PAGE);
  assertEquals(withFigures(page, published), page);
  assertEquals(drawPlot(published.plot), Deno.readTextFileSync(PICTURE));
});

Deno.test("the published run was quiet and keeps to the targets", () => {
  assertEquals(published.scenarios.flatMap(missed), []);
  assert(published.scenarios.every(({ plays, latePlays }) => plays >= 3 && latePlays === 0));
});

Deno.test("a page without a place for figures is refused", () => {
  assertThrows(() => withFigures("# A page\n", published), RangeError, "no lines");
});
