import { assertEquals } from "@std/assert";
import { comparisonTable, figureTable, markdownTable, significant } from "./table.ts";

Deno.test("columns are as wide as their widest cell, numbers to the right", () => {
  assertEquals(
    markdownTable(["what", "µs"], [["encode", "400"], ["decode", "1 700"]]),
    [
      "| what   |    µs |",
      "| ------ | ----: |",
      "| encode |   400 |",
      "| decode | 1 700 |",
      "",
    ].join("\n"),
  );
});

Deno.test("numbers are shown to three digits, large ones in groups", () => {
  assertEquals([0, 0.04312, 0.5, 1.2345, 57.04, 129, 8_437, 12_345_678].map(significant), [
    ...["0", "0.0431", "0.500", "1.23", "57.0", "129", "8 440", "12 300 000"],
  ]);
});

Deno.test("a figure says whether its target is reached, and what it was measured by", () => {
  const machine = { part: "sim", name: "full fidelity, 20 s", unit: "× real time" };
  const ratio = { to: "codec alone", value: 0.43, spread: 0.051 };
  const table = figureTable([
    { ...machine, value: 99, goal: { least: 100 }, ratio },
    { ...machine, value: 57, goal: null, ratio: null },
  ]);
  assertEquals(table.split("\n").slice(2, 4).map((line) => line.replace(/ +/g, " ")), [
    "| sim | full fidelity, 20 s | 99.0 × real time | ≥ 100 × real time | missed " +
    "| 0.430 × codec alone | ±5 % |",
    "| sim | full fidelity, 20 s | 57.0 × real time | | | | |",
  ]);
});

Deno.test("a ratio that differs is marked, with how far it is off", () => {
  const same = { part: "slice", name: "encode", to: "fzstd", before: 1, after: 1.1, change: 0.1 };
  const table = comparisonTable({
    ratios: [{ ...same, agrees: true }, { ...same, after: 0.5, change: -1, agrees: false }],
    ...{ unpaired: [], agrees: false },
  });
  assertEquals(table.split("\n").slice(2, 4).map((line) => line.replace(/ +/g, " ")), [
    "| slice | encode × fzstd | 1.00 | 1.10 | +10.0 % | |",
    "| slice | encode × fzstd | 1.00 | 0.500 | −100.0 % | differs |",
  ]);
});
