import { assert, assertEquals } from "@std/assert";
import { VirtualClock } from "../../../runtime/mod.ts";
import { MemoryTasks, taskId, taskView } from "../../../tests/support/memory_tasks.ts";
import { askRoute } from "../../../tests/support/terminal_client.ts";
import { terminalServer } from "../../../tests/support/terminal_server.ts";
import { TaskNews } from "./task_routes.ts";

Deno.test("the list has all tasks, newest first, with counts, and not where their files are", async () => {
  await using server = await terminalServer();
  const { tasks } = server.world;
  tasks.put(taskView(1, { createdAt: 10 }));
  tasks.put(taskView(2, { createdAt: 30, status: "timeout", endedAt: 40, errors: ["too long"] }));
  tasks.put(taskView(3, { createdAt: 20, status: "completed", endedAt: 25.25, summary: "done" }));
  const { status, body } = await askRoute(server, "/api/tasks");
  assertEquals(status, 200);
  // deno-lint-ignore no-explicit-any -- an answer
  assertEquals(body.tasks.map((task: any) => task.task_id), [taskId(2), taskId(3), taskId(1)]);
  assertEquals(body.counts, {
    ...{ running: 1, completed: 1, failed: 1, info_needed: 0, needs_approval: 0 },
  });
  assertEquals(body.kept_s, 86_400);
  const [failed, done] = body.tasks;
  assertEquals([failed.errors, failed.elapsed_s], [["too long"], 10]);
  assertEquals([done.summary, done.elapsed_s, done.viewer_path], [
    ...["done", 5.3, `/tasks/${taskId(3)}`],
  ]);
  assert(!JSON.stringify(body).includes("transcript.log"));
  const one = await askRoute(server, `/api/tasks/${taskId(3)}`);
  assertEquals(one.body.title, "Task number 3");
  for (const id of [taskId(9), "x", "%2e%2e"]) {
    assertEquals((await askRoute(server, `/api/tasks/${id}`)).status, 404, id);
  }
});

Deno.test("who knows the list by its version waits for the next change", async () => {
  await using server = await terminalServer();
  const { tasks } = server.world;
  tasks.put(taskView(1));
  const { body: { version } } = await askRoute(server, "/api/tasks");
  const waiting = askRoute(server, `/api/tasks?version=${version}&wait_ms=20000`);
  await askRoute(server, "/api/tasks");
  tasks.put(taskView(2));
  const { body } = await waiting;
  assertEquals([body.tasks.length, body.version > version], [2, true]);
  // An older version is answered at once.
  const late = await askRoute(server, `/api/tasks?version=${version}&wait_ms=20000`);
  assertEquals(late.body.version, body.version);
  for (const query of ["version=x", "wait_ms=-1", `version=1&wait_ms=${10 ** 9}`]) {
    assertEquals((await askRoute(server, `/api/tasks?${query}`)).status, 400, query);
  }
});

Deno.test("who waits for news without any is let go when the time is up, and at the end", async () => {
  const clock = new VirtualClock(1000);
  const news = new TaskNews(new MemoryTasks(), clock);
  const { signal } = new AbortController();
  let count = 0;
  const wait = () => news.wait(news.version, { clock, waitS: 20, signal }).then(() => count++);
  wait();
  await clock.settle(1019.9);
  assertEquals(count, 0);
  await clock.settle(1020);
  assertEquals(count, 1);
  wait();
  news.close();
  await clock.settle(1020);
  assertEquals(count, 2);
});
