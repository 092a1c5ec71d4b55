import { assert, assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js";
import { defineScenario, playScenario, type VoiceScenarioInput } from "../../scenarios/mod.ts";
import { compareRuns } from "../compare/mod.ts";
import { sampleOf } from "../compare/sample.ts";
import { reportOf } from "../from_result.ts";
import { indexPage } from "../index_page.ts";
import { toJson } from "../json.ts";
import { reportJsonSchema } from "../json_schema.ts";
import { junitXml } from "../junit.ts";
import { summaryMarkdown } from "../markdown.ts";
import type { Report } from "../model.ts";
import { reportPage } from "../page/mod.ts";
import { reportSchema } from "../report_schema.ts";
import { summarize } from "../summary.ts";
import { summarySchema } from "../summary_schema.ts";
import { runLines } from "../terminal.ts";
import { excerptOf } from "../sound/mod.ts";
import { Rng } from "../../runtime/mod.ts";

const HOSTILE = "<script>alert(1)</script>";

/** A page that plays everything at once, on a server that plays it here as well. */
const CARELESS: VoiceScenarioInput = {
  subject: "voice",
  name: "careless",
  description: "What does one see?",
  durationS: 5,
  server: { faults: { playAnyway: true } },
  listener: { faults: { playAtOnce: true } },
  steps: [
    { do: "register", atS: 0, session: "ada" },
    { do: "subscribe", atS: 0, session: "ada", listener: "page" },
    { do: "speak", atS: 1, session: "ada", job: "a1", text: `The first, and long: ${HOSTILE}` },
    { do: "speak", atS: 1, session: "ada", job: "a2", text: "The second." },
    { do: "speak", atS: 1, session: "nobody", job: "x", text: "Never registered." },
  ],
  expectations: [{ metric: "voice.overlaps", equals: 0 }],
};

async function run(changes: Partial<VoiceScenarioInput> = {}) {
  const result = await playScenario(defineScenario({ ...CARELESS, ...changes }));
  return { result, report: reportOf(result) };
}

function pageOf({ result, report }: Awaited<ReturnType<typeof run>>): string {
  return reportPage(report, result.played === null ? null : excerptOf(result.played, report));
}

Deno.test("the page of voices tells what went wrong, and shows each job", async () => {
  const played = await run();
  const page = pageOf(played);
  assertStringIncludes(page, "What went wrong");
  assertStringIncludes(page, "Jobs a1 and a2 were heard twice.");
  assertStringIncludes(page, "Sounds overlapped 1 time at one ear");
  assertStringIncludes(page, "Job x was refused: 404: session");
  for (const job of ["a1", "a2", "x"]) assertStringIncludes(page, `dy=".35em">${job}</text>`);
  assertStringIncludes(page, "<h4>Loudspeaker ");
  assertStringIncludes(page, 'src="data:audio/wav;base64,');
  // The moment to look at first is that of the first trouble.
  const [first] = played.report.voice!.timeline.jobs[0]!.sounds;
  assertStringIncludes(page, `data-at="${first!.fromS}"`);
});

Deno.test("a page of voices that went well says so", async () => {
  const page = pageOf(
    await run({
      server: {},
      listener: {},
      steps: CARELESS.steps.slice(0, 4),
      expectations: [{ metric: "voice.jobs.heard", equals: 2 }],
    }),
  );
  assertStringIncludes(page, "Nothing went wrong");
  assertStringIncludes(page, "Of 2 jobs, 2 were heard by listeners; none was lost");
});

Deno.test("names and texts of jobs are text on every page", async () => {
  const played = await run();
  const page = pageOf(played);
  const summary = summarize([played.report], { wallS: 1 });
  for (const text of [page, indexPage(summary), summaryMarkdown(played.report)]) {
    assertNotMatch(text, /<script>alert/);
  }
  assertStringIncludes(page, "&lt;script&gt;alert(1)");
});

Deno.test("report.json of voices is valid by its schema, and reads as it was written", async () => {
  const { report } = await run();
  const json = JSON.parse(toJson(report));
  assertEquals(JSON.parse(toJson(reportSchema.parse(json))), json);
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(reportJsonSchema()));
  assert(validate(json), JSON.stringify(validate.errors));
  const summary = JSON.parse(toJson(summarize([report], { wallS: 1 })));
  assertEquals(JSON.parse(toJson(summarySchema.parse(summary))), summary);
});

Deno.test("every format has the figures of voices, and none of streams", async () => {
  const { report } = await run();
  const { runs } = summarize([report], { wallS: 1 });
  const line = runLines(runs[0]!, { nameWidth: 8 });
  assertStringIncludes(line, "heard 2/3  1 overlaps");
  assertNotMatch(line, /lead|fresh/);
  const markdown = summaryMarkdown(report);
  assertStringIncludes(markdown, "## Voices");
  assertStringIncludes(markdown, "3 jobs: 2 heard by listeners, 2 played by the loudspeaker");
  assertNotMatch(markdown, /## Lag/);
  assertStringIncludes(junitXml([report]), "voice.overlaps is 1, limit = 0");
  const index = indexPage(summarize([report], { wallS: 1 }));
  assertStringIncludes(index, "<dt>heard</dt><dd>2/3</dd>");
});

Deno.test("runs about voices are compared by their own figures", async () => {
  const [before, after] = [await run({ listener: {}, server: {} }), await run()];
  const sample = ({ report }: { report: Report }) => ({
    ...sampleOf(report),
    conditions: "the same",
  });
  const { verdict, scenarios } = compareRuns(
    { name: "before", samples: [sample(before)] },
    { name: "after", samples: [sample(after)] },
    { rng: new Rng(1) },
  );
  assertEquals(verdict, "worse");
  const worse = scenarios[0]!.metrics.filter((it) => it.verdict === "worse");
  assertEquals(worse.map(({ metric }) => metric).sort(), [
    ...["passed", "voice.jobs.doubled", "voice.overlaps"],
  ]);
});
