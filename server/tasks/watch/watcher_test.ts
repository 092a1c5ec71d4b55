import { assert, assertEquals, assertMatch } from "@std/assert";
import { taskWorld, type TaskWorldOptions } from "../../../tests/support/task_world.ts";
import { typedLine } from "../agents/agent_list.ts";
import { plainLines } from "./last_output.ts";

/** A world with one task that runs. */
async function running(options: TaskWorldOptions = {}, timeoutS = 3600) {
  const world = await taskWorld(options);
  const started = await world.run({ timeoutS });
  const paths = world.paths(started.sessionId);
  const state = async () => (await world.tasks.byTask(started.taskId))!;
  return {
    world,
    ...started,
    paths,
    state,
    put: (name: keyof typeof paths, text: string) => world.disk.put(paths[name], text),
  };
}

Deno.test("an agent that fails is known within a second, with its exit code and last output", async () => {
  const { world, put, paths, state } = await running();
  await world.pass(1);
  // A shell shows what is typed at it, and once more when it was typed before the shell had begun.
  const typed = typedLine("a", paths).replace("\n", "\r\n");
  put("transcript", `${typed}$ ${typed}\x1b[31mboom\x1b[0m: it broke\r\n$ `);
  put("exit", "3\n");
  await world.pass(0.9);
  const { status, errors, exitCode } = await state();
  assertEquals([status, exitCode], ["failed", 3]);
  assertMatch(errors[0]!, /exit code 3 and without a result/);
  assertEquals(errors[1], "its last output:\nboom: it broke\n$");
});

Deno.test("a missing program is the same case, and named", async () => {
  const { world, put, state } = await running();
  put("exit", "127\n");
  await world.pass(0.9);
  assertMatch((await state()).errors[0]!, /127: its program was not found/);
});

Deno.test("an agent that ends with 0 has two seconds for its result", async () => {
  for (const afterS of [1.5, 2.5]) {
    const { world, put, state, sessionId } = await running();
    put("exit", "0\n");
    await world.pass(afterS);
    world.result(sessionId, { status: "completed" });
    await world.pass(0.1);
    const { errors } = await state();
    assertEquals(world.disk.files.has(world.paths(sessionId).exit), true);
    const had = JSON.parse(world.disk.text(world.paths(sessionId).status)!.trim().split("\n")[1]!);
    assertEquals(had.status, "done");
    assertEquals(errors, []);
    const endedS = had.ts - world.tasks.store.session(sessionId)!.record.created_at;
    assert(afterS === 1.5 ? endedS > 1.5 : endedS < 2.2, String(endedS));
  }
});

Deno.test("a terminal that ends before its agent ends the task", async () => {
  const { world, state, ptyId } = await running();
  await world.terminals.close(ptyId);
  await world.pass(0.9);
  const { status, errors } = await state();
  assertEquals(status, "failed");
  assertMatch(errors[0]!, /terminal of the task ended before its agent/);
});

Deno.test("a result may lie in the results folder; a folder is none, nor is a link", async () => {
  const { world, paths, state } = await running();
  await world.disk.makeFolder(paths.result);
  await world.pass(6);
  assertEquals((await state()).status, "running");
  world.disk.put(`${paths.results}/result.json`, '{"status":"failed","errors":["no"]}');
  await world.pass(0.1);
  assertEquals([(await state()).status, (await state()).errors], ["failed", ["no"]]);
});

Deno.test("a half-written result is waited for", async () => {
  const { world, put, state, sessionId } = await running();
  put("result", '{"status":"comp');
  await world.pass(20);
  assertEquals((await state()).status, "running");
  put("result", '{"status":"completed","sum');
  await world.pass(20);
  assertEquals((await state()).status, "running");
  world.result(sessionId, { status: "completed", summary: "whole" });
  await world.pass(0.1);
  assertEquals((await state()).summary, "whole");
});

Deno.test("one that is no JSON for 30 s is a failure that quotes it, and is kept", async () => {
  const { world, put, state, paths } = await running();
  const text = `no json ${"x".repeat(300)}`;
  put("result", text);
  await world.pass(40);
  const { status, errors } = await state();
  assertEquals(status, "failed");
  assertMatch(errors[0]!, /no JSON .*begins with: no json x{192}; it has not changed for 30 s/);
  assertEquals(world.disk.text(`${paths.folder}/result.unusable`), text);
});

