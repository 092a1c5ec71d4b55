/** `headway mcp` as an agent's host starts it: a process of its own, and the server that it starts. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { peak, readWav } from "../audio/mod.ts";
import { WallClock } from "../runtime/mod.ts";
import { STUB_AGENT } from "./support/live_tasks.ts";
import { TestMcpClient } from "./support/mcp_client.ts";
import { McpProcess, officialStdioRoad } from "./support/mcp_road.ts";
import { tempFolder } from "./support/temp_folder.ts";

const FIXTURE = "low_fi_Gm_loop_60s_gnm.wav";

/** A TCP connection to the server whose session is at this address. */
function knock(url: string): Promise<Deno.TcpConn> {
  const { hostname, port } = new URL(url);
  return Deno.connect({ hostname, port: Number(port) });
}

/** Waits until the server at the other end is gone. */
async function assertGone(connection: Deno.TcpConn, url: string): Promise<void> {
  const end = await connection.read(new Uint8Array(1)).catch(() => null);
  assertEquals(end, null);
  connection.close();
  await assertRejects(() => knock(url), Deno.errors.ConnectionRefused);
}

// The official client's own stdio leaves a timer of two seconds behind when it is closed.
Deno.test("from a cold start an agent causes a lag bug, sees it, hears it, and stops it", {
  sanitizeOps: false,
  sanitizeResources: false,
}, async () => {
  await using folder = await tempFolder();
  await using client = await TestMcpClient.connect(officialStdioRoad());
  const { note } = await client.ok("headless_start", {
    fixture: FIXTURE,
    config_overrides: { engine_profile: { type: "overload", renderMs: 900 } },
  });
  assertMatch(note, /headless_lag_report/);
  await client.ok("set_knob", { name: "denoise", value: 0.8 });
  // Staleness is counted from the start: it takes more than three seconds to become lag.
  await client.ok("headless_observe", { duration_s: 4.5 });
  const report = await client.ok("headless_lag_report", { include_timeline: true });
  assert(
    report.slices.lead_s.p5 < 0 || report.unexplained.stale_ticks > 0,
    JSON.stringify(report),
  );
  assert(report.slices.tick_ms.p50 > 500 && report.timeline.length >= 4, JSON.stringify(report));
  assertEquals((await client.ok("get_knob", { name: "denoise" })).value, 0.8);
  const path = `${folder.path}/heard.wav`;
  const dump = await client.ok("headless_dump_audio", { path });
  assert(dump.seconds > 3, JSON.stringify(dump));
  assert(peak(readWav(await Deno.readFile(path)).audio) > 0.05);
  assertEquals(await client.ok("headless_stop"), { stopped: true });
  assertEquals((await client.ok("list_sessions")).result, []);
});

Deno.test("headway mcp ends with its stdin, and its server with it", async () => {
  await using process = new McpProcess();
  const client = await TestMcpClient.connect(process.road);
  await client.ok("headless_start", { fixture: FIXTURE });
  const { url } = await client.ok("headless_status");
  const connection = await knock(url);
  await client[Symbol.asyncDispose]();
  assertEquals(await process.finished(), { code: 0, stderr: "" });
  await assertGone(connection, url);
});

Deno.test("the server ends also when headway mcp is killed", async () => {
  await using process = new McpProcess();
  const client = await TestMcpClient.connect(process.road);
  await client.ok("list_fixtures");
  await client.ok("headless_start", { fixture: FIXTURE });
  const { url } = await client.ok("headless_status");
  const connection = await knock(url);
  process.kill("SIGKILL");
  await assertGone(connection, url);
  await client[Symbol.asyncDispose]();
});

Deno.test("headway mcp starts a new server when its own was killed, and says so", async () => {
  await using process = new McpProcess();
  await using client = await TestMcpClient.connect(process.road);
  await client.ok("headless_start", { fixture: FIXTURE });
  const { url } = await client.ok("headless_status");
  const health = await fetch(new URL("/api/health", url.replace("ws:", "http:")));
  const { pid } = await health.json();
  const connection = await knock(url);
  await new Deno.Command("deno", { args: ["eval", `Deno.kill(${pid}, "SIGKILL")`] }).output();
  await connection.read(new Uint8Array(1)).catch(() => null);
  connection.close();
  // Its parent may hear of its end a moment later than we do.
  let said = "";
  for (let call = 0; call < 20 && !said.includes("a new one was started"); call++) {
    const { content } = await client.sdk.callTool({ name: "list_sessions", arguments: {} });
    said = JSON.stringify(content);
  }
  assertMatch(said, /a new one was started: sessions of before are gone/);
  await client.ok("headless_start", { fixture: FIXTURE });
});

Deno.test("headway mcp ends well on SIGTERM", async () => {
  await using process = new McpProcess();
  await using client = await TestMcpClient.connect(process.road);
  await client.ok("list_fixtures");
  process.kill("SIGTERM");
  assertEquals(await process.finished(), { code: 0, stderr: "" });
});

Deno.test("headway mcp refuses addresses that are none, in one line on stderr", async () => {
  for (const env of [{ HEADWAY_TARGET: "localhost:1318" }, { HEADWAY_CONTROL: "ws://x" }]) {
    await using process = new McpProcess({ HEADWAY_TARGET: "ws://127.0.0.1:1", ...env });
    const { code, stderr } = await process.finished();
    assertEquals(code, 2);
    assertMatch(
      stderr,
      /^headway: HEADWAY_(TARGET|CONTROL) is .*expected (ws|http):\/\/host:port\n$/,
    );
  }
});

Deno.test("tools say that a target cannot be reached, and go on", async () => {
  await using process = new McpProcess({ HEADWAY_TARGET: "ws://127.0.0.1:1" });
  await using client = await TestMcpClient.connect(process.road);
  const text = await client.fails("headless_start", { fixture: FIXTURE });
  assertMatch(text, /GET http:\/\/127\.0\.0\.1:1\/api\/server-info cannot be reached/);
  assert((await client.ok("scenario_list")).scenarios.length > 10);
});

Deno.test("over stdio a task runs on the server of these tools, and can be watched there", async () => {
  await using home = await tempFolder();
  await using process = new McpProcess({
    HEADWAY_HOME: home.path,
    HEADWAY_AGENT_COMMAND: STUB_AGENT,
  });
  await using client = await TestMcpClient.connect(process.road);
  const { tools } = await client.sdk.listTools();
  const names = tools.map(({ name }) => name).filter((name) => name.startsWith("coda_"));
  assertEquals(names, ["coda_run", "coda_inbox", "coda_get_result"]);
  const call = async (name: string, args: object) => {
    const { structuredContent } = await client.sdk.callTool({ name, arguments: { ...args } });
    return structuredContent as Record<string, string>;
  };
  const prompt = 'say hello\nresult {"status":"completed","summary":"done over stdio"}';
  const { viewer_url, task_id, session_id } = await call("coda_run", { prompt, email: "" });
  const page = await fetch(viewer_url!);
  assertMatch(await page.text(), /<title>.*Headway<\/title>/);
  let result: Record<string, string> = {};
  while (result["summary"] === undefined) {
    await new WallClock().sleep(0.1);
    result = await call("coda_get_result", { task_id, session_id });
  }
  assertEquals(result["summary"], "done over stdio");
  const refused = await call("coda_run", { prompt: "", email: "" });
  assertMatch(refused["error"]!, /prompt is empty/);
});
