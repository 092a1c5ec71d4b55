import { assert, assertEquals, assertRejects } from "@std/assert";
import { noTruth, transcriptLines } from "../../fixtures/transcripts/mod.ts";
import { UsageError } from "../../runtime/mod.ts";
import { MemoryLog } from "../../tests/support/memory_log.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { serve } from "../mod.ts";
import { slugOf } from "../../server/board/claude_code.ts";
import { SCRATCH_FOLDER } from "./board_part.ts";
import type { BoardOptions } from "./options.ts";

/** A server with a board over one session, which has been read. */
async function start(folder: string, options: BoardOptions = {}) {
  const projects = `${folder}/projects/-home-dev-project`;
  await Deno.mkdir(projects, { recursive: true });
  const lines = [...transcriptLines(
    { seed: 3, session: "one", startMs: Date.now() - 3600_000, records: 300 },
    noTruth(),
  )];
  Deno.writeTextFileSync(`${projects}/one.jsonl`, lines.map((line) => `${line}\n`).join(""));
  const server = await serve({
    ...{ port: 0, controlPort: "off", log: new MemoryLog(), noBackend: true },
    transcriptRoots: [folder],
    boardFolder: `${folder}/home`,
    ...options,
  });
  const get = (path: string, init: RequestInit = {}) => fetch(server.httpUrl + path, init);
  for (;;) {
    const response = await get("/api/board");
    if ((await response.json()).cards.length === 1) break;
  }
  return { get, lines, [Symbol.asyncDispose]: () => server.close() };
}

Deno.test("the board, the list and a session are there over HTTP", async () => {
  await using folder = await tempFolder();
  // What helpers of our own wrote is nobody's session.
  const scratch = `${folder.path}/projects/${slugOf(`${folder.path}/home/${SCRATCH_FOLDER}`)}`;
  await Deno.mkdir(scratch, { recursive: true });
  const record = { type: "user", uuid: "u", message: { role: "user", content: "Hello" } };
  Deno.writeTextFileSync(`${scratch}/helper.jsonl`, `${JSON.stringify(record)}\n`);
  await using it = await start(folder.path);
  const { get } = it;
  const every = await (await get("/api/sessions?archived=1")).json();
  assertEquals(every.sessions.map(({ id }: { id: string }) => id), ["one"]);
  const board = await (await get("/api/board")).json();
  assertEquals(board.columns, ["needs", "working", "idle", "done"]);
  assertEquals([board.cards[0].id, board.ai.available], ["one", false]);
  const list = await (await get("/api/sessions?q=project")).json();
  assertEquals(list.sessions.map(({ id }: { id: string }) => id), ["one"]);
  const { items, session, window } = await (await get("/api/sessions/one?anchor=tail&limit=7"))
    .json();
  assertEquals([items.length, session.id, window.hasBefore], [7, "one", true]);
  for (const part of ["outline", "brief", "lineage", "agents"]) {
    const response = await get(`/api/sessions/one/${part}`);
    assertEquals([response.status, typeof (await response.json()).rev], [200, "number"], part);
  }
  const item = await (await get(`/api/sessions/one/items/${items[0].n}`)).json();
  assertEquals(item.uuid, items[0].uuid);
  const ingest = await (await get("/api/debug/ingest")).json();
  assertEquals([ingest.sessions, ingest.files, ingest.badLines], [1, 1, 0]);
  const { heapUsed, heapTotal, external } = ingest.memory;
  assert(external > 0 && heapUsed > 0 && heapTotal >= heapUsed);
});

Deno.test("without a window the whole thread is answered", async () => {
  await using folder = await tempFolder();
  await using it = await start(folder.path);
  const { get } = it;
  const whole = await (await get("/api/sessions/one")).json();
  const { window } = await (await get("/api/sessions/one?anchor=tail&limit=1")).json();
  assertEquals(whole.items.length, window.total);
  assertEquals(whole.window.totalExact, true);
  assert(/^0\.\d+$/.test(whole.streamCursor));
});

Deno.test("an answer that the client has is not sent again, compressed or not", async () => {
  await using folder = await tempFolder();
  await using it = await start(folder.path);
  const paths = [
    "/api/board",
    "/api/sessions",
    "/api/sessions/one?limit=5",
    "/api/sessions/one/outline",
    "/api/sessions/one/brief",
    "/api/sessions/one/items/0",
  ];
  for (const path of paths) {
    for (const encoding of ["identity", "gzip"]) {
      const headers = { "Accept-Encoding": encoding };
      const first = await it.get(path, { headers });
      const etag = first.headers.get("ETag")!;
      assertEquals([first.status, first.headers.get("Cache-Control")], [
        ...[200, "private, no-cache"],
      ], path);
      await first.body?.cancel();
      const again = await it.get(path, { headers: { ...headers, "If-None-Match": etag } });
      assertEquals([again.status, await again.text()], [304, ""], `${path} ${encoding}`);
      const other = await it.get(path, { headers: { ...headers, "If-None-Match": '"x"' } });
      assertEquals(other.status, 200);
      await other.body?.cancel();
    }
  }
});

