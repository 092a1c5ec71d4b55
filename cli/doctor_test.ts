import { assert, assertEquals } from "@std/assert";
import { VirtualClock } from "../runtime/mod.ts";
import { testContext } from "../tests/support/cli_context.ts";
import { tempFolder } from "../tests/support/temp_folder.ts";
import { examine } from "./doctor.ts";
import { type Finding, findingLines } from "./doctor/finding.ts";
import { type DoctorWorld, type PathFacts, systemWorld } from "./doctor/world.ts";

const HOME = "/home/me/.headway";
const FOLDER: PathFacts = { isFile: false, isFolder: true, mode: 0o700 };
const FILE: PathFacts = { isFile: true, isFolder: false, mode: 0o600 };

/** What a newcomer's machine is like, with changes. */
interface Machine {
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly paths?: Readonly<Record<string, PathFacts>>;
  readonly texts?: Readonly<Record<string, string>>;
  readonly world?: Partial<DoctorWorld>;
}

async function findings({ env = {}, config = {}, paths = {}, texts = {}, world }: Machine = {}) {
  const context = testContext({ env: { HOME: "/home/me", ...env }, config });
  return await examine(context, {
    denoVersion: "2.9.6",
    stat: (path) => Promise.resolve(paths[path] ?? null),
    canList: () => Promise.resolve(true),
    readText: (path) => Promise.resolve(texts[path] ?? ""),
    tryPort: () => "free",
    health: () => Promise.resolve(null),
    probe: () => Promise.resolve({ result: "asks for credentials", why: null }),
    freeBytes: () => Promise.resolve(5 * 2 ** 30),
    engineFault: () => null,
    transcripts: () => Promise.resolve(null),
    unixS: () => Date.parse("2026-12-01") / 1000,
    knowsPeers: () => Promise.resolve(true),
    variables: () => [],
    isGranted: () => Promise.resolve(true),
    ...world,
  });
}

/** The finding of one check, as `state says: mend`. */
async function of(check: string, machine: Machine): Promise<string> {
  const found = (await findings(machine)).filter((finding) => finding.check === check);
  return found.map(({ state, says, mend }) => `${state} ${says}: ${mend}`).join("; ");
}

Deno.test("doctor finds a newcomer's machine in order, and changes nothing", async () => {
  const all = await findings();
  assertEquals(all.filter(({ state }) => state !== "ok"), []);
  assertEquals(all.map(({ check }) => check), [
    ...["deno", "permissions", "home", "settings", "agent", "token", "main port"],
    ...["control port", "voice port", "channel port", "exposure", "transcripts", "prices"],
    ...["tmux", "assistant", "disk"],
  ]);
});

Deno.test("doctor says what is wrong with Deno and its permissions", async () => {
  for (const [version, state] of [["2.9.0", "ok"], ["2.10.1", "ok"], ["3.0.0", "ok"]] as const) {
    assert((await of("deno", { world: { denoVersion: version } })).startsWith(state), version);
  }
  for (const version of ["2.8.9", "1.46.3", "2.8.99"]) {
    assert((await of("deno", { world: { denoVersion: version } })).startsWith("broken"), version);
  }
  const isGranted = ({ name }: Deno.PermissionDescriptor) =>
    Promise.resolve(name !== "write" && name !== "run");
  assertEquals(
    await of("permissions", { world: { isGranted } }),
    "broken not everything is allowed: run Deno with --allow-write --allow-run=deno",
  );
});

Deno.test("doctor says who can read the home folder and the token", async () => {
  const open = { [HOME]: { ...FOLDER, mode: 0o755 } };
  assertEquals(
    await of("home", { paths: open }),
    `broken ${HOME} is open to other users (mode 0755): chmod 700 ${HOME}`,
  );
  assert((await of("home", { paths: { [HOME]: FILE } })).startsWith(`broken ${HOME} is no folder`));
  const token = `${HOME}/auth_token`;
  const kept = (facts: PathFacts, text: string) =>
    of("token", { paths: { [HOME]: FOLDER, [token]: facts }, texts: { [token]: text } });
  assertEquals(await kept(FILE, "a-token-of-some-length\n"), `ok kept in ${token}: null`);
  assert(
    (await kept({ ...FILE, mode: 0o640 }, "a-token-of-some-length")).includes(
      "mode 0640): chmod 600",
    ),
  );
  assert((await kept(FILE, "")).startsWith("broken"));
  const short = await kept(FILE, "guess");
  assert(short.startsWith("broken") && !short.includes("guess"), short);
});

