import { assertEquals } from "@std/assert";
import { FakeConnection } from "../../tests/support/fake_connection.ts";
import { voiceRig } from "../../tests/support/voice_rig.ts";
import { voiceRoutes } from "./http/routes.ts";
import type { JobId } from "./ids.ts";
import { SocketSink } from "./socket_sink.ts";
import { MemorySink, Subscribers } from "./subscribers.ts";

const audio = (sessionId: string) => ({
  ...{ sessionId, jobId: "0a1b2c3d" as JobId, durationS: 0.1, sampleRate: 24_000 },
  wav: new Uint8Array([1, 2, 3]),
});

Deno.test("listeners are counted as they come and go, once each", () => {
  const it = new Subscribers();
  const [a, b] = [new MemorySink(), new MemorySink()];
  it.add("s", a);
  it.add("s", b);
  assertEquals([it.count("s"), it.count("t"), it.counts()], [2, 0, { s: 2 }]);
  for (let i = 0; i < 2; i++) it.remove("s", a);
  it.remove("never", a);
  assertEquals(it.count("s"), 1);
  it.remove("s", b);
  assertEquals(it.counts(), {});
});

Deno.test("a file goes to every listener of its session with one number, and to no other", () => {
  const it = new Subscribers();
  const [a, b, other] = [new MemorySink(), new MemorySink(), new MemorySink()];
  it.add("s", a);
  it.add("s", b);
  it.add("t", other);
  assertEquals([it.emitWhole(audio("s")), it.emitWhole(audio("nobody"))], [2, 0]);
  assertEquals(it.emitWhole(audio("t")), 1);
  assertEquals([a, b, other].map((sink) => sink.heard.map(({ seq }) => seq)), [[1], [1], [2]]);
  assertEquals(a.heard[0]!.wav, new Uint8Array([1, 2, 3]));
});

Deno.test("only those who took it count", () => {
  const it = new Subscribers();
  it.add("s", new MemorySink({ maxItems: 0 }));
  it.add("s", new MemorySink());
  it.add("s", new MemorySink({ wantsParts: true }));
  assertEquals(it.emitWhole(audio("s")), 1);
});

Deno.test("kinds of listeners are told apart where somebody asks for one", () => {
  const it = new Subscribers();
  const connection = new FakeConnection();
  it.add("s", new SocketSink(connection, false));
  it.add("s", new MemorySink());
  it.add("s", new MemorySink());
  assertEquals(
    [it.count("s"), it.count("s", "memory"), it.count("s", "websocket"), it.count("s", "other")],
    [3, 2, 1, 0],
  );
  assertEquals(it.emitWhole(audio("s")), 3);
  assertEquals(connection.log, ["text", "binary"]);
});

Deno.test("a listener in memory is a listener: it takes the speech, is counted, and nothing is played", async () => {
  const { clock, join, player, speak, voice } = voiceRig();
  join("s");
  const sink = new MemorySink();
  voice.subscribers.add("s", sink);
  const { routes } = voiceRoutes({ voice, recognizer: null, version: "", onShutdown: () => {} });
  const ask = async (path: string) => await (await routes.request(path)).json();
  assertEquals(await ask("/v1/sessions/s/subscribers"), {
    ...{ session_id: "s", subscribed: true, count: 1 },
  });
  assertEquals(await ask("/v1/sessions/s/subscribers/memory"), {
    ...{ session_id: "s", kind: "memory", subscribed: true, count: 1 },
  });
  assertEquals((await ask("/v1/sessions/s/subscribers/websocket")).subscribed, false);
  const job = speak("s", "Hello.");
  clock.runUntil(clock.now() + 5);
  assertEquals([sink.heard.map(({ jobId }) => jobId), player.played.length], [[job.id], 0]);
  assertEquals([job.route, job.metrics?.delivered], ["routed_ws", 1]);
  voice.subscribers.remove("s", sink);
  speak("s", "Hello again.");
  clock.runUntil(clock.now() + 5);
  assertEquals([sink.heard.length, player.played.length], [1, 1]);
});
