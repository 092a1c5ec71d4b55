import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import type { RunResult } from "../scenarios/result.ts";
import { expectation, sampleRun } from "../tests/support/sample_run.ts";
import { reportOf } from "./from_result.ts";
import { indexPage } from "./index_page.ts";
import { sparkline } from "./sparkline.ts";
import { summarize } from "./summary.ts";

type Changes = Partial<RunResult> & { readonly name?: string };

function pageOf(
  runs: readonly Changes[],
  problems = [{ name: "gone", message: "nobody listens" }],
) {
  return indexPage(summarize(runs.map((it) => reportOf(sampleRun(it))), { wallS: 1, problems }));
}

const late = expectation({ passed: false, actual: 0.5 });

const EVERY_KIND: readonly Changes[] = [
  { name: "plain" },
  { name: "skipped", verdict: "not-applicable", reason: "simulation only" },
  { name: "close-call", expectations: [expectation({ actual: 0.349 })] },
  { name: "foretold", expectedFailure: true, expectations: [{ ...late, expectedToFail: true }] },
  { name: "doubtful", verdict: "inconclusive", reason: "the harness was late" },
  { name: "bad", verdict: "failed", expectations: [late] },
  { name: "worse", verdict: "failed", expectations: [late, { ...late, name: "lead p5" }] },
];

Deno.test("index.html lists the worst first, and what came nearest to its limit before the rest", () => {
  const page = pageOf(EVERY_KIND);
  const order = ["worse", "bad", "gone", "doubtful", "foretold", "close-call", "plain", "skipped"];
  const names = [...page.matchAll(/<h3><span[^>]*>[^<]*<\/span>(?:<a[^>]*>)?([^<]+)/g)]
    .map(([, name]) => name);
  assertEquals(names, order);
});

Deno.test("index.html counts the runs by verdict, and each count leads to its runs", () => {
  const page = pageOf(EVERY_KIND);
  const counts = [...page.matchAll(/<a href="#([^"]+)"><b>(\d+)<\/b> ([^<]+)</g)]
    .map(([, id, count, title]) => {
      assertStringIncludes(page, `<h2 id="${id}"`);
      return `${count} ${title}`;
    });
  assertEquals(counts, [
    "2 failed",
    "1 could not run",
    "1 inconclusive",
    "1 failed as foretold",
    "2 passed",
    "1 not applicable",
  ]);
  const problemsOnly = pageOf([{}]);
  assert(problemsOnly.indexOf('href="#problems"') < problemsOnly.indexOf('href="#passed"'));
});

Deno.test("index.html says once how the runs were run, or at each when they differ", () => {
  const same = pageOf([{ name: "a" }, { name: "b" }]);
  assertEquals(same.match(/simulated, full fidelity, seed 1/g)?.length, 1);
  const unlike = pageOf([{ name: "a" }, { name: "b", target: "ws://h:1/", seed: 7 }]);
  assertMatch(unlike, /simulated, full fidelity, seed 1[^]*ws:\/\/h:1\/, full fidelity, seed 7/);
});

Deno.test("index.html explains every figure of a row in its legend", () => {
  const [, legend] = /<figcaption>([^]*?)<\/figcaption>/.exec(pageOf([{}]))!;
  assertStringIncludes(legend!, "Nearest limit: ");
});

Deno.test("index.html leads to the report's page where there is one", () => {
  const report = { ...reportOf(sampleRun({ name: "a" })), files: ["report.html", "played.wav"] };
  const old = { ...report, scenario: "b", files: ["report.json"] };
  const page = indexPage(summarize([report, old], { wallS: 1 }));
  assertStringIncludes(page, '<a href="./a/report.html">a</a></h3>');
  assertStringIncludes(page, "</span>b</h3>");
});

Deno.test("index.html says a reason once, and shows nothing of a session that never was", () => {
  const page = pageOf([
    {
      name: "a",
      verdict: "failed",
      expectations: [],
      reason: "connection closed",
      heard: [],
      slices: [],
    },
  ]);
  assertEquals(page.match(/connection closed/g)?.length, 1);
  assertNotMatch(page, /<svg/);
});

Deno.test("a sparkline draws ahead above the line and behind below, late and old in their colours", () => {
  const svg = sparkline({
    stepS: 1,
    leadMinS: [0.5, -0.5, -0.5, null],
    leadMaxS: [0.5, 0.5, -0.5, null],
    lateS: [null, null, -0.5, null],
    oldShare: [0, 1, 0.5, null],
    faults: [2],
    jumps: [],
  }, `"2" < 3`);
  const paths = Object.fromEntries(
    [...svg.matchAll(/<path class="(\w+)" d="([^"]+)"/g)].map(([, name, d]) => [name, d]),
  );
  assertEquals(paths, {
    zero: "M0 23H4",
    behind: "M1.5 23V30M2.5 28.9V31.1",
    ahead: "M0.5 10.9V13.1M1.5 12V23",
    late: "M2.5 23V30",
    heard: "M0.5 39V44M1.5 39V44M2.5 39V44",
    old: "M1.5 39V44M2.5 41.5V44",
    fault: "M2.5 0V4",
  });
  assertStringIncludes(svg, 'aria-label="&quot;2&quot; &lt; 3"');
});

Deno.test("a sparkline stays inside its picture, whatever the lead", () => {
  const values = [1e9, -1e9, 0, 20, -20];
  const svg = sparkline({
    stepS: 1,
    leadMinS: values,
    leadMaxS: values,
    lateS: values.map((it) => it < 0 ? it : null),
    oldShare: values.map(() => 1),
    faults: [],
    jumps: [],
  }, "");
  for (const [, top, bottom] of svg.matchAll(/M[\d.]+ ([\d.-]+)V([\d.-]+)/g)) {
    assert(Number(top) >= -1 && Number(bottom) <= 44 && Number(top) < Number(bottom));
  }
});
