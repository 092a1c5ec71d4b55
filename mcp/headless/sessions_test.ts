import { assert, assertEquals, assertMatch } from "@std/assert";
import { FIXTURE, mcpWorld } from "../../tests/support/mcp_world.ts";
import { SteppingEngine } from "../../tests/support/streaming_world.ts";
import { streamId } from "../../tests/support/stream_id.ts";

Deno.test("a headless session begins, is measured, sought, paused and stopped", async () => {
  await using tools = await mcpWorld();
  const { client, drive } = tools;
  const started = await drive(client.ok("headless_start", { fixture: FIXTURE }));
  assertEquals(
    [started.duration_s, started.sample_rate, started.channels, started.bpm, started.key],
    [8, 48000, 2, 120, "G minor"],
  );
  const report = await drive(client.ok("headless_observe", { duration_s: 5 }));
  assertEquals([report.window_s, report.timeline.length], [5, 5]);
  assert(report.slices.count > 50 && report.slices.lead_s.p50 > 0.1, JSON.stringify(report.slices));
  assertEquals((await client.ok("headless_seek", { seconds: -2 })).playhead_s, 6);
  assertEquals(
    await client.ok("headless_set_playback", { rate: 1.5, paused: true }),
    { rate: 1.5, paused: true, playhead_s: 6 },
  );
  const status = await client.ok("headless_status");
  assertEquals([status.running, status.playhead_s, status.params_hz], [true, 6, 30]);
  assertEquals((await drive(client.ok("headless_stop"))).stopped, true);
  assertEquals((await client.ok("headless_status")).running, false);
  assertEquals(tools.world.world.registry.connections, 0);
});

Deno.test("no tool waits for another: all answer while one observes", async () => {
  await using tools = await mcpWorld();
  const { client, drive, world } = tools;
  await tools.start();
  const order: string[] = [];
  const note = (name: string) => () => void order.push(name);
  const observing = client.ok("headless_observe", { duration_s: 60 }).then(note("observe"));
  const beganS = world.clock.now();
  const others = ["headless_status", "headless_lag_report", "list_sessions", "scenario_list"];
  await Promise.all(others.map((name) => client.ok(name).then(note(name))));
  assertEquals([order.length, world.clock.now()], [4, beganS]);
  await drive(observing);
  assertEquals(order.at(-1), "observe");
});

Deno.test("two sessions are observed at the same time, each by its id", async () => {
  await using tools = await mcpWorld();
  const { client, drive, world } = tools;
  const [first, second] = [await tools.start(), await tools.start()];
  const beganS = world.clock.now();
  const [a, b] = await drive(Promise.all([
    client.ok("headless_observe", { duration_s: 10, session_id: first }),
    client.ok("headless_observe", { duration_s: 4, session_id: second }),
  ]));
  assertEquals([a!.window_s, b!.window_s], [10, 4]);
  assert(world.clock.now() - beganS < 10.2);
});

Deno.test("a fifth headless session is refused with the ids of the four", async () => {
  await using tools = await mcpWorld();
  const ids = [];
  for (let i = 0; i < 4; i++) ids.push(await tools.start());
  const refusal = await tools.drive(tools.client.fails("headless_start", { fixture: FIXTURE }));
  assertMatch(refusal, /4 headless sessions run already/);
  for (const id of ids) assert(refusal.includes(id), refusal);
  await tools.drive(tools.client.ok("headless_stop", { session_id: ids[0] }));
  await tools.start();
});

Deno.test("starts that are under way count as well", async () => {
  await using tools = await mcpWorld({ headless: { maxSessions: 2 } });
  const { client, drive } = tools;
  const calls = Array.from(
    { length: 5 },
    () => client.sdk.callTool({ name: "headless_start", arguments: { fixture: FIXTURE } }),
  );
  const answers = await drive(Promise.all(calls));
  assertEquals(answers.filter(({ isError }) => isError !== true).length, 2);
  assertEquals(tools.world.world.registry.list().length, 2);
});

