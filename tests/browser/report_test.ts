/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
// @ts-types="ajv/dist/2020.js"
import { Ajv2020 } from "ajv/dist/2020.js";
import { reportSchema } from "../../reports/report_schema.ts";
import { playerServer, TestBrowser } from "../support/browser.ts";

const SCHEMA = new URL("../../reports/report.schema.json", import.meta.url);

Deno.test("the report that the page downloads is a report, and measuring goes on", async () => {
  await using server = await playerServer();
  await using browser = await TestBrowser.start();
  const tab = await (await browser.tab()).open(server.httpUrl);
  assert(await tab.page.isDisabled("#report"));
  await tab.play();
  await tab.until(() => headway.view!.playheadS > 2);
  await tab.page.keyboard.press("ArrowRight");
  await tab.until(() => headway.view!.playheadS > 4);
  const [download] = await Promise.all([
    tab.page.waitForEvent("download"),
    tab.page.click("#report"),
  ]);
  const report = JSON.parse(await Deno.readTextFile((await download.path())!));
  const isReport = new Ajv2020({ strict: false })
    .compile(JSON.parse(await Deno.readTextFile(SCHEMA)));
  assert(isReport(report), JSON.stringify(isReport.errors));
  const read = reportSchema.parse(report);
  const sessionId = await tab.page.evaluate(() => headway.sessionId);
  assertEquals(download.suggestedFilename(), `headway-report-${sessionId}.json`);
  assertEquals([read.session.id, read.session.bufferS], [sessionId, 60]);
  assertEquals([read.target, read.scenario], [server.url, "browser-session"]);
  assertEquals(read.definition["source"], {
    fixture: "low_fi_Gm_loop_60s_gnm.wav",
    upload: false,
  });
  assert(read.lag.slices.count > 20 && read.lag.ticks.count > 100);
  assert(read.lag.slices.leadS.p50! > 0);
  assertEquals(read.series.slices.atS.length, read.lag.slices.count);
  assertEquals(read.series.ticks.atS.length, read.lag.ticks.count);
  const heardS = read.series.heard.durationS.reduce((sum, it) => sum + it, 0);
  assert(heardS > 2 && heardS <= read.timing.sessionS + 0.2, `${heardS} s were heard`);
  // What the listener did stands in it.
  assert(read.marks.some(({ kind, text }) => kind === "step" && text.startsWith('seek {"toS":3.')));
  // A later one covers more.
  await tab.until(
    async (count) => (await headway.report())!.lag.slices.count > count + 10,
    read.lag.slices.count,
  );
  const later = reportSchema.parse(await tab.page.evaluate(() => headway.report()));
  assert(later.trace.events > read.trace.events && later.trace.hash !== read.trace.hash);
  tab.check(server);
});