Deno.test("HEAD has no body, other methods are told which there are, unknown paths are JSON", async () => {
  await using folder = await tempFolder();
  await using it = await start(folder.path);
  const heads = [
    ...["/api/board", "/api/sessions", "/api/sessions/one", "/api/sessions/one?limit=5"],
    ...["/api/sessions/one/outline", "/api/sessions/one/items/0", "/api/insights", "/api/journal"],
    ...["/api/open-loops", "/api/sessions/one/related", "/board", "/s/one", "/debug"],
  ];
  for (const path of heads) {
    const head = await it.get(path, { method: "HEAD" });
    assertEquals([head.status, await head.text()], [200, ""], path);
    const whole = await it.get(path);
    assertEquals(head.headers.get("Content-Type"), whole.headers.get("Content-Type"), path);
    assertEquals(head.headers.get("ETag"), whole.headers.get("ETag"), path);
    await whole.body?.cancel();
  }
  const paths = ["/api/board", "/api/sessions", "/api/sessions/one", "/api/sessions/one/brief"];
  for (const path of paths) {
    const response = await it.get(path, { method: "DELETE" });
    assertEquals([response.status, response.headers.get("Allow")], [405, "GET, HEAD"], path);
    assertEquals((await response.json()).error.code, "method_not_allowed");
  }
  const gone = [
    ["/api/sessions/none", "session_not_found"],
    ["/api/sessions/none?limit=5", "session_not_found"],
    ["/api/sessions/%2e%2e%2fpasswd?limit=5", "session_not_found"],
    ["/api/sessions/one/items/none", "item_not_found"],
    ["/api/sessions/one/nothing", "not_found"],
  ];
  for (const [path, code] of gone) {
    const response = await it.get(path!);
    assertEquals([response.status, (await response.json()).error.code], [404, code], path);
  }
  const bad = await it.get("/api/sessions/one?limit=0");
  assertEquals([bad.status, (await bad.json()).error.code], [400, "bad_window"]);
});

Deno.test("a card is seen, and silenced for a while", async () => {
  await using folder = await tempFolder();
  await using it = await start(folder.path);
  const post = (path: string, body?: string) =>
    it.get(`/api/sessions/one/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      ...(body !== undefined && { body }),
    });
  const attention = async () =>
    (await (await it.get("/api/sessions/one?limit=1")).json()).session.attention;
  const before = await attention();
  assertEquals((await post("seen")).status, 204);
  assert((await attention()).seenAt > before.seenAt);
  assertEquals((await post("snooze", '{"minutes": 30}')).status, 204);
  assert(Date.parse((await attention()).snoozedUntil) > Date.now() + 29 * 60_000);
  for (const body of ['{"minutes": -1}', '{"minutes": "x"}', "{"]) {
    const response = await post("snooze", body);
    assertEquals([response.status, (await response.json()).error.code], [400, "bad_minutes"], body);
  }
});

Deno.test("a server without transcripts has an empty board, and says so of sessions", async () => {
  await using server = await serve({
    ...{ port: 0, controlPort: "off", log: new MemoryLog(), noBackend: true },
  });
  const board = await (await fetch(`${server.httpUrl}/api/board`)).json();
  assertEquals([board.cards, board.rev], [[], 0]);
  const response = await fetch(`${server.httpUrl}/api/sessions`);
  assertEquals([response.status, (await response.json()).error.code], [404, "no_transcripts"]);
});

Deno.test("a table of prices and a zone are looked at before anything is opened", async () => {
  await using folder = await tempFolder();
  const prices = `${folder.path}/prices.json`;
  const open = (options: BoardOptions) =>
    serve({ port: 0, controlPort: "off", log: new MemoryLog(), noBackend: true, ...options });
  await assertRejects(() => open({ prices }), UsageError, "HEADWAY_PRICES cannot be read");
  Deno.writeTextFileSync(prices, '{"models": []}');
  await assertRejects(() => open({ prices }), UsageError, "is no table of prices: checkedAt");
  await assertRejects(() => open({ timeZone: "Mars/North" }), UsageError, "expected a time zone");
});

Deno.test("a server that cannot listen leaves no thread of the board behind", async () => {
  await using folder = await tempFolder();
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const parts = { controlPort: "off", log: new MemoryLog(), noBackend: true } as const;
  const more = { port: taken.addr.port, transcriptRoots: [folder.path], boardFolder: folder.path };
  await assertRejects(() => serve({ ...parts, ...more }), UsageError);
  // Nothing was read, so there is nothing to keep.
  await assertRejects(() => Deno.stat(`${folder.path}/board.db`), Deno.errors.NotFound);
});
