/** `headway scenario --target ws://…` against servers that are not there, refuse, or lie. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { testContext } from "../tests/support/cli_context.ts";
import { type LiveServer, liveServer, type Script } from "../tests/support/live_server.ts";
import { rampSource } from "../tests/support/scripted_server.ts";
import { filesBelow, tempFolder } from "../tests/support/temp_folder.ts";
import { commands } from "./commands.ts";
import { dispatch } from "./dispatch.ts";

/** What a call leaves when no run does. */
const CALL_FILES = ["index.html", "junit.xml", "summary.json"];
const SOURCE = rampSource(96_000);

/** A scenario of 0.3 s; its prompt tells the scripted server what to do. */
function scenarioOf(prompt: string, metric = "lag.slices.count", min = 0) {
  return {
    name: prompt,
    description: "Does it survive?",
    durationS: 0.3,
    source: { synthS: 2 },
    client: { prompt, settleS: 0 },
    expectations: [{ metric, min }],
  };
}

/** What happens when these scenarios are run against a server with this script. */
async function call(
  target: LiveServer | string,
  scenarios: readonly ReturnType<typeof scenarioOf>[] = [scenarioOf("only")],
) {
  await using folder = await tempFolder();
  const files: string[] = [];
  for (const it of scenarios) {
    files.push(`${folder.path}/${it.name}.json`);
    await Deno.writeTextFile(files.at(-1)!, JSON.stringify(it));
  }
  const out = `${folder.path}/out`;
  const url = typeof target === "string" ? target : target.url;
  const context = testContext();
  const code = await dispatch(
    ["scenario", ...files, "--target", url, "--out", out, "--lateness-budget-ms", "10000"],
    context,
    { commands, version: "1.2.3" },
  );
  const written = await filesBelow(out);
  const reports = await Promise.all(
    written.filter((path) => path.endsWith("report.json"))
      .map(async (path) => JSON.parse(await Deno.readTextFile(`${out}/${path}`))),
  );
  return { code, out: context.stdout.text, err: context.stderr.text, written, reports };
}

/** The same with a server of its own, which is gone afterwards. */
async function against(script: Script, scenarios?: Parameters<typeof call>[1]) {
  await using server = await liveServer(script);
  return await call(server, scenarios);
}

/** The lines about problems and failures, without the closing ones. */
function problemLines(out: string): string[] {
  return out.split("\n").filter((line) => line.startsWith("✗") || line.startsWith("!"));
}

Deno.test("a server that is not there ends the call with 3, in one line, and the summary says so", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const { code, out, written } = await call(`ws://127.0.0.1:${port}/`);
  assertEquals([code, written], [3, CALL_FILES]);
  assertMatch(out, /cannot reach ws:\/\/127\.0\.0\.1:\d+\/: connection refused; is the server /);
  assertEquals(out.split("\n").filter((line) => line.includes("refused")).length, 1);
});

Deno.test("a server's refusal ends the call with 3, and shows its code and build command", async () => {
  const { code, out, written } = await against((peer) => {
    peer.say({
      type: "error",
      code: "engine_not_built",
      message: "no engine for 2 s",
      build_command: "make engine DURATION=2",
    });
    peer.connection.close(1011, "engine_not_built");
  });
  assertEquals([code, written], [3, CALL_FILES]);
  assertMatch(out, /no engine for 2 s/);
  assertMatch(out, /engine_not_built/);
  assertMatch(out, /make engine DURATION=2/);
});

Deno.test("a server with another sample rate ends the call with 3, and both rates", async () => {
  const { code, out } = await against((peer) => {
    peer.welcome(SOURCE, { sample_rate: 44_100 });
  });
  assertEquals(code, 3);
  assertMatch(out, /server plays at 44100 Hz, expected 48000 Hz/);
});

Deno.test("a server that hangs up before the session ends the call with 3 and its reason", async () => {
  const { code, out } = await against((peer) => peer.connection.close(1013, "try again later"));
  assertEquals(code, 3);
  assertMatch(out, /connection closed with 1013: try again later before the session began/);
});

Deno.test("a server that says why it hangs up in mid-session is quoted", async () => {
  const { code, out } = await against((peer) => {
    peer.welcome(SOURCE);
    peer.say({ type: "error", code: "engine_failed", message: "the engine crashed five times" });
    peer.connection.close(1000, "session ended");
  });
  assertEquals(code, 1);
  assertMatch(
    out,
    /closed with 1000 \(session ended\) after 0\.0 s; before, the server said: the engine crashed five times\n/,
  );
});

Deno.test("a ready that is no ready ends the call with 3", async () => {
  for (const fields of [{ duration: "long" }, { channels: 9 }]) {
    const { code, out } = await against((peer) => {
      peer.welcome(SOURCE, fields);
      peer.connection.close(1000, "that was all");
    });
    assertEquals(code, 3, out);
  }
});

Deno.test("the worst decides: 2 before 1 before 3 before 0", async () => {
  const script: Script = (peer, config) => {
    if (config["prompt"] !== "refused") return peer.welcome(SOURCE);
    peer.say({ type: "error", code: "busy", message: "not now" });
    peer.connection.close(1013, "busy");
  };
  await using server = await liveServer(script);
  const fine = scenarioOf("fine");
  const failing = scenarioOf("failing", "lag.slices.count", 1000);
  const refused = scenarioOf("refused");
  const nonsense = scenarioOf("nonsense", "lag.speed");
  assertEquals((await call(server, [fine])).code, 0);
  assertEquals((await call(server, [fine, refused])).code, 3);
  assertEquals((await call(server, [refused, failing])).code, 1);
  assertEquals((await call(server, [refused, failing, nonsense])).code, 2);
});

