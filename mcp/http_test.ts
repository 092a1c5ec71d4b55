import { assert, assertEquals, assertMatch } from "@std/assert";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { type Road, TestMcpClient } from "../tests/support/mcp_client.ts";
import {
  FIXTURE,
  type McpWorld,
  mcpWorld,
  type McpWorldOptions,
} from "../tests/support/mcp_world.ts";
import { type McpHttpOptions, mcpRoutes } from "./http.ts";

/** The tools of a simulated server over HTTP without a socket. */
async function httpWorld(options: McpWorldOptions & McpHttpOptions = {}) {
  const tools = await mcpWorld(options);
  const { routes, close } = mcpRoutes(tools.services, options);
  const fetch = (init: RequestInit) =>
    Promise.resolve(routes.fetch(new Request("http://localhost/mcp", init)));
  return {
    tools,
    fetch,
    close,
    post: (body: unknown, headers: Record<string, string> = {}, signal?: AbortSignal) =>
      fetch({
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
        ...(signal && { signal }),
      }),
    [Symbol.asyncDispose]: () => tools[Symbol.asyncDispose](),
  };
}

const call = (name: string, args: object = {}, progressToken?: string) => ({
  jsonrpc: "2.0",
  id: 5,
  method: "tools/call",
  params: { name, arguments: args, ...(progressToken && { _meta: { progressToken } }) },
});

const modern = (message: { params?: object }) => ({
  ...message,
  params: {
    ...message.params,
    _meta: {
      ...(message.params as { _meta?: object } | undefined)?._meta,
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "raw", version: "1" },
      "io.modelcontextprotocol/clientCapabilities": {},
    },
  },
});
const modernHeaders = (method: string, name?: string) => ({
  "Accept": "application/json, text/event-stream",
  "Mcp-Protocol-Version": "2026-07-28",
  "Mcp-Method": method,
  ...(name && { "Mcp-Name": name }),
});

/** The messages of an event stream. */
async function events(response: Response, { drive }: McpWorld) {
  const text = await drive(response.text());
  return text.split("\n").filter((line) => line.startsWith("data: {"))
    .map((line) => JSON.parse(line.slice(6)));
}

Deno.test("each POST stands alone: a tool is called without a handshake or a session", async () => {
  await using world = await httpWorld();
  const response = await world.post(call("list_fixtures"));
  assertEquals(response.status, 200);
  assertMatch(response.headers.get("content-type")!, /^application\/json/);
  assertEquals(response.headers.get("mcp-session-id"), null);
  const { id, result } = await response.json();
  assertEquals([id, result.structuredContent.result], [5, [FIXTURE]]);
});

Deno.test("everything but POST is 405", async () => {
  await using world = await httpWorld();
  for (const method of ["GET", "DELETE", "PUT"]) {
    const response = await world.fetch({ method });
    assertEquals([response.status, response.headers.get("allow")], [405, "POST"]);
    await response.body?.cancel();
  }
});

Deno.test("an unsupported revision over HTTP gets our newest, a supported one itself", async () => {
  await using world = await httpWorld();
  for (
    const [asked, got] of [["1999-01-01", "2025-11-25"], ["2024-11-05", "2024-11-05"]] as const
  ) {
    const response = await world.post({
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: {
        protocolVersion: asked,
        capabilities: {},
        clientInfo: { name: "raw", version: "1" },
      },
    });
    assertEquals((await response.json()).result.protocolVersion, got);
  }
});

Deno.test("a request of 2026-07-28 is served as it is", async () => {
  await using world = await httpWorld();
  const response = await world.post(
    modern(call("list_fixtures")),
    modernHeaders("tools/call", "list_fixtures"),
  );
  const { result } = await response.json();
  assertEquals([response.status, result.resultType], [200, "complete"]);
  assertEquals(result.structuredContent.result, [FIXTURE]);
});

Deno.test("what is no request is refused in JSON-RPC", async () => {
  await using world = await httpWorld();
  const answers: [unknown, number, number][] = [
    ["{", 400, -32700],
    ["\xff", 400, -32700],
    [[call("list_fixtures")], 400, -32600],
    [{ jsonrpc: "2.0", id: 1, method: "initialize", params: { protocolVersion: 5 } }, 400, -32602],
    [{ hello: 1 }, 400, -32600],
    [{ jsonrpc: "2.0", id: 1, method: "no/such" }, 200, -32601],
    [call("no_such_tool"), 200, -32602],
    ["x".repeat(5 * 2 ** 20), 413, -32000],
  ];
  for (const [body, status, code] of answers) {
    const response = await world.post(body);
    const text = JSON.stringify(body).slice(0, 50);
    assertEquals([response.status, (await response.json()).error.code], [status, code], text);
  }
  const unknownVersion = await world.post(call("list_fixtures"), {
    "Mcp-Protocol-Version": "1999-01-01",
  });
  assertEquals(unknownVersion.status, 400);
  assertMatch((await unknownVersion.json()).error.message, /2025-11-25/);
  const form = await world.post("a=b", { "Content-Type": "application/x-www-form-urlencoded" });
  assertEquals(form.status, 400);
  await form.body?.cancel();
});

