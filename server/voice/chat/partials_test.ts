import { assertEquals } from "@std/assert";
import { VirtualClock } from "../../../runtime/mod.ts";
import { agreed, Partials, type PartialTranscript } from "./partials.ts";

/** A tenth of a second. */
const PIECE = new Uint8Array(3_200).fill(1);

Deno.test("what two readings agree on ends at a word", () => {
  assertEquals(agreed("", "turn left"), "");
  assertEquals(agreed("turn left", "turn left now"), "turn left");
  assertEquals(agreed("turn lest", "turn left"), "turn");
  assertEquals(agreed("turn", "turning"), "");
  assertEquals(agreed("same", "same"), "same");
});

Deno.test("speech is read while it comes, no more often than is worth it, and once more in a pause", async () => {
  const clock = new VirtualClock();
  const read: number[] = [];
  const texts = ["turn", "turn lest", "turn left now"];
  const recognizer = {
    name: "fake",
    recognize: (wav: Uint8Array) =>
      Promise.resolve({ text: texts[read.push(wav.length - 44) - 1] ?? "" }),
  };
  const told: PartialTranscript[] = [];
  const partials = new Partials(clock, recognizer, (partial) => told.push(partial));
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
  for (let i = 0; i < 6; i++) {
    partials.add(PIECE);
    await settle();
    clock.runUntil(clock.now() + 0.1);
  }
  // From a third of a second on, and not before another has passed.
  assertEquals(read, [9_600, 19_200]);
  partials.add(new Uint8Array(40_000));
  clock.runUntil(clock.now() + 1);
  await settle();
  assertEquals(read, [9_600, 19_200, 19_200]);
  assertEquals(told.map(({ confirmed, tentative, tier }) => [confirmed, tentative, tier]), [
    ["", "turn", "t1"],
    ["turn", "lest", "t1"],
    ["turn", "left now", "t2"],
  ]);
  partials.add(PIECE);
  partials.end();
  clock.runUntil(clock.now() + 5);
  await settle();
  // What has ended is neither read nor told.
  assertEquals([read.length, told.length], [3, 3]);
});
