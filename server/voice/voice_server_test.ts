import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Rng } from "../../runtime/mod.ts";
import { voiceRig } from "../../tests/support/voice_rig.ts";
import type { Job } from "./job.ts";
import { MAX_SESSION_JOBS, VoiceError } from "./limits.ts";
import { VOICE_POLICIES, type VoicePolicy } from "./policy_queue.ts";
import { MemorySink } from "./subscribers.ts";

/** One second of tone. */
const SECOND = "x".repeat(16) + ".";

const outcome = ({ state }: Job) => state.kind === "ended" ? state.outcome : state.kind;
const reason = ({ state }: Job) => state.kind === "ended" ? state.reason : state.kind;

Deno.test("three policies give three different orders of first audio", () => {
  const orderOf = (policy: VoicePolicy) => {
    const { clock, voice, join, speak } = voiceRig({ policy });
    const order: string[] = [];
    for (const [id, priority] of [["low", 0], ["mid", 3], ["top", 5]] as const) join(id, priority);
    speak(null, "the worker is busy while the others come");
    for (const name of ["low-1", "low-2", "mid-1", "top-1", "mid-2", "low-3"]) {
      speak(name.slice(0, 3), SECOND, {}, { onPiece: () => order.push(name) });
    }
    clock.run();
    assertEquals(voice.activeJobs, 0);
    return order.join(" ");
  };
  const orders = VOICE_POLICIES.map(orderOf);
  assertEquals(orders, [
    "low-1 mid-1 top-1 low-2 mid-2 low-3",
    "top-1 mid-1 mid-2 low-1 low-2 low-3",
    "low-1 low-2 mid-1 top-1 mid-2 low-3",
  ]);
  assertEquals(new Set(orders).size, 3);
});

Deno.test("the policy orders the loudspeaker, too, which plays one at a time", () => {
  const playedBy = (policy: VoicePolicy) => {
    const { clock, player, join, speak } = voiceRig({ policy, workers: 8 });
    const order: string[] = [];
    join("low", 0);
    join("top", 5);
    for (const name of ["low-1", "low-2", "low-3", "top-1", "top-2"]) {
      speak(name.slice(0, 3), SECOND, {}, { onEnd: () => order.push(name) });
    }
    clock.run();
    assertEquals([player.most, player.played.length], [1, 5]);
    return order.join(" ");
  };
  assertEquals(playedBy("round-robin"), "low-1 top-1 low-2 top-2 low-3");
  assertEquals(playedBy("priority"), "low-1 top-1 top-2 low-2 low-3");
});

Deno.test("whoever listens hears its own session, once, and the loudspeaker stays silent", () => {
  const { clock, player, voice, join, speak } = voiceRig();
  const [a, b] = [new MemorySink(), new MemorySink()];
  join("a");
  join("b");
  voice.subscribers.add("a", a);
  voice.subscribers.add("b", b);
  const jobs = [speak("a", SECOND), speak("b", SECOND), speak("a", SECOND)];
  clock.runUntil(clock.now() + 5);
  assertEquals(a.heard.map(({ jobId }) => jobId), [jobs[0]!.id, jobs[2]!.id]);
  assertEquals(b.heard.map(({ jobId }) => jobId), [jobs[1]!.id]);
  assertEquals(jobs.map((job) => job.route), ["routed_ws", "routed_ws", "routed_ws"]);
  assertEquals(player.played.length, 0);
});

Deno.test("with nobody listening the loudspeaker plays, once", () => {
  const { clock, player, join, speak } = voiceRig();
  join("a");
  const job = speak("a", SECOND);
  clock.run();
  assertEquals([outcome(job), job.route, player.played.length], ["done", "played", 1]);
  assertEquals(new TextDecoder().decode(player.played[0]!.wav.subarray(0, 4)), "RIFF");
});

Deno.test("who comes or goes while speech is made neither doubles nor loses it", () => {
  for (const comes of [true, false]) {
    const { clock, player, voice, join, speak } = voiceRig();
    const sink = new MemorySink();
    join("a");
    if (!comes) voice.subscribers.add("a", sink);
    speak("a", SECOND);
    clock.after(0.001, () => voice.subscribers[comes ? "add" : "remove"]("a", sink));
    clock.runUntil(clock.now() + 10);
    assertEquals([sink.heard.length, player.played.length], comes ? [1, 0] : [0, 1]);
  }
});

