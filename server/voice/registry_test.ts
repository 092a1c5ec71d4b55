import { assert, assertEquals, assertThrows } from "@std/assert";
import { VirtualClock } from "../../runtime/mod.ts";
import { sessionIdProblem, type VoiceSessionId } from "./ids.ts";
import { VoiceError } from "./limits.ts";
import { VoiceRegistry } from "./registry.ts";

const registry = () => new VoiceRegistry(new VirtualClock(5));
const join = (it: VoiceRegistry, sessionId: string, preferredVoice: string | null = null) =>
  it.register({ sessionId, participantId: "p", preferredVoice }).session;

Deno.test("voices are given out best first, without conflicts", () => {
  const it = registry();
  const given = ["a", "b", "c"].map((id) => join(it, id));
  assertEquals(given.map((s) => s.assignedVoice), ["bm_lewis", "af_heart", "bf_emma"]);
  assert(given.every((s) => !s.isVoiceConflict));
});

Deno.test("a preferred voice is always granted, and a conflict told", () => {
  const it = registry();
  assertEquals(join(it, "a", "af_sky").assignedVoice, "af_sky");
  const second = join(it, "b", "af_sky");
  assertEquals([second.assignedVoice, second.isVoiceConflict], ["af_sky", true]);
  assertEquals(it.pool.holders, { af_sky: "a" as VoiceSessionId });
  assertEquals(join(it, "c", "").assignedVoice, "bm_lewis");
});

Deno.test("a voice that the pool does not know joins it, and stays", () => {
  const it = registry();
  assertEquals(join(it, "a", "zorp").isVoiceConflict, false);
  it.deregister("a");
  assertEquals(it.pool.names.at(-1), "zorp");
});

Deno.test("a released voice is given out again first", () => {
  const it = registry();
  join(it, "a");
  join(it, "b");
  it.deregister("a");
  assertEquals(join(it, "c").assignedVoice, "bm_lewis");
});

Deno.test("a shared voice is free only when nobody uses it any more", () => {
  const it = registry();
  join(it, "a", "af_sky");
  join(it, "b", "af_sky");
  it.deregister("a");
  assertEquals(it.pool.holders, { af_sky: "b" as VoiceSessionId });
  assertEquals(join(it, "c", "af_sky").isVoiceConflict, true);
  it.deregister("c");
  it.deregister("b");
  assertEquals(join(it, "d", "af_sky").isVoiceConflict, false);
});

Deno.test("without a free voice everybody else shares the best", () => {
  const it = registry();
  for (let i = 0; i < 11; i++) join(it, `s${i}`);
  const last = join(it, "late");
  assertEquals([last.assignedVoice, last.isVoiceConflict], ["bm_lewis", true]);
  assertEquals(it.pool.holders["bm_lewis"] as string, "s0");
});

Deno.test("registering again changes who and where, not the voice or the priority", () => {
  const it = registry();
  it.register({ sessionId: "a", participantId: "p", priority: 3, preferredVoice: "af_sky" });
  const again = it.register({
    ...{ sessionId: "a", participantId: "q", participantType: "user", priority: 9 },
    ...{ preferredVoice: "am_adam", preferredOutputDevice: "USB" },
  });
  assertEquals(again.isCreated, false);
  const { participantId, participantType, priority, assignedVoice, preferredOutputDevice } =
    again.session;
  assertEquals(
    [participantId, participantType, priority, assignedVoice, preferredOutputDevice],
    ["q", "user", 3, "af_sky", "USB"],
  );
});

Deno.test("ids that URLs and headers cannot carry are refused, others are taken as they are", () => {
  for (const id of ["", "a/b", "..", ".", "a\nb", "日本", "x".repeat(129), " a", "a\u0085"]) {
    assert(sessionIdProblem(id) !== null, JSON.stringify(id));
    assertThrows(() => join(registry(), id), VoiceError);
  }
  for (const id of ["cs-0123456789ab", "dashboard-0a1b2c3d-1795226590000", "é", "a b", "%2e%2e"]) {
    assertEquals(join(registry(), id).id as string, id);
  }
});

Deno.test("the registry holds a thousand sessions and no more", () => {
  const it = registry();
  for (let i = 0; i < 1000; i++) join(it, `s${i}`);
  assertThrows(() => join(it, "one too many"), VoiceError, "1000 sessions");
  assertEquals(join(it, "s5").id as string, "s5");
});

Deno.test("what a session says of itself is bounded", () => {
  const metadata = { note: "x".repeat(40_000) };
  const error = assertThrows(
    () => registry().register({ sessionId: "a", participantId: "p", metadata }),
    VoiceError,
  );
  assertEquals(error.code, "too-long");
});
