import { assertEquals } from "@std/assert";
import { VirtualClock } from "../../../runtime/mod.ts";
import { type DraftBlock, Drafts } from "./drafts.ts";

function rig() {
  const clock = new VirtualClock();
  const told: (readonly DraftBlock[])[] = [];
  const drafts = new Drafts(clock, (blocks) => told.push(blocks));
  const statuses = () => told.at(-1)!.map(({ status }) => status).join(" ");
  return { clock, drafts, told, statuses };
}

Deno.test("a reply is valid, then speaking while its clip is played, then spoken", () => {
  const { clock, drafts, told, statuses } = rig();
  const [a, b] = [drafts.add("First reply."), drafts.add("Second reply.")];
  assertEquals(statuses(), "valid valid");
  drafts.made(a, { durationS: 2, genS: 0.12 });
  drafts.made(b, { durationS: 1, genS: 0.1 });
  assertEquals(statuses(), "speaking valid");
  assertEquals(told.at(-1)![0], {
    ...{ id: a, text: "First reply.", status: "speaking", created_at: 0, has_audio: true },
    ...{ tts_duration_sec: 2, generation_ms: 120 },
  });
  // Pages play one clip after the other.
  clock.runUntil(2.5);
  assertEquals(statuses(), "spoken speaking");
  clock.runUntil(3.5);
  assertEquals(statuses(), "spoken spoken");
});

Deno.test("an interruption snips what is heard, makes the rest stale, and tells how much was heard", () => {
  const { clock, drafts, told, statuses } = rig();
  const a = drafts.add("one two three four five six seven eight");
  drafts.add("never heard");
  drafts.made(a, { durationS: 4, genS: 0.1 });
  clock.runUntil(2);
  const cut = drafts.interrupt()!;
  assertEquals(statuses(), "snipped stale");
  assertEquals([cut.fraction, cut.deliveredText], [0.5, "one two three four"]);
  assertEquals(drafts.interrupt(), null);
  const before = told.length;
  clock.runUntil(10);
  assertEquals(told.length, before);
  // What is made too late stays unheard.
  drafts.made("draft-2", { durationS: 1, genS: 0.1 });
  assertEquals(statuses(), "snipped stale");
});

Deno.test("a reply that could not be spoken is stale, and only the last ones are shown", () => {
  const { drafts, told, statuses } = rig();
  drafts.drop(drafts.add("no voice"));
  assertEquals(statuses(), "stale");
  for (let i = 0; i < 40; i++) drafts.add(`reply ${i}`);
  assertEquals([told.at(-1)!.length, told.at(-1)![0]!.text], [16, "reply 24"]);
});
