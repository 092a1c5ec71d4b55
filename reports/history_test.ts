import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../runtime/errors.ts";
import { sampleRun } from "../tests/support/sample_run.ts";
import { type RunSample, sampleOf } from "./compare/mod.ts";
import { reportOf } from "./from_result.ts";
import { historyOf } from "./history.ts";
import { historyPage } from "./history_page.ts";

function sample(scenario: string, freshShare: number | null): RunSample {
  const plain = sampleOf(reportOf(sampleRun()));
  return { ...plain, scenario, figures: { ...plain.figures, "lag.freshShare": freshShare } };
}

const SETS = [
  { name: "monday", samples: [sample("a", 0.9), sample("b", 0.5), sample("b", 0.7)] },
  { name: "tuesday", samples: [sample("a", 0.91), sample("b", null)] },
  { name: "<wednesday>", samples: [sample("b", 0.1)] },
];

Deno.test("one value for each set, the median of several, those that changed most first", () => {
  const { lines, sets } = historyOf(SETS, "lag.freshShare");
  assertEquals(sets, ["monday", "tuesday", "<wednesday>"]);
  assertEquals(lines.map(({ scenario }) => scenario), ["b", "a"]);
  assertEquals(lines[0]!.values, [0.6, null, 0.1]);
  assertEquals(lines[1]!.values, [0.9, 0.91, null]);
});

Deno.test("a figure or a scenario that is not there is named, with what is", () => {
  assertThrows(
    () => historyOf(SETS, "lag.speed"),
    UsageError,
    "there are passed, mirror.identical",
  );
  assertThrows(() => historyOf(SETS, "lag.freshShare", ["c"]), UsageError, 'scenario "c"');
});

Deno.test("the page stands alone, and breaks lines where nothing was measured", () => {
  const page = historyPage(historyOf(SETS, "lag.freshShare"));
  assertStringIncludes(page, "60 % first, 10 % last, between 10 % and 60 %");
  assertStringIncludes(page, "&lt;wednesday&gt;");
  assert(!/(?:src|href)=/.test(page) && !page.includes("<script"));
  const [line] = /<path d="(M[^"]*)"/.exec(page)!.slice(1);
  assertEquals(line!.match(/M/g)!.length, 2);
  assertStringIncludes(historyPage(historyOf([], "passed")), "over 0 saved sets");
});
