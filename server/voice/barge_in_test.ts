import { assertEquals, assertStringIncludes } from "@std/assert";
import { VirtualClock } from "../../runtime/mod.ts";
import { MemoryLog } from "../../tests/support/memory_log.ts";
import { tick } from "../../tests/support/voice_rig.ts";
import { BargeIn, type BargeInEvent, type BargeInSource, InterruptionNote } from "./barge_in.ts";
import { interruptionPrompt } from "./chat/responder.ts";
import { type Interruption, interruptionOf } from "./interruption.ts";

const CUT = interruptionOf("one two three four", 0.5);

function rig(interrupted: Interruption | null = CUT) {
  const clock = new VirtualClock();
  const log = new MemoryLog();
  const did: string[] = [];
  const bargeIn = new BargeIn({
    ...{ clock, log },
    interrupt: () => {
      did.push("interrupt");
      return interrupted;
    },
    setRecording: (source, isRecording) => did.push(`${source} ${isRecording}`),
  });
  return { clock, log, did, bargeIn };
}

/** A source that does as it is told. */
class Puppet implements BargeInSource {
  readonly name: string;
  readonly did: string[] = [];
  readonly heard: BargeInEvent[] = [];
  tell: (type: BargeInEvent["type"]) => void = () => {};
  fails = false;

  constructor(name: string) {
    this.name = name;
  }

  start(tell: Puppet["tell"]): void {
    this.did.push("start");
    if (this.fails) throw new Error("no microphone");
    this.tell = tell;
  }

  told(event: BargeInEvent): void {
    this.heard.push(event);
  }

  stop(): void {
    this.did.push("stop");
    if (this.fails) throw new Error("still no microphone");
  }
}

Deno.test("whoever begins to speak stops the speech, and whoever ends stops nothing", () => {
  const { did, bargeIn } = rig();
  const source = new Puppet("mic");
  bargeIn.add(source);
  bargeIn.start();
  source.tell("user_speaking_start");
  source.tell("user_speaking_end");
  assertEquals(did, ["mic true", "interrupt", "mic false"]);
  assertEquals(source.heard.map(({ interrupted }) => interrupted), [CUT, null]);
  assertEquals([bargeIn.note.take(), bargeIn.note.take()], [CUT, null]);
});

Deno.test("a source that never tells the end holds nobody for ever", () => {
  const { clock, did, bargeIn } = rig();
  bargeIn.tell("user_speaking_start", "mic");
  clock.runUntil(119);
  assertEquals(did, ["mic true", "interrupt"]);
  clock.runUntil(121);
  assertEquals(did, ["mic true", "interrupt", "mic false"]);
});

Deno.test("sources start and stop once, and one that fails leaves the others", () => {
  const { log, did, bargeIn } = rig();
  const [broken, good, late] = [new Puppet("broken"), new Puppet("good"), new Puppet("late")];
  broken.fails = true;
  bargeIn.add(broken);
  bargeIn.add(good);
  bargeIn.stop();
  bargeIn.start();
  bargeIn.start();
  bargeIn.add(late);
  good.tell("user_speaking_start");
  bargeIn.stop();
  bargeIn.stop();
  for (const { did } of [broken, good, late]) assertEquals(did, ["start", "stop"]);
  assertEquals(did, ["good true", "interrupt"]);
  assertEquals(log.of("barge-in source failed").length, 2);
});

Deno.test("who waits for a type or a source hears that, or the end of its time, and leaves nothing", async () => {
  const { clock, bargeIn } = rig();
  const abort = new AbortController();
  const waits = [
    bargeIn.wait({ timeoutS: 5 }),
    bargeIn.wait({ type: "user_speaking_end", timeoutS: 5 }),
    bargeIn.wait({ source: "file", timeoutS: 5 }),
    bargeIn.wait({ source: "nobody", timeoutS: 5 }),
    bargeIn.wait({ timeoutS: 5, source: "nobody", signal: abort.signal }),
  ];
  assertEquals(bargeIn.waiting, 5);
  bargeIn.tell("user_speaking_start", "mic");
  bargeIn.tell("user_speaking_end", "mic");
  bargeIn.tell("user_speaking_start", "file");
  abort.abort();
  assertEquals(bargeIn.waiting, 1);
  clock.runUntil(6);
  assertEquals(bargeIn.waiting, 0);
  await tick();
  assertEquals(
    (await Promise.all(waits)).map((event) => event === null ? null : event.source + event.type),
    ["micuser_speaking_start", "micuser_speaking_end", "fileuser_speaking_start", null, null],
  );
});

Deno.test("what was cut off is told once, while it is fresh, and in the next prompt", () => {
  const clock = new VirtualClock();
  const note = new InterruptionNote(clock);
  assertEquals(note.take(), null);
  note.set(CUT);
  clock.runUntil(29);
  assertEquals([note.take(), note.take()], [CUT, null]);
  note.set(CUT);
  clock.runUntil(60);
  assertEquals(note.take(), null);
  assertStringIncludes(interruptionPrompt(CUT), 'only this was heard: "one two"');
  assertStringIncludes(interruptionPrompt(interruptionOf("one", 0)), "nothing of it was heard");
});
