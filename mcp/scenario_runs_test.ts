import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { FIXTURE, mcpWorld } from "../tests/support/mcp_world.ts";
import { filesBelow, tempFolder } from "../tests/support/temp_folder.ts";
import { ToolError } from "./errors.ts";

/** A scenario that fails in a second. */
const DEFINITION = {
  name: "always-late",
  description: "Does a slow engine show?",
  durationS: 6,
  engine: { type: "overload", renderMs: 1500 },
  expectations: [{ metric: "lag.unexplained.staleTicks", equals: 0 }],
};

Deno.test("a definition of one's own is run, judged, explained, and can be repeated", async () => {
  await using folder = await tempFolder();
  await using tools = await mcpWorld({ folder: folder.path });
  const { client } = tools;
  const run = await client.ok("scenario_run", { definition: DEFINITION, fidelity: "timing" });
  assertEquals([run.scenario, run.verdict, run.expectations.length], ["always-late", "failed", 1]);
  assert(run.replay.includes(`${folder.path}/always-late.scenario.json`), run.replay);
  const written = JSON.parse(await Deno.readTextFile(`${folder.path}/always-late.scenario.json`));
  assertEquals([written.name, written.durationS], ["always-late", 6]);
  const why = await client.ok("scenario_explain", { name: "always-late" });
  assertEquals([why.failed.length, why.report], [1, run.report]);
  assert(why.first_breach.at_s > 0 && why.first_breach.at_s < 6);
});

Deno.test("reports and scenarios are resources", async () => {
  await using folder = await tempFolder();
  await using tools = await mcpWorld({ folder: folder.path });
  const { sdk } = tools.client;
  await tools.client.ok("scenario_run", { definition: DEFINITION, fidelity: "timing" });
  const { resources } = await sdk.listResources();
  const uris = resources.map(({ uri }) => uri);
  assert(uris.includes("headway://reports/always-late/summary.md"), uris.join());
  const read = async (uri: string) => {
    const { contents: [part] } = await sdk.readResource({ uri });
    return part !== undefined && "text" in part ? part.text : "";
  };
  assertMatch(await read("headway://reports/always-late/summary.md"), /always-late/);
  assertEquals(JSON.parse(await read("headway://reports/always-late/report.json")).seed, 1);
  assertEquals(JSON.parse(await read("headway://scenarios/healthy-stream")).name, "healthy-stream");
  assertEquals(JSON.parse(await read("headway://knobs")).knobs.denoise.type, "float");
  const { anyOf } = JSON.parse(await read("headway://scenario-schema"));
  assert(anyOf.every((kind: object) => "properties" in kind));
  assertEquals((await sdk.listResourceTemplates()).resourceTemplates.length, 3);
  for (
    const uri of [
      "headway://reports/nothing/summary.md",
      "headway://reports/../summary.md",
      "headway://scenarios/nothing",
      "headway://reports/always-late/trace.ndjson",
    ]
  ) {
    await assertRejects(() => read(uri), Error, "no ", uri);
  }
});

Deno.test("a run tells how far it is, and ends when it is cancelled, without a report", async () => {
  await using folder = await tempFolder();
  await using tools = await mcpWorld({ folder: folder.path });
  const { client } = tools;
  const cancel = new AbortController();
  const running = client.sdk.callTool(
    { name: "scenario_run", arguments: { definition: { ...DEFINITION, durationS: 600 } } },
    { signal: cancel.signal, onprogress: () => cancel.abort() },
  );
  await assertRejects(() => running);
  await assertRejects(
    () => tools.services.scenarios.report("always-late"),
    ToolError,
    "no report",
  );
  assertEquals(await filesBelow(folder.path), []);
});

Deno.test("scenarios run two at a time, and no two of one name", async () => {
  await using folder = await tempFolder();
  await using tools = await mcpWorld({ folder: folder.path });
  const { client } = tools;
  const run = (name: string) =>
    client.sdk.callTool({
      name: "scenario_run",
      arguments: { definition: { ...DEFINITION, name, durationS: 600 } },
    });
  const [first, second] = [run("one"), run("two")];
  assertMatch(
    await client.fails("scenario_run", { definition: { ...DEFINITION, name: "one" } }),
    /one runs already/,
  );
  assertMatch(
    await client.fails("scenario_run", { definition: DEFINITION }),
    /one and two run already; wait for one of them/,
  );
  // Nothing waits for them: a session is measured meanwhile.
  await tools.drive(client.ok("headless_start", { fixture: FIXTURE }));
  tools.services.scenarios.close();
  for (const { isError } of await Promise.all([first, second])) assertEquals(isError, true);
});

Deno.test("prompts name their arguments and refuse to go without them", async () => {
  await using tools = await mcpWorld();
  const { sdk } = tools.client;
  const { prompts } = await sdk.listPrompts();
  assertEquals(prompts.map(({ name }) => name), ["reproduce-a-lag-bug", "review-a-regression"]);
  const text = async (name: string, args: Record<string, string>) => {
    const { messages: [message] } = await sdk.getPrompt({ name, arguments: args });
    return message?.content.type === "text" ? message.content.text : "";
  };
  assertMatch(await text("reproduce-a-lag-bug", { symptom: "it crackles" }), /it crackles/);
  assertMatch(await text("review-a-regression", { scenario: "overload" }), /scenario overload/);
  await assertRejects(() => text("reproduce-a-lag-bug", {}), Error, "needs the argument symptom");
  await assertRejects(
    () => text("reproduce-a-lag-bug", { symptom: "x".repeat(3000) }),
    Error,
    "longer than 2000",
  );
  await assertRejects(() => text("nothing", {}), Error, "there is no prompt");
});
