import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  type TaskWorld,
  taskWorld,
  type TaskWorldOptions,
} from "../../tests/support/task_world.ts";
import { TerminalLimitError } from "../../server/tasks/terminal/errors.ts";
import { mcpEndpoint } from "../http.ts";
import { TASK_INSTRUCTIONS } from "./definitions.ts";
import { lenientHandshake, taskServer } from "./task_server.ts";
import { taskTools } from "./task_tools.ts";

/** The endpoint of a world, asked without a socket. */
async function toolWorld(
  options: TaskWorldOptions & { readonly base?: string | null; readonly hasThreeCounts?: boolean } =
    {},
) {
  const world = await taskWorld(options);
  const { base = "https://studio.example", hasThreeCounts = false } = options;
  const tools = taskTools({
    ...{ tasks: world.tasks, clock: world.clock, interactive: null, hasThreeCounts },
  });
  const { routes } = mcpEndpoint(() =>
    taskServer({ name: "headway", version: "1" }, {
      tools,
      call: {
        viewerUrl: (pty) => base === null || pty === null ? null : `${base}/?session=${pty}`,
        permit: () => Promise.resolve(),
      },
    }), { path: "/mcp/tasks", mend: lenientHandshake });
  const post = (body: unknown) =>
    Promise.resolve(routes.fetch(
      new Request("http://localhost/mcp/tasks", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    ));
  const rpc = async (method: string, params: object = {}, id: unknown = 1) =>
    await (await post({ jsonrpc: "2.0", id, method, params })).json();
  /** Calls a tool; its payload, and whether it is an error. */
  const call = async (name: string, args: object = {}) => {
    const { result } = await rpc("tools/call", { name, arguments: args });
    const payload = JSON.parse(result.content[0].text);
    assertEquals([result.content.length, result.content[0].type], [1, "text"]);
    assertEquals(result.structuredContent, payload);
    return { ...payload, isError: result.isError ?? false };
  };
  const run = (args: object = {}) =>
    call("coda_run", { prompt: "make it so", email: "me@example.org", ...args });
  return { world, routes, post, rpc, call, run };
}

const DONE = { status: "completed", summary: "it is so", extra: [1] };

Deno.test("initialize names the server, what it can, and how its tools are meant", async () => {
  const { rpc } = await toolWorld();
  for (const params of [{ protocolVersion: "2025-03-26" }, {}]) {
    const { jsonrpc, result } = await rpc("initialize", params);
    assertEquals([jsonrpc, result.serverInfo.name, result.protocolVersion], [
      ...["2.0", "headway", "2025-03-26"],
    ]);
    assertEquals(result.capabilities, { tools: { listChanged: false } });
    assertEquals(result.instructions, TASK_INSTRUCTIONS);
  }
});

Deno.test("the tools are exactly three, each with description, schema and hints", async () => {
  const { rpc } = await toolWorld();
  const { result: { tools } } = await rpc("tools/list");
  assertEquals(tools.map(({ name }: { name: string }) => name), [
    ...["coda_run", "coda_inbox", "coda_get_result"],
  ]);
  for (const { description, inputSchema } of tools) {
    assert(description.length > 0);
    assertEquals(inputSchema.type, "object");
  }
  const hints = tools.map(({ annotations: it }: { annotations: Record<string, boolean> }) => [
    ...[it["readOnlyHint"], it["destructiveHint"], it["idempotentHint"]],
  ]);
  assertEquals(hints, [[false, false, false], [true, false, true], [true, false, true]]);
  const [run] = tools;
  assertEquals(run.inputSchema.required, ["prompt", "email"]);
  assertEquals(run.inputSchema.properties.timeout_s.default, 3600);
  assertEquals(run.inputSchema.properties.agent.enum, ["hermes", "claude", "codex"]);
  assert(!("workflow_protocol" in run.inputSchema.properties));
});

Deno.test("ping is empty, unknown methods and tools are errors, ids come back as they were", async () => {
  const { rpc } = await toolWorld();
  for (const id of [7, "seven", 0]) {
    assertEquals(await rpc("ping", {}, id), { jsonrpc: "2.0", id, result: {} });
  }
  assertEquals((await rpc("no/such")).error.code, -32601);
  const unknown = await rpc("tools/call", { name: "coda_rn", arguments: {} });
  assertMatch(unknown.error.message, /there is no tool "coda_rn".*coda_run/);
});

Deno.test("what is no JSON, and what is no POST, is refused without a failure of the server", async () => {
  const { post, routes } = await toolWorld();
  const bad = await post("not json");
  assertEquals([bad.status, (await bad.json()).error.code], [400, -32700]);
  const get = await routes.fetch(new Request("http://localhost/mcp/tasks"));
  assertEquals([get.status, typeof (await get.json()).error.message], [405, "string"]);
  const told = await post({ jsonrpc: "2.0", method: "notifications/initialized" });
  assertEquals(told.status, 202);
  await told.body?.cancel();
});

Deno.test("a run answers at once with ids and the address of its terminal", async () => {
  const { run, world } = await toolWorld();
  const { task_id, session_id, status, viewer_url, isError } = await run();
  assertMatch(task_id, /^task-/);
  assertMatch(session_id, /^sess-/);
  const [terminal] = world.terminals.all;
  assertEquals([status, viewer_url, isError], [
    ...["running", `https://studio.example/?session=${terminal!.spec.id}`, false],
  ]);
});

Deno.test("without an address the run says null, inbox and result leave it out", async () => {
  const { run, call } = await toolWorld({ base: null });
  const { task_id, session_id, viewer_url } = await run();
  assertEquals(viewer_url, null);
  const [entry] = (await call("coda_inbox")).tasks;
  assert(!("viewer_url" in entry));
  assert(!("viewer_url" in await call("coda_get_result", { task_id, session_id })));
});

Deno.test("an empty inbox has no tasks and five counts of nothing, or three where that is wanted", async () => {
  const none = { running: 0, completed: 0, failed: 0 };
  const { call } = await toolWorld();
  assertEquals(await call("coda_inbox"), {
    ...{ tasks: [], counts: { ...none, info_needed: 0, needs_approval: 0 }, isError: false },
  });
  const old = await toolWorld({ hasThreeCounts: true });
  assertEquals((await old.call("coda_inbox")).counts, none);
});

Deno.test("the inbox: newest first, with status, age, progress and summary as they are now", async () => {
  const { run, call, world } = await toolWorld();
  const first = await run({ email: "a@example.org" });
  await world.pass(12.34);
  const second = await run({ previous_session_id: first.session_id });
  await world.disk.append(
    world.paths(second.session_id).status,
    '{"step":"plan","message":"thinking"}\n',
  );
  world.disk.put(
    `${world.paths(first.session_id).result}`,
    JSON.stringify(DONE),
    { silently: true },
  );
  const { tasks, counts } = await call("coda_inbox");
  const created = world.clock.unixS();
  assertEquals(tasks, [{
    ...{ task_id: second.task_id, session_id: second.session_id, status: "running" },
    ...{ elapsed_s: 0, prompt_summary: "make it so", previous_session_id: first.session_id },
    ...{ created_at: created, progress: "thinking", viewer_url: second.viewer_url },
  }, {
    ...{ task_id: first.task_id, session_id: first.session_id, status: "completed" },
    ...{ elapsed_s: tasks[1].elapsed_s, prompt_summary: "make it so", previous_session_id: "" },
    ...{ created_at: tasks[1].created_at, summary: "it is so", viewer_url: first.viewer_url },
  }]);
  assert(tasks[1].elapsed_s >= 12.3 && tasks[1].elapsed_s <= 12.4, tasks[1].elapsed_s);
  assertEquals(counts, { running: 1, completed: 1, failed: 0, info_needed: 0, needs_approval: 0 });
  const names = async (args: object) =>
    (await call("coda_inbox", args)).tasks.map(({ task_id }: { task_id: string }) => task_id);
  assertEquals(await names({ status: "running" }), [second.task_id]);
  assertEquals(await names({ email: "a@example.org" }), [first.task_id]);
  assertEquals(await names({ email: "a@example.org", status: "running" }), []);
});

Deno.test("counts take done for completed, timeout for failed, and leave out what they do not know", async () => {
  const { run, call, world } = await toolWorld({
    settings: { maxConcurrent: 20 },
    maxTerminals: 20,
  });
  const words = [undefined, "done", "failed", "timeout", "info_needed", "needs_approval", "odd"];
  for (const status of words) {
    const { session_id } = await run();
    world.result(session_id, { ...(status !== undefined && { status }) });
  }
  await world.pass(0.1);
  const { tasks, counts } = await call("coda_inbox");
  assertEquals(counts, { running: 0, completed: 2, failed: 2, info_needed: 1, needs_approval: 1 });
  const seen = new Set(tasks.map(({ status }: { status: string }) => status));
  assertEquals(seen, new Set(["completed", ...words.slice(1)]));
});

Deno.test("tasks leave the inbox after their time; those without facts are never in it", async () => {
  const { run, call, world } = await toolWorld({ settings: { ttlS: 100, ceilingS: 1000 } });
  const { session_id } = await run();
  world.disk.files.delete(world.paths(session_id).meta);
  await world.pass(99);
  assertEquals((await call("coda_inbox")).tasks.length, 1);
  await world.pass(2);
  assertEquals((await call("coda_inbox")).tasks, []);
});

Deno.test("a result: what the agent wrote, ids, the address, and the usual keys where it had none", async () => {
  const { run, call, world } = await toolWorld();
  const { task_id, session_id, viewer_url } = await run();
  const early = await call("coda_get_result", { task_id, session_id });
  assertEquals([early.status, early.isError, early.viewer_url], ["running", false, viewer_url]);
  assertMatch(early.message, /not yet available/);
  world.result(session_id, { summary: "whole", feedback: "which?", artifacts: { a: 1 } });
  assertEquals(await call("coda_get_result", { task_id, session_id }), {
    ...{ status: "done", summary: "whole", files_changed: [], artifacts: { a: 1 }, errors: [] },
    ...{ feedback: "which?", task_id, session_id, viewer_url, isError: false },
  });
});

Deno.test("a result that is none: not found, out of form, or never to come", async () => {
  const { run, call, world } = await toolWorld();
  const { task_id, session_id } = await run();
  const of = (args: object) => call("coda_get_result", { task_id, session_id, ...args });
  const missing = await of({ task_id: "task-00000000" });
  assertEquals([missing.status, missing.isError], ["not_found", false]);
  assertMatch(missing.message, /there is no task task-00000000 in session/);
  for (
    const bad of [
      ...[{ task_id: "../../../etc/passwd" }, { task_id: "task-0000000g" }, { task_id: "" }],
      ...[{ session_id: `../${session_id}` }, { session_id: "sess-" }, { session_id: "/" }],
    ]
  ) {
    const reads = world.disk.reads;
    const refused = await of(bad);
    assertEquals([refused.status, refused.isError], ["error", true]);
    assertMatch(refused.error, /hexadecimal digits/);
    assert("task_id" in refused);
    assertEquals(world.disk.reads, reads, "nothing of the disk is looked at");
  }
  await world.tasks.closeSession(session_id);
  const closed = await of({});
  assertEquals(closed.status, "failed");
  assertMatch(closed.message, /not yet available, and none will come/);
});

Deno.test("a task that was put on the disk by hand is found", async () => {
  const { run, call, world } = await toolWorld();
  const { task_id, session_id } = await run();
  world.result(session_id, DONE);
  await world.pass(1);
  const other = await toolWorld({ after: world });
  assertEquals((await other.call("coda_get_result", { task_id, session_id })).summary, "it is so");
  assertEquals((await other.call("coda_inbox")).counts.completed, 1);
  assertEquals((await call("coda_inbox")).counts.completed, 1);
});

Deno.test("errors are payloads that name what is wrong", async () => {
  const { run, call, world } = await toolWorld({ settings: { maxConcurrent: 1 } });
  const cases: [Promise<Record<string, unknown>>, RegExp][] = [
    [run({ context: "{oops" }), /context parameter.*\{oops/],
    [run({ prompt: undefined }), /coda_run cannot be called like that: prompt is missing/],
    [run({ timeout_s: "soon" }), /timeout_s: .*number/],
    [run({ permissions: "root" }), /permissions: /],
    [run({ agent: "bash" }), /agent: /],
    [call("coda_inbox", { email: 5 }), /email: /],
    [call("coda_get_result", {}), /task_id is missing; session_id is missing/],
  ];
  for (const [answer, says] of cases) {
    const { status, error, isError } = await answer;
    assertEquals([status, isError], ["error", true]);
    assertMatch(String(error), says);
  }
  world.terminals.nextFailure = new TerminalLimitError("Maximum 5 concurrent sessions. Close one.");
  assertMatch((await run()).error, /^Maximum 5 concurrent sessions/);
  await run();
  assertMatch((await run()).error, /concurrency limit reached: 1/);
});

Deno.test("the workflow is an argument only where the server has it", async () => {
  const { rpc, run, world } = await toolWorld({ settings: { hasWorkflow: true } });
  const { result: { tools } } = await rpc("tools/list");
  assertEquals(tools[0].inputSchema.properties.workflow_protocol.default, true);
  const prompts = [await run(), await run({ workflow_protocol: false })]
    .map(({ session_id }) => world.disk.text(world.paths(session_id).prompt)!);
  assertEquals(prompts.map((text) => text.includes("WORKFLOW PROTOCOL:")), [true, false]);
});

Deno.test("a model is told to submit and go on, to show the address, and what two statuses mean", () => {
  for (
    const word of ["viewer_url", "info_needed", "needs_approval", "feedback", "previous_session_id"]
  ) {
    assert(TASK_INSTRUCTIONS.includes(word), word);
  }
  assertMatch(TASK_INSTRUCTIONS, /no waiting, no loops/);
});

Deno.test("whoever may not start processes is told how it may, by every tool", async () => {
  const world: TaskWorld = await taskWorld();
  const tools = taskTools({
    ...{ tasks: world.tasks, clock: world.clock, interactive: null, hasThreeCounts: false },
  });
  for (const tool of tools) {
    const args = {
      prompt: "x",
      email: "",
      task_id: "task-00000000",
      session_id: "sess-000000000000",
    };
    const payload = await tool.call(args, {
      signal: new AbortController().signal,
      viewerUrl: () => null,
      permit: () => Promise.reject(new Error("only with the token")),
    });
    assertMatch(String(payload["error"]), /only with the token/);
  }
  assertEquals(world.terminals.all.length, 0);
});
