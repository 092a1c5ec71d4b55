import { assertEquals } from "@std/assert";
import { playerState, type StateFacts } from "./state_words.ts";

const view = {
  isBehind: false,
  isIdle: false,
  isPaused: false,
  hasEnded: false,
  sinceSliceS: 0.1,
} as const;
const live: StateFacts = {
  client: "streaming",
  reason: null,
  closeCode: null,
  view,
  isSounding: true,
  watch: null,
};
const says = (facts: Partial<StateFacts>) => playerState({ ...live, ...facts }).text;

Deno.test("the player says in words where it stands", () => {
  assertEquals(says({ client: null }), "Ready to play");
  assertEquals(says({ client: "starting" }), "Connecting…");
  assertEquals(says({}), "Live");
  assertEquals(says({ watch: "k3J_x9aQ" }), "Watching session k3J_x9aQ");
  assertEquals(says({ view: { ...view, isPaused: true } }), "Paused");
  assertEquals(says({ view: { ...view, hasEnded: true } }), "At the end of the track");
  assertEquals(says({ isSounding: false }), "The browser holds the sound: press Play");
  assertEquals(says({ client: "reconnecting" }), "Connection lost. Trying again…");
});

Deno.test("a stream that brings nothing new is stalled, or rests because nothing was touched", () => {
  assertEquals(says({ view: { ...view, sinceSliceS: 4.7 } }), "Stalled: nothing new for 4 s");
  assertEquals(
    says({ view: { ...view, sinceSliceS: 4.7, isIdle: true } }),
    "The server rests: turn a knob to wake it",
  );
  assertEquals(
    says({ view: { ...view, isBehind: true } }),
    "Behind: new audio lands after you have heard its place",
  );
});

Deno.test("an end is told with its reason", () => {
  const ended = { client: "closed", reason: "closed with 1011: internal error" } as const;
  assertEquals(says({ ...ended, closeCode: 1011 }), "Ended: closed with 1011: internal error");
  assertEquals(
    says({ ...ended, closeCode: 4001 }),
    "Ended: another player took this server's session over",
  );
  assertEquals(says({ ...ended, reason: "stopped" }), "Ended");
  assertEquals(says({ ...ended, closeCode: 1000 }), "Ended: the server ended the session");
  assertEquals(says({ ...ended, closeCode: 1006 }), "Ended: the server does not answer any more");
  assertEquals(says({ ...ended, closeCode: 1006, watch: "a" }), "Ended: session a does not run");
});
