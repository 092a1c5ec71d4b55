/** A server that is killed in the middle of a task, and started again. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { WallClock } from "../runtime/mod.ts";
import { ServeProcess } from "./support/headway_server.ts";
import { alive, STUB_AGENT } from "./support/live_tasks.ts";
import { tempFolder } from "./support/temp_folder.ts";

const TOKEN = "a-token-for-tests-of-tasks";

/** A server whose tasks lie in this home folder. */
function start(home: string): ServeProcess {
  const args = ["--port", "0", "--control-port", "off"];
  const env = {
    HEADWAY_HOME: home,
    HEADWAY_TOKEN: TOKEN,
    HEADWAY_AGENT_COMMAND: STUB_AGENT,
    HEADWAY_TASKS_TTL_S: "3600",
  };
  return new ServeProcess(args, env, ["--allow-write", "--allow-run=deno"]);
}

/** Calls a tool; its payload. */
async function call(port: number, name: string, args: object) {
  const response = await fetch(`http://127.0.0.1:${port}/mcp/tasks`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({
      ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
      params: { name, arguments: args },
    }),
  });
  const { result } = await response.json();
  return JSON.parse(result.content[0].text);
}

/** The text of a file; empty while there is none. */
async function textOf(path: string): Promise<string> {
  return await Deno.readTextFile(path).catch(() => "");
}

Deno.test("a server that is killed in mid-task leaves no process, no lost byte and no taken place", async () => {
  await using home = await tempFolder();
  const clock = new WallClock();
  let folder: string;
  let pids: number[];
  let run: { task_id: string; session_id: string };
  {
    await using server = start(home.path);
    const port = await server.port("main");
    const scenario = ["pids", "daemon 3", "output 20000", "say everything was said", "await never"]
      .join("\n");
    run = await call(port, "coda_run", { prompt: scenario, email: "me@example.org" });
    assertMatch(run.task_id, /^task-/);
    folder = `${home.path}/tasks/sessions/${run.session_id}/tasks/${run.task_id}`;
    while (!/everything was said/.test(await textOf(`${folder}/transcript.log`))) {
      await clock.sleep(0.05);
    }
    pids = (await textOf(`${folder}/pids`)).trim().split("\n").map(Number);
    assertEquals((await alive(pids)).length, 3);
    server.kill("SIGKILL");
    await server.finished();
  }
  const before = await textOf(`${folder}/transcript.log`);
  await using again = start(home.path);
  const port = await again.port("main");
  const inbox = await call(port, "coda_inbox", {});
  assertEquals(inbox.counts, {
    ...{ running: 0, completed: 0, failed: 1, info_needed: 0, needs_approval: 0 },
  });
  const [task] = inbox.tasks;
  assertEquals([task.task_id, task.status], [run.task_id, "failed"]);
  assertMatch(task.viewer_url, /^http:\/\/127\.0\.0\.1:\d+\/\?session=[0-9a-f-]{36}$/);
  const result = await call(port, "coda_get_result", run);
  assertMatch(result.errors.join("\n"), /restarted while the task ran.*everything was said/s);
  // What was flushed is there, and nothing came after it.
  const after = await textOf(`${folder}/transcript.log`);
  assert(after.startsWith(before) && after.includes("x".repeat(1000)));
  for (let tries = 0; tries < 100 && (await alive(pids)).length > 0; tries++) {
    await clock.sleep(0.05);
  }
  assertEquals(await alive(pids), []);
  const next = await call(port, "coda_run", {
    prompt: 'result {"status":"completed","summary":"whole"}',
    email: "me@example.org",
  });
  let ended: { summary?: string } = {};
  while (ended.summary === undefined) {
    await clock.sleep(0.1);
    ended = await call(port, "coda_get_result", next);
  }
  assertEquals(ended.summary, "whole");
  again.kill("SIGTERM");
  assertEquals((await again.finished()).code, 0);
});
