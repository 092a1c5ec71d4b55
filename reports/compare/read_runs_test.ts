import { assertEquals, assertRejects } from "@std/assert";
import { sampleRun } from "../../tests/support/sample_run.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { UsageError } from "../../runtime/errors.ts";
import { reportOf } from "../from_result.ts";
import { summarizeRun, summarizeRuns } from "../summary.ts";
import { writeCall, writeRun } from "../write.ts";
import { readReports, readRuns } from "./read_runs.ts";

/** Leaves in `out` what a call of these scenarios leaves there. */
async function call(out: string, names: readonly string[]): Promise<void> {
  const runs = [];
  for (const name of names) {
    const result = sampleRun();
    const report = { ...reportOf(result), scenario: name };
    await writeRun(out, report, result);
    runs.push(summarizeRun(report, name));
  }
  await writeCall(out, summarizeRuns(runs, { wallS: 1, problems: [] }), []);
}

async function namesIn(path: string): Promise<string[]> {
  return (await readRuns(path)).samples.map(({ scenario }) => scenario);
}

Deno.test("readRuns() leaves out what an earlier call left in the same folder", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  await call(path, ["first", "second"]);
  await call(path, ["second"]);
  assertEquals(await namesIn(path), ["second"]);
  const reports = [];
  for await (const { report } of readReports(path)) reports.push(report.scenario);
  assertEquals(reports, ["second"]);
  assertEquals(await namesIn(`${path}/first`), ["first"]);
});

Deno.test("readRuns() takes several calls' folders by what each call's own summary names", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  await call(path, ["outer"]);
  await call(`${path}/1`, ["a", "b"]);
  await call(`${path}/1`, ["a"]);
  await call(`${path}/2`, ["a", "b"]);
  assertEquals(await namesIn(path), ["a", "a", "b", "outer"]);
});

Deno.test("readRuns() finds no runs after a call that could run nothing, whatever lies there", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  await call(path, ["first"]);
  await call(path, []);
  await assertRejects(() => readRuns(path), UsageError, "there are no runs in");
});

Deno.test("readRuns() takes every report where no summary, or none of ours, stands", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  await call(path, ["first", "second"]);
  await call(path, ["second"]);
  for (const text of ['{"schema": "headway.summary/1"}', "{", "[]"]) {
    await Deno.writeTextFile(`${path}/summary.json`, text);
    assertEquals(await namesIn(path), ["first", "second"]);
  }
  await Deno.remove(`${path}/summary.json`);
  assertEquals(await namesIn(path), ["first", "second"]);
});
