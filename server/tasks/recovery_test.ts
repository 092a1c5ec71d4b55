import { assertEquals, assertMatch } from "@std/assert";
import { Rng } from "../../runtime/mod.ts";
import { ROOT, type TaskWorld, taskWorld } from "../../tests/support/task_world.ts";
import { type LeftTerminal, recoverTasks, TaskCleanup } from "./recovery.ts";
import { Uploads } from "./uploads.ts";

/** Files that people handed in, in a world. */
function uploadsOf({ disk, clock }: TaskWorld): Uploads {
  return new Uploads({ disk, clock, folder: "/home/me/uploads", rng: new Rng(3), ttlS: 86_400 });
}

/** The same disk under a server that starts anew. */
async function restarted(before: TaskWorld) {
  const world = await taskWorld({ after: before });
  const swept: LeftTerminal[] = [];
  const recover = () =>
    recoverTasks(world.tasks, {
      ...world,
      sweep: (left) => {
        swept.push(left);
        return Promise.resolve(true);
      },
    });
  return { world, swept, recover };
}

const DONE = { status: "completed", summary: "it is so" };

Deno.test("after a restart busy tasks are told as failed, their slots are free, their processes swept", async () => {
  const before = await taskWorld({ settings: { maxConcurrent: 2 } });
  const { sessionId, ptyId } = await before.run();
  before.disk.put(before.paths(sessionId).transcript, "halfway\r\n", { silently: true });
  const { world, swept, recover } = await restarted(before);
  await recover();
  assertEquals(swept, [{ id: ptyId, pid: 1000, pidStart: "77" }]);
  const [state] = await world.tasks.states();
  assertEquals([state!.sessionId, state!.status], [sessionId, "failed"]);
  assertMatch(state!.errors[0]!, /server was restarted while the task ran/);
  assertEquals(state!.errors[1], "its last output:\nhalfway");
  assertEquals(world.record(sessionId).status, "closed");
  assertEquals(world.tasks.store.busyCount, 0);
});

Deno.test("a result that was written meanwhile counts, also one beside the usual place", async () => {
  const before = await taskWorld();
  const { sessionId } = await before.run();
  before.disk.put(
    `${before.paths(sessionId).results}/result.json`,
    JSON.stringify(DONE),
    { silently: true },
  );
  const { world, recover } = await restarted(before);
  await recover();
  const [state] = await world.tasks.states();
  assertEquals([state!.status, state!.summary], ["completed", "it is so"]);
  assertEquals(world.record(sessionId).status, "closed");
});

Deno.test("a terminal that was in its grace is swept after a restart, one that was closed long ago is not", async () => {
  const before = await taskWorld();
  const [long, short] = [await before.run(), await before.run()];
  before.result(long.sessionId, DONE);
  await before.pass(290);
  before.result(short.sessionId, DONE);
  await before.pass(20);
  const { swept, recover } = await restarted(before);
  await recover();
  assertEquals(swept.map(({ id }) => id), [short.ptyId]);
});

Deno.test("an exit code that was noted is told", async () => {
  const before = await taskWorld();
  const { sessionId } = await before.run();
  before.disk.put(before.paths(sessionId).exit, "3\n", { silently: true });
  const { world, recover } = await restarted(before);
  await recover();
  const [state] = await world.tasks.states();
  assertMatch(state!.errors.join(), /had ended with exit code 3/);
  assertEquals(state!.exitCode, 3);
});

Deno.test("before anybody has recovered it, a task without a watcher is lost, not running", async () => {
  const before = await taskWorld();
  await before.run();
  const { world } = await restarted(before);
  const [state] = await world.tasks.states();
  assertEquals(state!.status, "failed");
  assertMatch(state!.errors.join(), /lost when the server was restarted/);
});

Deno.test("finished tasks survive restarts with their terminals' ids", async () => {
  const before = await taskWorld();
  const { sessionId, ptyId, taskId } = await before.run();
  before.result(sessionId, DONE);
  await before.pass(400);
  const { world, recover, swept } = await restarted(before);
  await recover();
  assertEquals(swept, []);
  assertEquals((await world.tasks.byPty(ptyId))?.taskId, taskId);
  assertEquals((await world.tasks.byTask(taskId))?.summary, "it is so");
});

Deno.test("a session that never got its task is closed", async () => {
  const before = await taskWorld();
  const id = await before.tasks.createSession({ email: "" });
  const { world, recover } = await restarted(before);
  await recover();
  assertEquals(world.record(id).status, "closed");
});

Deno.test("a sweep that fails is told, and the task is ended all the same", async () => {
  const before = await taskWorld();
  const { sessionId } = await before.run();
  const { world } = await restarted(before);
  await recoverTasks(world.tasks, {
    ...world,
    sweep: () => Promise.reject(new Error("may not")),
  });
  assertEquals(world.record(sessionId).status, "closed");
  assertEquals(world.log.of("processes not swept").length, 1);
});

Deno.test("records that cannot be read are left out, and left alone", async () => {
  const before = await taskWorld();
  const { sessionId } = await before.run();
  before.disk.put(`${ROOT}/sess-aaaaaaaaaaaa/session.json`, "{");
  before.disk.put(`${ROOT}/sess-bbbbbbbbbbbb/session.json`, '{"session_id":"sess-cccccccccccc"}');
  before.disk.put(`${ROOT}/sess-dddddddddddd/other`, "");
  before.disk.put(`${ROOT}/notes/session.json`, "{}");
  before.disk.put(before.paths(sessionId).meta, "[]");
  const { world, recover } = await restarted(before);
  await recover();
  assertEquals(await world.tasks.states(), []);
  assertEquals(world.disk.text(`${ROOT}/sess-aaaaaaaaaaaa/session.json`), "{");
});

Deno.test("what is closed for longer than a day is removed, at the start and every quarter of an hour", async () => {
  const world = await taskWorld();
  const old = await world.run();
  world.result(old.sessionId, DONE);
  await world.pass(1);
  const uploads = uploadsOf(world);
  const handed = await uploads.save("notes.txt", Uint8Array.of(1));
  world.disk.put("/home/me/uploads/mine.txt", "not of ours");
  const cleanup = new TaskCleanup(world.tasks, { ...world, uploads });
  await world.pass(86_000);
  const running = await world.run();
  await cleanup.run();
  assertEquals(world.disk.text(`${ROOT}/${old.sessionId}/session.json`) === null, false);
  assertEquals(world.disk.text(handed), "\x01");
  await world.pass(900);
  assertEquals(await world.disk.facts(`${ROOT}/${old.sessionId}`), null);
  assertEquals(await world.tasks.byPty(old.ptyId), undefined);
  assertEquals([world.disk.text(handed), world.disk.text("/home/me/uploads/mine.txt")], [
    ...[null, "not of ours"],
  ]);
  assertEquals((await world.tasks.states()).map(({ sessionId }) => sessionId), [running.sessionId]);
  cleanup.close();
});

Deno.test("a session of a time before is removed by when it was made, and one with a terminal is kept", async () => {
  const world = await taskWorld({ settings: { graceS: 100_000 } });
  const id = await world.tasks.createSession({ email: "" });
  await world.tasks.closeSession(id);
  const graced = await world.run();
  world.result(graced.sessionId, DONE);
  await world.pass(90_000);
  const cleanup = new TaskCleanup(world.tasks, { ...world, uploads: uploadsOf(world) });
  await cleanup.run();
  cleanup.close();
  assertEquals(world.tasks.store.sessions.map(({ id }) => id), [graced.sessionId]);
});