Deno.test("doctor says that a home folder cannot be used, and goes on", async () => {
  const paths = { [HOME]: FOLDER };
  const isForeign = { paths, world: { canList: () => Promise.resolve(false) } };
  assertEquals(
    await of("home", isForeign),
    `broken ${HOME} is another user's: chown it, or set HEADWAY_HOME to one of yours`,
  );
  assertEquals(
    await of("home", { paths: { [HOME]: { ...FOLDER, mode: 0o500 } } }),
    `broken ${HOME} cannot be written to (mode 0500): chmod 700 ${HOME}`,
  );
  const world = { stat: () => Promise.reject(new Error("no way")) };
  assertEquals(
    await of("home", { world }),
    `broken ${HOME} cannot be looked at (no way): set HEADWAY_HOME to a folder of yours`,
  );
  assert((await of("token", { world })).startsWith("broken"));
  assert((await of("disk", { world })).startsWith("ok"));
});

Deno.test("doctor says all that is wrong with a token's file at once", async () => {
  const path = `${HOME}/auth_token`;
  const kept = (facts: PathFacts) =>
    of("token", { paths: { [HOME]: FOLDER, [path]: facts }, texts: { [path]: "guess" } });
  const both = await kept({ ...FILE, mode: 0o644 });
  assert(both.includes("mode 0644), and ") && both.includes("it needs at least 16"), both);
  assertEquals(
    await kept(FOLDER),
    `broken ${path} is no file: remove it, and a new token is made`,
  );
});

Deno.test("doctor warns of a home folder that depends on where one starts", async () => {
  assert(
    (await of("home", { env: { HEADWAY_HOME: "here" } })).startsWith("warn HEADWAY_HOME is here,"),
  );
});

Deno.test("doctor looks below a home folder that is a file, and goes on", async () => {
  await using temp = await tempFolder();
  await Deno.writeTextFile(`${temp.path}/home`, "");
  const world = systemWorld({ clock: new VirtualClock() });
  assertEquals(await world.stat(`${temp.path}/home/auth_token`), null);
});

Deno.test("doctor says when the engine's program is not there", async () => {
  const env = { HEADWAY_ENGINE_COMMAND: "pythn3 engine.py" };
  assertEquals(await of("engine", { env }), "ok pythn3 can be run: null");
  const engineFault = ([program]: readonly string[]) => `${program} is nowhere`;
  assertEquals(
    await of("engine", { env, world: { engineFault } }),
    "broken pythn3 is nowhere: install it, or mend HEADWAY_ENGINE_COMMAND",
  );
  const knowsPeers = () => Promise.resolve(false);
  assertEquals(
    await of("engine", { env, world: { knowsPeers } }),
    "warn its sessions need the token, as whose a local connection is cannot be told here: " +
      "set HEADWAY_TOKEN for the server and its clients",
  );
  const world = systemWorld({ clock: new VirtualClock() });
  assert(world.engineFault(["no-such-program-anywhere"])?.includes("no-such-program-anywhere"));
});

Deno.test("doctor says when the agent of tasks is not there, or cannot be", async () => {
  const engineFault = ([program]: readonly string[]) => `${program} is nowhere`;
  assertEquals(
    await of("agent", { world: { engineFault } }),
    "warn tasks would fail: the program hermes of agent hermes is not on PATH: install it, or " +
      "choose another agent with HEADWAY_AGENT_COMMAND; HEADWAY_TASKS=off needs none",
  );
  assertEquals(
    await of("agent", { env: { HEADWAY_AGENT_COMMAND: "mine -f {prompt_file}" } }),
    "ok agent can be run: null",
  );
  assertEquals(await of("agent", { env: { HEADWAY_TASKS: "off" }, world: { engineFault } }), "");
  const none = await of("settings", { env: { HEADWAY_AGENT_COMMAND: "nobody" } });
  assert(none.startsWith('broken there is no agent "nobody"'), none);
});

