/** The voice server's own tools, by the official client. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { type Road, TestMcpClient } from "../../tests/support/mcp_client.ts";
import { type Body, VoiceWorld } from "../../tests/support/voice_world.ts";

async function withTools(
  world: VoiceWorld,
  work: (call: (name: string, args?: object) => Promise<Body>) => Promise<void>,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const url = new URL(`${world.url}/mcp`);
  await using client = await TestMcpClient.connect(
    new StreamableHTTPClientTransport(url, { requestInit: { headers } }) as Road,
  );
  await work(async (name, args = {}) => {
    const { content } = await client.sdk.callTool({ name, arguments: { ...args } });
    const text = content[0]!.type === "text" ? content[0]!.text : "";
    return text.startsWith("{") ? JSON.parse(text) : text;
  });
}

Deno.test("initialize names a session, which nothing depends on", async () => {
  await using world = await VoiceWorld.start();
  const { status, headers, body } = await world.ask("POST", "/mcp", {
    ...{ jsonrpc: "2.0", id: 1, method: "initialize" },
    params: {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "t", version: "1" },
    },
  });
  assertEquals([status, body.result.serverInfo.name], [200, "mod3"]);
  assert(headers.get("mcp-session-id")!.length > 8);
});

Deno.test("the tools are at /mcp/, too, and whoever only looks at /mcp is led there", async () => {
  await using world = await VoiceWorld.start();
  const led = await world.ask("GET", "/mcp");
  assertEquals([led.status, led.headers.get("location")], [307, "/mcp/"]);
  const opened = await world.ask("POST", "/mcp/", {
    ...{ jsonrpc: "2.0", id: 1, method: "initialize" },
    params: {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "t", version: "1" },
    },
  });
  assertEquals([opened.status, opened.body.result.serverInfo.name], [200, "mod3"]);
  assert(opened.headers.has("mcp-session-id"));
  for (const method of ["GET", "DELETE"]) {
    assertEquals((await world.ask(method, "/mcp/")).status, 405, method);
  }
});

Deno.test("speech is asked for, waited for, and stopped", async () => {
  await using world = await VoiceWorld.start({ tone: { realTimeFactor: 0.01 }, voiceWorkers: 1 });
  await withTools(world, async (call) => {
    assertEquals((await call("speech_status")).status, "idle");
    assertEquals(await call("speak", { text: " " }), { status: "error", error: "Nothing to say" });
    const stranger = await call("speak", { text: "x", session_id: "nobody" });
    assertStringIncludes(stranger.error, "is not registered");
    const first = await call("speak", { text: "the first of these texts" });
    assertEquals(first.status, "speaking");
    const second = await call("speak", { text: "the second of these texts" });
    // Nothing is played yet, so what was asked for first is as good as speaking.
    assertEquals([second.status, second.queue_position], ["queued", 1]);
    const third = await world.ask("POST", "/v1/speak", { text: "the third of these texts" });
    assertEquals([third.body.status, third.body.queue_position], ["queued", 2]);
    assertEquals(second.queue_ahead[0].job_id, first.job_id);
    assert(second.estimated_wait_sec > 0);
    const status = await call("speech_status", { job_id: second.job_id });
    assertEquals([status.status, status.queue_position, status.queue.currently_playing], [
      ...["queued", 1, null],
    ]);
    assertEquals(
      (await call("stop", { job_id: second.job_id })).message,
      `Cancelled queued job ${second.job_id}`,
    );
    assertStringIncludes((await call("stop")).message, "cancelled 2 queued item(s)");
    assertEquals((await call("stop")).message, "Nothing playing");
    assertEquals((await call("speech_status", { job_id: first.job_id })).status, "cancelled");
    assertStringIncludes((await call("stop", { job_id: "nosuch" })).error, "Unknown job");
  });
});

Deno.test("while somebody speaks nothing is said, and nothing is kept to be said later", async () => {
  await using world = await VoiceWorld.start();
  await withTools(world, async (call) => {
    await using chat = await world.open("/ws/chat");
    const speak = () => call("speak", { text: "not now" });
    chat.send(new Uint8Array(1024));
    let held = await speak();
    // The microphone is heard by another road than the tool.
    while (held.status !== "held") held = await speak();
    assertEquals([held.user_state, typeof held.estimated_duration_sec], ["recording", "number"]);
    const jobs = async () => (await world.ask("GET", "/v1/jobs?type=speak")).body.total;
    const before = await jobs();
    assertEquals((await speak()).status, "held");
    chat.send({ type: "end_of_speech" });
    await chat.nextOf("response_complete");
    assertEquals(await jobs(), before);
    assertEquals((await speak()).status, "speaking");
  });
});

Deno.test("a job that was played has its figures", async () => {
  await using world = await VoiceWorld.start();
  await withTools(world, async (call) => {
    const { job_id } = await call("speak", { text: "One sentence. Another.", voice: "am_adam" });
    let status = await call("speech_status", { job_id });
    while (status.status !== "done") status = await call("speech_status");
    assertEquals([status.route, status.metrics.voice, status.metrics.chunks.count], [
      "played",
      "am_adam",
      2,
    ]);
    assert(status.metrics.audio.duration_sec > 0);
    const verbose = await call("speech_status", { job_id, verbose: true });
    assertEquals(verbose.metrics.chunks.per_chunk.length, 2);
    assertEquals(world.player.played.length, 1);
  });
});

/** Who shows it may name files; whose a connection is, not every test may see. */
const TOKEN = "a-token-of-sixteen-or-more";

