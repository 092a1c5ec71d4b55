/** `headway start`, `status`, `restart` and `stop` from outside: processes that outlive commands. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { runHeadway } from "./support/headway.ts";
import { tempFolder } from "./support/temp_folder.ts";

const PERMISSIONS = [
  "--allow-net",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-run=deno,cat,kill",
];

Deno.test("a server in the background is started, found, restarted as it was, and stopped", async () => {
  await using temp = await tempFolder();
  const headway = (...args: string[]) =>
    runHeadway(args, { permissions: PERMISSIONS, env: { HEADWAY_HOME: temp.path } });
  const stopped = { state: "stopped", pid: null, urls: {} };
  const status = async () => {
    const { code, stdout } = await headway("status", "--json");
    return { code, ...JSON.parse(stdout) };
  };
  try {
    assertEquals(await status(), { code: 3, ...stopped });

    const started = await headway("start", "--port", "0", "--control-port", "off", "--log", "json");
    assertEquals([started.code, started.stderr], [0, ""]);
    const first = await status();
    assertEquals([first.code, first.state, Object.keys(first.urls)], [0, "running", ["main"]]);
    const health = await (await fetch(`${first.urls.main}/api/health`)).json();
    assertEquals([health.app, health.pid], ["headway", first.pid]);

    const again = await headway("start", "--port", "0");
    assertEquals(again.code, 2);
    assertMatch(again.stderr, /^headway: a server runs already, process \d+ at http:\S+; .*\n$/);

    assertEquals((await headway("restart")).code, 0);
    const second = await status();
    assertEquals([second.state, Object.keys(second.urls)], ["running", ["main"]]);
    assert(second.pid !== first.pid);

    assertEquals((await headway("stop")).stdout, `stopped process ${second.pid}\n`);
    assertEquals(await status(), { code: 3, ...stopped });
    assertEquals((await headway("stop")).stdout, "no server runs in the background\n");

    const log = await Deno.readTextFile(`${temp.path}/logs/server.log`);
    const events = log.trimEnd().split("\n").map((line) => JSON.parse(line).event);
    assertEquals(events, ["listening", "closing", "closed", "listening", "closing", "closed"]);
  } finally {
    await headway("stop");
  }
});

Deno.test("a server that cannot start in the background says why, and leaves no note", async () => {
  await using temp = await tempFolder();
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  const { code, stderr } = await runHeadway(
    ["start", "--port", "0", "--control-port", `${port}`],
    { permissions: PERMISSIONS, env: { HEADWAY_HOME: temp.path } },
  );
  assertEquals(code, 2);
  assertEquals(
    stderr,
    `headway: port ${port} on 127.0.0.1 is taken; stop what listens there, ` +
      "or choose another with --control-port\n",
  );
  assertEquals([...Deno.readDirSync(temp.path)].map(({ name }) => name), ["logs"]);
});

Deno.test("a server that could not be stopped again is not started", async () => {
  await using temp = await tempFolder();
  const { code, stderr } = await runHeadway(["start", "--port", "0", "--control-port", "off"], {
    permissions: [
      "--allow-net",
      "--allow-read",
      "--allow-write",
      "--allow-env",
      "--allow-run=deno",
    ],
    env: { HEADWAY_HOME: temp.path },
  });
  assertEquals(code, 2);
  assertMatch(stderr, /this needs the program (cat|ps)/);
  assertEquals([...Deno.readDirSync(temp.path)], []);
});

Deno.test("restart finds a server of ours that holds the port under another process than the note's", async () => {
  await using temp = await tempFolder();
  const headway = (...args: string[]) =>
    runHeadway(args, { permissions: PERMISSIONS, env: { HEADWAY_HOME: temp.path } });
  const path = `${temp.path}/run/server.json`;
  const readNote = async (): Promise<{ pid: number; urls: { main: string } }> =>
    JSON.parse(await Deno.readTextFile(path));
  await headway("start", "--port", "0", "--control-port", "off");
  const first = await readNote();
  const { port } = new URL(first.urls.main);
  try {
    const here = ["--port", port, "--control-port", "off"];
    // As of a process that has ended: none of this id began then.
    const stale = JSON.stringify({ ...first, pid: Deno.pid, began: "1" });
    await Deno.writeTextFile(path, stale);
    const started = await headway("start", ...here);
    assertEquals(started.code, 2);
    assertMatch(
      started.stderr,
      new RegExp(
        `^headway: a Headway server that is not this home folder's holds port ${port}, ` +
          `process ${first.pid} \\(deno run .*\\); headway restart replaces it; .*\n$`,
      ),
    );

    await Deno.writeTextFile(path, stale);
    const { code, stdout, stderr } = await headway("restart", ...here);
    assertEquals([code, stderr], [0, ""]);
    assertMatch(
      stdout,
      new RegExp(`^ended process ${first.pid} \\(deno .*, which held port ${port}\n`),
    );
    const second = await readNote();
    const health = await (await fetch(`http://127.0.0.1:${port}/api/health`)).json();
    assertEquals([health.app, health.pid], ["headway", second.pid]);
    assert(second.pid !== first.pid);
  } catch (error) {
    const note = await readNote().catch(() => null);
    const isFirstThere = note === null || note.pid === Deno.pid;
    if (isFirstThere) await Deno.writeTextFile(path, JSON.stringify(first));
    throw error;
  } finally {
    await headway("stop");
  }
});

/** Anybody can open the port first, and answer whatever they like there. */
const IMPOSTOR = `
  const { finished } = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: ({ port }) => console.log(port) },
    () => Response.json({ app: "headway", boot: "mine", pid: Number(Deno.args[0]) }),
  );
  await finished;
`;

