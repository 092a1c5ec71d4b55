/** The `command` engine with real processes: what they do wrong costs windows, never the server. */
import { fileURLToPath } from "node:url";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Rng, WallClock } from "../runtime/mod.ts";
import { serve, type ServerParts } from "../serve/mod.ts";
import { dialWebSocket, HeadlessClient } from "../sim/mod.ts";
import type { PuppetRole } from "./support/engine_puppet.ts";
import { ServeProcess } from "./support/headway_server.ts";
import { MemoryLog } from "./support/memory_log.ts";
import { PuppetMaster } from "./support/puppet_master.ts";
import { StreamSocket } from "./support/stream_socket.ts";

/** Tests cannot read the system's tables of sockets, which say that a peer is our own user. */
const TOKEN = "a-token-for-engines";

/** A session that may start its engine. */
const socketTo = ({ url }: { readonly url: string }) => new StreamSocket(url, TOKEN);

/** A server of two sessions whose engines are puppets. */
async function start(master: PuppetMaster, options: ServerParts = {}) {
  const log = new MemoryLog();
  const server = await serve({
    port: 0,
    controlPort: "off",
    maxSessions: 2,
    log,
    token: TOKEN,
    engineCommand: master.command,
    engineLimits: { startS: 20, windowS: 1, graceS: 0.2, retryS: [0.1, 0.1] },
    ...options,
  });
  return Object.assign(server, { log });
}

/** The fault of a process, and the trouble that it is. */
const FAULTS: Readonly<Partial<Record<PuppetRole, string>>> = {
  "exit-at-once": "crashed: engine ended by itself with exit code 3",
  "exit-after-3": "crashed: engine ended by itself with exit code 4",
  segfault: "crashed: engine was ended by SIGSEGV",
  hang: "hung: engine did not answer a request within 1 s",
  mute: "hung: engine did not answer a request within 1 s",
  "mute-and-stubborn": "hung: engine did not answer a request within 1 s",
  garbage: "garbage: engine broke the protocol at byte 0 (kind): frame has the kind 105, " +
    "which does not exist; stdout is for frames, print to stderr",
  "wrong-size":
    "wrong_window: engine made a window that cannot be played: it has 17280 samples, expected 34560",
  "flood-bytes": "garbage: engine broke the protocol at byte 0 (kind): frame has the kind 7, " +
    "which does not exist; stdout is for frames, print to stderr",
  "flood-logs": "hung: engine read nothing for 1 s",
  "flood-empty-logs": "hung: engine read nothing for 1 s",
  "stop-reading": "hung: engine read nothing for 1 s",
};

for (const [role, expected] of Object.entries(FAULTS)) {
  Deno.test(`a process that does "${role}" costs windows, and nobody else's`, async () => {
    using master = new PuppetMaster(["good", role as PuppetRole, "good", "good"]);
    await using server = await start(master);
    using other = socketTo(server);
    await other.more(3);

    using session = socketTo(server);
    const { code, message, failures, retry_s } = await session.first("engine_trouble");
    assertEquals(`${code}: ${message}`, expected);
    assertEquals([failures, retry_s], [1, 0.1]);
    await master.gone[1];
    await Promise.all([session.more(5), other.more(5)]);
    assertEquals(session.messages.filter(({ type }) => type === "error"), []);
    assertEquals(other.messages.filter(({ type }) => type === "engine_trouble"), []);

    await session.close();
    await master.gone[2];
    using next = socketTo(server);
    await next.more(3);
    await server.close();
    await Promise.all(master.gone);
    assertEquals(master.gone.length, 4);
    assertEquals(server.log.of("dropping what is left"), []);
  });
}

Deno.test("an engine that fails again and again ends its session, and nothing else", async () => {
  using master = new PuppetMaster(["exit-at-once", "garbage", "exit-after-3", "mute"]);
  await using server = await start(master);
  using session = socketTo(server);
  // Three good windows in the third life begin a new row of troubles.
  master.cast("exit-at-once", "exit-at-once");
  assertEquals(await session.closed, "1000 session ended");
  const troubles = session.messages.filter(({ type }) => type === "engine_trouble");
  assertEquals(troubles.map(({ code, failures, retry_s }) => [code, failures, retry_s]), [
    ["crashed", 1, 0.1],
    ["garbage", 2, 0.1],
    ["crashed", 1, 0.1],
    ["hung", 2, 0.1],
    ["crashed", 3, null],
  ]);
  assertEquals(session.messages.at(-1), {
    type: "error",
    code: "pipeline_error",
    message:
      "engine was given up after 3 troubles in a row; the last: engine ended by itself with exit code 3",
  });
  await Promise.all(master.gone);
  master.cast("good");
  using next = socketTo(server);
  await next.first("ready");
});

Deno.test("what an engine has to say before it ends is in the log", async () => {
  using master = new PuppetMaster();
  await using server = await start(master, {
    engineCommand: ["deno", "run", "/nowhere/engine.ts"],
  });
  using session = socketTo(server);
  assertEquals((await session.first("engine_trouble"))["code"], "crashed");
  assertEquals(await session.closed, "1000 session ended");
  const lines = server.log.of("engine says").map(({ fields }) => String(fields["line"]));
  assert(lines.some((line) => line.includes("Module not found")), lines.join("\n"));
});

