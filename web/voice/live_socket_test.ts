import { assertEquals } from "@std/assert";
import { VirtualClock } from "../../runtime/virtual_clock.ts";
import { FakeSocket } from "../../tests/support/fake_socket.ts";
import { LiveSocket } from "./live_socket.ts";

function world() {
  const clock = new VirtualClock(1000);
  const sockets: FakeSocket[] = [];
  const heard: (string | number)[] = [];
  const states: string[] = [];
  const link = new LiveSocket(clock, (url) => {
    const socket = new FakeSocket(url);
    sockets.push(socket);
    return socket;
  }, {
    onState: (state) => states.push(state),
    onText: (text) => heard.push(text),
    onBytes: ({ byteLength }) => heard.push(byteLength),
  });
  return {
    ...{ clock, sockets, heard, states, link },
    run: (seconds: number) => clock.runUntil(clock.now() + seconds),
    open: () => sockets.filter(({ isClosed }) => !isClosed).length,
  };
}

Deno.test("a lost link comes back after one second, then two, up to thirty; an open one begins anew", () => {
  const { clock, link, run, sockets } = world();
  link.connect("ws://a");
  const waits: number[] = [];
  for (let i = 0; i < 7; i++) {
    const lostS = clock.now();
    const count = sockets.length;
    sockets.at(-1)!.lose();
    while (sockets.length === count) run(1);
    waits.push(clock.now() - lostS);
  }
  assertEquals(waits, [1, 2, 4, 8, 16, 30, 30]);
  sockets.at(-1)!.open();
  sockets.at(-1)!.lose();
  run(1);
  assertEquals(sockets.length, 9);
});

Deno.test("a link that leads elsewhere leaves the old socket, which says nothing and never comes back", () => {
  const { heard, link, open, run, sockets } = world();
  link.connect("ws://a");
  const [first] = sockets;
  first!.open();
  link.connect("ws://b");
  const [, second] = sockets;
  second!.open();
  first!.say("old");
  first!.lose();
  second!.say("new");
  second!.say(new ArrayBuffer(4));
  run(120);
  assertEquals([sockets.map(({ url }) => url), open(), heard], [["ws://a", "ws://b"], 1, [
    "new",
    4,
  ]]);
  // Leading where it leads already changes nothing.
  link.connect("ws://b");
  assertEquals(sockets.length, 2);
});

Deno.test("a link that waits and is told to lead on has one socket", () => {
  const { link, open, run, sockets } = world();
  link.connect("ws://a");
  sockets[0]!.lose();
  link.connect("ws://b");
  run(120);
  assertEquals([sockets.length, open()], [2, 1]);
  sockets[1]!.lose();
  link.retryNow();
  link.retryNow();
  assertEquals([sockets.length, open()], [3, 1]);
  run(120);
  assertEquals(sockets.length, 3);
});

Deno.test("nothing is sent before it is open, and nothing comes after it was closed", () => {
  const { heard, link, run, sockets, states } = world();
  assertEquals(link.send("early"), false);
  link.connect("ws://a");
  assertEquals(link.send("early"), false);
  sockets[0]!.open();
  assertEquals([link.send("now"), sockets[0]!.sent], [true, ["now"]]);
  link.close();
  sockets[0]!.say("late");
  sockets[0]!.lose();
  run(120);
  assertEquals([heard, sockets.length], [[], 1]);
  assertEquals(states, ["connecting", "open", "closed"]);
});