Deno.test("damaged slices are counted, and the run is judged by the good ones", async () => {
  const { code, reports } = await against((peer) => {
    peer.welcome(SOURCE);
    peer.saySlice(0, 9_600);
    const truncated = new Uint8Array(12);
    const garbage = Uint8Array.from({ length: 400 }, (_, i) => (i * 73) % 256);
    // A header that promises 2³² − 1 samples, with nothing behind it.
    const boastful = new Uint8Array(40).fill(255);
    for (const frame of [truncated, garbage, boastful, new Uint8Array(0)]) peer.sayBinary(frame);
    peer.saySlice(9_600, 9_600);
  });
  assertEquals(code, 0);
  assertEquals(reports[0].session.decodeErrors, 4);
  assertEquals(reports[0].lag.slices.count, 2);
  assertEquals(reports[0].mirror, { identical: null, checkedSlices: 2 });
});

Deno.test("text that is no message does not end a run", async () => {
  const { code, reports } = await against((peer) => {
    peer.welcome(SOURCE);
    const say = (text: string) => peer.connection.send({ kind: "text", text, bytes: text.length });
    for (const text of ["", "{", "null", "[]", '{"type":7}', '{"type":"made_up","x":1}']) say(text);
    peer.saySlice(0, 9_600);
  });
  assertEquals(code, 0);
  assertEquals(reports[0].lag.slices.count, 1);
  assertEquals(reports[0].session.events.made_up, 1);
});

Deno.test("a message beyond all bounds ends the connection with 1009, and is no crash", async () => {
  const { code, reports } = await against((peer) => {
    peer.welcome(SOURCE);
    peer.saySlice(0, 9_600);
    peer.sayBinary(new Uint8Array(100 * 2 ** 20 + 1));
  }, [{ ...scenarioOf("large"), durationS: 1 }]);
  assertEquals(code, 1);
  assertEquals(reports[0].session.closeCode, 1009);
  assertEquals(reports[0].lag.slices.count, 1);
});

Deno.test("an initial buffer of the wrong size ends the call with 3", async () => {
  const { code, out, written } = await against((peer) => {
    peer.sayReady(SOURCE);
    peer.sayBinary(new Uint8Array(1_001));
  });
  assertEquals([code, written], [3, CALL_FILES]);
  assertMatch(out, /initial buffer is unusable/);
  assert(problemLines(out).length <= 1);
});

Deno.test("what a foreign server cannot play is not applicable, and no connection is made", async () => {
  await using server = await liveServer((peer) => peer.welcome(SOURCE));
  const overloaded = { ...scenarioOf("overloaded"), engine: { type: "overload", renderMs: 1000 } };
  const { code, reports } = await call(server, [overloaded]);
  assertEquals([code, server.peers.length], [0, 0]);
  assertEquals(reports[0].verdict, "not-applicable");
  assertMatch(reports[0].reason, /only `sim` and `self` have/);
});

Deno.test("control characters of a server's message do not reach the terminal", async () => {
  const { out } = await against((peer) => {
    peer.say({ type: "error", code: "x", message: "bad\u001b[2J\nsecond line" });
    peer.connection.close(1011, "x");
  });
  // deno-lint-ignore no-control-regex -- it is what is looked for
  assert(!/\u001b/.test(out), JSON.stringify(out));
});

Deno.test("the first stop during a live run says what happens, and the run still ends well", async () => {
  await using folder = await tempFolder();
  const file = `${folder.path}/only.json`;
  await Deno.writeTextFile(file, JSON.stringify(scenarioOf("only")));
  const context = testContext();
  await using server = await liveServer((peer) => {
    peer.welcome(SOURCE);
    context.stop.abort();
  });
  const code = await dispatch(
    ["scenario", file, "--target", server.url, "--out", `${folder.path}/out`],
    context,
    { commands, version: "1.2.3" },
  );
  assertEquals(code, 3);
  assertEquals(
    context.stderr.text,
    "headway: stopping after this scenario; again stops at once\n" +
      "headway: stopped after 1 of 1 scenarios\n",
  );
});

Deno.test("the replay line names file, target and control bus", async () => {
  await using server = await liveServer((peer) => peer.welcome(SOURCE));
  await using folder = await tempFolder();
  const file = `${folder.path}/only.json`;
  const out = `${folder.path}/out`;
  await Deno.writeTextFile(file, JSON.stringify(scenarioOf("only")));
  const control = "http://127.0.0.1:9";
  await dispatch(
    ["scenario", file, "--target", server.url, "--control", control, "--out", out],
    testContext(),
    { commands, version: "1.2.3" },
  );
  const { replay } = JSON.parse(await Deno.readTextFile(`${out}/only/report.json`));
  assertEquals(
    replay,
    `deno task scenario ${file} --target ${server.url} --control ${control} --fidelity full --seed 1`,
  );
});

Deno.test("a call that leaves problems only replaces the summary of an older one", async () => {
  await using folder = await tempFolder();
  const file = `${folder.path}/only.json`;
  const out = `${folder.path}/out`;
  await Deno.writeTextFile(file, JSON.stringify(scenarioOf("only")));
  const summaryAfter = async (...args: string[]) => {
    await dispatch(["scenario", file, "--out", out, ...args], testContext(), {
      commands,
      version: "1.2.3",
    });
    const summary = JSON.parse(await Deno.readTextFile(`${out}/summary.json`));
    return [summary.exitCode, summary.runs.length, summary.problems.length];
  };
  assertEquals(await summaryAfter("--jobs", "1"), [0, 1, 0]);
  await using refusing = await liveServer((peer) => peer.connection.close(1013, "busy"));
  assertEquals(await summaryAfter("--target", refusing.url), [3, 0, 1]);
});
