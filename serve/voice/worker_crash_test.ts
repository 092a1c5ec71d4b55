/** A real worker that dies while it speaks: what becomes of its job, and of all others. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { WallClock } from "../../runtime/mod.ts";
import { VoiceWorld } from "../../tests/support/voice_world.ts";
import { FliteEngine } from "./flite_engine.ts";

const CRASHING = new URL("../../tests/support/crashing_speech_worker.ts", import.meta.url);

Deno.test("a worker that crashes in the middle fails that job alone, typed, and the next is spoken", async () => {
  let started = 0;
  const engine = new FliteEngine({
    ...{ clock: new WallClock(), workers: 2 },
    start: () => {
      started++;
      return new Worker(CRASHING, { type: "module" });
    },
  });
  await using world = await VoiceWorld.start({ speechEngines: [engine] });
  const say = (text: string) => world.ask("POST", "/v1/synthesize", { text });
  const before = await say("Before it.");
  assertEquals(before.status, 200);
  // One job dies in its second sentence, beside one that does not.
  const [dying, beside] = await Promise.all([
    say("The first sentence is well. The second one will crash. The third is never said."),
    say("This one is spoken beside it, and is not touched by what happens there."),
  ]);
  assertEquals([dying.status, beside.status], [500, 200]);
  assertEquals(new TextDecoder().decode(beside.bytes.subarray(0, 4)), "RIFF");
  assertStringIncludes(dying.body.error, "speech could not be made: its worker failed: ");
  assertStringIncludes(dying.body.error, "told to crash");
  const job = (await world.ask("GET", `/v1/jobs/${dying.body.job_id}`)).body;
  assertEquals([job.status, job.error], ["error", dying.body.error]);
  const crashed = started;
  const after = await say("Before it.");
  assertEquals([after.status, after.bytes], [200, before.bytes]);
  // A session's listener hears the job after the crash, and nothing of the one that died.
  await world.join("s1");
  await using listener = await world.open("/ws/audio/s1");
  for (const text of ["Crash, crash.", "Well again."]) {
    await world.ask("POST", "/v1/speak", { text: text.toLowerCase(), session_id: "s1" });
  }
  const header = await listener.nextOf("audio_header");
  const spoken = (await world.ask("GET", `/v1/jobs/${header.job_id}`)).body;
  assertEquals([spoken.text, spoken.status], ["well again.", "complete"]);
  assertEquals((await world.ask("GET", "/health")).body.queue.active_jobs, 0);
  // Each death costs one new worker at most, and never more than there may be are alive.
  assert(crashed >= 2 && started <= 4 && engine.workers <= 2, `${crashed}, then ${started}`);
});