Deno.test("doctor names variables of ours that nobody reads", async () => {
  const variables = () => ["PATH", "HEADWAY_PRT", "HEADWAY_PORT", "HEADWAY_HOME", "HEADWAY_BIND"];
  assertEquals(
    await of("variables", { world: { variables } }),
    "warn unknown variable HEADWAY_PRT: did you mean HEADWAY_PORT?: " +
      "rename it or unset it: nobody reads it",
  );
});

Deno.test("doctor warns when every address is a trusted proxy", async () => {
  const proxies = (list: string) => of("proxies", { env: { HEADWAY_TRUSTED_PROXIES: list } });
  assert((await proxies("10.0.0.1,0.0.0.0/0")).startsWith("warn 0.0.0.0/0 trusts every address"));
  assert((await proxies("::/0")).startsWith("warn"));
  assertEquals(await proxies("10.0.0.0/8"), "");
});

Deno.test("doctor says which setting is malformed, and looks no further than it can", async () => {
  const env = { HEADWAY_PORT: "x" };
  assertEquals(
    await of("settings", { env }),
    'broken HEADWAY_PORT is "x", expected a port from 0 (any free one) to 65535: ' +
      "docs/settings.md has every setting",
  );
  assertEquals((await findings({ env })).some(({ check }) => check === "main port"), false);
  assert((await of("settings", { config: { prot: 1 } })).includes("did you mean port?"));
  assert((await of("settings", { env: { HEADWAY_PUBLIC_URL: "a" } })).includes("scheme, host"));
  assert((await of("settings", { env: { HEADWAY_TOKEN: "short" } })).startsWith("broken"));
  assert((await of("settings", { env: { HEADWAY_LOOPBACK_BYPASS: "off" } })).startsWith("ok"));
});

Deno.test("doctor says who holds a port", async () => {
  const taken: Partial<DoctorWorld> = { tryPort: (_, port) => port === 1318 ? "taken" : "free" };
  assertEquals(
    await of("main port", { world: taken }),
    "broken 1318 on 127.0.0.1 is held by another program: " +
      "stop that program (ss -ltnp shows it), or choose another port with --port",
  );
  const health: DoctorWorld["health"] = (_, port) =>
    Promise.resolve(port === 1318 ? { app: "headway", boot: "b", pid: 77 } : null);
  const running = { tryPort: () => "taken", health } as const;
  assertEquals(
    await of("main port", { world: running }),
    "ok 1318 is held by a Headway server that runs, process 77: null",
  );
  assert((await of("control port", { world: running })).startsWith("ok"));
  const control: Partial<DoctorWorld> = { tryPort: (_, p) => p === 1319 ? "taken" : "free" };
  assert((await of("control port", { world: control })).startsWith("warn"));
  const asked = { env: { HEADWAY_CONTROL_PORT: "1319" }, world: control };
  assert((await of("control port", asked)).startsWith("broken"));
  const away = { world: { tryPort: () => "no such address" } };
  assert((await of("main port", away)).startsWith("broken 127.0.0.1 cannot be listened on"));
});

Deno.test("doctor says when both listeners want the same port", async () => {
  const port = { HEADWAY_PORT: "1400", HEADWAY_CONTROL_PORT: "1400" };
  const says = "broken 1400 is the main port already: choose another with --control-port";
  assertEquals(await of("control port", { env: port }), says);
  assertEquals(await of("control port", { env: { ...port, HEADWAY_HOST: "0.0.0.0" } }), says);
  const free = { HEADWAY_PORT: "0", HEADWAY_CONTROL_PORT: "0" };
  assert((await of("control port", { env: free })).startsWith("ok"));
  const apart = { ...port, HEADWAY_HOST: "192.0.2.1" };
  assert((await of("control port", { env: apart })).startsWith("ok"));
});

