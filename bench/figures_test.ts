import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../runtime/errors.ts";
import { BENCH_SCHEMA, type BenchReport, meetsGoal, readReport } from "./figures.ts";

const REPORT: BenchReport = {
  schema: BENCH_SCHEMA,
  machine: { cpu: "any", cores: 2, memoryGiB: 4, os: "any", deno: "2.9.6" },
  tookS: 170.5,
  figures: [{
    ...{ part: "slice", name: "encode", value: 400, unit: "µs", goal: null },
    ratio: { to: "fzstd", value: 0.1, spread: 0.03 },
  }],
  notes: [],
};

Deno.test("a report survives being written and read", () => {
  assertEquals(readReport(JSON.stringify(REPORT), "a.json"), REPORT);
});

Deno.test("what is no report is refused, by its name and by what is wrong with it", () => {
  const refuse = (value: unknown, why: string) =>
    assertThrows(() => readReport(JSON.stringify(value), "a.json"), UsageError, why);
  assertThrows(() => readReport("{", "a.json"), UsageError, "a.json holds no JSON");
  refuse({ ...REPORT, schema: "headway.report/1" }, "a.json is no headway.bench/1 report: schema");
  const [figure] = REPORT.figures;
  refuse({ ...REPORT, figures: [{ ...figure, value: "fast" }] }, "figures.0.value");
  refuse({ ...REPORT, figures: [{ ...figure, ratio: { to: "x", value: 0, spread: 0 } }] }, "ratio");
});

Deno.test("a target is at least or at most so much, and reached exactly counts", () => {
  assertEquals(meetsGoal({ value: 100, goal: { least: 100 } }), true);
  assertEquals(meetsGoal({ value: 99, goal: { least: 100 } }), false);
  assertEquals(meetsGoal({ value: 3, goal: { most: 3 } }), true);
  assertEquals(meetsGoal({ value: 3.1, goal: { most: 3 } }), false);
  assertEquals(meetsGoal({ value: 3, goal: null }), null);
});
