import { assert, assertEquals } from "@std/assert";
import { TestMcpClient } from "../../tests/support/mcp_client.ts";
import { httpRoad } from "../../tests/support/mcp_road.ts";
import { MemoryLog } from "../../tests/support/memory_log.ts";
import { SessionLines } from "../../tests/support/session_lines.ts";
import { TestGit } from "../../tests/support/git_repo.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { serve } from "../mod.ts";

Deno.test("T8, T23, T24: a server reads repositories, tells what came of sessions, and keeps notes over a restart", async () => {
  await using folder = await tempFolder();
  await using making = new TestGit();
  const repo = await making.repo(`${folder.path}/work ü`);
  await repo.commit("Begin", { "z.txt": "z\n" }, Date.now() - 7200_000);
  const one = new SessionLines("one", { cwd: repo.path, nowMs: Date.now() - 3600_000 });
  one.prompt("Mend a").edit(`${repo.path}/a.txt`);
  const made = await repo.commit("Mend <a>", { "a.txt": "a\n" }, one.nowMs + 60_000);
  one.wait(2).bash("git commit -am 'Mend <a>'", made.printed).answer("Done.", 200_000);
  const projects = `${folder.path}/agents/projects/-work`;
  await Deno.mkdir(projects, { recursive: true });
  Deno.writeTextFileSync(`${projects}/one.jsonl`, one.take());
  const open = () =>
    serve({
      ...{ port: 0, controlPort: "off", log: new MemoryLog(), noBackend: true },
      transcriptRoots: [`${folder.path}/agents`],
      boardFolder: `${folder.path}/home`,
      timeZone: "UTC",
    });
  const headers = { "Content-Type": "application/json" };
  {
    await using server = await open();
    const get = (path: string, init: RequestInit = {}) => fetch(server.httpUrl + path, init);
    const json = async (path: string) => await (await get(path)).json();
    while ((await json("/api/insights")).totals.shipped !== 1);
    const { commits } = await json("/api/sessions/one/commits");
    assertEquals(
      commits.map(({ sha, subject, confidence }: Record<string, string>) => [
        ...[sha, subject, confidence],
      ]),
      [[made.sha, "Mend <a>", "high"]],
    );
    assertEquals((await json("/api/sessions/one/brief")).commits, [
      { sha: made.sha, subject: "Mend <a>" },
    ]);
    while ((await json("/api/board")).cards[0].commits.shipped !== 1);
    const { byProject } = await json("/api/insights");
    assertEquals(byProject[0].name, "work ü");
    const key = encodeURIComponent(byProject[0].key);
    const timeline = await json(`/api/insights/timeline?project=${key}`);
    assertEquals([timeline.bars.length, timeline.ticks[0].sha], [1, made.sha]);
    assertEquals((await json(`/api/backlinks?commit=${made.sha.slice(0, 9)}`)).backlinks.length, 1);
    assertEquals((await json("/api/debug/ingest")).repos.repos, 1);

    const paths = ["/api/insights", "/api/journal", "/api/open-loops", "/api/sessions/one/related"];
    for (const path of paths) {
      const first = await get(path);
      const etag = first.headers.get("ETag")!;
      await first.body?.cancel();
      const again = await get(path, { headers: { "If-None-Match": etag } });
      assertEquals([first.status, again.status, await again.text()], [200, 304, ""], path);
      const wrong = await get(path, { method: "PUT" });
      assertEquals([wrong.status, wrong.headers.get("Allow")], [405, "GET, HEAD"], path);
      await wrong.body?.cancel();
    }
    const send = (method: string, path: string, body?: string) =>
      get(path, { method, headers, ...(body !== undefined && { body }) });
    const added = await send("POST", "/api/sessions/one/notes", '{"body": "Look <again>"}');
    assertEquals([added.status, (await added.json()).id], [201, "n1"]);
    for (const body of ["", "{", '{"body": 1}', '{"body": "x", "author": "me"}']) {
      const refused = await send("POST", "/api/sessions/one/notes", body);
      assertEquals([refused.status, (await refused.json()).error.code], [400, "bad_note"], body);
    }
    const plain = await get("/api/sessions/one/notes", { method: "POST", body: '{"body": "x"}' });
    assert(plain.status >= 400, "a form of another page writes nothing");
    await plain.body?.cancel();
    const changed = await send("PATCH", "/api/notes/n1", '{"body": "Looked"}');
    assertEquals((await changed.json()).body, "Looked");

    await using tools = await TestMcpClient.connect(httpRoad(server.httpUrl));
    const { cards } = await tools.ok("board_list", { project: "work ü" });
    assertEquals(cards.map(({ id }: { id: string }) => id), ["one"]);
    const { brief, page } = await tools.ok("session_brief", { session_id: "one" });
    assertEquals([brief.goal, page], ["Mend a", `${server.httpUrl}/s/one`]);
    const read = await tools.ok("session_window", { session_id: "one", limit: 1, anchor: "head" });
    const shown = await get(`${read.item_page}${read.items[0].uuid}`.slice(server.httpUrl.length));
    assertEquals([shown.status, shown.headers.get("Content-Type")?.slice(0, 9)], [
      200,
      "text/html",
    ]);
    await shown.body?.cancel();
    const { totals } = await tools.ok("insights_summary");
    assertEquals([totals.shipped, totals.sessions], [1, 1]);
    const { loops } = await tools.ok("open_loops");
    assertEquals(
      loops,
      (await json("/api/open-loops")).loops.map(
        (it: { kind: string; sessionId: string }) => ({ ...it, page: `${server.httpUrl}/s/one` }),
      ),
    );
    const { note_id } = await tools.ok("note_add", { session_id: "one", body: "By <a tool>" });
    assertEquals(note_id, "n2");
  }
  await using server = await open();
  const { notes } = await (await fetch(`${server.httpUrl}/api/sessions/one/notes`)).json();
  assertEquals(
    notes.map(({ author, body }: { author: string; body: string }) => [author, body]),
    [["human", "Looked"], ["ai", "By <a tool>"]],
  );
  const gone = await fetch(`${server.httpUrl}/api/notes/n1`, { method: "DELETE", headers });
  assertEquals(gone.status, 204);
});