Deno.test("lists, single values and endless results are failures at once", async () => {
  for (
    const [text, says] of [
      ["[1]", /a list, expected a JSON object/],
      ["5", /number, expected/],
      ["null", /null, expected/],
      [`{"summary":"${"x".repeat(2 ** 20)}"}`, /1048590 bytes, more than/],
    ] as const
  ) {
    const { world, put, state } = await running();
    put("result", text);
    await world.pass(0.1);
    const { status, errors } = await state();
    assertEquals(status, "failed");
    assertMatch(errors[0]!, says);
  }
});

Deno.test("a task that stays silent ends when it is over its time and 300 s without progress", async () => {
  const { world, state } = await running({}, 60);
  await world.pass(299);
  assertEquals((await state()).status, "running");
  await world.pass(10);
  const { status, errors, summary } = await state();
  assertEquals(status, "timeout");
  assertMatch(errors[0]!, /over its 60 s, and no progress came for 300 s/);
  assertMatch(summary!, /too long/);
});

Deno.test("progress at either place keeps a task alive, up to the ceiling", async () => {
  for (const place of ["status.jsonl", "results/status.jsonl"]) {
    const { world, state, paths } = await running({ settings: { ceilingS: 2000 } }, 60);
    for (let i = 0; i < 9; i++) {
      await world.disk.append(`${paths.folder}/${place}`, `{"step":"s${i}","message":"at ${i}"}\n`);
      await world.pass(200);
      assertEquals((await state()).status, "running", place);
      assertEquals((await state()).progress, { step: `s${i}`, message: `at ${i}` });
    }
    await world.disk.append(`${paths.folder}/${place}`, '{"step":"more"}\n');
    await world.pass(206);
    assertEquals((await state()).status, "timeout");
    assertMatch((await state()).errors[0]!, /2000 s that any may take/);
  }
});

Deno.test("output counts as progress only when a setting says so", async () => {
  const statusWith = async (countsOutput: boolean) => {
    const { world, state, ptyId } = await running({ settings: { countsOutput } }, 60);
    for (let i = 0; i < 10 && world.terminals.get(ptyId) !== undefined; i++) {
      world.terminals.say(ptyId, "working\n");
      await world.pass(100);
    }
    return (await state()).status;
  };
  assertEquals([await statusWith(false), await statusWith(true)], ["timeout", "running"]);
});

Deno.test("lines without progress, torn ones and long ones change nothing", async () => {
  const { world, paths, state, ptyId } = await running();
  const lines = [
    "5",
    "{",
    '{"step":7}',
    `{"step":"${"s".repeat(200)}","message":"a\\nb\\u001b[2J"}`,
  ];
  await world.disk.append(paths.status, `${lines.join("\n")}\n{"step":"to`);
  await world.pass(0.1);
  assertEquals((await state()).status, "running");
  assertEquals((await state()).progress, { step: "s".repeat(80), message: "a b [2J" });
  await world.disk.append(paths.status, 'rn","message":"whole"}\n');
  await world.pass(0.1);
  assertEquals(world.terminals.live.get(ptyId)!.marks, ["running", "s".repeat(80), "torn"]);
});

Deno.test("what the agent wrote last of its progress never decides how the task stands", async () => {
  const { world, paths, state } = await running();
  await world.disk.append(paths.status, '{"status":"done","step":"failed","message":"all lost"}\n');
  await world.pass(1);
  assertEquals((await state()).status, "running");
});

Deno.test("a result that is written anew after the end is the one that is shown", async () => {
  const { world, state, sessionId } = await running();
  world.result(sessionId, { status: "completed", summary: "first" });
  await world.pass(1);
  world.result(sessionId, { status: "needs_approval", summary: "second" });
  const { status, summary } = await state();
  assertEquals([status, summary], ["needs_approval", "second"]);
});

Deno.test("a look that fails is told, and the next one comes", async () => {
  const { world, state, sessionId } = await running();
  const { read } = world.disk;
  world.disk.read = () => Promise.reject(new Error("the disk is away"));
  await world.pass(6);
  world.disk.read = read;
  world.result(sessionId, { status: "completed" });
  await world.pass(6);
  assertEquals((await state()).status, "completed");
  assert(world.log.of("task could not be looked at").length > 0);
});

Deno.test("output as plain lines: no escapes, what a carriage return wrote over is gone", () => {
  assertEquals(
    plainLines("\x1b]0;title\x07a\x1b[1;31mb\x1b[0m\r\n10%\r50%\r100%\n\x07\n\x1b(Bend\x1b[?2004h"),
    "ab\n100%\nend",
  );
  assertEquals(
    plainLines(Array.from({ length: 50 }, (_, i) => `l${i}`).join("\n")).split("\n").length,
    20,
  );
});
