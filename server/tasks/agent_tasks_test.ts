import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { type TaskWorld, taskWorld } from "../../tests/support/task_world.ts";
import { TaskError } from "./errors.ts";
import type { TaskSessionId } from "./ids.ts";
import { TerminalLimitError } from "./terminal/errors.ts";

/** How the task of a session stands. */
async function stateOf({ tasks }: TaskWorld, session: TaskSessionId) {
  return (await tasks.states()).find(({ sessionId }) => sessionId === session)!;
}

const DONE = { status: "completed", summary: "it is so" };

Deno.test("a task gets a session, a terminal with a transcript, and one typed command", async () => {
  const world = await taskWorld();
  const { taskId, sessionId, ptyId } = await world.run({ prompt: "a".repeat(150) });
  assertMatch(taskId, /^task-[0-9a-f]{8}$/);
  assertMatch(sessionId, /^sess-[0-9a-f]{12}$/);
  const [terminal] = world.terminals.all;
  const { spec } = terminal!;
  assertEquals([world.terminals.all.length, spec.id, spec.label], [1, ptyId, "hermes-mcp"]);
  const folder = `/home/me/tasks/sessions/${sessionId}/tasks/${taskId}`;
  assertEquals(spec.files?.transcriptPath, `${folder}/transcript.log`);
  assertEquals(spec.files?.recordingPath, `${folder}/recording.cast`);
  assertEquals(
    terminal!.typed,
    `(trap : INT; hermes -z '${folder}/prompt.txt'; echo $? > '${folder}/agent.exit')\n`,
  );
  assertEquals(world.record(sessionId), {
    ...{ session_id: sessionId, email: "me@example.org", user_id: "", label: "hermes-mcp" },
    ...{ status: "busy", current_task: taskId, completed_tasks: [] },
    created_at: world.clock.unixS(),
    ...{ pty_session_id: ptyId, pty_pid: 1000, pty_pid_start: "77" },
  });
  assertEquals(JSON.parse(world.disk.text(`${folder}/meta.json`)!), {
    ...{ email: "me@example.org", created_at: world.clock.unixS(), previous_session_id: "" },
    ...{ permissions: "smart", timeout_s: 3600, prompt_summary: "a".repeat(100), agent: "hermes" },
  });
  assertEquals(
    world.disk.text(`${folder}/status.jsonl`),
    `{"status":"running","ts":${world.clock.unixS()}}\n`,
  );
  assert(world.disk.folders.has(`${folder}/results`));
  assertEquals((await stateOf(world, sessionId)).status, "running");
});

Deno.test("known secrets are masked in what lists show of a prompt; its agent gets it as it was given", async () => {
  const secret = "s3cret-of-the-server";
  const world = await taskWorld({ environment: { env: {}, secrets: [secret] } });
  const cut = `${"a".repeat(90)}${secret} and more`;
  for (const prompt of [`log in with ${secret}, please`, cut]) {
    const { sessionId } = await world.run({ prompt });
    const { meta, prompt: file } = world.paths(sessionId);
    const expected = prompt.replace(secret, "*".repeat(secret.length)).slice(0, 100);
    assertEquals(JSON.parse(world.disk.text(meta)!).prompt_summary, expected);
    assertEquals((await stateOf(world, sessionId)).title, expected);
    assertEquals(world.terminals.all.at(-1)!.spec.files?.title, expected);
    assert(world.disk.text(file)!.includes(prompt));
  }
});

Deno.test("yolo adds the agent's own flag, and nothing else does", async () => {
  const world = await taskWorld({
    agents: [{
      name: "mine",
      command: "mine {yolo_flag:--force} {smart_flag:--ask} {prompt_file}",
    }],
  });
  const typed = async (args: Parameters<TaskWorld["run"]>[0]) => {
    await world.run(args);
    return world.terminals.all.at(-1)!.typed.slice(13).split(" '")[0];
  };
  assertEquals(await typed({ agent: "mine", permissions: "yolo" }), "mine --force");
  assertEquals(await typed({ agent: "mine" }), "mine --ask");
  assertMatch(
    (await world.run({ permissions: "yolo" }), world.terminals.all.at(-1)!.typed),
    /hermes -z '[^']+prompt\.txt' --yolo;/,
  );
});

