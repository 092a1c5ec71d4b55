import { assert, assertEquals, assertMatch } from "@std/assert";
import { tempFolder } from "../tests/support/temp_folder.ts";
import { PassThroughEngine } from "../server/streaming/engine/mod.ts";
import type { ServerParts } from "./options.ts";
import { serve } from "./serve.ts";

/** A server on a free port that says what it logs. */
async function server(options: ServerParts = {}) {
  const log: string[] = [];
  const running = await serve({
    port: 0,
    controlPort: "off",
    createEngine: () => new PassThroughEngine(),
    write: (text) => void log.push(text),
    ...options,
  });
  return { running, log };
}

/** Calls a tool of it. */
function call(httpUrl: string, name: string, args: object, init: RequestInit = {}) {
  const params = { name, arguments: args, _meta: { progressToken: 1 } };
  return fetch(`${httpUrl}/mcp`, {
    method: "POST",
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
    ...init,
    headers: { "Content-Type": "application/json", ...init.headers },
  });
}

const START = { fixture: "low_fi_Gm_loop_60s_gnm.wav" };

Deno.test("tools on a server work on its own sessions, also without a control bus", async () => {
  const { running } = await server();
  await using _ = running;
  const started = await (await call(running.httpUrl, "headless_start", START)).json();
  const { session_id } = started.result.structuredContent;
  const knob = await call(running.httpUrl, "set_knob", { name: "denoise", value: 0.3 });
  assertEquals((await knob.json()).result.structuredContent.session_id, session_id);
  const streams = await (await fetch(`${running.httpUrl}/api/streams`)).json();
  assertEquals(streams.map(({ id }: { id: string }) => id), [session_id]);
});

Deno.test("a report on a session of the tools is a page of its own, as long as it runs", async () => {
  const { running } = await server();
  await using _ = running;
  const report = (id: string) => fetch(`${running.httpUrl}/api/headless/${id}/report`);
  const gone = async (id: string) => {
    const response = await report(id);
    return [response.status, (await response.json()).error.code];
  };
  assertEquals(await gone("k3J_x9aQ"), [404, "unknown_session"], "no tool has been called");
  const started = await (await call(running.httpUrl, "headless_start", START)).json();
  const { session_id } = started.result.structuredContent;
  const { window_s, timeline } = await (await report(session_id)).json();
  assertEquals([window_s <= 60, Array.isArray(timeline)], [true, true]);
  assertEquals(await gone("k3J_x9aQ"), [404, "unknown_session"]);
  await (await call(running.httpUrl, "headless_stop", { session_id })).body?.cancel();
  assertEquals(await gone(session_id), [404, "unknown_session"]);
});

Deno.test("the gate holds for tools: origins, tokens, hosts", async () => {
  const { running } = await server({ token: "a-token-for-tests" });
  await using _ = running;
  const statusOf = async (headers: Record<string, string>) => {
    const response = await call(running.httpUrl, "scenario_list", {}, { headers });
    await response.body?.cancel();
    return response.status;
  };
  assertEquals(await statusOf({}), 200);
  assertEquals(await statusOf({ Origin: "http://evil.example" }), 401);
  assertEquals(await statusOf({ "X-Forwarded-For": "10.0.0.1" }), 401);
  const forwarded = { "X-Forwarded-For": "10.0.0.1", Authorization: "Bearer a-token-for-tests" };
  assertEquals(await statusOf(forwarded), 200);
});

Deno.test("tools cite pages where their caller reaches them, or at the public address", async () => {
  const token = "a-token-for-tests";
  const pageOf = async (options: ServerParts, headers: Record<string, string> = {}) => {
    const { running } = await server({ token, ...options });
    await using _ = running;
    const { result } = await (await call(running.httpUrl, "board_list", {}, { headers })).json();
    return [result.structuredContent.page, `${running.httpUrl}/board`];
  };
  const [page, own] = await pageOf({});
  assertEquals(page, own);
  // Whoever calls chooses nothing but among our own names.
  const stranger = { "X-Forwarded-Host": "evil.example", Authorization: `Bearer ${token}` };
  const [forwarded, ours] = await pageOf({}, stranger);
  assertEquals(forwarded, ours);
  const [there] = await pageOf({ publicUrl: "https://board.example/" });
  assertEquals(there, "https://board.example/board");
});

Deno.test("a caller that is only local may not name files, one with the token may", async () => {
  // As where nobody can tell whose a connection is.
  const readSocketTables = () => Promise.resolve(null);
  const { running } = await server({ token: "a-token-for-tests", readSocketTables });
  await using _ = running;
  const textOf = async (name: string, args: object, headers: Record<string, string>) => {
    const response = await call(running.httpUrl, name, args, { headers });
    return (await response.json()).result.content[0].text;
  };
  const token = { Authorization: "Bearer a-token-for-tests" };
  const cases: [string, object, RegExp][] = [
    ["headless_start", { audio_file: "nothing.wav" }, /cannot read nothing.wav: there is no such/],
    // A scenario of one's own names the folder of its report.
    ["scenario_run", { definition: {} }, /definition is not a scenario/],
  ];
  for (const [name, args, says] of cases) {
    assertMatch(await textOf(name, args, {}), /needs the server's token/);
    assertMatch(await textOf(name, args, token), says);
  }
});

Deno.test("a server closes in good order while a tool waits and a session plays", async () => {
  const { running, log } = await server();
  await (await call(running.httpUrl, "headless_start", START)).body?.cancel();
  const stream = { headers: { Accept: "application/json, text/event-stream" } };
  const waiting = await call(running.httpUrl, "headless_observe", { duration_s: 100 }, stream);
  const reader = waiting.body!.getReader();
  assert(!(await reader.read()).done);
  await running.close();
  while (!(await reader.read()).done);
  assert(!log.join("").includes("dropping what is left"), log.join(""));
});

Deno.test("a caller that hangs up cancels what it asked for", async () => {
  await using folder = await tempFolder();
  const token = "a-token-for-tests";
  const { running } = await server({ mcpFolder: folder.path, token });
  await using _ = running;
  const expectations = [{ metric: "lag.unexplained.staleTicks", equals: 0 }];
  const run = (durationS: number, init: RequestInit = {}) => {
    const definition = { name: "again", description: "Is it over?", durationS, expectations };
    return call(running.httpUrl, "scenario_run", { definition, fidelity: "timing" }, {
      ...init,
      headers: { Authorization: `Bearer ${token}`, ...init.headers },
    });
  };
  const gone = new AbortController();
  const headers = { Accept: "application/json, text/event-stream" };
  // Hours of session time: it would go on for longer than the tries below.
  const response = await run(36_000, { headers, signal: gone.signal });
  const reader = response.body!.getReader();
  await reader.read();
  gone.abort();
  await reader.read().catch(() => {});
  const verdicts: string[] = [];
  for (let tries = 0; tries < 50 && !verdicts.includes("passed"); tries++) {
    const { result } = await (await run(1)).json();
    verdicts.push(result.structuredContent?.verdict ?? result.content[0].text);
  }
  assert(verdicts.includes("passed"), verdicts.at(-1));
});
