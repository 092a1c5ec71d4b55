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
    ["start", "--port", `${port}`, "--control-port", "off"],
    { permissions: PERMISSIONS, env: { HEADWAY_HOME: temp.path } },
  );
  assertEquals(code, 2);
  assertEquals(
    stderr,
    `headway: port ${port} on 127.0.0.1 is taken; stop what listens there, ` +
      "or choose another with --port\n",
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

Deno.test("start and restart leave a process alone that only the holder of the port names", async () => {
  await using temp = await tempFolder();
  // Anybody can open the port first, and answer whatever they like there.
  const bystander = new Deno.Command("deno", {
    args: ["eval", "await Deno.stdin.read(new Uint8Array(1))"],
    stdin: "piped",
  }).spawn();
  await using impostor = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => Response.json({ app: "headway", boot: "mine", pid: bystander.pid }),
  );
  const { port } = impostor.addr;
  try {
    for (const command of ["start", "restart"]) {
      const { code, stderr } = await runHeadway(
        [command, "--port", `${port}`, "--control-port", "off"],
        { permissions: PERMISSIONS, env: { HEADWAY_HOME: temp.path } },
      );
      assertEquals(code, 2);
      assertEquals(
        stderr,
        "headway: a Headway server that is not this home folder's, by its own word process " +
          `${bystander.pid}, listens on port ${port}; ` +
          "stop it where it was started, or choose another port with --port\n",
      );
    }
  } finally {
    await bystander.stdin.close();
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