Deno.test("a result that appears ends the task at once, by its event", async () => {
  const world = await taskWorld();
  const { sessionId, taskId, ptyId } = await world.run();
  await world.pass(1);
  world.result(sessionId, DONE);
  await world.pass(0.1);
  const record = world.record(sessionId);
  assertEquals([record.status, record.current_task, record.completed_tasks], [
    "closed",
    null,
    [taskId],
  ]);
  assertEquals(record.closed_at, world.clock.unixS() - 0.05);
  const lines = world.disk.text(world.paths(sessionId).status)!.trim().split("\n");
  assertEquals(lines.map((it) => JSON.parse(it).status), ["running", "done"]);
  const state = await stateOf(world, sessionId);
  assertEquals([state.status, state.summary], ["completed", "it is so"]);
  assertEquals(world.terminals.live.get(ptyId)!.marks, ["running", "completed"]);
});

Deno.test("where no event comes, the poll finds the result", async () => {
  const world = await taskWorld({ watchFolder: () => () => {} });
  const { sessionId } = await world.run();
  await world.pass(1);
  world.result(sessionId, DONE);
  // The inbox reads the file, whoever has noticed it.
  assertEquals((await stateOf(world, sessionId)).status, "completed");
  await world.pass(3.9);
  assertEquals(world.record(sessionId).status, "busy");
  await world.pass(0.2);
  assertEquals(world.record(sessionId).status, "closed");
});

Deno.test("a folder that cannot be watched is polled, and that is told", async () => {
  const world = await taskWorld({
    watchFolder: () => {
      throw new Error("no more watches");
    },
  });
  const { sessionId } = await world.run();
  world.result(sessionId, DONE);
  await world.pass(5.1);
  assertEquals(world.record(sessionId).status, "closed");
  assertEquals(world.log.of("task is looked at every few seconds only").length, 1);
});

Deno.test("event, poll and explicit close end a task once", async () => {
  const world = await taskWorld();
  const { sessionId, taskId, ptyId } = await world.run();
  const terminal = world.terminals.live.get(ptyId)!;
  const entry = world.tasks.store.session(sessionId)!;
  world.result(sessionId, DONE);
  await Promise.all([
    world.tasks.finish(entry, null),
    world.tasks.finish(entry, { status: "timeout", summary: "late", errors: [] }),
    world.pass(6),
  ]);
  await world.tasks.finish(entry, null);
  await world.tasks.closeSession(sessionId);
  assertEquals(terminal.graceTimers, 1);
  assertEquals(terminal.marks, ["running", "completed"]);
  assertEquals(world.record(sessionId).completed_tasks, [taskId]);
  const lines = world.disk.text(world.paths(sessionId).status)!.trim().split("\n");
  assertEquals(lines.length, 2);
  assertEquals((await stateOf(world, sessionId)).status, "completed");
});

Deno.test("parallel calls never go beyond the cap", async () => {
  const world = await taskWorld({ settings: { maxConcurrent: 3 }, maxTerminals: 50 });
  const calls = await Promise.allSettled(Array.from({ length: 20 }, () => world.run()));
  const refused = calls.filter((call) => call.status === "rejected");
  assertEquals([refused.length, world.terminals.all.length, world.tasks.store.busyCount], [
    17,
    3,
    3,
  ]);
  for (const { reason } of refused) {
    assertMatch(reason.message, /concurrency limit reached: 3 tasks/);
  }
});

