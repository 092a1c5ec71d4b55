/** Agent tasks in a server that listens: who may, what is mounted, what settings change. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { VirtualClock, WallClock } from "../../runtime/mod.ts";
import { PassThroughEngine } from "../../server/streaming/engine/mod.ts";
import { MemoryLog } from "../../tests/support/memory_log.ts";
import { MemoryTerminals, openMemoryTerminals } from "../../tests/support/memory_terminals.ts";
import { rawHttp } from "../../tests/support/raw_peer.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { Access } from "../access.ts";
import type { ServerParts } from "../options.ts";
import { serve } from "../serve.ts";
import { TasksPart } from "./tasks_part.ts";

const TOKEN = "a-token-for-tests";
const GOOD = { Authorization: `Bearer ${TOKEN}` };

/** A server with tasks that never starts a terminal. */
async function server(options: ServerParts = {}) {
  const folder = await tempFolder();
  const log = new MemoryLog();
  const running = await serve({
    ...{ port: 0, controlPort: "off", token: TOKEN, log },
    tasksFolder: `${folder.path}/tasks/sessions`,
    createEngine: () => new PassThroughEngine(),
    // As where nobody can tell whose a connection is.
    readSocketTables: () => Promise.resolve(null),
    ...options,
  });
  const { httpUrl } = running;
  const post = (path: string, method: string, params: object, headers: HeadersInit = GOOD) =>
    fetch(`${httpUrl}${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
  /** Calls a tool; its payload. */
  const call = async (path: string, name: string, args: object, headers?: HeadersInit) => {
    const response = await post(path, "tools/call", { name, arguments: args }, headers);
    return JSON.parse((await response.json()).result.content[0].text);
  };
  return {
    ...{ httpUrl, folder: folder.path, log, post, call },
    async [Symbol.asyncDispose]() {
      await running.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

Deno.test("tools and terminals are for the token, or for our own user", async () => {
  await using there = await server();
  const status = async (path: string, init: RequestInit) => {
    const response = await fetch(`${there.httpUrl}${path}`, init);
    await response.body?.cancel();
    return response.status;
  };
  const json = { "Content-Type": "application/json" };
  for (const path of ["/api/terminals", "/api/tasks"]) {
    assertEquals([await status(path, {}), await status(path, { headers: GOOD })], [401, 200], path);
  }
  assertEquals(await status("/mcp/tasks", { method: "POST", headers: json, body: "{}" }), 401);
  const forwarded = { ...json, "X-Forwarded-For": "192.0.2.1" };
  assertEquals(await status("/mcp/tasks", { method: "POST", headers: forwarded, body: "{}" }), 401);
  // Among all tools, those for tasks ask for the same, and the others are as they were.
  for (
    const [name, args] of [["coda_run", { prompt: "x", email: "" }], ["coda_inbox", {}]] as const
  ) {
    assertMatch((await there.call("/mcp", name, args, {})).error, /need the server's token/);
  }
  assertEquals((await there.call("/mcp", "coda_inbox", {})).tasks, []);
  const other = await there.post("/mcp", "tools/call", { name: "board_list", arguments: {} });
  assertEquals((await other.json()).result.structuredContent.cards, [], "tools of other groups");
  assertEquals((await there.call("/mcp/tasks", "coda_inbox", {})).tasks, []);
});

Deno.test("a preflight is answered, and names an origin only if it is listed", async () => {
  await using there = await server({ allowOrigin: ["http://listed.example"] });
  for (const path of ["/mcp", "/mcp/tasks"]) {
    const ask = async (Origin: string) => {
      const method = "OPTIONS";
      const { status, headers } = await fetch(`${there.httpUrl}${path}`, {
        ...{ method, headers: { Origin, "Access-Control-Request-Method": "POST" } },
      });
      assertEquals(headers.get("x-content-type-options"), "nosniff");
      const allowed = headers.get("access-control-allow-headers");
      if (allowed !== null) assertMatch(allowed, /mcp-protocol-version/i);
      return [status, headers.get("access-control-allow-origin"), headers.get("vary")];
    };
    assertEquals(await ask("http://listed.example"), [204, "http://listed.example", "Origin"]);
    assertEquals(await ask("http://evil.example"), [204, null, "Origin"]);
  }
});

Deno.test("coda_interactive is there where a setting says so, and workflow_protocol likewise", async () => {
  const listed = async (options: ServerParts) => {
    await using there = await server(options);
    const response = await there.post("/mcp/tasks", "tools/list", {});
    return (await response.json()).result.tools as {
      readonly name: string;
      readonly inputSchema: { readonly properties: Record<string, unknown> };
    }[];
  };
  const usual = await listed({});
  assertEquals(usual.map(({ name }) => name), ["coda_run", "coda_inbox", "coda_get_result"]);
  const all = await listed({ tasksInteractive: true, tasksWorkflow: true });
  assertEquals(all.map(({ name }) => name).at(-1), "coda_interactive");
  assert("workflow_protocol" in all[0]!.inputSchema.properties);
});

Deno.test("a server says its name at /mcp/tasks, and what it knows of agents", async () => {
  await using there = await server({ tasksServerName: "coda", agents: ["mine=m {prompt_file}"] });
  const hello = await there.post("/mcp/tasks", "initialize", { protocolVersion: "2025-03-26" });
  assertEquals((await hello.json()).result.serverInfo.name, "coda");
  const all = await there.post("/mcp", "initialize", {
    ...{ protocolVersion: "2025-03-26", capabilities: {} },
    clientInfo: { name: "raw", version: "1" },
  });
  const { result } = await all.json();
  assertEquals(result.serverInfo.name, "headway");
  assertMatch(result.instructions, /headless_start.*coda_run/s);
  const tools = await (await there.post("/mcp/tasks", "tools/list", {})).json();
  assertEquals(tools.result.tools[0].inputSchema.properties.agent.enum, [
    ...["hermes", "claude", "codex", "headway", "mine"],
  ]);
});

Deno.test("/health has the form that clients of tasks know, and counts for those who may know", async () => {
  await using there = await server();
  const of = async (headers: HeadersInit) =>
    await (await fetch(`${there.httpUrl}/health`, { headers })).json();
  const health = await of(GOOD);
  assertEquals([health.status, health.setup_status, health.active_sessions], [
    ...["healthy", "complete", 0],
  ]);
  assertEquals(health.session_timeout_seconds, 86_400);
  assert(!("active_sessions" in await of({ "X-Forwarded-For": "192.0.2.1" })));
});

Deno.test("a server without tasks has none of it, and one without a task makes no folder", async () => {
  await using there = await server();
  assertEquals([...Deno.readDirSync(there.folder)], []);
  const none = await serve({ port: 0, controlPort: "off", noBackend: true, log: new MemoryLog() });
  const response = await fetch(`${none.httpUrl}/mcp/tasks`, { method: "POST" });
  assertEquals(response.status, 404);
  await response.body?.cancel();
  await none.close();
  // A viewer's WebSocket is no stream: neither where streams are, nor where they are not.
  for (const noBackend of [false, true]) {
    const bare = await serve({
      ...{ port: 0, controlPort: "off", noBackend, log: new MemoryLog() },
      createEngine: () => new PassThroughEngine(),
    });
    const port = Number(new URL(bare.httpUrl).port);
    const { status, body } = await rawHttp(
      port,
      `GET /ws/terminal?x HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n` +
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    );
    assertEquals(status, 404);
    assertMatch(body, /no tasks, and so no terminals/);
    await bare.close();
  }
});

Deno.test("a server that made its folder of tasks itself removes what is old, too", async () => {
  await using folder = await tempFolder();
  const clock = new VirtualClock(1_790_000_000);
  const options = {
    tasksFolder: `${folder.path}/tasks/sessions`,
    terminals: openMemoryTerminals(new MemoryTerminals(clock)),
  };
  const part = (await TasksPart.open({
    ...{ options, clock, log: new MemoryLog(), access: new Access({}) },
  }))!;
  const { sessionId } = await part.tasks.run({ prompt: "x", email: "" });
  await part.tasks.closeSession(sessionId);
  const left = () => [...Deno.readDirSync(options.tasksFolder)].filter((it) => it.isDirectory);
  assertEquals(left().map(({ name }) => name), [sessionId]);
  // The disk is a real one: each look for old tasks waits for it before the next is due.
  const wall = new WallClock();
  for (let hour = 0; hour < 200 && left().length > 0; hour++) {
    await clock.settle(clock.now() + 3600);
    await wall.sleep(0.02);
  }
  assertEquals(left(), []);
  await part.close();
});

Deno.test("a second server of the same folder runs without tasks, and says so", async () => {
  await using folder = await tempFolder();
  await Deno.mkdir(`${folder.path}/tasks/sessions`, { recursive: true });
  const tasksFolder = `${folder.path}/tasks/sessions`;
  await using first = await server({ tasksFolder });
  await using second = await server({ tasksFolder });
  const statuses = await Promise.all([first, second].map(async ({ post }) => {
    const response = await post("/mcp/tasks", "ping", {});
    await response.body?.cancel();
    return response.status;
  }));
  assertEquals(statuses, [200, 404]);
  const [line] = second.log.of("tasks left out");
  assertMatch(String(line!.fields["why"]), /another server has the tasks/);
});