Deno.test("all sessions together keep 600 s of what is heard, and none when they are gone", async () => {
  await using tools = await mcpWorld({ headless: { idleS: 60 } });
  const { client, drive, services } = tools;
  const first = await tools.start({ record_playback_s: 400 });
  const idle = await tools.start();
  const args = { fixture: FIXTURE, record_playback_s: 90 };
  assertEquals(
    await drive(client.fails("headless_start", args)),
    "record_playback_s is 90, and headless sessions keep 600 s in all, of which 80 s are free; " +
      "ask for that, or stop a session with headless_stop",
  );
  assertEquals([services.headless.ids, services.headless.recordS], [[idle, first], 520]);
  const third = await tools.start({ record_playback_s: 590, session_id: first, fixture: FIXTURE })
    .catch((error) => String(error));
  assertMatch(third, /of which 480 s are free/, "its own room counts, that of others does not");
  await tools.start({ record_playback_s: 480, session_id: first });
  await drive(client.ok("headless_stop"));
  assertEquals(services.headless.recordS, 120);
  await tools.world.clock.settle(tools.world.clock.now() + 61);
  assertEquals([services.headless.recordS, services.headless.ids], [0, []]);
  assertEquals(tools.world.world.registry.connections, 0);
});

Deno.test("a start that fails, or is cancelled, keeps no room for a recording", async () => {
  await using tools = await mcpWorld({
    createEngine: () => {
      throw new Error("no engine today");
    },
  });
  const { client, drive, services } = tools;
  await drive(client.fails("headless_start", { fixture: FIXTURE }));
  assertEquals(services.headless.recordS, 0);
  const cancel = new AbortController();
  const starting = client.fails("headless_start", { fixture: FIXTURE }, { signal: cancel.signal })
    .catch(() => {});
  cancel.abort();
  await drive(starting);
  assertEquals(services.headless.recordS, 0);
});

Deno.test("a headless session is not started where it would end another one of ours", async () => {
  await using tools = await mcpWorld({ settings: { maxSessions: 1 } });
  const first = await tools.start();
  const refusal = await tools.drive(tools.client.fails("headless_start", { fixture: FIXTURE }));
  assertMatch(refusal, /the server holds 1 at a time.*headless_stop first/);
  const second = await tools.start({ session_id: first });
  assertEquals(tools.services.headless.ids, [second]);
});

Deno.test("a session that is replaced plays until the new one does, where there is room", async () => {
  let isBroken = false;
  await using tools = await mcpWorld({
    createEngine: () => {
      if (isBroken) throw new Error("no engine today");
      return new SteppingEngine();
    },
  });
  const { client, drive, services } = tools;
  const first = await tools.start();
  isBroken = true;
  const args = { fixture: FIXTURE, session_id: first };
  assertMatch(await drive(client.fails("headless_start", args)), /no engine today$/);
  assertEquals(services.headless.ids, [first]);
  isBroken = false;
  const { session_id: second, note } = await drive(client.ok("headless_start", args));
  assertEquals(services.headless.ids, [second]);
  assert(note.startsWith(`It replaces session ${first}. Let it play`), note);
});

Deno.test("a start that fails where there is no room for both says what it stopped", async () => {
  let isBroken = false;
  await using tools = await mcpWorld({
    settings: { maxSessions: 1 },
    createEngine: () => {
      if (isBroken) throw new Error("no engine today");
      return new SteppingEngine();
    },
  });
  const first = await tools.start();
  isBroken = true;
  const args = { fixture: FIXTURE, session_id: first };
  assertMatch(
    await tools.drive(tools.client.fails("headless_start", args)),
    new RegExp(`no engine today; session ${first} was stopped to make room for it`),
  );
});

Deno.test("a session that nobody knows is neither replaced nor stopped: those that run are named", async () => {
  await using tools = await mcpWorld();
  const { client, drive } = tools;
  const nobody = { session_id: "nobody" };
  const none = "no headless session is called nobody; none runs, headless_start begins one";
  assertEquals(await client.fails("headless_stop", nobody), none);
  const first = await tools.start();
  const refusal = `no headless session is called nobody; these run: ${first}`;
  assertEquals(await client.fails("headless_stop", nobody), refusal);
  assertEquals(
    await drive(client.fails("headless_start", { fixture: FIXTURE, ...nobody })),
    refusal,
  );
  assertEquals(tools.services.headless.ids, [first]);
});

Deno.test("a start says which foreign session it ended", async () => {
  await using tools = await mcpWorld({ settings: { maxSessions: 1 } });
  tools.world.start();
  const foreign = tools.world.sessions[0]!.id;
  const { note } = await tools.drive(tools.client.ok("headless_start", { fixture: FIXTURE }));
  assert(note.includes(`this start ended ${foreign}`), note);
});