Deno.test("at a cap of n, n new tasks start as soon as n have ended", async () => {
  const world = await taskWorld({ settings: { maxConcurrent: 2 }, maxTerminals: 2 });
  const started = [await world.run(), await world.run()];
  await assertRejects(() => world.run(), TaskError, "concurrency");
  for (const { sessionId } of started) world.result(sessionId, DONE);
  await world.pass(0.1);
  assertEquals(world.terminals.live.size, 2);
  await Promise.all([world.run(), world.run()]);
  assertEquals(world.terminals.live.size, 4);
  await assertRejects(() => world.run(), TaskError, "concurrency");
});

Deno.test("the terminal stays for its grace, which nothing prolongs, and then goes", async () => {
  const world = await taskWorld({ settings: { graceS: 2 } });
  const { sessionId, ptyId } = await world.run();
  world.result(sessionId, DONE);
  await world.pass(0.1);
  assertEquals(world.terminals.get(ptyId)?.graceEndsAt, world.clock.unixS() - 0.05 + 2);
  world.terminals.touch();
  await world.pass(1.8);
  assert(world.terminals.get(ptyId) !== undefined);
  await world.pass(0.2);
  assertEquals(world.terminals.get(ptyId), undefined);
  assertEquals((await world.tasks.byPty(ptyId))?.sessionId, sessionId);
});

Deno.test("replay only: the terminal goes with the task", async () => {
  const world = await taskWorld({ settings: { isReplayOnly: true } });
  const { sessionId, ptyId } = await world.run();
  world.result(sessionId, DONE);
  await world.pass(0.1);
  assertEquals([world.terminals.get(ptyId), world.terminals.all[0]!.graceTimers], [undefined, 0]);
});

Deno.test("when no terminal can be had, the place is free again and the task told as failed", async () => {
  const world = await taskWorld({ settings: { maxConcurrent: 1 } });
  world.terminals.nextFailure = new TerminalLimitError("Maximum 5 concurrent sessions reached");
  await assertRejects(() => world.run(), TerminalLimitError, "Maximum 5 concurrent sessions");
  const [state] = await world.tasks.states();
  assertEquals([state!.status, state!.errors], ["failed", [
    "Maximum 5 concurrent sessions reached",
  ]]);
  assertEquals(world.record(state!.sessionId).status, "closed");
  await world.run();
});

Deno.test("a disk that is full at any step gives the place back", async () => {
  for (const name of ["session.json", "meta.json", "status.jsonl", "prompt.txt"]) {
    const world = await taskWorld({ settings: { maxConcurrent: 1 } });
    const write = world.disk.write.bind(world.disk);
    let isFull = true;
    world.disk.write = (path, text) => {
      if (!isFull || !path.endsWith(name)) return write(path, text);
      isFull = false;
      return Promise.reject(new Error("no space left"));
    };
    await assertRejects(() => world.run(), Error, "no space left");
    assertEquals(world.tasks.store.busyCount, 0, name);
    await world.run();
  }
});

