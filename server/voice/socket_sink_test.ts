import { assertEquals } from "@std/assert";
import { FakeConnection } from "../../tests/support/fake_connection.ts";
import { voiceRig } from "../../tests/support/voice_rig.ts";
import { VoiceSockets } from "./sockets.ts";

const NO_CHAT = () => ({ onPacket: () => {}, onClose: () => {} });

Deno.test("a listener that reads nothing is let go, and delays nobody", () => {
  const { clock, voice, player, join, speak } = voiceRig();
  const sockets = new VoiceSockets(voice, NO_CHAT);
  const [slow, quick] = [new FakeConnection(), new FakeConnection()];
  join("a");
  for (const connection of [slow, quick]) {
    sockets.take({ kind: "audio", sessionId: "a", wantsParts: false }, connection);
  }
  const files = () => quick.sent.filter(({ kind }) => kind === "binary").length;
  // Each file is about a megabyte: the slow one's queue is full after nine or so.
  const text = "A sentence that is spoken for a while. ".repeat(9);
  for (let i = 1; i <= 30; i++) {
    speak("a", text);
    quick.drain();
    clock.runUntil(clock.now() + 60);
    assertEquals(files(), i);
  }
  assertEquals([slow.isTerminated, quick.isTerminated], [true, false]);
  assertEquals([slow.maxBufferedBytes < 12 * 2 ** 20, player.played.length], [true, 0]);
});

Deno.test("a listener that has closed is not counted, and then the loudspeaker plays", () => {
  const { clock, voice, player, join, speak } = voiceRig();
  const sockets = new VoiceSockets(voice, NO_CHAT);
  const dead = new FakeConnection();
  join("a");
  sockets.take({ kind: "audio", sessionId: "a", wantsParts: false }, dead);
  // It is closing, but its end has not been told yet.
  dead.isOpen = false;
  speak("a", "hello");
  clock.runUntil(clock.now() + 5);
  assertEquals([player.played.length, voice.subscribers.count("a")], [1, 1]);
  dead.handler!.onClose(1006, "gone");
  assertEquals(voice.subscribers.count("a"), 0);
});

Deno.test("closing the voice server closes its WebSockets, and those that come late", () => {
  const { voice } = voiceRig();
  const sockets = new VoiceSockets(voice, NO_CHAT);
  const [early, late] = [new FakeConnection(), new FakeConnection()];
  sockets.take({ kind: "audio", sessionId: "a", wantsParts: false }, early);
  sockets.close();
  sockets.take({ kind: "audio", sessionId: "a", wantsParts: false }, late);
  assertEquals([early.closedWith?.code, late.closedWith?.code], [1001, 1001]);
});
