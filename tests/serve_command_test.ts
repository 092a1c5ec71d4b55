/** `headway serve` from outside: what it says, how it refuses, how it ends. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { encodePcm } from "../wire/mod.ts";
import { ServeProcess } from "./support/headway_server.ts";
import { closeCode, RawPeer } from "./support/raw_peer.ts";

const FREE = ["--port", "0", "--control-port", "0"];

/** A session that streams. */
async function stream(port: number): Promise<RawPeer> {
  const peer = await RawPeer.connect(port);
  await peer.sendText("{}");
  await peer.send(2, encodePcm(new Float32Array(2 * 96_000).fill(0.01), 2));
  await peer.readUntil((bytes) =>
    new TextDecoder("latin1").decode(bytes).includes("params_update")
  );
  return peer;
}

/** How the server ends that cannot start. */
async function refusal(args: readonly string[], env: Record<string, string> = {}) {
  await using server = new ServeProcess(args, env);
  const { code, stdout, stderr } = await server.finished();
  assertEquals([code, stdout], [2, ""], stderr);
  return stderr;
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`headway serve ends well on ${signal} while a session streams`, async () => {
    await using server = new ServeProcess(FREE);
    using peer = await stream(await server.port("main"));
    server.kill(signal);
    const { code } = await peer.readToClose();
    assertEquals(code, 1001);
    await peer.readToEnd();
    peer[Symbol.dispose]();
    const finished = await server.finished();
    assertEquals([finished.code, finished.stdout], [0, ""]);
    // It says so when connections did not end in the time that they have for it.
    assert(!finished.stderr.includes("dropping what is left"), finished.stderr);
  });
}

Deno.test("headway serve drops a peer that does not close, and still exits 0", async () => {
  await using server = new ServeProcess(FREE);
  using peer = await stream(await server.port("main"));
  server.kill("SIGTERM");
  await server.line("dropping what is left");
  const { bytes, reset } = await peer.readToEnd();
  assertEquals([closeCode(bytes), reset], [1001, true]);
  assertEquals((await server.finished()).code, 0);
});

Deno.test("headway serve exits at once on a second signal", async () => {
  await using server = new ServeProcess(FREE);
  using _peer = await stream(await server.port("main"));
  server.kill("SIGTERM");
  await server.line("closing");
  server.kill("SIGINT");
  const { code, stderr } = await server.finished();
  assertEquals(code, 130);
  assert(!stderr.includes("dropping what is left"), stderr);
});

Deno.test("headway serve names each listener on a line of stderr, with a free port for 0", async () => {
  await using server = new ServeProcess(FREE);
  const ports = [await server.port("main"), await server.port("control")];
  assert(ports.every((port) => port > 0) && ports[0] !== ports[1]);
  assertEquals(server.lines.length, 2);
  for (const [i, name] of ["main", "control"].entries()) {
    const address = `127.0.0.1:${ports[i]}`;
    const sessions = name === "main" ? ` sessions=ws://${address}` : "";
    assertMatch(
      server.lines[i]!,
      new RegExp(
        `^\\S+Z info  server: listening listener=${name} url=http://${address}${sessions}$`,
      ),
    );
  }
  const healthz = await fetch(`http://127.0.0.1:${ports[0]}/healthz`);
  assertEquals(await healthz.text(), "ok\n");
});

Deno.test("headway serve --log json writes one object a line", async () => {
  await using server = new ServeProcess(["--port", "0", "--control-port", "off", "--log", "json"]);
  await server.line("listening");
  server.kill("SIGTERM");
  const { stderr } = await server.finished();
  const lines = stderr.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines.map(({ event }) => event), ["listening", "closing", "closed"]);
  assertEquals([lines[0].level, lines[0].part, lines[0].listener], ["info", "server", "main"]);
});

Deno.test("headway serve refuses a taken port in one line", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  const mend = (flag: string) =>
    `headway: port ${port} on 127.0.0.1 is taken; stop what listens there, or choose another with ${flag}\n`;
  assertEquals(await refusal(["--port", `${port}`, "--control-port", "0"]), mend("--port"));
  assertEquals(
    await refusal(["--port", "0", "--control-port", `${port}`]),
    mend("--control-port"),
  );
});

Deno.test("headway serve goes on without a control bus whose default port is taken", async () => {
  using _taken = takeDefaultControlPort();
  await using server = new ServeProcess(["--port", "0"]);
  const port = await server.port("main");
  assertEquals(await (await fetch(`http://127.0.0.1:${port}/healthz`)).text(), "ok\n");
  const warnings = server.lines.filter((line) => line.includes(" warn "));
  assertEquals(warnings.length, 1);
  assertMatch(
    warnings[0]!,
    /listener left out listener=control port=1319 why="port is taken" flag=--control-port$/,
  );
});

Deno.test("headway serve says how to mend what it is told wrongly", async () => {
  assertEquals(
    await refusal(["--public-url", "studio"], { HEADWAY_TOKEN: "a-token-that-is-long-enough" }),
    'headway: public URL "studio" is not scheme, host and port, such as https://studio.example\n',
  );
  assertEquals(
    await refusal([], { HEADWAY_PORT: "abc" }),
    'headway: HEADWAY_PORT is "abc", expected a port from 0 (any free one) to 65535\n',
  );
  assertEquals(
    await refusal([], { HEADWAY_TOKEN: "two words" }),
    "headway: the token (--token or HEADWAY_TOKEN) must be printable ASCII without spaces\n",
  );
});

/** Makes sure that somebody listens on port 1319. */
function takeDefaultControlPort(): Disposable {
  try {
    return Deno.listen({ hostname: "127.0.0.1", port: 1319 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    return { [Symbol.dispose]: () => {} };
  }
}
