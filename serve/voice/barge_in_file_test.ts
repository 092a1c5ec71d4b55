/** The file by which programs tell each other that somebody speaks. */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { VirtualClock, WallClock } from "../../runtime/mod.ts";
import { silentLog } from "../../server/log.ts";
import { BargeIn } from "../../server/voice/barge_in.ts";
import { interruptionOf } from "../../server/voice/interruption.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { VoiceWorld } from "../../tests/support/voice_world.ts";
import { SignalFile, signalFileAt, type SignalFileStore } from "./barge_in_file.ts";

function rig(store: SignalFileStore) {
  const clock = new VirtualClock();
  const told: string[] = [];
  const bargeIn = new BargeIn({
    ...{ clock, log: silentLog },
    interrupt: () => interruptionOf("one two three four", 0.5),
    setRecording: (source, isRecording) => told.push(`${source} ${isRecording}`),
  });
  bargeIn.add(new SignalFile({ clock, log: silentLog, store, owner: "me" }));
  bargeIn.start();
  return { clock, told, bargeIn };
}

Deno.test("a file that another program writes is heard once, and what was cut off is written back", () => {
  let text: string | null = '{"event": "user_speaking_start"}';
  const { clock, told } = rig({ read: () => text, write: (it) => text = it });
  clock.runUntil(1);
  // What stood there at the start is old.
  assertEquals(told, []);
  text = '{"event": "user_speaking_st';
  clock.runUntil(2);
  text = '{"event": "user_speaking_start", "n": 2}';
  clock.runUntil(3);
  assertEquals(told, ["file true"]);
  const { timestamp, ...written } = JSON.parse(text!);
  assertEquals([typeof timestamp, written], ["number", {
    ...{ event: "user_speaking_start", source: "file", written_by: "me" },
    interrupted: { spoken_pct: 0.5, delivered_text: "one two", full_text: "one two three four" },
  }]);
  text = '{"event": "user_speaking_end"}';
  clock.runUntil(4);
  for (const odd of ["null", "[]", '"x"', '{"event": 7}', "\u0000", null]) {
    text = odd;
    clock.runUntil(clock.now() + 1);
  }
  assertEquals(told, ["file true", "file false"]);
});

Deno.test("what others told is mirrored into the file, and is not read back", () => {
  let text: string | null = null;
  const { clock, told, bargeIn } = rig({ read: () => text, write: (it) => text = it });
  bargeIn.tell("user_speaking_start", "mic");
  assertEquals([JSON.parse(text!).source, JSON.parse(text!).written_by], ["mic", "me"]);
  clock.runUntil(2);
  // Another process of ours mirrors, too; that is news here.
  text = JSON.stringify({ event: "user_speaking_end", written_by: "another" });
  clock.runUntil(3);
  text = JSON.stringify({ event: "user_speaking_start", written_by: "me" });
  clock.runUntil(4);
  assertEquals(told, ["mic true", "file false"]);
});

Deno.test("a store that fails is told in the log, and looked at again", () => {
  let fails = true;
  const { clock, told } = rig({
    read: () => {
      if (fails) throw new Error("no permission");
      return '{"event": "user_speaking_start"}';
    },
    write: () => {
      throw new Error("read only");
    },
  });
  clock.runUntil(1);
  fails = false;
  clock.runUntil(2);
  assertEquals(told, ["file true"]);
});

Deno.test("a file on disk is replaced in one step, and one that is too long is none", async () => {
  await using temp = await tempFolder();
  const path = join(temp.path, "voice", "barge-in.json");
  const store = signalFileAt(path, silentLog);
  assertEquals(store.read(), null);
  store.write('{"event":"user_speaking_end"}');
  assertEquals(store.read(), '{"event":"user_speaking_end"}');
  assertEquals([...Deno.readDirSync(join(temp.path, "voice"))].map(({ name }) => name), [
    "barge-in.json",
  ]);
  Deno.writeTextFileSync(path, " ".repeat(100_000));
  assertEquals(store.read(), null);
});

Deno.test("somebody who speaks stops the loudspeaker of a server, by that file", async () => {
  await using temp = await tempFolder();
  const voiceSignal = join(temp.path, "barge-in.json");
  const stopped = Promise.withResolvers<void>();
  await using world = await VoiceWorld.start({
    voiceSignal,
    clock: new WallClock(),
    localPlayer: {
      play: (_wav, _device, done) => () => {
        stopped.resolve();
        done(null);
      },
    },
  });
  const { body } = await world.ask("POST", "/v1/speak", { text: "one two three four five six" });
  const job = async () => (await world.ask("GET", `/v1/jobs/${body.job_id}`)).body;
  while ((await world.ask("GET", "/v1/bus/hud")).body.modules.voice.active_job !== body.job_id);
  Deno.writeTextFileSync(voiceSignal, '{"event":"user_speaking_start"}');
  await stopped.promise;
  assertEquals((await job()).reason, "stopped while it was played");
  const { interrupted } = JSON.parse(Deno.readTextFileSync(voiceSignal));
  assertEquals(interrupted.full_text, "one two three four five six");
  assert(interrupted.spoken_pct >= 0 && interrupted.spoken_pct <= 1);
});
