/** `headway record` as a user runs it: a gateway in a process of its own, and what comes after it. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { readRecording } from "../scenarios/recording/mod.ts";
import { serve } from "../serve/serve.ts";
import { runHeadway, SCENARIO_PERMISSIONS } from "./support/headway.ts";
import { RecordProcess } from "./support/headway_server.ts";
import { StreamSocket } from "./support/stream_socket.ts";
import { filesBelow, tempFolder } from "./support/temp_folder.ts";

/** Plays a session of an upload through a gateway, until so many slices have come. */
async function listen(url: string, slices: number): Promise<void> {
  using socket = new StreamSocket(url);
  await socket.more(slices);
  await socket.close();
}

const record = (...args: string[]) =>
  runHeadway(["record", ...args], { permissions: SCENARIO_PERMISSIONS });

Deno.test("a session is recorded on its way, and can be looked at, converted, replayed and compared", async () => {
  await using folder = await tempFolder();
  await using server = await serve({ port: 0, controlPort: "off", write: () => {} });
  const file = `${folder.path}/take.ndjson`;
  await using gateway = new RecordProcess(server.url, file);
  await listen(await gateway.url(), 8);
  gateway.kill("SIGTERM");
  const { code, stdout } = await gateway.finished();
  assertEquals(code, 0);
  assertMatch(stdout, /\d+ messages and [\d.]+ MiB on 1 connection\n/);
  assertMatch(stdout, /added latency: p50 [\d.]+ ms, p99 [\d.]+ ms, max [\d.]+ ms\n/);

  const page = `${folder.path}/take.html`;
  const seen = await record("inspect", file, "--json", "--page", page);
  assertEquals(seen.code, 0, seen.stderr);
  const { isComplete, sessions: [session] } = JSON.parse(seen.stdout);
  assertEquals([isComplete, session.role], [true, "session"]);
  assert(session.slices.count >= 8);
  assertMatch(await Deno.readTextFile(page), /^<!doctype html>.*Headway recording/s);

  // Nobody ticked, so the replay does not either; the upload is read from the folder of blobs.
  const converted = await record("to-scenario", file);
  assertEquals(converted.code, 0, converted.stderr);
  const again = await record("to-scenario", file);
  assertEquals(again.code, 2, "a scenario that somebody may have edited is not written over");
  assertMatch(again.stderr, /is there already/);
  const scenario = `${folder.path}/take.scenario.json`;
  const run = await runHeadway(["scenario", scenario, "--out", `${folder.path}/reports`], {
    permissions: SCENARIO_PERMISSIONS,
  });
  assertEquals(run.code, 0, run.stdout + run.stderr);

  const report = `${folder.path}/replay`;
  const replayed = await record("replay", file, "--json", "--report", report);
  const { verdict, traceHash, diff } = JSON.parse(replayed.stdout);
  assertEquals([verdict, /^[0-9a-f]{64}$/.test(traceHash)], ["passed", true]);
  const buffer = diff.rows.find(({ what }: { what: string }) => what === "initial 1, bytes");
  assertEquals(buffer.verdict, "same");
  assertEquals(replayed.code, diff.verdict === "same" ? 0 : 1);
  const files = await filesBelow(report);
  for (const name of ["diff.json", "diff.md", "replay.ndjson", "take.json", "take/report.html"]) {
    assert(files.includes(name), `${name} is not in ${files}`);
  }
  // The replay is a recording itself: it is the same as itself, and it can be read again.
  const same = await record("diff", `${report}/replay.ndjson`, `${report}/replay.ndjson`);
  assertEquals([same.code, /within limits/.test(same.stdout)], [0, true]);
});

Deno.test("a gateway that is killed leaves a readable recording, which another one goes on with", async () => {
  await using folder = await tempFolder();
  await using server = await serve({ port: 0, controlPort: "off", write: () => {} });
  const file = `${folder.path}/take.ndjson`;
  {
    await using gateway = new RecordProcess(server.url, file);
    using socket = new StreamSocket(await gateway.url());
    await socket.more(4);
    gateway.kill("SIGKILL");
    await gateway.finished();
    // Its client is not left waiting.
    await socket.closed;
  }
  const killed = await readRecording(file);
  assert(killed.events.length > 4 && killed.events.at(-1)!.kind !== "stop");
  // As if it had been killed in the middle of a line.
  await Deno.writeTextFile(file, '{"t":5,"c":1,"kind":"te', { append: true });

  const again = new RecordProcess(server.url, file);
  assertMatch((await again.finished()).stderr, /take.ndjson is there already; go on with it by/);
  await using resumed = new RecordProcess(server.url, file, ["--resume"]);
  await listen(await resumed.url(), 4);
  resumed.kill("SIGTERM");
  assertEquals((await resumed.finished()).code, 0);
  const { events, tornBytes } = await readRecording(file);
  assertEquals(tornBytes, 0);
  assertEquals(events.slice(0, killed.events.length), [...killed.events]);
  assertEquals(events[killed.events.length]!.kind, "resume");
  const opened = events.filter((event) => event.kind === "open").map(({ c }) => c);
  assertEquals(opened, [1, 2]);
  assert(events.every((event, i) => i === 0 || event.t >= events[i - 1]!.t - 1e-6));
});

Deno.test("a cap that is reached ends the recording, and not the session", async () => {
  await using folder = await tempFolder();
  await using server = await serve({ port: 0, controlPort: "off", write: () => {} });
  const file = `${folder.path}/take.ndjson`;
  await using gateway = new RecordProcess(server.url, file, ["--max-mb", "1", "--json"]);
  // The upload and the buffer alone are more than may be kept.
  await listen(await gateway.url(), 6);
  gateway.kill("SIGTERM");
  const { stdout } = await gateway.finished();
  const report = JSON.parse(stdout);
  assert(report.recordedBytes <= 2 ** 20, stdout);
  assert(report.figures.bytes > 2 ** 20, stdout);
  const { events } = await readRecording(file);
  assert(events.some((event) => event.kind === "binary" && !event.blob));
});
