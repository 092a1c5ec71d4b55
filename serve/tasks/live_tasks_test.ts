/** Agents that really run: bash in terminals of a process of their own, files, signals. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { WallClock } from "../../runtime/mod.ts";
import { alive, liveTasks } from "../../tests/support/live_tasks.ts";

const OK = 'result {"status":"completed","summary":"it is so"}';
/** No test looks on for long: a bare ten seconds of grace, and no wait for what is sure. */
const QUICK = { taskSettings: { graceS: 10, exitWaitS: 0.3, crashWaitS: 0.2 } };

Deno.test("a task runs in bash, says how it goes, and ends by its result", async () => {
  await using live = await liveTasks(QUICK);
  const task = await live.run(["say begun", "progress plan thinking hard", "await go", OK]);
  const running = await live.until(task, ({ progress }) => progress !== null);
  assertEquals([running.status, running.progress], ["running", {
    step: "plan",
    message: "thinking hard",
  }]);
  await live.signal(task, "go");
  const { status, summary, endedAt } = await live.ended(task);
  assertEquals([status, summary], ["completed", "it is so"]);
  assert(endedAt !== null);
  assertMatch(await live.file(task, "transcript.log"), /begun/);
  // The terminal is in its grace: it takes keys, and does not count.
  const info = live.part.terminals.get(task.ptyId)!;
  assert(info.graceEndsAt !== null);
  await live.part.terminals.input(task.ptyId, new TextEncoder().encode("echo still $((40 + 2))\r"));
  const clock = new WallClock();
  while (!/still 42/.test(await live.file(task, "transcript.log"))) await clock.sleep(0.05);
  for (const name of ["transcript.log", "recording.cast", "prompt.txt", "meta.json"]) {
    const { mode } = await Deno.stat(`${running.files.folder}/${name}`);
    assertEquals(mode! & 0o777, 0o600, name);
  }
  assertEquals((await Deno.stat(running.files.folder)).mode! & 0o777, 0o700);
  const session = await Deno.stat(`${live.folder}/${task.sessionId}/session.json`);
  assertEquals(session.mode! & 0o777, 0o600);
});

Deno.test("results in every form, and agents that end without one", async () => {
  await using live = await liveTasks({ ...QUICK, tasksMaxConcurrent: 20, tasksMaxPtys: 20 });
  const cases: [string[], string, RegExp][] = [
    [['result-in-folder {"status":"completed"}'], "completed", /^$/],
    [["result-as-folder", "exit 0"], "failed", /exit code 0 and without a result/],
    [
      ['half {"status":"comp', "await never-mind", 'result {"status":"completed"}'],
      "completed",
      /^$/,
    ],
    [["half [1, 2]"], "failed", /a list, expected a JSON object/],
    [["half {oops", "exit 0"], "failed", /exit code 0.*no JSON/s],
    [['result {"status":"failed","errors":["it broke"]}'], "failed", /it broke/],
    [['result {"status":"info_needed","feedback":"which branch?"}'], "info_needed", /^$/],
    [['result {"status":"needs_approval"}'], "needs_approval", /^$/],
    [["say last words", "exit 3"], "failed", /exit code 3.*last words/s],
    [["kill"], "failed", /exit code 137/],
  ];
  await Promise.all(cases.map(async ([scenario, status, says]) => {
    const task = await live.run(scenario);
    if (scenario.length === 3) {
      await live.until(task, () => true);
      await live.signal(task, "never-mind");
    }
    const view = await live.ended(task);
    assertEquals(view.status, status, scenario.join("; "));
    assertMatch(view.errors.join("\n"), says);
  }));
});

Deno.test("an agent that is not there is known by its exit, with what its shell said", async () => {
  await using live = await liveTasks({ agents: ["missing=no-such-agent-anywhere {prompt_file}"] });
  // The host and the shell have started by then.
  await live.ended(await live.run([OK]));
  const task = await live.run(["nothing"], { agent: "missing" });
  const { status, errors, exitCode } = await live.ended(task);
  assertEquals([status, exitCode], ["failed", 127]);
  assertMatch(
    errors.join("\n"),
    /program was not found.*no-such-agent-anywhere: command not found/s,
  );
});

Deno.test("a key that interrupts the agent ends the task, and so does leaving the shell", async () => {
  await using live = await liveTasks(QUICK);
  const type = (id: typeof interrupted.ptyId, text: string) =>
    live.part.terminals.input(id, new TextEncoder().encode(text));
  const interrupted = await live.run(["progress wait x", "await never"]);
  await live.until(interrupted, ({ progress }) => progress !== null);
  await type(interrupted.ptyId, "\x03");
  assertMatch((await live.ended(interrupted)).errors.join("\n"), /exit code 130/);
  const left = await live.run(["progress wait x", "await never"]);
  await live.until(left, ({ progress }) => progress !== null);
  await live.part.terminals.close(left.ptyId);
  assertMatch((await live.ended(left)).errors.join("\n"), /terminal of the task ended/);
});

Deno.test("silence ends a task that is over its time, and its terminal goes after its grace", async () => {
  const taskSettings = { graceS: 0.2, staleS: 0.1, pollS: 0.1 };
  await using live = await liveTasks({ taskSettings });
  const task = await live.run(["await never"], { timeoutS: 1 });
  const { status, errors } = await live.ended(task);
  assertEquals(status, "timeout");
  assertMatch(errors[0]!, /over its 1 s/);
  const clock = new WallClock();
  while (live.part.terminals.get(task.ptyId) !== undefined) await clock.sleep(0.05);
  // What was typed was echoed, whatever became of it.
  assertMatch(await live.file(task, "transcript.log"), /prompt\.txt/);
  assertEquals((await live.part.tasks.byPty(task.ptyId))?.taskId, task.taskId);
});