Deno.test("doctor looks at the ports of the voice server and the channel forwarder, too", async () => {
  const taken: Partial<DoctorWorld> = { tryPort: (_, p) => p === 7860 ? "taken" : "free" };
  assert((await of("voice port", { world: taken })).startsWith("warn"));
  const asked = { env: { HEADWAY_VOICE_PORT: "7860" }, world: taken };
  assert((await of("voice port", asked)).startsWith("broken"));
  const same = { env: { HEADWAY_CHANNEL_PORT: "7860" } };
  assertEquals(
    await of("channel port", same),
    "broken 7860 is the voice port already: choose another with --channel-port",
  );
  assertEquals(await of("voice port", { env: { HEADWAY_VOICE_PORT: "off" } }), "ok left out: null");
});

Deno.test("doctor names the settings that are read by other names", async () => {
  assertEquals(
    await of("names", { env: { CODA_APP_URL: "https://a.example" } }),
    "warn CODA_APP_URL is read for HEADWAY_PUBLIC_URL: " +
      "set HEADWAY_PUBLIC_URL to be sure, or unset CODA_APP_URL",
  );
});

Deno.test("doctor says who may come in from elsewhere", async () => {
  const host = { HEADWAY_HOST: "0.0.0.0" };
  assert((await of("exposure", { env: host })).startsWith("warn 0.0.0.0 can be reached"));
  const named = { env: { ...host, HEADWAY_ALLOW_HOST: "studio.example" } };
  assert((await of("exposure", named)).startsWith("ok"));
  assert((await of("token", { env: host })).includes("the server makes one"));
});

Deno.test("doctor says when the public address lets strangers in", async () => {
  const env = { HEADWAY_PUBLIC_URL: "https://studio.example" };
  const probed = (result: "lets strangers in" | "not reached") => ({
    env,
    world: { probe: () => Promise.resolve({ result, why: "no route" }) },
  });
  assert((await of("public URL", { env })).startsWith("ok"));
  const bad = await of("public URL", probed("lets strangers in"));
  assert(bad.startsWith("broken") && bad.includes("HEADWAY_LOOPBACK_BYPASS=off"), bad);
  assert((await of("public URL", probed("not reached"))).startsWith("warn not reached (no route)"));
});

Deno.test("doctor says when there is no room, and nothing when it may not look", async () => {
  const disk = (bytes: number | null) =>
    of("disk", { world: { freeBytes: () => Promise.resolve(bytes) } });
  assert((await disk(2 ** 29)).startsWith("warn 0.5 GiB free"));
  assert((await disk(2 ** 20)).startsWith("broken 0.0 GiB free"));
  assertEquals(await disk(null), "");
});

Deno.test("findings are one line each, with what to do", () => {
  const all: Finding[] = [
    { check: "deno", state: "ok", says: "2.9.6", mend: null },
    { check: "main port", state: "broken", says: "taken", mend: "choose another" },
  ];
  assertEquals(findingLines(all), "✓ deno       2.9.6\n✗ main port  taken: choose another\n");
});

Deno.test("doctor says what transcripts there are, and how old prices are", async () => {
  assertEquals(
    await of("transcripts", {}),
    "ok /home/me/.claude is not there; /home/me/.config/claude is not there: null",
  );
  const env = { HEADWAY_TRANSCRIPT_ROOTS: "/agents" };
  const counts = (refused: number) => ({
    transcripts: () => Promise.resolve({ files: 3, bytes: 5 * 2 ** 20, refused }),
  });
  assertEquals(
    await of("transcripts", { env, world: counts(0) }),
    "ok 3 files, 5.0 MiB in /agents: null",
  );
  assert((await of("transcripts", { env, world: counts(2) })).startsWith("warn 3 files"));
  const off = { HEADWAY_TRANSCRIPT_ROOTS: "off" };
  assertEquals(await of("transcripts", { env: off }), "ok none are read: null");
  assertEquals(
    await of("transcripts", { env: { CLAUDE_CONFIG_DIR: "/a,/b" }, world: counts(0) }),
    "ok 3 files, 5.0 MiB in /a; 3 files, 5.0 MiB in /b: null",
  );
  const later = { unixS: () => Date.parse("2027-06-01") / 1000 };
  assert((await of("prices", { world: later })).startsWith("warn the built-in table"));
  const own = { env: { HEADWAY_PRICES: "/p.json" }, texts: { "/p.json": "{}" } };
  assert((await of("prices", own)).startsWith("broken /p.json is no table of prices"));
});