Deno.test("a lost session says why, and lets go of what it held", async () => {
  await using tools = await mcpWorld();
  const { client, drive, world } = tools;
  const id = await tools.start();
  await drive(client.ok("headless_observe", { duration_s: 1 }));
  const observing = client.fails("headless_observe", { duration_s: 20 });
  await world.clock.settle(world.clock.now() + 2);
  world.world.registry.get(streamId(id))!.socket.end(1011, "engine on fire");
  assertMatch(await drive(observing), /ended while it was observed.*engine on fire/);
  for (const name of ["headless_lag_report", "headless_observe", "headless_dump_audio"]) {
    const text = await client.fails(name, name === "headless_dump_audio" ? { path: "x.wav" } : {});
    assertMatch(text, new RegExp(`${id} has stopped .*engine on fire.*headless_start`));
  }
  const status = await client.ok("headless_status", { session_id: id });
  assertEquals([status.running, status.close_code], [false, 1011]);
  assert(status.slice_count > 5);
  assertEquals([tools.services.headless.ids, (await client.ok("headless_stop")).stopped], [
    [],
    false,
  ]);
});

Deno.test("an idle session is stopped after its time, one that is observed is not", async () => {
  await using tools = await mcpWorld({ headless: { idleS: 60 } });
  const { client, drive, world } = tools;
  const [idle, busy] = [await tools.start(), await tools.start()];
  const observing = client.ok("headless_observe", { duration_s: 110, session_id: busy });
  await world.clock.settle(world.clock.now() + 5);
  // Another tool that is done with it does not make it idle.
  await client.ok("headless_lag_report", { session_id: busy });
  await drive(observing);
  assertEquals(tools.services.headless.ids, [busy]);
  assertEquals((await client.ok("headless_status", { session_id: idle })).closed_reason, "stopped");
  await world.clock.settle(world.clock.now() + 59);
  await client.ok("headless_status", { session_id: busy });
  await world.clock.settle(world.clock.now() + 59);
  assertEquals(tools.services.headless.ids, [busy]);
  await world.clock.settle(world.clock.now() + 2);
  assertEquals(tools.services.headless.ids, []);
});

Deno.test("a session goes on when its caller is gone", async () => {
  await using tools = await mcpWorld();
  const id = await tools.start();
  const other = await tools.connect();
  await other[Symbol.asyncDispose]();
  await tools.world.clock.settle(tools.world.clock.now() + 5);
  assertEquals((await tools.client.ok("headless_status")).session_id, id);
});

Deno.test("a cancelled start leaves no connection behind", async () => {
  await using tools = await mcpWorld({ network: { up: { latencyMs: 500 } } });
  const { client, drive, world } = tools;
  const cancel = new AbortController();
  const starting = client.fails("headless_start", { fixture: FIXTURE }, { signal: cancel.signal })
    .then(() => "answered", () => "cancelled");
  await world.clock.settle(world.clock.now() + 0.3);
  cancel.abort();
  assertEquals(await drive(starting), "cancelled");
  await world.clock.settle(world.clock.now() + 5);
  assertEquals([world.world.registry.connections, tools.services.headless.ids], [0, []]);
});

Deno.test("knobs that a tool sets last, by way of the echo", async () => {
  await using tools = await mcpWorld();
  const { client, drive } = tools;
  await tools.start();
  await client.ok("set_knob", { name: "denoise", value: 0.42 });
  await client.ok("set_knobs", { values: { feedback: 0.5, hint_strength: 0.25 } });
  await drive(client.ok("headless_observe", { duration_s: 5 }));
  assertEquals((await client.ok("get_knob", { name: "denoise" })).value, 0.42);
  assertEquals((await client.ok("get_knob", { name: "feedback" })).value, 0.5);
  assertEquals((await client.ok("get_knob", { name: "nothing" })).value, null);
});

Deno.test("a start says what of its config is ignored, and refuses what begins no session", async () => {
  await using tools = await mcpWorld();
  const { client, drive } = tools;
  const start = (config_overrides: object) =>
    client.ok("headless_start", { fixture: FIXTURE, config_overrides });
  const { note } = await drive(start({ depth: "deep", lora: 1 }));
  assert(
    note.startsWith("Ignored: config: depth must be a whole number, got text of 4 characters. "),
    note,
  );
  assert(!(await drive(start({ depth: 2, something: "new" }))).note.includes("Ignored"));
  assertMatch(
    await client.fails("headless_start", {
      fixture: FIXTURE,
      config_overrides: { type: "upload_track" },
    }),
    /makes this an upload, which begins no session; leave it out/,
  );
});

Deno.test("a server that refuses is quoted", async () => {
  await using tools = await mcpWorld({
    createEngine: () => {
      throw new Error("no engine today");
    },
  });
  const refusal = await tools.drive(tools.client.fails("headless_start", { fixture: FIXTURE }));
  assertMatch(refusal, /no engine today/);
  assertEquals(tools.services.headless.ids, []);
});