Deno.test("a session that ends ends its engine, also one that does not listen", async () => {
  using master = new PuppetMaster(["good", "mute-and-stubborn"]);
  await using server = await start(master, { engineLimits: { graceS: 0.2 } });
  using polite = socketTo(server);
  await polite.more(3);
  await polite.close();
  await master.gone[0];
  const isReady = server.log.next("engine ready");
  using rude = socketTo(server);
  await Promise.all([rude.first("ready"), isReady]);
  await rude.close();
  await master.gone[1];
  assertEquals(server.log.of("engine trouble"), []);
});

Deno.test("a server that closes waits until its engines are gone", async () => {
  using master = new PuppetMaster(["mute-and-stubborn", "good"]);
  const server = await start(master, { engineLimits: { graceS: 0.2 } });
  const isReady = server.log.next("engine ready");
  using _stubborn = socketTo(server);
  await isReady;
  using good = socketTo(server);
  await good.more(3);
  await server.close();
  await Promise.all(master.gone);
  assertEquals(server.log.of("dropping what is left"), []);
});

Deno.test("a server that has waited 3 s kills engines that have not gone", async () => {
  using master = new PuppetMaster(["mute-and-stubborn"]);
  const server = await start(master, { engineLimits: { graceS: 600 } });
  const isReady = server.log.next("engine ready");
  using _session = socketTo(server);
  await isReady;
  await server.close();
  await Promise.all(master.gone);
  assertEquals(server.log.of("dropping what is left").length, 1);
});

Deno.test("headway serve ends an engine with everything that it has started", async () => {
  using master = new PuppetMaster(["with-child", "sit"]);
  const command = master.command.map((word) => `"${word}"`).join(" ");
  await using server = new ServeProcess(
    ["--port", "0", "--control-port", "off", "--engine-command", command],
    {},
    ["--allow-run"],
  );
  using session = new StreamSocket(`ws://127.0.0.1:${await server.port("main")}`);
  await session.more(3);
  server.kill("SIGTERM");
  const { code, stderr } = await server.finished();
  assertEquals([code, stderr.includes("dropping what is left")], [0, false], stderr);
  assertEquals(master.gone.length, 2);
  await Promise.all(master.gone);
});

Deno.test("headway serve says how to mend an engine command that it cannot use", async () => {
  const cases: Record<string, string> = {
    "--engine-command= ":
      'the engine command is empty; name a program and its arguments: --engine-command "python3 my_engine.py"',
    "--engine-command=no-such-program x":
      `the engine's program "no-such-program" was not found in any folder of PATH`,
    "--engine-command=./README.md":
      `the engine's program "./README.md" may not be executed; run chmod +x, or put its interpreter in front`,
    "--engine-command=deno 'run":
      "the engine command has a ' at character 6 that is not closed: deno 'run",
    "--engine-start-s=5": "--engine-start-s goes with --engine-command",
  };
  for (const [arg, message] of Object.entries(cases)) {
    await using server = new ServeProcess(["--port", "0", arg]);
    const { code, stderr } = await server.finished();
    assertEquals([code, stderr], [2, `headway: ${message}\n`]);
  }
});

/** Where the tremolo's level goes at a frame, at full depth. */
const swell = (frame: number) => 1 - Math.abs((frame % 12_000) / 6_000 - 1);

Deno.test("the example engine plays: 3 s of slices are the source with a tremolo", async () => {
  const example = fileURLToPath(new URL("../examples/engines/tremolo.ts", import.meta.url));
  const log = new MemoryLog();
  await using server = await serve({
    port: 0,
    controlPort: "off",
    log,
    token: TOKEN,
    engineCommand: ["deno", "run", example],
  });
  const audio = Float32Array.from({ length: 2 * 480_000 }, (_, i) => i % 2 === 0 ? 0.5 : -0.25);
  const played = Promise.withResolvers<{ startSample: number; frames: number }>();
  let slices = 0;
  const client = new HeadlessClient({
    dial: dialWebSocket(server.url, { token: TOKEN }),
    clock: new WallClock(),
    rng: new Rng(1),
    config: {},
    source: { kind: "clip", audio, channels: 2, frames: 480_000 },
    observer: {
      onSlice({ record, frames }) {
        if (++slices === 50) played.resolve({ startSample: record.startSample, frames });
      },
    },
  });
  client.setKnobs({ denoise: 1 });
  await client.start();
  const { startSample, frames } = await played.promise;
  const mirror = client.mirror!;
  // The ends of a window are faded into its neighbours.
  for (let frame = startSample + 2_000; frame < startSample + frames - 2_000; frame++) {
    assertAlmostEquals(mirror[2 * frame]!, 0.5 * swell(frame), 1e-3);
    assertAlmostEquals(mirror[2 * frame + 1]!, -0.25 * swell(frame), 1e-3);
  }
  assertEquals(client.status().decodeErrors, 0);
  await client.stop();
  assertEquals(log.of("engine ready").map(({ fields }) => fields["name"]), ["tremolo"]);
  assertEquals(log.of("engine trouble"), []);
});
