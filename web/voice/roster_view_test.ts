import { assertEquals } from "@std/assert";
import type { RosterRow } from "./roster_feed.ts";
import { jobRow, rosterRow } from "./roster_feed.ts";
import { ageText, earsOf, inOrder, shortId, stateText } from "./roster_view.ts";

const row = (fields: Partial<RosterRow>): RosterRow => ({
  ...{ session_id: "a", participant_id: "a", participant_type: "agent", assigned_voice: null },
  ...{ voice_conflict: false, registered_at: 0, state: "idle", queue_depth: 0, listeners: 0 },
  ...fields,
});

Deno.test("the own row comes first, then the newest", () => {
  const rows = ["a", "me", "b"].map((session_id, i) => row({ session_id, registered_at: i }));
  assertEquals(inOrder(rows, "me").map(({ session_id }) => session_id), ["me", "b", "a"]);
  assertEquals(inOrder(rows, null).map(({ session_id }) => session_id), ["b", "me", "a"]);
});

Deno.test("a dot says what is true: of the own row by its socket, of others by the server", () => {
  const own = { sessionId: "me", isConnected: true, isSounding: true, isPlaying: false };
  const me = row({ session_id: "me", listeners: 0 });
  assertEquals(earsOf(me, own).classes, ["ws"]);
  assertEquals(earsOf(me, { ...own, isConnected: false }).classes, []);
  assertEquals(earsOf(me, { ...own, isSounding: false }).classes, ["ws", "held"]);
  assertEquals(earsOf(me, { ...own, isPlaying: true }).classes, ["ws", "playing"]);
  assertEquals(earsOf(row({ listeners: 0 }), own).classes, []);
  assertEquals(earsOf(row({ listeners: 2 }), own), { classes: ["ws"], label: "2 listeners" });
  assertEquals(earsOf(row({ listeners: 1, state: "speaking" }), own).classes, ["ws", "playing"]);
  assertEquals(earsOf(row({ listeners: null }), own).classes, ["unknown"]);
});

Deno.test("ages, ids and states are short", () => {
  assertEquals([0, 59.4, 60, 3599, 7200, -3].map(ageText), [
    ...["0 s", "59 s", "1 m", "60 m", "2 h", "0 s"],
  ]);
  assertEquals([shortId("1234567890123456"), shortId("12345678901234567")], [
    ...["1234567890123456", "1234567890123456…"],
  ]);
  assertEquals(stateText(row({ state: "blocked", queue_depth: 3 })), "blocked, 3 waiting");
  assertEquals(stateText(row({ state: "waiting_for_input" })), "recording");
});

Deno.test("rows of a foreign server are read with care", () => {
  for (const nothing of [null, 7, "x", {}, { session_id: 7 }]) {
    assertEquals([rosterRow(nothing), jobRow(nothing)], [[], []]);
  }
  assertEquals(rosterRow({ session_id: "s", participant_type: {}, listeners: "2" }), {
    ...row({ session_id: "s", participant_id: "s" }),
    listeners: null,
  });
  const job = { job_id: "j", text: "t", status: "complete", metrics: { audio_duration_sec: 2 } };
  assertEquals(jobRow(job), {
    ...{ job_id: "j", session_id: null, type: "", status: "complete", text: "t", voice: "" },
    ...{ requested_at: 0, duration_sec: 2, reason: null },
  });
});