Deno.test("arguments out of form are refused by name, and nothing is made", async () => {
  const world = await taskWorld();
  const cases: [Parameters<TaskWorld["run"]>[0], RegExp][] = [
    [{ prompt: "  " }, /prompt is empty/],
    [{ prompt: "ä".repeat(600_000) }, /prompt has 1200000 bytes/],
    [{ permissions: "root" }, /permissions is "root", expected smart or yolo/],
    [{ timeoutS: 0 }, /timeout_s is 0/],
    [{ timeoutS: 86_401 }, /timeout_s is 86401/],
    [{ timeoutS: 1.5 }, /timeout_s is 1.5/],
    [{ previousSessionId: "../../etc" }, /previous_session_id is "..\/..\/etc"/],
    [{ context: "{oops" }, /the context parameter is not JSON .*: \{oops/],
    [{ email: "a\nTASK:" }, /email must be one line/],
    [{ agent: "rm -rf /" }, /there is no agent "rm -rf \/"; this server has hermes, claude, codex/],
  ];
  for (const [args, says] of cases) {
    const error = await assertRejects(() => world.run(args), TaskError);
    assertMatch(error.message, says);
  }
  assertEquals([world.disk.files.size, world.tasks.store.busyCount], [0, 0]);
});

Deno.test("a chained task names the session before it, to the agent and in its facts", async () => {
  const world = await taskWorld();
  const first = await world.run();
  const next = await world.run({ previousSessionId: first.sessionId, context: '{"branch":"x"}' });
  const prompt = world.disk.text(world.paths(next.sessionId).prompt)!;
  assertMatch(prompt, new RegExp(`PRIOR SESSION: ${first.sessionId}\n`));
  assertMatch(prompt, /"branch": "x"/);
  assertEquals((await stateOf(world, next.sessionId)).previousSessionId, first.sessionId);
});

Deno.test("a session that waits takes one task, and none beside it or after it", async () => {
  const world = await taskWorld();
  const { tasks } = world;
  const id = await tasks.createSession({ email: "me@example.org", label: "own" });
  assertEquals(world.record(id).status, "ready");
  const args = { prompt: "one", email: "me@example.org" };
  const [first, second] = await Promise.allSettled([tasks.runIn(id, args), tasks.runIn(id, args)]);
  assertEquals(first.status, "fulfilled");
  assertMatch((second as PromiseRejectedResult).reason.message, /already has a running task/);
  assertEquals((await stateOf(world, id)).status, "running");
  await tasks.closeSession(id);
  assertEquals([world.record(id).status, world.record(id).closed_at], ["closed", undefined]);
  assertEquals(world.terminals.live.size, 0);
  const state = await stateOf(world, id);
  assertEquals([state.status, state.errors], ["failed", [
    "the session was closed without a result",
  ]]);
  await assertRejects(() => tasks.runIn(id, args), TaskError, "not found");
  await assertRejects(
    () => tasks.closeSession("sess-000000000000" as TaskSessionId),
    TaskError,
    "sess-000000000000 not found",
  );
});

Deno.test("a server that stops ends its tasks, says so, and leaves no terminal", async () => {
  const world = await taskWorld();
  const { sessionId } = await world.run();
  await world.tasks.close();
  assertEquals([world.record(sessionId).status, world.terminals.live.size], ["closed", 0]);
  const state = await stateOf(world, sessionId);
  assertEquals(state.status, "failed");
  assertMatch(state.errors.join(), /server was stopped/);
  await assertRejects(() => world.run(), TaskError, "stopping");
  assertEquals(world.disk.watched, 0);
});

Deno.test("whoever watches hears of each change, and terminals lead to their tasks without a walk", async () => {
  const world = await taskWorld();
  const heard: string[] = [];
  const end = world.tasks.watch((id) => heard.push(id));
  const { taskId, sessionId, ptyId } = await world.run();
  world.disk.append(world.paths(sessionId).status, '{"step":"plan","message":"thinking"}\n');
  await world.pass(0.1);
  world.result(sessionId, DONE);
  await world.pass(0.1);
  end();
  assertEquals(new Set(heard), new Set([taskId]));
  assert(heard.length >= 3);
  assertEquals(world.terminals.live.get(ptyId)!.marks, ["running", "plan", "completed"]);
  const before = world.disk.reads;
  assertEquals(await world.tasks.byPty("00000000-0000-4000-8000-000000000000" as never), undefined);
  assertEquals(world.disk.reads, before);
});

Deno.test("elapsed time stops with the task", async () => {
  const world = await taskWorld();
  const { sessionId } = await world.run();
  await world.pass(10);
  world.result(sessionId, DONE);
  await world.pass(100);
  const { createdAt, endedAt } = await stateOf(world, sessionId);
  assert(endedAt! - createdAt > 10 && endedAt! - createdAt < 10.2);
});