Deno.test("a process that only the holder of the port names is left alone, the holder without --force, too", async () => {
  await using temp = await tempFolder();
  const bystander = new Deno.Command("deno", {
    args: ["eval", "await Deno.stdin.read(new Uint8Array(1))"],
    stdin: "piped",
  }).spawn();
  const impostor = new Deno.Command("deno", {
    args: ["eval", IMPOSTOR, `${bystander.pid}`],
    stdout: "piped",
  }).spawn();
  const lines = impostor.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const headway = (...args: string[]) =>
    runHeadway(args, { permissions: PERMISSIONS, env: { HEADWAY_HOME: temp.path } });
  try {
    const port = (await lines.read()).value!.trim();
    const here = ["--port", port, "--control-port", "off"];
    for (const command of ["start", "restart"]) {
      const { code, stderr } = await headway(command, ...here);
      assertEquals(code, 2);
      assertMatch(
        stderr,
        new RegExp(
          `^headway: port ${port} is held by process ${impostor.pid} \\(deno eval .*\\), ` +
            `which answers as Headway, but says that it is process ${bystander.pid}; .*--force ends it\n$`,
        ),
      );
    }
    const { code, stdout, stderr } = await headway("restart", ...here, "--force");
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, new RegExp(`^ended process ${impostor.pid} \\(deno eval `));
    assertEquals((await impostor.status).signal, "SIGTERM");
    const note = JSON.parse(await Deno.readTextFile(`${temp.path}/run/server.json`));
    assertEquals(note.settings, { port, "control-port": "off" }, "force is for once");
  } finally {
    await headway("stop");
    await lines.cancel();
    await bystander.stdin.close();
    try {
      impostor.kill();
    } catch {
      // It has been ended.
    }
    await impostor.status;
  }
  assertEquals((await bystander.status).success, true);
});

Deno.test("restart reads variables anew, and checks everything before it stops anything", async () => {
  await using temp = await tempFolder();
  const headway = (args: string[], env: Record<string, string> = {}) =>
    runHeadway(args, { permissions: PERMISSIONS, env: { HEADWAY_HOME: temp.path, ...env } });
  const note = async () =>
    JSON.parse(await Deno.readTextFile(`${temp.path}/run/server.json`)) as {
      pid: number;
      settings: Record<string, string>;
    };
  try {
    const flags = { port: "0", "control-port": "off" };
    await headway(["start", "--port", "0", "--control-port", "off"], { HEADWAY_TICK_MS: "40" });
    const first = await note();
    assertEquals(first.settings, flags, "what a variable said is not kept");

    for (const wrong of ["--public-url=nowhere", "--engine-start-s=3", "--token=short"]) {
      assertEquals((await headway(["restart", wrong])).code, 2, wrong);
    }
    assertEquals((await headway(["status"])).code, 0, "it still runs");
    assertEquals((await note()).pid, first.pid);

    assertEquals((await headway(["restart", "--log", "json"])).code, 0);
    assertEquals((await note()).settings, { ...flags, log: "json" });
  } finally {
    await headway(["stop"]);
  }
});