Deno.test("sessions, voices and devices are to be had by tools, too", async () => {
  await using world = await VoiceWorld.start({ token: TOKEN });
  await withTools(world, async (call) => {
    const joined = await call("register_session", { session_id: "s1", participant_id: "p" });
    assertEquals([joined.status, joined.created, joined.assigned_voice], ["ok", true, "bm_lewis"]);
    assertEquals((await call("list_sessions")).sessions.length, 1);
    assertEquals(
      (await call("deregister_session", { session_id: "s1" })).released_voice,
      "bm_lewis",
    );
    assertEquals((await call("deregister_session", { session_id: "s1" })).status, "not_found");
    const voices: string = await call("list_voices");
    assertEquals(voices.split("\n")[0], "Available voices:");
    assertStringIncludes(voices, "\n  tone (speed): bm_lewis, af_heart");
    assertEquals((await call("diagnostics")).vad_loaded, true);
    assertEquals((await call("set_output_device", { device: "usb" })).status, "ok");
    assertStringIncludes(
      (await call("vad_check", { file_path: "/no/such.wav" })).error,
      "No such file",
    );
  }, { authorization: `Bearer ${TOKEN}` });
});

Deno.test("another user of the machine names no files without the token", async () => {
  await using world = await VoiceWorld.start({ readSocketTables: () => Promise.resolve("") });
  await withTools(world, async (call) => {
    const { error } = await call("vad_check", { file_path: "deno.json" });
    assertStringIncludes(error, "needs the server's token");
  });
});

Deno.test("an agent can wait for what somebody says", async () => {
  const recognizer = { name: "fake", recognize: () => Promise.resolve({ text: "turn left" }) };
  await using world = await VoiceWorld.start({ recognizer });
  await withTools(world, async (call) => {
    const silence = await call("await_voice_input", { timeout_sec: 0.01 });
    assertEquals(silence.status, "timeout");
    const waiting = call("await_voice_input", { timeout_sec: 60 });
    await using chat = await world.open("/ws/chat");
    const pcm = Int16Array.from({ length: 8000 }, (_, i) => 8000 * Math.sin(i / 10));
    let isOver = false;
    const over = waiting.finally(() => isOver = true);
    // What is said before the tool listens is gone, so it is said until it is heard.
    while (!isOver) {
      chat.send(new Uint8Array(pcm.buffer));
      chat.send({ type: "end_of_speech" });
      await chat.nextOf("response_complete");
    }
    const heard = await over;
    assertEquals([heard.status, heard.transcript, heard.duration_sec], ["ok", "turn left", 0.5]);
    assert(heard.source.startsWith("browser:"));
  });
});
