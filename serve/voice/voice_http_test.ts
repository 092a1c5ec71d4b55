/** The voice listener over real sockets: routes, headers, statuses and the shapes of answers. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { VoiceWorld } from "../../tests/support/voice_world.ts";

const types = (detail: { type: string; loc: unknown }[]) =>
  detail.map(({ type, loc }) => [type, loc]);
const HEX = /^[0-9a-f]{8}$/;

Deno.test("registering answers with the record, keys in their order, and created", async () => {
  await using world = await VoiceWorld.start();
  const { status, body, headers } = await world.ask("POST", "/v1/sessions/register", {
    ...{ session_id: "s1", participant_id: "p", kinds: ["audio"], metadata: { a: 1 }, extra: 1 },
  });
  assertEquals([status, headers.get("content-type")], [200, "application/json"]);
  assertEquals(Object.keys(body), [
    ...["session_id", "participant_id", "participant_type", "assigned_voice", "voice_conflict"],
    ...["preferred_voice", "preferred_output_device", "state", "priority", "registered_at"],
    ...["last_active", "queue_depth", "output_device", "created"],
  ]);
  assertEquals(
    [body.session_id, body.participant_type, body.assigned_voice, body.voice_conflict],
    ["s1", "agent", "bm_lewis", false],
  );
  assertEquals([body.preferred_voice, body.state, body.priority, body.created], [
    null,
    "idle",
    0,
    true,
  ]);
  assertEquals(body.output_device.name, "(unresolved)");
  assertStringIncludes(body.output_device.reason, "query_devices failed");
  assertEquals((await world.join("s1")).created, false);
  assertEquals((await world.join("s2", { preferred_voice: "" })).preferred_voice, "");

  const list = (await world.ask("GET", "/v1/sessions")).body;
  assertEquals(list.sessions.map((it: { session_id: string }) => it.session_id), ["s1", "s2"]);
  assertEquals(list.serializer.policy, "round-robin");
  assertEquals(list.voice_holders, { bm_lewis: "s1", af_heart: "s2" });
  assertEquals(list.voice_pool.length, 11);
  const one = await world.ask("GET", "/v1/sessions/s1");
  assertEquals([one.status, "created" in one.body, "kinds" in one.body], [200, false, false]);
  const none = await world.ask("GET", "/v1/sessions/nobody");
  assertEquals([none.status, none.body], [404, { error: "session 'nobody' not found" }]);

  const gone = await world.ask("POST", "/v1/sessions/s1/deregister", {});
  assertEquals(gone.body, {
    ...{ status: "ok", session_id: "s1", released_voice: "bm_lewis", dropped_jobs: 0 },
  });
  const again = await world.ask("POST", "/v1/sessions/s1/deregister");
  assertEquals([again.status, again.body], [404, { status: "not_found", session_id: "s1" }]);
});

Deno.test("a body of the wrong form is refused entry by entry", async () => {
  await using world = await VoiceWorld.start();
  const detail = async (path: string, body?: unknown) => {
    const answer = await world.ask("POST", path, body);
    assertEquals(answer.status, 422);
    return answer.body.detail;
  };
  const both = await detail("/v1/sessions/register", { x: 1 });
  assertEquals(types(both), [
    ["missing", ["body", "session_id"]],
    ["missing", ["body", "participant_id"]],
  ]);
  assertEquals(both[0].input, { x: 1 });
  const [absent] = await detail("/v1/sessions/register");
  assertEquals([absent.type, absent.loc, absent.input], ["missing", ["body"], null]);
  const [broken] = await detail("/v1/sessions/register", '{"session_id": }');
  assertEquals([broken.type, broken.loc[0], broken.input], ["json_invalid", "body", {}]);
  assert(typeof broken.ctx.error === "string" && Number.isInteger(broken.loc[1]));
  const session = { session_id: "s", participant_id: "p" };
  assertEquals(types(await detail("/v1/sessions/register", { ...session, participant_id: 7 })), [
    ["string_type", ["body", "participant_id"]],
  ]);
  assertEquals(types(await detail("/v1/sessions/register", { ...session, priority: "high" })), [
    ["int_parsing", ["body", "priority"]],
  ]);
  const [format] = await detail("/v1/synthesize", { text: "x", format: "mp3" });
  assertEquals([format.type, format.loc, format.ctx], [
    ...["string_pattern_mismatch", ["body", "format"], { pattern: "^(wav|pcm)$" }],
  ]);
  assertEquals(types(await detail("/v1/vad", {})), [["missing", ["body", "file"]]]);
  assertEquals(types(await detail("/v1/synthesize", { text: "x", speed: 99 })), [
    ["less_than_equal", ["body", "speed"]],
  ]);
  for (const id of ["", "a/b", "x".repeat(129), "日本"]) {
    assertEquals(types(await detail("/v1/sessions/register", { ...session, session_id: id })), [
      ["value_error", ["body", "session_id"]],
    ]);
  }
  const jobs = await world.ask("GET", "/v1/jobs?limit=many");
  assertEquals([jobs.status, types(jobs.body.detail)], [422, [["int_parsing", [
    "query",
    "limit",
  ]]]]);
});

Deno.test("synthesis answers with a WAV file and every header", async () => {
  await using world = await VoiceWorld.start();
  await world.join("s1", { preferred_voice: "af_sky" });
  const { status, headers, bytes } = await world.ask("POST", "/v1/synthesize", {
    ...{ text: "First sentence. Second one.", session_id: "s1" },
  });
  assertEquals([status, headers.get("content-type")], [200, "audio/wav"]);
  assert(HEX.test(headers.get("x-mod3-job-id")!));
  const view = new DataView(bytes.buffer);
  assertEquals(new TextDecoder().decode(bytes.subarray(0, 4)), "RIFF");
  assertEquals(view.getUint32(4, true), bytes.length - 8);
  assertEquals([view.getUint16(22, true), view.getUint32(24, true), view.getUint16(34, true)], [
    ...[1, 24_000, 16],
  ]);
  assertEquals(view.getUint32(40, true), bytes.length - 44);
  const durationS = (bytes.length - 44) / 48_000;
  const named = Object.fromEntries(
    [...headers].filter(([name]) => name.startsWith("x-mod3-")).map(([name, value]) => [
      name.slice(7),
      value,
    ]),
  );
  assertEquals(Object.keys(named).sort(), [
    ...["chunks", "duration-sec", "engine", "gen-time-sec", "job-id", "rtf", "sample-rate"],
    ...["session-id", "total-time-sec", "voice", "ws-subscribers"],
  ]);
  assertEquals(
    [named["chunks"], named["engine"], named["sample-rate"], named["session-id"], named["voice"]],
    ["2", "tone", "24000", "s1", "af_sky"],
  );
  assertEquals([named["duration-sec"], named["ws-subscribers"]], [durationS.toFixed(3), "0"]);
  for (const name of ["gen-time-sec", "total-time-sec"]) assert(/^\d+\.\d{3}$/.test(named[name]!));
  assert(/^\d+\.\d{2}$/.test(named["rtf"]!));

  const pcm = await world.ask("POST", "/v1/synthesize", {
    ...{ text: "First sentence. Second one.", voice: "af_sky", format: "pcm" },
  });
  assertEquals(pcm.headers.get("content-type"), "audio/pcm");
  assertEquals(pcm.bytes, bytes.subarray(44));
  assertEquals([pcm.headers.has("x-mod3-session-id"), pcm.headers.get("x-mod3-ws-subscribers")], [
    ...[false, "0"],
  ]);
  assertEquals(world.player.played.length, 0);
});

Deno.test("the voice of a request is its own, else its session's, else the usual one", async () => {
  await using world = await VoiceWorld.start();
  await world.join("s1", { preferred_voice: "af_sky" });
  const voice = async (path: string, body: object) =>
    (await world.ask("POST", path, body)).headers.get("x-mod3-voice");
  assertEquals(await voice("/v1/synthesize", { text: "x" }), "bm_lewis");
  assertEquals(await voice("/v1/synthesize", { text: "x", session_id: "s1" }), "af_sky");
  assertEquals(
    await voice("/v1/synthesize", { text: "x", session_id: "s1", voice: "am_adam" }),
    "am_adam",
  );
  assertEquals(await voice("/v1/audio/speech", { input: "x" }), "af_heart");
  assertEquals(await voice("/v1/audio/speech", { input: "x", session_id: "s1" }), "af_sky");
  assertEquals(await voice("/v1/audio/speech", { input: "x", voice: "alloy" }), "af_heart");
});

Deno.test("what cannot be said is refused with its own status and reason", async () => {
  await using world = await VoiceWorld.start({
    tone: { realTimeFactor: 5000, failsOn: ({ text }) => text === "Fail." },
  });
  const refused = async (body: object | Uint8Array, path = "/v1/synthesize") => {
    const answer = await world.ask("POST", path, body);
    assertEquals([...answer.headers.keys()].filter((name) => name.startsWith("x-mod3")), []);
    return [answer.status, answer.body.error];
  };
  assertEquals(await refused({ text: " \n" }), [400, "No audio generated"]);
  assertEquals((await refused({ text: "a".repeat(1_000_000) }))[0], 413);
  const surfaces = [
    ["/v1/synthesize", "text"],
    ["/v1/audio/speech", "input"],
    ["/v1/speak", "text"],
    ["/v1/bus/act", "content", { modality: "voice" }],
  ] as const;
  for (const [path, field, more] of surfaces) {
    const status = async (text: string) => (await refused({ [field]: text, ...more }, path))[0];
    assertEquals([path, await status(""), await status(" \n\t")], [path, 400, 400]);
    assertEquals([path, await status("你好！"), await status("...")], [path, 422, 422]);
    assertEquals([path, await status("a".repeat(20_001))], [path, 413]);
    const broken = new TextEncoder().encode(JSON.stringify({ [field]: "?", ...more }));
    broken[broken.indexOf(0x3f)] = 0xff;
    assertEquals([path, (await refused(broken, path))[0]], [path, 400]);
  }
  const unknown = await refused({ text: "x", voice: "nobody" });
  assertEquals(unknown[0], 400);
  assertStringIncludes(unknown[1] as string, "Unknown voice 'nobody'. ");
  const failed = await world.ask("POST", "/v1/synthesize", { text: "Fail." });
  assertEquals(failed.status, 500);
  assertEquals((await world.ask("GET", `/v1/jobs/${failed.body.job_id}`)).body.status, "error");
  const before = (await world.ask("GET", "/v1/jobs")).body.total;
  const stranger = await refused({ text: "x", session_id: "nobody" });
  assertEquals(stranger[0], 404);
  assertStringIncludes(stranger[1] as string, "/v1/sessions/register");
  assertEquals((await world.ask("GET", "/v1/jobs")).body.total, before);
  assertEquals((await world.ask("GET", "/health")).body.queue.active_jobs, 0);
});

Deno.test("speech in OpenAI's form is a WAV file, without the headers of synthesis", async () => {
  await using world = await VoiceWorld.start();
  const { status, headers } = await world.ask("POST", "/v1/audio/speech", {
    ...{ input: "Hello.", model: "tts-1", response_format: "mp3" },
  });
  assertEquals([status, headers.get("content-type")], [200, "audio/wav"]);
  assertEquals([...headers.keys()].filter((it) => it.startsWith("x-mod3-")).sort(), [
    ...["x-mod3-duration-sec", "x-mod3-engine", "x-mod3-gen-time-sec", "x-mod3-job-id"],
    ...["x-mod3-sample-rate", "x-mod3-total-time-sec", "x-mod3-voice"],
  ]);
  const { jobs } = (await world.ask("GET", "/v1/jobs?type=audio_speech")).body;
  assertEquals([jobs.length, jobs[0].type, jobs[0].status], [1, "audio_speech", "complete"]);
});

Deno.test("a streamed answer sends each sentence when it is there", async () => {
  await using world = await VoiceWorld.start();
  const { status, headers, bytes } = await world.ask("POST", "/v1/synthesize", {
    ...{ text: "First sentence. Second one.", stream: true },
  });
  assertEquals([status, headers.has("content-length")], [200, false]);
  const whole = await world.ask("POST", "/v1/synthesize", { text: "First sentence. Second one." });
  assertEquals(bytes.subarray(44), whole.bytes.subarray(44));
  assertEquals(new DataView(bytes.buffer).getUint32(40, true), 0xffffffff);
  assertEquals((await world.ask("POST", "/v1/synthesize", { text: "", stream: true })).status, 400);
});

Deno.test("a listener gets a header and the file, and the answer says how many got it", async () => {
  await using world = await VoiceWorld.start();
  await world.join("s1");
  assertEquals((await world.ask("GET", "/v1/sessions/s1/subscribers")).body, {
    ...{ session_id: "s1", subscribed: false, count: 0 },
  });
  {
    await using one = await world.open("/ws/audio/s1");
    await using parts = await world.open("/ws/audio/s1?chunks=1");
    await using other = await world.open("/ws/audio/%20unregistered");
    one.send("ignored");
    one.send(new Uint8Array([1, 2, 3]));
    assertEquals((await world.ask("GET", "/v1/sessions/s1/subscribers")).body.count, 2);
    assertEquals(
      (await world.ask("GET", "/v1/sessions/%20unregistered/subscribers")).body.subscribed,
      true,
    );
    const { headers, bytes } = await world.ask("POST", "/v1/synthesize", {
      ...{ text: "One. Two.", session_id: "s1", format: "pcm" },
    });
    assertEquals(headers.get("x-mod3-ws-subscribers"), "2");
    const header = await one.next();
    const file = await one.next();
    assert("json" in header && "bytes" in file);
    assertEquals(Object.keys(header.json), [
      ...["type", "session_id", "job_id", "duration_sec", "sample_rate", "bytes", "format", "seq"],
    ]);
    assertEquals(header.json.job_id, headers.get("x-mod3-job-id"));
    assertEquals([header.json.bytes, header.json.format], [file.bytes.length, "wav"]);
    assertEquals(file.bytes.subarray(44), bytes);
    const got = [await parts.next(), await parts.next(), await parts.next(), await parts.next()];
    assertEquals(
      got.map((it) => "json" in it ? `${it.json.chunk} ${it.json.is_final}` : "bytes").join(", "),
      "0 false, bytes, 1 true, bytes",
    );
    assertEquals(other.received.length, 0);
    // Whoever deregisters takes nobody's socket away; there is only nothing more to hear.
    await world.ask("POST", "/v1/sessions/s1/deregister");
    assertEquals((await world.ask("GET", "/v1/sessions/s1/subscribers")).body.count, 2);
    const gone = await world.ask("POST", "/v1/synthesize", { text: "x", session_id: "s1" });
    assertEquals([gone.status, one.socket.readyState], [404, 1]);
    await world.join("s1");
  }
  const count = async () => (await world.ask("GET", "/v1/sessions/s1/subscribers")).body.count;
  while (await count() > 0);
  const alone = await world.ask("POST", "/v1/synthesize", { text: "One.", session_id: "s1" });
  assertEquals(alone.headers.get("x-mod3-ws-subscribers"), "0");
});

Deno.test("other WebSockets are refused with 403", async () => {
  await using world = await VoiceWorld.start();
  for (const path of ["/", "/ws", "/ws/audio/", "/ws/audio/a/b", "/ws/audio/%zz"]) {
    await assertRejects(() => world.open(path), Error, "403");
  }
});

Deno.test("unknown paths, methods and preflights have the answers of the protocol", async () => {
  await using world = await VoiceWorld.start();
  const got = async (method: string, path: string) => {
    const { status, body, headers } = await world.ask(method, path);
    return [status, body.detail, headers.get("allow")];
  };
  assertEquals(await got("GET", "/nowhere"), [404, "Not Found", null]);
  assertEquals(await got("GET", "/v1/synthesize"), [405, "Method Not Allowed", "POST"]);
  assertEquals(await got("DELETE", "/v1/sessions/x"), [405, "Method Not Allowed", "GET"]);
  assertEquals(await got("OPTIONS", "/v1/sessions"), [405, "Method Not Allowed", "GET"]);
  const { headers } = await world.ask("GET", "/health");
  assertEquals([...headers.keys()].filter((name) => name.startsWith("access-control")), []);
});

Deno.test("health, voices, capabilities and the bus have their keys", async () => {
  await using world = await VoiceWorld.start();
  const body = async (path: string) => (await world.ask("GET", path)).body;
  const health = await body("/health");
  assertEquals([health.status, health.service, health.version], ["ok", "mod3", "0.3.0"]);
  assertEquals([health.modalities, health.engines], [{ tts: true, stt: false, vad: true }, {
    tone: "loaded",
  }]);
  assertEquals(await body("/v1/jobs"), { jobs: [], total: 0 });
  const { tone } = (await body("/v1/voices")).engines;
  assertEquals(Object.keys(tone), ["model_id", "voices", "default_voice", "supports"]);
  const capabilities = await body("/capabilities");
  assertEquals(Object.keys(capabilities), [
    ...["service", "version", "description", "modalities", "capabilities", "voices", "endpoints"],
    "protocols",
  ]);
  assertEquals(Object.keys(await body("/diagnostics")), [
    ...["engines_loaded", "vad_loaded", "jobs", "bus"],
  ]);
  assertEquals(Object.keys(await body("/v1/bus/health")), [
    ...["modules", "channels", "queues", "event_count"],
  ]);
  const hud = await body("/v1/bus/hud");
  assertEquals(Object.keys(hud.modules.voice), [
    ...["status", "active_job", "queue_depth", "current_text", "progress", "last_output"],
    ...["last_activity", "error"],
  ]);
  const acted =
    (await world.ask("POST", "/v1/bus/act", { content: "Hello.", modality: "voice" })).body;
  assertEquals(Object.keys(acted), [
    "status",
    "modality",
    "format",
    "duration_sec",
    "bytes",
    "metadata",
  ]);
  assertEquals(
    (await world.ask("POST", "/v1/bus/act", { content: "x", modality: "smell" })).status,
    422,
  );
});

Deno.test("phantom phrases are told from speech", async () => {
  await using world = await VoiceWorld.start();
  const isPhantom = async (body?: object) =>
    (await world.ask("POST", "/v1/filter", body)).body.is_hallucination;
  for (const text of ["Thank you.", "  BYE!! ", "...", "", "Thanks for watching!"]) {
    assertEquals(await isPhantom({ text }), true, text);
  }
  assertEquals([await isPhantom({}), await isPhantom({ text: "turn left" })], [true, false]);
});

Deno.test("jobs tell their timeline and metrics; the ledger keeps a hundred", async () => {
  await using world = await VoiceWorld.start();
  const { headers } = await world.ask("POST", "/v1/synthesize", { text: "Hello there." });
  const id = headers.get("x-mod3-job-id");
  const job = (await world.ask("GET", `/v1/jobs/${id}`)).body;
  assertEquals(job.timeline.map(({ event }: { event: string }) => event), [
    ...["request_received", "generation_start", "generation_complete", "encoding_complete"],
  ]);
  assertEquals([job.status, job.type, job.format, job.metrics.chunks], [
    "complete",
    "synthesize",
    "wav",
    1,
  ]);
  assertEquals(job.metrics.per_chunk[0].sentence, "Hello there.");
  const missing = await world.ask("GET", "/v1/jobs/00000000");
  assertEquals([missing.status, missing.body], [404, { error: "Job '00000000' not found" }]);
  for (let i = 0; i < 104; i++) await world.ask("POST", "/v1/synthesize", { text: "x" });
  const { jobs, total } = (await world.ask("GET", "/v1/jobs")).body;
  assertEquals([jobs.length, total], [20, 100]);
  assertEquals((await world.ask("GET", `/v1/jobs/${id}`)).status, 404);
});

Deno.test("stop takes a job or a session from the query or the body", async () => {
  await using world = await VoiceWorld.start({ tone: { realTimeFactor: 0.001 }, voiceWorkers: 1 });
  await world.join("a");
  await world.join("b");
  const speak = async (session_id: string) =>
    (await world.ask("POST", "/v1/speak", { text: "hello", session_id })).body;
  const jobs = [await speak("a"), await speak("a"), await speak("b"), await speak("b")];
  assertEquals(jobs.map((it) => it.status), ["speaking", "queued", "queued", "queued"]);
  const stop = async (query: string, body?: object) =>
    (await world.ask("POST", `/v1/stop${query}`, body)).body;
  assertEquals(await stop(`?job_id=${jobs[1].job_id}`), {
    ...{ status: "ok", message: `Cancelled ${jobs[1].job_id}` },
  });
  assertStringIncludes((await stop("?job_id=nosuch")).message, "not found");
  // What names nobody stops nobody, and above all not everybody.
  for (const field of ["job_id", "session_id"]) {
    assertEquals(types((await stop("", { [field]: 12345678 })).detail), [
      ["string_type", ["body", field]],
    ]);
  }
  assertStringIncludes((await stop("", { session_id: "b" })).message, "cancelled 2 queued items");
  const all = await stop("");
  assertEquals([all.status, all.interrupted], ["ok", null]);
  assertStringIncludes(all.message, "cancelled 1 queued items");
});

Deno.test("the policy can be looked at and changed", async () => {
  await using world = await VoiceWorld.start({ voicePolicy: "priority" });
  assertEquals((await world.ask("GET", "/v1/policy")).body.policy, "priority");
  assertEquals((await world.ask("PUT", "/v1/policy", { policy: "fifo-global" })).status, 200);
  assertEquals((await world.ask("GET", "/v1/sessions")).body.serializer.policy, "fifo-global");
  assertEquals((await world.ask("PUT", "/v1/policy", { policy: "chaos" })).status, 422);
});

Deno.test("shutting down ends the voice role alone", async () => {
  await using world = await VoiceWorld.start();
  await using listener = await world.open("/ws/audio/s1");
  const first = await world.ask("POST", "/shutdown", { timeout_sec: 1, reason: "test" });
  assertEquals(first.body, { status: "shutting_down", reason: "test", timeout_sec: 1 });
  assertEquals((await world.ask("POST", "/shutdown")).status, 409);
  assertEquals((await world.ask("GET", "/v1/voices")).body, { error: "server is shutting down" });
  assertEquals((await world.ask("GET", "/health")).status, 200);
  assertEquals(await listener.closed, 1001);
  await assertRejects(() => fetch(`${world.url}/health`, { headers: { connection: "close" } }));
  const main = await world.ask("GET", "/api/health", undefined, world.server.httpUrl);
  assertEquals(main.status, 200);
});

Deno.test("two programs speak at once, and each listener hears its own, once", async () => {
  await using world = await VoiceWorld.start({ voiceWorkers: 2 });
  const names = ["left", "right"];
  for (const name of names) await world.join(name);
  await using left = await world.open("/ws/audio/left");
  await using right = await world.open("/ws/audio/right");
  const ids = await Promise.all(names.map(async (session_id) => {
    const sent: string[] = [];
    for (let i = 0; i < 10; i++) {
      const { headers } = await world.ask("POST", "/v1/synthesize", {
        text: `Number ${i}.`,
        session_id,
      });
      sent.push(headers.get("x-mod3-job-id")!);
    }
    return sent;
  }));
  for (const [i, socket] of [left, right].entries()) {
    for (const id of ids[i]!) {
      const header = await socket.next();
      const file = await socket.next();
      assert("json" in header && "bytes" in file);
      assertEquals([header.json.session_id, header.json.job_id, header.json.bytes], [
        ...[names[i], id, file.bytes.length],
      ]);
    }
    assertEquals(socket.received.length, 20);
  }
  assertEquals(world.player.played.length, 0);
});

Deno.test("with nobody listening the local player plays, once", async () => {
  await using world = await VoiceWorld.start();
  await world.join("s1");
  const { job_id } =
    (await world.ask("POST", "/v1/speak", { text: "Hello.", session_id: "s1" })).body;
  const job = async () => (await world.ask("GET", `/v1/jobs/${job_id}`)).body;
  while ((await job()).reason === undefined);
  assertEquals((await job()).reason, "played on this machine");
  assertEquals(world.player.played.length, 1);
  assertEquals(new TextDecoder().decode(world.player.played[0]!.subarray(0, 4)), "RIFF");
});

Deno.test("path tricks and hostile ids get their status and break nothing", async () => {
  await using world = await VoiceWorld.start();
  for (const id of ["..%2f..%2fetc", "%00", "%ff", "a%2fb", "x".repeat(500), "%e6%97%a5"]) {
    const { status } = await world.ask("GET", `/v1/sessions/${id}`);
    assert(status === 404 || status === 400, `${id}: ${status}`);
    const subscribers = await world.ask("GET", `/v1/sessions/${id}/subscribers`);
    assert([200, 400, 404].includes(subscribers.status), `${id}: ${subscribers.status}`);
  }
  const accented = await world.join("é");
  assertEquals(accented.session_id, "é");
  assertEquals((await world.ask("GET", "/v1/sessions/%C3%A9")).status, 200);
  const { status, headers } = await world.ask("POST", "/v1/synthesize", {
    text: "x",
    session_id: "é",
  });
  assertEquals([status, headers.get("x-mod3-session-id")], [200, "é"]);
  assertEquals((await world.ask("GET", "/health")).body.status, "ok");
});