Deno.test("who takes sentences gets each with its place, and the last is final", () => {
  const { clock, player, voice, join, speak } = voiceRig();
  const [parts, late, whole] = [true, true, false].map((wantsParts) =>
    new MemorySink({ wantsParts })
  );
  join("a");
  voice.subscribers.add("a", parts!);
  voice.subscribers.add("a", whole!);
  const job = speak("a", "One sentence. Another one. The third.", {}, {
    onPiece: () => voice.subscribers.count("a") < 3 && voice.subscribers.add("a", late!),
  });
  clock.runUntil(clock.now() + 10);
  assertEquals(parts!.heard.map(({ part }) => [part!.index, part!.isFinal]), [
    ...[[0, false], [1, false], [2, true]] as [number, boolean][],
  ]);
  // In the middle of a job nobody begins to listen to it.
  assertEquals(late!.heard.length, 0);
  assertEquals(whole!.heard.map(({ part }) => part), [null]);
  assertEquals([job.metrics!.delivered, player.played.length], [2, 0]);
  const total = parts!.heard.reduce((sum, { durationS }) => sum + durationS, 0);
  assertEquals(Math.round(total * 1e6), Math.round(job.metrics!.durationS * 1e6));
});

Deno.test("a stop while speech is being made ends what listeners have of it, too", () => {
  const { clock, voice, join, speak } = voiceRig({ tone: { realTimeFactor: 2 } });
  const sink = new MemorySink({ wantsParts: true });
  join("a");
  voice.subscribers.add("a", sink);
  const job = speak("a", `${SECOND} ${SECOND} ${SECOND}`);
  clock.runUntil(clock.now() + 0.8);
  assertEquals([sink.heard.length, outcome(job)], [1, "generating"]);
  voice.stop({ sessionId: "a" });
  assertEquals([sink.stopped, outcome(job)], [[job.id], "cancelled"]);
  clock.runUntil(clock.now() + 5);
  assertEquals(sink.heard.length, 1);
});

Deno.test("a session's state is what is played, not what was asked for", () => {
  const { clock, voice, join, speak } = voiceRig({ workers: 4 });
  for (const id of ["a", "b", "c"]) join(id);
  const states = () => ["a", "b", "c"].map((id) => voice.stateOf(id));
  speak("a", SECOND);
  speak("b", SECOND);
  assertEquals(states(), ["idle", "idle", "idle"]);
  clock.runUntil(clock.now() + 0.1);
  assertEquals(states(), ["speaking", "blocked", "idle"]);
  clock.runUntil(clock.now() + 1);
  assertEquals(states(), ["idle", "speaking", "idle"]);
  clock.runUntil(clock.now() + 2);
  voice.subscribers.add("c", new MemorySink());
  speak("c", SECOND);
  speak("c", SECOND);
  clock.runUntil(clock.now() + 1.5);
  assertEquals(states(), ["idle", "idle", "speaking"]);
  clock.runUntil(clock.now() + 1.5);
  voice.setRecording("c", true);
  assertEquals(voice.stateOf("c"), "waiting_for_input");
});

Deno.test("stopping a job leaves the others, and tells how much of it was heard", () => {
  const { clock, player, voice, join, speak } = voiceRig();
  join("a");
  const text = "one two three four five six seven eight";
  const [first, second, third] = [speak("a", text), speak("a", SECOND), speak("a", SECOND)];
  assertEquals(voice.stop({ jobId: second.id }), { interrupted: null, cancelled: 1 });
  clock.runUntil(player.played[0]?.atS ?? clock.now() + 0.1);
  clock.runUntil(player.played[0]!.atS + text.length * 0.06 / 2);
  const stopped = voice.stop({ jobId: first.id })!;
  assertEquals(Math.round(stopped.interrupted!.fraction * 100), 50);
  assertEquals(stopped.interrupted!.deliveredText, "one two three four");
  assert(player.played[0]!.isStopped);
  assertEquals(voice.stop({ jobId: first.id }), null);
  clock.run();
  assertEquals([first, second, third].map(outcome), ["cancelled", "cancelled", "done"]);
  assertEquals(player.played.length, 2);
});

