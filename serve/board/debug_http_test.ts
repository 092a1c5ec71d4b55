import { assert, assertEquals } from "@std/assert";
import { MemoryLog } from "../../tests/support/memory_log.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { serve } from "../mod.ts";
import type { ServerParts } from "../options.ts";

const TOKEN = "a-token-for-tests";

async function start(options: ServerParts = {}) {
  const server = await serve({
    ...{ port: 0, controlPort: "off", log: new MemoryLog(), noBackend: true, token: TOKEN },
    peerAddress: ({ headers }) => headers["x-test-peer"] as string | undefined,
    ...options,
  });
  const get = async (path: string, headers: HeadersInit = {}) => {
    const response = await fetch(server.httpUrl + path, { headers });
    return { status: response.status, body: await response.json() };
  };
  return { get, [Symbol.asyncDispose]: () => server.close() };
}

const FAR = { "X-Test-Peer": "203.0.113.7", Authorization: `Bearer ${TOKEN}` };
const PATHS = ["loop", "tasks", "streams", "ingest"].map((name) => `/api/debug/${name}`);

Deno.test("T45: what a server is busy with is told to its own machine, or to others that have the token", async () => {
  await using folder = await tempFolder();
  const transcriptRoots = [folder.path];
  {
    await using it = await start({ transcriptRoots });
    for (const path of PATHS) {
      assertEquals((await it.get(path)).status, 200, path);
      const { status, body } = await it.get(path, FAR);
      assertEquals([status, body.error.code], [403, "local_only"], path);
      const proxied = { "X-Forwarded-For": "127.0.0.1", Authorization: `Bearer ${TOKEN}` };
      assertEquals((await it.get(path, proxied)).status, 403, path);
    }
    // A route that is not there is not told of, either.
    assertEquals((await it.get("/api/debug/none", FAR)).status, 403);
    assertEquals((await it.get("/api/debug/none")).status, 404);
  }
  await using open = await start({ transcriptRoots, debugRemote: true });
  for (const path of PATHS) {
    assertEquals((await open.get(path, FAR)).status, 200, path);
    const { Authorization: _, ...nobody } = FAR;
    assertEquals((await open.get(path, nobody)).status, 401, path);
  }
});

Deno.test("a server tells what its threads have done, by name", async () => {
  await using folder = await tempFolder();
  const projects = `${folder.path}/projects/-home-dev`;
  await Deno.mkdir(projects, { recursive: true });
  const record = {
    ...{ type: "user", uuid: "u1", parentUuid: null, sessionId: "one", cwd: "/home/dev" },
    timestamp: new Date().toISOString(),
    message: { role: "user", content: "hello" },
  };
  await Deno.writeTextFile(`${projects}/one.jsonl`, `${JSON.stringify(record)}\n`);
  await using it = await start({ transcriptRoots: [folder.path] });
  while ((await it.get("/api/sessions")).body.sessions.length === 0);
  await it.get("/api/sessions/one?limit=5");
  const { body: tasks } = await it.get("/api/debug/tasks");
  const done = tasks.ended.map(({ thread, name }: Record<string, string>) => `${thread}: ${name}`);
  for (
    const name of [
      `board: ingest of ${projects}/one.jsonl`,
      "board: walk through the folders",
      "board: window of session one",
      "main: GET /api/sessions/one",
    ]
  ) {
    assert(done.includes(name), `${name} is not among ${done.join("; ")}`);
  }
  const { body: loop } = await it.get("/api/debug/loop");
  assertEquals(loop.inflight.map(({ route }: { route: string }) => route), ["/api/debug/loop"]);
  assertEquals([loop.workers[0].name, loop.workers[0].queue], ["board", 0]);
  assert(loop.rss > 0 && loop.uptimeS >= 0 && loop.timers.length > 0);
});
