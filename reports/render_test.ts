/** The renderers: pure functions from a report to text. */
import {
  assert,
  assertEquals,
  assertFalse,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import fc from "fast-check";
import type { RunResult } from "../scenarios/result.ts";
import { expectation, sampleRun } from "../tests/support/sample_run.ts";
import { codeSpan, escapeMarkdown, escapeXml } from "./escape.ts";
import { reportOf } from "./from_result.ts";
import { INDEX_STYLE_HASH, indexPage } from "./index_page.ts";
import { junitXml } from "./junit.ts";
import { summaryMarkdown } from "./markdown.ts";
import { summarize, withUnit } from "./summary.ts";
import { closingLine, problemLine, runLines } from "./terminal.ts";

const HOSTILE = `"><script>alert('x')</script>|\`*\n@all\x1b[31m\x00]]>&\ud800`;

const late = expectation({ passed: false, actual: 0.51234567 });

function failed(changes: Partial<RunResult> = {}) {
  return reportOf(
    sampleRun({ name: "overload", verdict: "failed", expectations: [late], ...changes }),
  );
}

function foretold() {
  return reportOf(sampleRun({
    name: "overload",
    expectedFailure: true,
    expectations: [{ ...late, expectedToFail: true }],
  }));
}

Deno.test("JUnit: a case for each expectation, with what was measured and its limit", () => {
  assertEquals(
    junitXml([failed()]),
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="headway" tests="1" failures="1" errors="0" skipped="0" time="0.100">
  <testsuite name="overload" tests="1" failures="1" errors="0" skipped="0" time="0.100">
    <testcase classname="overload" name="lead p50"><failure message="lag.slices.leadS.p50 is 0.5123 s, limit ≤ 0.35 s"/></testcase>
  </testsuite>
</testsuites>
`,
  );
});

Deno.test("JUnit: a failure that was foretold passes, and says so", () => {
  assertMatch(junitXml([foretold()]), /failures="0".*\n.*\n.*<system-out>fails as foretold: /);
});

Deno.test("JUnit: a failed run always has a failure, whatever failed it", () => {
  const broken = failed({
    expectations: [expectation()],
    mirror: { identical: false, checkedSlices: 3 },
  });
  assertStringIncludes(junitXml([broken]), "client and server mirrors differ (3 slices compared)");
  const unexplained = failed({ expectations: [expectation()], reason: "no slice ever came" });
  assertStringIncludes(junitXml([unexplained]), '<failure message="no slice ever came"/>');
});

Deno.test("JUnit: no judgement is skipped, a scenario that could not run is an error", () => {
  const doubtful = reportOf(
    sampleRun({ verdict: "inconclusive", reason: "ticks were 80 ms late" }),
  );
  const xml = junitXml([doubtful], [{ name: "gone", message: "nobody listens" }]);
  assertStringIncludes(xml, '<skipped message="inconclusive: ticks were 80 ms late"/>');
  assertStringIncludes(xml, '<error message="nobody listens"/>');
  assertStringIncludes(xml, 'tests="2" failures="0" errors="1" skipped="1"');
});

Deno.test("escapeXml leaves nothing that XML cannot hold, for any text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const escaped = escapeXml(text + HOSTILE);
    // deno-lint-ignore no-control-regex -- they are what must be gone
    assertNotMatch(escaped, /[\x00-\x1f<>"'\ufffe\uffff]/);
    assert(escaped.isWellFormed());
    assertNotMatch(escaped, /&(?!(amp|lt|gt|quot|#39|#9|#10|#13);)/);
  }));
});

Deno.test("no format lets foreign text turn the writing round", () => {
  const turned = "a\u202eb\u2066c\u061cd\u200ee";
  const report = failed({ reason: turned, expectations: [{ ...late, name: turned }] });
  const problems = [{ name: turned, message: turned }];
  const summary = summarize([report], { wallS: 1, problems });
  const texts = [
    indexPage(summary),
    junitXml([report], problems),
    summaryMarkdown(report),
    runLines(summary.runs[0]!, { nameWidth: 5 }),
  ];
  for (const text of texts) {
    assertNotMatch(text, /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
    assertStringIncludes(text, "a\ufffdb");
  }
});

Deno.test("Markdown: verdict, measured against limit with units, and how to repeat it", () => {
  const page = summaryMarkdown(failed());
  assertStringIncludes(page, "# overload: failed\n");
  assertStringIncludes(page, "| ✗ | lead p50 | 0.5123 s | ≤ 0.35 s |");
  assertStringIncludes(
    page,
    "160 slices, 16 a second; 2 behind the playhead, 0 of them unexplained",
  );
  assertStringIncludes(page, "10 s of session in 0.1 s: 100 × real time");
  assertStringIncludes(page, "deno task scenario overload --target sim --fidelity full --seed 1");
});

Deno.test("Markdown: an expected failure reads as one", () => {
  const page = summaryMarkdown(foretold());
  assertStringIncludes(page, "# overload: passed (fails as foretold)");
  assertStringIncludes(page, "| ✗ as foretold | lead p50 |");
});

Deno.test("Markdown: hostile text is text, on its own line", () => {
  assertEquals(escapeMarkdown("a|b\n# c <i> `d` @e"), "a\\|b \\# c \\<i\\> \\`d\\` \\@e");
  assertEquals(codeSpan("a `b`` c"), "```a `b`` c```");
  assertEquals(codeSpan("`x`"), "`` `x` ``");
  const page = summaryMarkdown(failed({
    reason: HOSTILE,
    expectations: [expectation({ name: HOSTILE, passed: false })],
  }));
  // deno-lint-ignore no-control-regex -- they are what must be gone
  assertNotMatch(page, /[\x00-\x09\x0b-\x1f]/);
  const row = page.split("\n").find((line) => line.startsWith("| ✗ |"))!;
  assertEquals(row.match(/(?<!\\)\|/g)?.length, 5);
});

Deno.test("index.html: the verdict first, the runs, links to all their files", () => {
  const summary = summarize([reportOf(sampleRun()), failed()], { wallS: 1 });
  const page = indexPage(summary);
  assertMatch(page, /<h1 class="tone failed">1 failed<\/h1>/);
  assertStringIncludes(page, '<a href="./healthy-stream/played.wav">played.wav</a>');
  assertStringIncludes(page, '<a href="./overload/report.json">report.json</a>');
  assertStringIncludes(page, "<li>lead p50 is 0.5123 s, limit ≤ 0.35 s</li>");
  assertStringIncludes(page, '<meta name="viewport"');
});

Deno.test("index.html runs nothing, loads nothing, and allows its own style only", async () => {
  const summary = summarize([reportOf(sampleRun())], {
    wallS: 1,
    problems: [{ name: HOSTILE, message: HOSTILE }],
  });
  const page = indexPage(summary);
  assertNotMatch(page, /<script|<img|<link|\son\w+=|javascript:|https?:/i);
  const style = /<style>([^]*?)<\/style>/.exec(page)![1]!;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style));
  const hash = `sha256-${new Uint8Array(digest).toBase64()}`;
  assertEquals(hash, INDEX_STYLE_HASH);
  assertStringIncludes(page, `style-src '${hash}'`);
});

Deno.test("terminal: one aligned line for each run, and why it failed", () => {
  const summary = summarize([reportOf(sampleRun()), failed(), foretold()], { wallS: 12.34 });
  const text = summary.runs.map((run) => runLines(run, { nameWidth: 14 })).join("");
  assertEquals(
    text,
    `✓ healthy-stream  lead p50  0.188 s  fresh 0.999   16.0 slices/s     100 × real time
✗ overload        lead p50  0.188 s  fresh 0.999   16.0 slices/s     100 × real time
    lead p50 is 0.5123 s, limit ≤ 0.35 s
✓ overload        lead p50  0.188 s  fresh 0.999   16.0 slices/s     100 × real time  fails as foretold
`,
  );
  assertEquals(
    closingLine(summary, "out/"),
    "2 passed, 1 failed in 12.3 s\nreports: out/index.html\n",
  );
});

Deno.test("terminal: foreign text cannot steer it", () => {
  // deno-lint-ignore no-control-regex -- they are what must be gone
  const steering = /[\x00-\x09\x0b-\x1f]/;
  assertNotMatch(problemLine({ name: HOSTILE, message: HOSTILE }, { nameWidth: 5 }), steering);
  const summary = summarize([failed({ reason: HOSTILE })], { wallS: 1 });
  assertNotMatch(runLines(summary.runs[0]!, { nameWidth: 5 }), steering);
  const colored = runLines(summary.runs[0]!, { nameWidth: 5, color: true });
  assertEquals(colored.slice(0, 11), "\x1b[31m✗\x1b[0m ");
});

Deno.test("the exit code is usage before failure before no judgement before success", () => {
  const passed = reportOf(sampleRun());
  const doubtful = reportOf(sampleRun({ verdict: "inconclusive", reason: "late" }));
  const skipped = reportOf(sampleRun({ verdict: "not-applicable", reason: "sim only" }));
  const problems = [{ name: "x", message: "y" }];
  const code = (reports: Parameters<typeof summarize>[0], problemCodes?: number[]) =>
    summarize(reports, {
      wallS: 0,
      ...(problemCodes === undefined ? {} : { problems, problemCodes }),
    }).exitCode;
  assertEquals(code([passed, skipped]), 0);
  assertEquals(code([passed, doubtful]), 3);
  assertEquals(code([passed, doubtful, failed()]), 1);
  assertEquals(code([failed()], [3]), 1);
  assertEquals(code([failed(), doubtful], [3, 2]), 2);
  assertEquals(code([passed], [3]), 3);
});

Deno.test("a defect of Headway's beats every other exit code, and no problem is a success", () => {
  const problems = [{ name: "x", message: "y" }];
  const call = { wallS: 0, problems };
  const summary = summarize([failed()], { ...call, problemCodes: [2, 3, 70] });
  assertEquals(summary.exitCode, 70);
  const page = indexPage(summarize([], { ...call, problemCodes: [70] }));
  assertStringIncludes(page, "Not everything could run");
  assertEquals(summarize([], { ...call, problemCodes: [0] }).exitCode, 70);
  assertEquals(summarize([], call).exitCode, 2);
  assertEquals(summarize([], { ...call, problemCodes: [] }).exitCode, 2);
});

Deno.test("an expectation that decided against the run is told in one sentence", () => {
  const held = failed({
    expectedFailure: true,
    expectations: [expectation({ expectedToFail: true })],
  });
  const { failures } = summarize([held], { wallS: 0 }).runs[0]!;
  assertEquals(failures, ["lead p50 held (0.1875 s), which this scenario says it must not"]);
  assertFalse(failures.some((sentence) => sentence.includes("\n")));
});

Deno.test("a limit that is part of the name is said once, and the window stays", () => {
  const made = expectation({
    name: "lag.freshShare ≥ 0.99 from 1 s to the end",
    metric: "lag.freshShare",
    limit: "≥ 0.99",
    unit: "of frames",
    actual: 0.58,
    passed: false,
  });
  assertEquals(
    summarize([failed({ expectations: [made] })], { wallS: 0 }).runs[0]!.failures,
    ["lag.freshShare from 1 s to the end is 58 % of frames, limit ≥ 99 % of frames"],
  );
});

Deno.test("a share that is nearly all never reads as all", () => {
  const words = [1, 0.99983, 0.9999999, 0.991, 0.58123, 0.003545, 0].map((it) =>
    withUnit(it, "of frames").replace(" of frames", "")
  );
  assertEquals(words, [
    "100 %",
    "99.983 %",
    "99.99999 %",
    "99.1 %",
    "58.12 %",
    "0.3545 %",
    "0 %",
  ]);
  assertEquals(withUnit("0.2 … 0.999", "of frames"), "20 % … 99.9 % of frames");
  assertEquals(withUnit(1e-7, "of frames"), "0.00001 % of frames");
});
