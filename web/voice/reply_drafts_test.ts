import { assertEquals } from "@std/assert";
import type { ClipOutcome } from "./clip_queue.ts";
import { ReplyDrafts } from "./reply_drafts.ts";

const block = (id: string, status: string, more: object = {}) => ({
  ...{ id, status, text: `text of ${id}`, created_at: 1, has_audio: false },
  ...{ tts_duration_sec: null, generation_ms: null },
  ...more,
});
const made = { has_audio: true, tts_duration_sec: 2.5 };

function rig() {
  const drafts = new ReplyDrafts();
  const outcomes = new Map<string, ClipOutcome>();
  const seen = () => drafts.drawn((id) => outcomes.get(id)).map(({ id, words }) => [id, words]);
  return { drafts, outcomes, seen };
}

Deno.test("each reply is shown as the server says that it is, until its clip is there", () => {
  const { drafts, seen } = rig();
  for (
    const [status, words] of [
      ["valid", "will be spoken"],
      ["speaking", "being spoken"],
      ["spoken", "spoken"],
      ["snipped", "cut off"],
      ["stale", "not spoken"],
      ["of a newer server", "of a newer server"],
    ]
  ) {
    drafts.take([block("a", status!)]);
    assertEquals(seen(), [["a", words]]);
  }
});

Deno.test("what is heard of a reply is what became of its clip, whatever the server has worked out", () => {
  const { drafts, outcomes, seen } = rig();
  drafts.take([block("a", "valid")]);
  drafts.heard("reply 1");
  // The server thinks that it is heard; the browser holds the sound.
  drafts.take([block("a", "speaking", made), block("b", "valid")]);
  assertEquals(seen(), [["a", "will be spoken · 2.5 s"], ["b", "will be spoken"]]);
  drafts.heard("reply 2");
  drafts.take([block("a", "spoken", made), block("b", "speaking", made)]);
  outcomes.set("reply 1", "playing");
  assertEquals(seen(), [["a", "being spoken · 2.5 s"], ["b", "will be spoken · 2.5 s"]]);
  outcomes.set("reply 1", "played").set("reply 2", "stale");
  assertEquals(seen()[1], ["b", "came too late, not heard · 2.5 s"]);
  drafts.forget();
  assertEquals(seen(), []);
  drafts.take([block("a", "valid")]);
  assertEquals(seen(), [["a", "will be spoken"]]);
});

Deno.test("frames that are none are passed over, and their number is bounded", () => {
  const { drafts, seen } = rig();
  for (
    const blocks of [undefined, "x", {}, [null, 7, { id: "a" }, { id: 1, text: "", status: "" }]]
  ) {
    drafts.take(blocks);
    assertEquals(seen(), []);
  }
  drafts.take(Array.from({ length: 500 }, (_, i) => block(`${i}`, "valid")));
  assertEquals([seen().length, seen()[0]![0]], [32, "468"]);
});
