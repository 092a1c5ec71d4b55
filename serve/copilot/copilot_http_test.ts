import { assert, assertEquals } from "@std/assert";
import { copilotServer } from "../../tests/support/copilot_server.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";

Deno.test("a reply is for our own user and for our own pages, as JSON, and is told of", async () => {
  await using folder = await tempFolder();
  await using it = await copilotServer(folder.path);
  const send = (body: string, headers: Record<string, string> = {}) =>
    it.call("POST", "/api/sessions/one/respond", body, headers);
  const pid = (await send('{"text": "Push it."}')).body;
  // Its process is another one than the registry says, so there is no terminal.
  assertEquals([pid.error.code], ["pane_missing"]);
  const refusals: readonly [status: number, code: string, body: string, headers?: object][] = [
    [400, "bad_body", "{"],
    [400, "bad_body", '{"text": 3}'],
    [400, "bad_body", "[]"],
    [400, "bad_body", JSON.stringify({ text: "x".repeat(40_000) })],
    [409, "needs_confirm", '{"text": "/clear"}'],
    [401, "unauthorized", '{"text": "x"}', { Origin: "http://evil.example" }],
    [401, "unauthorized", '{"text": "x"}', { "Sec-Fetch-Site": "cross-site" }],
    [403, "csrf", "text=x", { "Content-Type": "application/x-www-form-urlencoded" }],
    [401, "unauthorized", '{"text": "x"}', { "X-Forwarded-For": "1.2.3.4" }],
    [401, "unauthorized", '{"text": "x"}', { Authorization: "Bearer wrong-wrong-wrong-1" }],
  ];
  for (const [status, code, body, headers] of refusals) {
    const answer = await send(body, { ...headers });
    assertEquals([answer.status, answer.body.error.code], [status, code], body.slice(0, 40));
  }
  const none = await it.call("POST", "/api/sessions/none/respond", '{"text": "x"}');
  assertEquals([none.status, none.body.error.code], [404, "session_not_found"]);
  const audit = Deno.readTextFileSync(`${folder.path}/home/logs/copilot.ndjson`).trim().split("\n");
  assertEquals(audit.map((line) => JSON.parse(line).reason), ["pane_missing"]);
  assert(!audit[0]!.includes("Push it"));

  it.isOwnUser = false;
  const paths: readonly [method: string, path: string][] = [
    ["POST", "/api/sessions/one/respond"],
    ["POST", "/api/sessions/one/composing"],
    ["GET", "/api/sessions/one/pane"],
    ["GET", "/api/sessions/one/reply"],
    ["POST", "/api/sessions/one/ai/draft"],
    ["POST", "/api/sessions/one/ai/diagnose"],
    ["PUT", "/api/sessions/one/autopilot"],
    ["GET", "/api/sessions/one/autopilot"],
    ["POST", "/api/autopilot/halt"],
    ["GET", "/api/autopilot"],
    ["POST", "/api/board/triage"],
    ["GET", "/api/board/triage"],
    ["GET", "/api/jobs"],
    ["GET", "/api/jobs/one"],
    ["DELETE", "/api/jobs/one"],
    ["GET", "/api/deliveries/one"],
  ];
  for (const [method, path] of paths) {
    const body = method === "GET" ? undefined : '{"text": "x"}';
    const other = await it.call(method, path, body);
    assertEquals([other.status, other.body.error.code], [401, "not_own_user"], path);
    const token = { Authorization: `Bearer ${it.token}` };
    const ours = await it.call(method, path, body, token);
    assert(ours.status !== 401, path);
  }
  // Nobody else's routes are guarded by it.
  assertEquals((await it.call("GET", "/api/board")).status, 200);
});

Deno.test("drafts, diagnoses, jobs and the autopilot are there over HTTP, and the board tells of the model", async () => {
  await using folder = await tempFolder();
  await using it = await copilotServer(folder.path);
  const draft = await it.call("POST", "/api/sessions/one/ai/draft", '{"hint": "brief"}');
  assertEquals(draft.status, 202);
  let { job } = draft.body;
  while (job.state === "queued" || job.state === "running") {
    job = (await it.call("GET", `/api/jobs/${job.id}`)).body.job;
  }
  assertEquals([job.state, job.result], ["done", { isDraft: true, text: "Yes, push it." }]);
  ({ job } = (await it.call("POST", "/api/sessions/one/ai/diagnose", "{}")).body);
  while (job.state === "queued" || job.state === "running") {
    job = (await it.call("GET", `/api/jobs/${job.id}`)).body.job;
  }
  const { notes: [note] } = (await it.call("GET", "/api/sessions/one/notes")).body;
  assertEquals([note.author, note.kind, note.body], ["ai", "diagnosis", "Yes, push it."]);
  assertEquals([note.jobId, note.id], [job.id, job.result.noteId]);
  const board = (await it.call("GET", "/api/board")).body;
  assertEquals(board.ai, { available: true });
  assertEquals((await it.call("DELETE", `/api/jobs/${job.id}`)).status, 409);
  assertEquals((await it.call("GET", "/api/jobs")).body.jobs.length, 2);
  assertEquals((await it.call("GET", "/api/sessions/one/pane")).body.error.code, "pane_missing");
  assertEquals((await it.call("POST", "/api/sessions/one/composing", "{}")).status, 204);

  const put = (body: object) => it.call("PUT", "/api/sessions/one/autopilot", JSON.stringify(body));
  assertEquals((await put({ mode: "ai", maxSends: 99 })).body.error.code, "bad_autopilot");
  const set = await put({ mode: "message", message: "Go on.", maxSends: 2 });
  assertEquals([set.body.mode, set.body.sends, set.body.halted], ["message", 0, false]);
  // Windows, lists and insights are answered by another thread, which has been told.
  const session = async () => (await it.call("GET", "/api/sessions/one?limit=1")).body.session;
  assertEquals((await session()).autopilot, { mode: "message", sends: 0 });
  assertEquals((await it.call("POST", "/api/autopilot/halt", "{}")).body, { halted: true });
  assertEquals((await session()).autopilot, { mode: "message", sends: 0, paused: "halted" });
  const { sessions } = (await it.call("GET", "/api/sessions")).body;
  assertEquals(sessions[0].autopilot.paused, "halted");
  assertEquals((await it.call("GET", "/api/insights")).body.totals.aiUsd, 0.04);
  const all = (await it.call("GET", "/api/autopilot")).body;
  assertEquals([all.halted, all.sessions.one.mode], [true, "message"]);
  const wrong = await it.call("GET", "/api/sessions/one/respond");
  assertEquals([wrong.status, wrong.allow], [405, "POST"]);
  it.ai.availability = { available: false, reason: "logged out" };
  assertEquals((await put({ mode: "ai" })).body.error.code, "ai_unavailable");
  const rules = await it.call("POST", "/api/sessions/one/ai/diagnose", "{}");
  assertEquals([rules.status, rules.body.source], [200, "rules"]);
});

Deno.test("a server over no transcripts has a copilot that knows no session", async () => {
  await using folder = await tempFolder();
  await using it = await copilotServer(folder.path, { transcriptRoots: [] });
  const answer = await it.call("POST", "/api/sessions/one/respond", '{"text": "x"}');
  assertEquals([answer.status, answer.body.error.code], [404, "session_not_found"]);
});