Deno.test("a finished terminal does not count: at a cap of one, the next task starts at once", async () => {
  await using live = await liveTasks({ ...QUICK, tasksMaxConcurrent: 1, tasksMaxPtys: 1 });
  for (let i = 0; i < 3; i++) await live.ended(await live.run([OK]));
  assertEquals(live.part.terminals.list().length, 3);
  await live.run(["await never"]);
  await assertRejects(() => live.run([OK]), Error, "concurrency limit reached");
});

Deno.test("an agent gets what it needs of the environment, and no secret", async () => {
  const environment = {
    ...{ PATH: "/usr/bin:/bin", HOME: "/tmp", LANG: "C.UTF-8" },
    ...{ NPM_TOKEN: "npm-secret-1", GEMINI_API_KEY: "gem-secret-1", SOMETHING: "else" },
    MY_KEY: "passed-on-secret",
  };
  await using live = await liveTasks({
    ...QUICK,
    ...{ environment, tasksEnv: ["MY_KEY"], token: "the-token-of-the-server" },
  });
  const task = await live.run([
    // In two pieces each, as the prompt is a title of the recording, too.
    ...["env", "raw the-token-", "say of-the-server", "raw npm-sec", "say ret-1"],
    ...["raw passed-on", "say -secret", OK],
  ]);
  await live.ended(task);
  const env = (await live.file(task, "environment")).split("\n");
  assert(env.includes("MY_KEY=passed-on-secret") && env.includes("LANG=C.UTF-8"));
  assert(env.includes("TERM=xterm-256color") && env.includes("PATH=/tmp/.local/bin:/usr/bin:/bin"));
  assertEquals(env.filter((it) => /^(NPM|GEMINI|SOMETHING|HEADWAY_TOKEN)/.test(it)), []);
  const clock = new WallClock();
  while (!/\*{16}/.test(await live.file(task, "recording.cast"))) await clock.sleep(0.05);
  const seen = await live.file(task, "transcript.log") + await live.file(task, "recording.cast");
  for (const secret of ["the-token-of-the-server", "npm-secret-1", "passed-on-secret"]) {
    assert(!seen.includes(secret), secret);
    assert(seen.includes("*".repeat(secret.length)));
  }
});

Deno.test("fifty tasks at once all end, each with its own result", async () => {
  await using live = await liveTasks({ ...QUICK, tasksMaxConcurrent: 50, tasksMaxPtys: 50 });
  const tasks = await Promise.all(
    Array.from(
      { length: 50 },
      (_, i) => live.run([`say number ${i}`, `result {"status":"completed","summary":"s${i}"}`]),
    ),
  );
  const views = await Promise.all(tasks.map((task) => live.ended(task)));
  assertEquals(views.map(({ summary }) => summary), tasks.map((_, i) => `s${i}`));
  for (const [i, task] of tasks.entries()) {
    assertMatch(await live.file(task, "transcript.log"), new RegExp(`number ${i}\\s`));
  }
});

Deno.test("a server that stops leaves no process of its agents, and says so in their results", async () => {
  const live = await liveTasks(QUICK);
  const task = await live.run(["pids", "daemon 3", "progress begun x", "await never"]);
  await live.until(task, ({ progress }) => progress !== null);
  const pids = (await live.file(task, "pids")).trim().split("\n").map(Number);
  assertEquals((await alive(pids)).length, 3);
  await live.part.close();
  assertEquals(await alive(pids), []);
  assertMatch(await live.file(task, "result.json"), /server was stopped/);
  await live[Symbol.asyncDispose]();
});

Deno.test("a folder of tasks belongs to one server at a time", async () => {
  await using live = await liveTasks(QUICK);
  const home = live.folder.replace(/\/tasks\/sessions$/, "");
  await live.ended(await live.run([OK]));
  await assertRejects(() => liveTasks(QUICK, home), Error, "another server has the tasks");
});

Deno.test("headway itself is an agent: a task is a scenario, and its report the result", async () => {
  await using live = await liveTasks(QUICK);
  const run = (prompt: string) => live.run([prompt], { agent: "headway" });
  const view = await live.ended(
    await run(`headway scenario healthy-stream --fidelity timing --out ${live.folder}/../report`),
  );
  assertEquals(view.status, "completed");
  assertMatch(view.summary!, /scenario healthy-stream .* ended with exit code 0/);
  assert((await Deno.stat(`${live.folder}/../report`)).isDirectory);
  const refused = await live.ended(await run("make me rich"));
  assertEquals(refused.status, "failed");
  assertMatch(refused.errors.join("\n"), /expected a command line that begins with scenario/);
});

Deno.test("a folder is really copied for an interactive agent, and goes with its terminal", async () => {
  await using live = await liveTasks({ ...QUICK, tasksInteractive: true });
  const workspacePath = `${live.folder}/../it's here`;
  await Deno.mkdir(workspacePath, { recursive: true });
  await Deno.writeTextFile(`${workspacePath}/notes`, "of mine");
  const { interactive } = live.part;
  const { ptyId, folder } = await interactive!.open({
    agent: "claude",
    prompt: "x",
    workspacePath,
  });
  assertEquals(await Deno.readTextFile(`${folder}/notes`), "of mine");
  const missing = { agent: "claude", prompt: "x", workspacePath: "/no/such/folder" };
  await assertRejects(() => interactive!.open(missing), Error, "could not be copied");
  await live.part.terminals.close(ptyId);
  const clock = new WallClock();
  // The folder goes before the one that it is in.
  const left = () => [...Deno.readDirSync(`${live.folder}/../projects`)];
  while (left().length > 0) await clock.sleep(0.05);
  await assertRejects(() => Deno.stat(folder), Deno.errors.NotFound);
});