Deno.test("a caller that asks for progress and takes events gets a stream", async () => {
  await using world = await httpWorld();
  await world.tools.start();
  const observe = call("headless_observe", { duration_s: 3 }, "p1");
  for (
    const [message, headers] of [
      [observe, { Accept: "application/json, text/event-stream" }],
      [modern(observe), modernHeaders("tools/call", "headless_observe")],
    ] as const
  ) {
    const response = await world.tools.drive(world.post(message, headers));
    assertMatch(response.headers.get("content-type")!, /^text\/event-stream/);
    const messages = await events(response, world.tools);
    const progress = messages.filter(({ method }) => method === "notifications/progress");
    assertEquals(
      progress.map(({ params }) => [params.progressToken, params.total]),
      [["p1", 3], ["p1", 3], ["p1", 3]],
    );
    assertEquals(messages.at(-1).result.structuredContent.window_s, 3);
  }
});

Deno.test("a caller that takes no events gets JSON, whatever it asks for", async () => {
  await using world = await httpWorld();
  await world.tools.start();
  const observe = call("headless_observe", { duration_s: 3 }, "p1");
  const response = await world.tools.drive(world.post(observe, { Accept: "application/json" }));
  assertMatch(response.headers.get("content-type")!, /^application\/json/);
  assertEquals((await response.json()).result.structuredContent.window_s, 3);
});

Deno.test("a headless session survives the caller that started it", async () => {
  await using world = await httpWorld();
  const start = call("headless_start", { fixture: FIXTURE });
  const gone = new AbortController();
  const response = await world.tools.drive(world.post(start, {}, gone.signal));
  const { session_id } = (await response.json()).result.structuredContent;
  gone.abort();
  await world.tools.world.clock.settle(world.tools.world.clock.now() + 30);
  const status = await (await world.post(call("headless_status"))).json();
  assertEquals(
    [status.result.structuredContent.session_id, status.result.structuredContent.running],
    [session_id, true],
  );
});

Deno.test("a caller that goes while it waits ends the waiting, not the session", async () => {
  await using world = await httpWorld();
  await world.tools.start();
  const { clock } = world.tools.world;
  for (const progress of [undefined, "p1"]) {
    const gone = new AbortController();
    const observe = call("headless_observe", { duration_s: 100 }, progress);
    const accept = { Accept: "application/json, text/event-stream" };
    const answering = world.post(observe, accept, gone.signal);
    await clock.settle(clock.now() + 2);
    gone.abort();
    const response = await world.tools.drive(answering);
    await world.tools.drive(response.text().catch(() => ""));
  }
  assertEquals(world.tools.services.headless.ids.length, 1);
});

Deno.test("closing ends waiting answers and headless sessions", async () => {
  await using world = await httpWorld();
  await world.tools.start();
  const { clock } = world.tools.world;
  const answering = world.post(call("headless_observe", { duration_s: 100 }));
  await clock.settle(clock.now() + 2);
  await world.tools.drive(world.close());
  const response = await world.tools.drive(answering);
  assertEquals([response.status, world.tools.services.headless.ids], [503, []]);
  await response.body?.cancel();
});

Deno.test("a caller that may not reach outside is told how it may", async () => {
  await using world = await httpWorld({ mayReachOutside: () => Promise.resolve(false) });
  for (
    const refused of [
      call("headless_start", { audio_file: "x.wav" }),
      call("set_timbre_audio", { audio_file: "x.wav" }),
      call("scenario_run", { name: "healthy-stream", target: "self" }),
    ]
  ) {
    const { result } = await (await world.post(refused)).json();
    assertEquals(result.isError, true);
    assertMatch(result.content[0].text, /needs the server's token.*headway mcp over stdio/);
  }
  const start = call("headless_start", { fixture: FIXTURE });
  const { result } = await (await world.tools.drive(world.post(start))).json();
  assert(result.isError !== true, JSON.stringify(result));
});

Deno.test("over HTTP the official client settles on 2025-11-25, or on 2026-07-28 if it may", async () => {
  await using world = await httpWorld();
  const road = () =>
    new StreamableHTTPClientTransport(new URL("http://localhost/mcp"), {
      fetch: (_url, init) => world.fetch(init ?? {}),
    }) as Road;
  await using older = await TestMcpClient.connect(road());
  assertEquals(older.sdk.getNegotiatedProtocolVersion(), "2025-11-25");
  await using newer = await TestMcpClient.connect(road(), { versionNegotiation: { mode: "auto" } });
  assertEquals(newer.sdk.getNegotiatedProtocolVersion(), "2026-07-28");
  assertEquals((await newer.ok("list_fixtures")).result, [FIXTURE]);
});
