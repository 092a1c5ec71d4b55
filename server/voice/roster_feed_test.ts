import { assert, assertEquals } from "@std/assert";
import { FakeConnection } from "../../tests/support/fake_connection.ts";
import { voiceRig } from "../../tests/support/voice_rig.ts";
import { RosterFeed } from "./roster_feed.ts";
import { VoiceSockets } from "./sockets.ts";
import { MemorySink } from "./subscribers.ts";

interface Frame {
  readonly type: "roster" | "jobs";
  readonly sessions?: readonly Readonly<Record<string, unknown>>[];
  readonly jobs?: readonly Readonly<Record<string, unknown>>[];
}

function framesOf({ sent }: FakeConnection): Frame[] {
  return sent.map((packet) => {
    assert(packet.kind === "text");
    return JSON.parse(packet.text);
  });
}

function world() {
  const rig = voiceRig();
  const feed = new RosterFeed(rig.voice);
  const watch = () => {
    const connection = new FakeConnection();
    return { connection, handler: feed.add(connection) };
  };
  return { ...rig, feed, watch, run: (s: number) => rig.clock.runUntil(rig.clock.now() + s) };
}

Deno.test("a page hears at once who is here, and then of every change, and of nothing else", () => {
  const { join, speak, voice, watch, run } = world();
  join("a");
  const { connection } = watch();
  assertEquals(framesOf(connection).map(({ type }) => type), ["roster", "jobs"]);
  run(10);
  assertEquals(connection.sent.length, 2, "nothing changed, so nothing was said");
  join("b");
  voice.subscribers.add("a", new MemorySink());
  run(0.25);
  const { sessions } = framesOf(connection).at(-1)!;
  assertEquals(sessions!.map((it) => [it["session_id"], it["listeners"], it["state"]]), [
    ["a", 1, "idle"],
    ["b", 0, "idle"],
  ]);
  // Speaking begins by an event, and ends by time alone.
  speak("a", "Hello, is anybody there?");
  run(5);
  const states = framesOf(connection).flatMap(({ sessions = [] }) =>
    sessions.filter((it) => it["session_id"] === "a").map((it) => it["state"])
  );
  assertEquals(states.filter((it, i) => it !== states[i - 1]), ["idle", "speaking", "idle"]);
  const jobs = framesOf(connection).flatMap(({ jobs = [] }) => jobs.map((it) => it["state"]));
  assertEquals([...new Set(jobs)].at(-1), "done");
});

Deno.test("a page that hears nothing for long hears that its link lives", () => {
  const { watch, run } = world();
  const { connection } = watch();
  run(60);
  assertEquals(framesOf(connection).filter(({ type }) => type === "roster").length, 5);
});

Deno.test("a page that does not read is left out until it has, and then hears the newest", () => {
  const { join, watch, run } = world();
  const { connection } = watch();
  connection.bufferedBytes = 2 * 2 ** 20;
  for (let i = 0; i < 20; i++) {
    join(`s${i}`);
    run(1);
  }
  assertEquals(connection.sent.length, 2);
  connection.drain();
  run(1);
  assertEquals(connection.sent.length, 3);
  assertEquals(framesOf(connection).at(-1)!.sessions!.length, 20);
});

Deno.test("however many pages and sessions there are, what is sent is bounded", () => {
  const { join, watch, run, voice } = world();
  for (let i = 0; i < 1000; i++) join(`session-${i}`);
  const pages = Array.from({ length: 100 }, watch);
  const bytes = () =>
    pages.reduce(
      (sum, { connection: { sent } }) => sum + sent.reduce((n, it) => n + it.bytes, 0),
      0,
    );
  const before = bytes();
  for (let i = 0; i < 100; i++) {
    voice.deregister(`session-${i}`);
    for (const { connection } of pages) connection.drain();
    run(0.25);
  }
  const perS = (bytes() - before) / 25;
  // A burst, and what is sent in the time after it.
  assert(perS < 12 * 2 ** 20, `${perS} bytes a second`);
  const { connection } = pages[0]!;
  run(10);
  connection.drain();
  run(10);
  assertEquals(framesOf(connection).findLast(({ sessions }) => sessions)!.sessions!.length, 900);
});

Deno.test("with nobody watching nothing is looked at", () => {
  const { feed, watch, clock } = world();
  const pages = [watch(), watch()];
  assertEquals(feed.size, 2);
  for (const { handler } of pages) handler.onClose(1001, "");
  const fired = clock.fired;
  clock.runUntil(clock.now() + 60);
  assertEquals([feed.size, clock.fired - fired], [0, 0]);
});

Deno.test("WebSockets of the feed end with the server", () => {
  const { voice, clock } = voiceRig();
  const sockets = new VoiceSockets(voice, () => ({ onPacket: () => {}, onClose: () => {} }));
  const connection = new FakeConnection();
  sockets.take({ kind: "roster" }, connection);
  sockets.close();
  assertEquals(connection.closedWith?.code, 1001);
  connection.handler!.onClose(1001, "");
  const fired = clock.fired;
  clock.runUntil(clock.now() + 60);
  assertEquals(clock.fired, fired);
});