Deno.test("stopping a session leaves the others; stopping all leaves none", () => {
  const { clock, voice, join, speak } = voiceRig();
  join("a");
  join("b");
  const jobs = ["a", "a", "b", "b"].map((id) => speak(id, SECOND));
  assertEquals(voice.stop({ sessionId: "a" }), { interrupted: null, cancelled: 2 });
  assertEquals(voice.stop(), { interrupted: null, cancelled: 2 });
  clock.run();
  assertEquals(jobs.map(outcome), ["cancelled", "cancelled", "cancelled", "cancelled"]);
  const after = speak("b", SECOND);
  clock.run();
  assertEquals(outcome(after), "done");
});

Deno.test("listeners are told of what was stopped while they play it", () => {
  const { clock, voice, join, speak } = voiceRig();
  const sink = new MemorySink();
  join("a");
  voice.subscribers.add("a", sink);
  const [first, second] = [speak("a", SECOND), speak("a", SECOND)];
  clock.runUntil(clock.now() + 0.6);
  const stopped = voice.stop({ sessionId: "a" })!;
  assertEquals(sink.stopped, [first.id, second.id]);
  assertEquals(stopped.interrupted!.fullText, SECOND);
  assertEquals(voice.stateOf("a"), "idle");
});

Deno.test("deregistering drops what waits, and what is being made is made to its end", () => {
  const { clock, voice, join, speak } = voiceRig();
  const sink = new MemorySink();
  join("a");
  voice.subscribers.add("a", sink);
  const jobs = [speak("a", SECOND), speak("a", SECOND), speak("a", SECOND)];
  assertEquals(voice.deregister("a")!.dropped, 2);
  assertEquals(voice.deregister("a"), null);
  clock.run();
  assertEquals(jobs.map(outcome), ["done", "cancelled", "cancelled"]);
  assertEquals(reason(jobs[1]!), "its session was deregistered");
  assertEquals([sink.heard.length, voice.subscribers.count("a")], [1, 1]);
});

Deno.test("a job without a session belongs to nobody, and makes no session", () => {
  const { clock, voice, speak } = voiceRig();
  const job = speak(null, SECOND, { playsLocally: false });
  clock.run();
  assertEquals([outcome(job), job.route, voice.registry.list().length], ["done", "returned", 0]);
  assertEquals(voice.registry.defaultSession().participantId, "legacy");
  assertEquals(voice.registry.defaultSession(), voice.registry.get("default"));
});

Deno.test("a session goes some time after its last listener, if it ever had one", () => {
  const { clock, voice, join } = voiceRig({ expiryS: 300 });
  const sink = new MemorySink();
  join("page");
  join("program");
  voice.subscribers.add("page", sink);
  clock.runUntil(clock.now() + 1000);
  voice.subscribers.remove("page", sink);
  clock.runUntil(clock.now() + 299);
  voice.subscribers.add("page", sink);
  clock.runUntil(clock.now() + 1000);
  assert(voice.registry.get("page") !== null);
  voice.subscribers.remove("page", sink);
  clock.runUntil(clock.now() + 301);
  assertEquals(voice.registry.list().map(({ id }) => id as string), ["program"]);
});

Deno.test("what cannot be said ends at once, with the reason", () => {
  const { voice, join, speak } = voiceRig();
  join("a");
  const failures = [
    speak("a", "  \n "),
    speak("a", "Привет"),
    speak("a", "x".repeat(20_001)),
    speak("a", "hello", { voice: "nobody" }),
  ].map((job) => [outcome(job), job.failure?.code]);
  assertEquals(failures, [
    ["error", "blank"],
    ["error", "unpronounceable"],
    ["error", "too-long"],
    ["error", "unknown-voice"],
  ]);
  assertEquals([voice.activeJobs, voice.queueDepth("a")], [0, 0]);
});

Deno.test("a sentence that fails ends its job alone", () => {
  const { clock, join, speak } = voiceRig({ tone: { failsOn: ({ text }) => text === "Fail." } });
  join("a");
  const jobs = ["Good. Fail. Never.", "Good."].map((text) => speak("a", text));
  clock.run();
  assertEquals(jobs.map(outcome), ["error", "done"]);
  assertStringIncludes(reason(jobs[0]!), "told to fail");
});

