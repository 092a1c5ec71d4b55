import { assertEquals } from "@std/assert";
import type { JobId } from "./ids.ts";
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
