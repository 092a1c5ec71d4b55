/** That a reader of any report learns which known failure it is about. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { expectation, sampleRun } from "../tests/support/sample_run.ts";
import { reportOf } from "./from_result.ts";
import { junitXml } from "./junit.ts";
import { summaryMarkdown } from "./markdown.ts";
import { summarize } from "./summary.ts";
import { runLines } from "./terminal.ts";

const MODES = ["lag/1 generation lags behind the playhead", "mirror/14 ghosting"];

function reportAbout(shows: readonly string[], changes: Parameters<typeof sampleRun>[0] = {}) {
  const run = sampleRun({ name: "overload", ...changes });
  return reportOf({ ...run, scenario: { ...run.scenario, shows } });
}

function foretold(shows: readonly string[]) {
  const late = expectation({ passed: false, expectedToFail: true, actual: 0.5 });
  return reportAbout(shows, { expectedFailure: true, expectations: [late] });
}

function lines(report: ReturnType<typeof reportAbout>): string {
  const { runs } = summarize([report], { wallS: 1 });
  return runLines(runs[0]!, { nameWidth: 8 });
}

Deno.test("every report format names the known failures that a scenario shows", () => {
  const report = foretold(MODES);
  assertEquals(report.shows, MODES);
  assertEquals(summarize([report], { wallS: 1 }).runs[0]?.shows, MODES);
  assertStringIncludes(
    summaryMarkdown(report),
    "Shows: `lag/1 generation lags behind the playhead`",
  );
  assertStringIncludes(lines(report), `fails as foretold: ${MODES.join(", ")}\n`);
  assertStringIncludes(
    junitXml([report]),
    `    <properties>
      <property name="shows" value="lag/1 generation lags behind the playhead"/>
      <property name="shows" value="mirror/14 ghosting"/>
    </properties>
`,
  );
});

Deno.test("a scenario that shows none has nothing about it in its reports", () => {
  const report = foretold([]);
  assertEquals(summaryMarkdown(report).includes("Shows"), false);
  assertEquals(junitXml([report]).includes("properties"), false);
  assertStringIncludes(lines(report), "fails as foretold\n");
});

Deno.test("the terminal says what a failed run was about", () => {
  const late = expectation({ passed: false, actual: 0.5 });
  const report = reportAbout(MODES.slice(0, 1), { verdict: "failed", expectations: [late] });
  assertStringIncludes(
    lines(report),
    "\n    it is about lag/1 generation lags behind the playhead\n",
  );
});