Deno.test("a player that fails, or that is not there, ends the job with its reason", () => {
  const { clock, player, join, speak } = voiceRig();
  join("a");
  player.error = "aplay ended with 1";
  const job = speak("a", SECOND);
  clock.run();
  assertEquals([outcome(job), reason(job)], [
    "error",
    "the local player failed: aplay ended with 1",
  ]);
  const mute = voiceRig({ player: null });
  mute.join("a");
  const unheard = mute.speak("a", SECOND);
  mute.clock.run();
  assertStringIncludes(reason(unheard), "no player");
});

Deno.test("a session's own device is played on, else the one chosen for all, else the system's", () => {
  const { clock, player, voice, join, speak } = voiceRig();
  join("a");
  voice.registry.register({ sessionId: "b", participantId: "b", preferredOutputDevice: "usb" });
  speak("a", SECOND);
  clock.run();
  voice.device = "built-in";
  speak("a", SECOND);
  speak("b", SECOND);
  clock.run();
  assertEquals(player.played.map(({ device }) => device), [
    ...["USB Headset", "Built-in Output", "USB Headset"],
  ]);
});

Deno.test("waiting jobs are bounded, and one too many is refused", () => {
  const { join, speak, voice } = voiceRig();
  join("a");
  for (let i = 0; i <= MAX_SESSION_JOBS; i++) speak("a", SECOND);
  assertThrows(() => speak("a", SECOND), VoiceError, "too many jobs wait");
  assertEquals(voice.queueDepth("a"), MAX_SESSION_JOBS);
});

Deno.test("speech that waits for the loudspeaker is bounded, and what is too much says so", () => {
  const { clock, join, speak } = voiceRig({
    workers: 4,
    tone: { realTimeFactor: 1e6, sPerChar: 1 },
  });
  const ids = Array.from({ length: 8 }, (_, i) => `s${i}`);
  for (const id of ids) join(id);
  // Twenty minutes and more each, about 58 MB: one plays, and four wait.
  const jobs = ids.map((id) =>
    speak(id, "A sentence of fifty characters, more or less, said. ".repeat(24))
  );
  clock.runUntil(clock.now() + 1);
  const held = jobs.filter((job) => ["speaking", "waiting"].includes(outcome(job)));
  const refused = jobs.filter((job) => outcome(job) === "error");
  assertEquals(held.length + refused.length, 8);
  assert(held.length >= 4 && refused.length >= 1, `${held.length} held`);
  assert(refused.every((job) => reason(job).includes("too much speech waits")));
});

Deno.test("fifty sessions with a listener each hear all of their own, in turn, and nothing else", () => {
  const { clock, voice, join, speak } = voiceRig({ workers: 2 });
  const ids = Array.from({ length: 50 }, (_, i) => `s${i}`);
  const sinks = ids.map((id) => {
    const sink = new MemorySink();
    join(id);
    voice.subscribers.add(id, sink);
    return sink;
  });
  const asked = new Map(ids.map((id) => [id, [] as string[]]));
  const rng = new Rng("fifty");
  const waits: { readonly lap: number; readonly id: string }[] = [];
  const submissions = ids.flatMap((id) => Array.from({ length: 10 }, () => id));
  for (let i = submissions.length - 1; i > 0; i--) {
    const at = rng.int(i + 1);
    [submissions[i], submissions[at]] = [submissions[at]!, submissions[i]!];
  }
  for (const id of submissions) {
    const lap = asked.get(id)!.length;
    const text = `Sentence of ${"abcdefghij"[rng.int(10)]}.`;
    asked.get(id)!.push(speak(id, text, {}, { onMade: () => waits.push({ lap, id }) }).id);
  }
  clock.runUntil(clock.now() + 600);
  for (const [i, id] of ids.entries()) {
    assertEquals(sinks[i]!.heard.map(({ jobId }) => jobId as string), asked.get(id));
    assert(sinks[i]!.heard.every(({ sessionId }) => sessionId === id));
  }
  assertEquals([voice.activeJobs, waits.length], [0, 500]);
  // Everybody was asked for from the start, so nobody is more than a lap ahead of anybody else.
  const laps = new Map(ids.map((id) => [id, 0]));
  for (const { id } of waits) {
    laps.set(id, laps.get(id)! + 1);
    const counts = [...laps.values()];
    assert(Math.max(...counts) - Math.min(...counts) <= 2, counts.join(" "));
  }
  for (const id of ids) voice.deregister(id);
  assertEquals([voice.registry.list().length, voice.rotation.length], [0, 0]);
});
