import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Rng } from "../../runtime/rng.ts";
import { VirtualClock } from "../../runtime/virtual_clock.ts";
import type { Connection, Packet } from "../../wire/connection.ts";
import type { NetworkProfileInput } from "./profile.ts";
import { ShapedNetwork } from "./shaped_network.ts";
import { SimNetwork } from "./sim_network.ts";

/** Weather over a perfect simulated road, with one open connection. */
function connected(profile: NetworkProfileInput) {
  const clock = new VirtualClock();
  const road = new SimNetwork({ clock, rng: new Rng(1), profile: { windowBytes: 10_000 } });
  const weather = new ShapedNetwork({ clock, rng: new Rng(2), dial: road.dial, profile });
  const seen: { text: string; timeS: number }[] = [];
  const heard: { text: string; timeS: number }[] = [];
  const closes: string[] = [];
  let server!: Connection;
  const note = (list: typeof seen) => (packet: Packet) => {
    list.push({ text: packet.kind === "text" ? packet.text : packet.kind, timeS: clock.now() });
  };
  road.listen((connection) => {
    server = connection;
    connection.attach({
      onPacket: note(heard),
      onClose: (code, reason) => void closes.push(`server ${code} ${reason}`),
    });
  });
  const dial = () =>
    weather.dial({
      onPacket: note(seen),
      onClose: (code, reason) => void closes.push(`client ${code} ${reason}`),
    });
  const client = dial();
  clock.runUntil(1);
  assert(client.isOpen);
  return { clock, weather, client, server, seen, heard, closes, dial };
}

const text = (content: string, bytes = content.length): Packet => ({
  kind: "text",
  text: content,
  bytes,
});

Deno.test("ShapedNetwork delays both directions of a real road", () => {
  const { clock, client, server, seen, heard } = connected({
    up: { latencyMs: 100 },
    down: { latencyMs: 200, bytesPerS: 1000 },
  });
  client.send(text("up"));
  server.send(text("down", 500));
  clock.runUntil(5);
  assertAlmostEquals(heard[0]!.timeS, 1.1, 1e-9);
  assertAlmostEquals(seen[0]!.timeS, 1.7, 1e-9);
});

Deno.test("ShapedNetwork stops reading the road while more than a window waits", () => {
  const { clock, client, server, seen } = connected({ windowBytes: 8000 });
  client.setReadPaused(true);
  for (let i = 0; i < 10; i++) clock.after(i * 0.01, () => server.send(text(String(i), 6000)));
  clock.runUntil(2);
  assert(server.bufferedBytes > 30_000, `${server.bufferedBytes} bytes are still at the server`);
  client.setReadPaused(false);
  clock.runUntil(3);
  assertEquals(seen.map((entry) => entry.text), Array.from({ length: 10 }, (_, i) => String(i)));
  assertEquals(server.bufferedBytes, 0);
});

Deno.test("ShapedNetwork passes a close on behind earlier messages, and tells the client once", () => {
  const { clock, client, heard, closes } = connected({ up: { latencyMs: 100 } });
  client.send(text("last words"));
  client.close(1000, "done");
  client.send(text("ignored"));
  clock.runUntil(20);
  assertEquals(heard.map((entry) => entry.text), ["last words"]);
  assertEquals(closes, ["server 1000 done", "client 1000 done"]);
});

Deno.test("ShapedNetwork breaks a road, leaves one half open, and refuses new ones", () => {
  const broken = connected({});
  broken.weather.abruptClose();
  broken.clock.runUntil(5);
  assertEquals(broken.closes.sort(), [
    "client 1006 connection dropped",
    "server 1006 connection reset by peer",
  ]);

  const silent = connected({});
  silent.weather.halfOpen();
  silent.client.send(text("void"));
  silent.server.send(text("void"));
  silent.clock.runUntil(50);
  assertEquals([silent.seen, silent.heard, silent.closes], [[], [], []]);

  const refusing = connected({});
  refusing.weather.setRefusing(true);
  refusing.dial();
  refusing.clock.runUntil(2);
  assertEquals(refusing.closes, ["client 1006 connection refused"]);
});

Deno.test("ShapedNetwork damages one slice", () => {
  const { clock, weather, server, seen } = connected({});
  weather.corruptNextSlice();
  const slice: Packet = { kind: "binary", data: new Uint8Array(30), bytes: 30 };
  server.send(slice);
  clock.runUntil(2);
  assertEquals(seen.length, 1);
});
