import { assertEquals, assertLessOrEqual } from "@std/assert";
import { sampleRun } from "../tests/support/sample_run.ts";
import { reportOf } from "./from_result.ts";
import { toJson } from "./json.ts";
import { reportJsonSchema } from "./json_schema.ts";
import { reportSchema } from "./report_schema.ts";
import { summarize } from "./summary.ts";
import { summarySchema } from "./summary_schema.ts";

Deno.test("a report survives its own schema, with nothing taken away", () => {
  const written = JSON.parse(toJson(reportOf(sampleRun())));
  assertEquals(reportSchema.parse(written), written);
});

Deno.test("a summary survives its own schema, with nothing taken away", () => {
  const problems = [{ name: "gone", message: "nobody listens" }];
  const summary = summarize([reportOf(sampleRun())], { wallS: 1, problems, problemCodes: [3] });
  const written = JSON.parse(toJson(summary));
  assertEquals(summarySchema.parse(written), written);
});

Deno.test("reports and summaries of before are read, with nothing heard and nothing drawn", () => {
  const report = JSON.parse(toJson(reportOf(sampleRun())));
  delete report.series.heard;
  assertEquals(reportSchema.parse(report).series.heard.atS, []);
  const summary = JSON.parse(toJson(summarize([reportOf(sampleRun())], { wallS: 1 })));
  for (const field of ["shows", "plot", "nearestLimit"]) delete summary.runs[0][field];
  assertEquals(summarySchema.parse(summary).runs[0]?.plot, null);
});

Deno.test("a report has the fields that other programs rely on", () => {
  const report = reportOf(sampleRun());
  assertEquals(report.schema, "headway.report/1");
  assertEquals(report.scenario, "healthy-stream");
  assertEquals(report.lag.slices.leadS.p50, 0.1875);
  assertEquals(report.trace, { events: 2, hash: "ab".repeat(32) });
  assertEquals(
    report.replay,
    "deno task scenario healthy-stream --target sim --fidelity full --seed 1",
  );
  assertEquals(report.definition["durationS"], 10);
  assertEquals(report.series.slices, {
    every: 1,
    atS: [0.1],
    startS: [0.3],
    durationS: [0.36],
    leadS: [0.2],
    tags: ["seamPinned idle"],
  });
  assertEquals(report.series.heard, {
    every: 1,
    atS: [0],
    endS: [0.5],
    startS: [0],
    durationS: [0.5],
    bufferStartS: [0],
    fresh: [false],
    tags: ["settling"],
  });
});

Deno.test("the replay line names the file and the control bus that the run was asked with", () => {
  const run = sampleRun({ target: "ws://h:1/?a&b" });
  assertEquals(
    reportOf(run, { origin: "my runs/it's.json", controlUrl: "http://h:2" }).replay,
    "deno task scenario 'my runs/it'\\''s.json' --target 'ws://h:1/?a&b' --control http://h:2" +
      " --fidelity full --seed 1",
  );
  const plain = reportOf(sampleRun(), { origin: "./a.scenario.ts", controlUrl: null }).replay;
  assertEquals(plain, "deno task scenario ./a.scenario.ts --target sim --fidelity full --seed 1");
});

Deno.test("a report names the files that stand beside it", () => {
  assertEquals(reportOf(sampleRun()).files.includes("played.wav"), true);
  const timing = reportOf(sampleRun({ fidelity: "timing", played: null, buffer: null }));
  assertEquals(timing.files, [
    "report.html",
    "report.json",
    "junit.xml",
    "summary.md",
    "trace.ndjson",
  ]);
});

Deno.test("a report of ten hours keeps a bounded number of points, evenly", () => {
  const ticks = Array.from({ length: 250_000 }, (_, i) => ({
    atS: i,
    playheadS: 0,
    stalenessS: 0,
    tags: [],
  }));
  const { every, atS } = reportOf(sampleRun({ ticks })).series.ticks;
  assertEquals([every, atS[1]], [3, 3]);
  assertLessOrEqual(atS.length, 100_000);
});

Deno.test("report.schema.json is what the model says (deno task docs)", async () => {
  const committed = await Deno.readTextFile(new URL("./report.schema.json", import.meta.url));
  assertEquals(committed, reportJsonSchema());
});
