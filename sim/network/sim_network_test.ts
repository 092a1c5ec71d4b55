import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Rng } from "../../runtime/rng.ts";
import { VirtualClock } from "../../runtime/virtual_clock.ts";
import type { Connection, Packet } from "../../wire/connection.ts";
import { networkProfile, type NetworkProfileInput, networkProfileSchema } from "./profile.ts";
import { SimNetwork } from "./sim_network.ts";

/** One end with everything that happened to it, in words and times. */
interface End {
  connection: Connection;
  readonly log: string[];
  readonly received: { readonly packet: Packet; readonly timeS: number }[];
  drains: number;
  readonly closes: string[];
}

function setUp(profile: NetworkProfileInput = {}, seed = 1) {
  const clock = new VirtualClock();
  const network = new SimNetwork({ clock, rng: new Rng(seed), profile });
  const servers: End[] = [];
  const makeEnd = (): End => ({
    connection: null as unknown as Connection,
    log: [],
    received: [],
    drains: 0,
    closes: [],
  });
  const handlerOf = (end: End) => ({
    onOpen: () => void end.log.push("open"),
    onPacket: (packet: Packet) => void end.received.push({ packet, timeS: clock.now() }),
    onDrain: () => void end.drains++,
    onClose: (code: number, reason: string) => void end.closes.push(`${code} ${reason}`),
  });
  network.listen((connection) => {
    const end = makeEnd();
    end.connection = connection;
    connection.attach(handlerOf(end));
    servers.push(end);
  });
  const dial = () => {
    const end = makeEnd();
    end.connection = network.dial(handlerOf(end));
    return end;
  };
  return { clock, network, servers, dial };
}

/** A network with one open connection. */
function connected(profile: NetworkProfileInput = {}, seed = 1) {
  const world = setUp(profile, seed);
  const client = world.dial();
  world.clock.runUntil(1);
  const server = world.servers[0]!;
  assert(client.connection.isOpen && server.connection.isOpen);
  return { ...world, client, server };
}

const text = (content: string, bytes = content.length): Packet => ({
  kind: "text",
  text: content,
  bytes,
});
const texts = (end: End) =>
  end.received.map(({ packet }) => packet.kind === "text" ? packet.text : packet.kind);

Deno.test("SimNetwork opens a connection after a round trip, never within the call", () => {
  const { clock, dial } = setUp({ up: { latencyMs: 30 }, down: { latencyMs: 20 } });
  const client = dial();
  client.connection.send(text("too early"));
  assertEquals(client.connection.isOpen, false);
  clock.runUntil(0.049);
  assertEquals(client.log, []);
  clock.runUntil(0.051);
  assertEquals(client.log, ["open"]);
});

Deno.test("SimNetwork delivers in an event of its own, also without any delay", () => {
  const { clock, client, server } = connected();
  client.connection.send(text("a"));
  assertEquals(server.received, []);
  clock.runUntil(clock.now());
  assertEquals(texts(server), ["a"]);
});

Deno.test("SimNetwork delays by latency and by bandwidth", () => {
  const { clock, client, server } = connected({
    down: { latencyMs: 100, bytesPerS: 10_000 },
  });
  const startS = clock.now();
  server.connection.send(text("a", 5000));
  server.connection.send(text("b", 5000));
  assertEquals(server.connection.bufferedBytes, 10_000);
  clock.runUntil(startS + 5);
  assertAlmostEquals(client.received[0]!.timeS - startS, 0.6, 1e-9);
  assertAlmostEquals(client.received[1]!.timeS - startS, 1.1, 1e-9);
  assertEquals(server.connection.bufferedBytes, 0);
});

Deno.test("SimNetwork lets a free burst pass before the bandwidth limit holds", () => {
  const { clock, client, server } = connected({ down: { bytesPerS: 1000, freeBurstBytes: 5000 } });
  const startS = clock.now();
  server.connection.send(text("free", 4000));
  server.connection.send(text("partly", 2000));
  clock.runUntil(startS + 10);
  assertEquals(client.received.map(({ timeS }) => timeS - startS), [0, 1]);
});

Deno.test("SimNetwork holds everything up behind a late message", () => {
  const { clock, client, server } = connected({ up: { latencyMs: 50, jitterMs: 40 } });
  for (let i = 0; i < 200; i++) {
    clock.after(i * 0.001, () => client.connection.send(text(String(i))));
  }
  clock.runUntil(5);
  assertEquals(texts(server), Array.from({ length: 200 }, (_, i) => String(i)));
  const delaysS = server.received.map(({ timeS }, i) => timeS - 1 - i * 0.001);
  assert(Math.max(...delaysS) > 0.1);
  assert(Math.min(...delaysS) >= 0);
});

Deno.test("SimNetwork stands still during planned, random and asked-for stalls", () => {
  const { clock, network, client, server } = connected({
    up: { stalls: [{ atS: 2, durationS: 3 }], latencyMs: 100 },
  });
  clock.at(1.95, () => client.connection.send(text("in flight")));
  clock.at(2.5, () => client.connection.send(text("during")));
  clock.at(10, () => client.connection.send(text("free")));
  clock.at(10.05, () => network.stall(1, "up"));
  clock.runUntil(20);
  const timesS = server.received.map(({ timeS }) => timeS);
  [5, 5.1, 11.05].forEach((timeS, i) => assertAlmostEquals(timesS[i]!, timeS, 1e-9));

  const random = connected({ down: { randomStalls: { everyS: 2, durationS: 0.5 } } });
  for (let i = 0; i < 1000; i++) {
    random.clock.after(i * 0.02, () => random.server.connection.send(text(String(i))));
  }
  random.clock.runUntil(60);
  const gapsS = random.client.received.map(({ timeS }, i, all) => timeS - (all[i - 1]?.timeS ?? 1));
  const stalls = gapsS.filter((gapS) => gapS > 0.4).length;
  assert(stalls >= 5 && stalls <= 12, `${stalls} stalls`);
});

Deno.test("SimNetwork buffers behind a reader who stops, and tells the sender when it drains", () => {
  const { clock, client, server } = connected({ windowBytes: 10_000, lowWaterBytes: 4000 });
  client.connection.setReadPaused(true);
  for (let i = 0; i < 5; i++) server.connection.send(text(String(i), 6000));
  clock.runUntil(2);
  assertEquals(texts(client), []);
  assertEquals(server.connection.bufferedBytes, 20_000);
  assertEquals(server.drains, 0);
  client.connection.setReadPaused(false);
  assertEquals(texts(client), []);
  clock.runUntil(3);
  assertEquals(texts(client), ["0", "1", "2", "3", "4"]);
  assertEquals(server.connection.bufferedBytes, 0);
  assertEquals(server.drains, 1);
});

Deno.test("SimNetwork delivers a fragmented message once, when its last fragment is there", () => {
  const { clock, client, server } = connected({ down: { bytesPerS: 1000 } });
  const packet: Packet = { kind: "binary", data: new Uint8Array(2500), bytes: 2500 };
  server.connection.sendFragment(packet, 0, 1000);
  server.connection.sendFragment(packet, 1000, 1000);
  clock.runUntil(10);
  assertEquals(client.received.length, 0);
  server.connection.sendFragment(packet, 2000, 500);
  clock.runUntil(20);
  assertEquals(client.received.map(({ packet }) => packet.bytes), [2500]);
});

Deno.test("SimNetwork delivers a close behind what was sent before, once on each side", () => {
  const { clock, client, server } = connected({ down: { latencyMs: 50, bytesPerS: 10_000 } });
  server.connection.send(text("last words", 5000));
  server.connection.close(4001, "go away");
  assertEquals(server.connection.isOpen, false);
  server.connection.send(text("ignored"));
  clock.runUntil(20);
  assertEquals(texts(client), ["last words"]);
  assertEquals(client.closes, ["4001 go away"]);
  assertEquals(server.closes, ["4001 go away"]);
});

Deno.test("SimNetwork closes once on each side when both close at the same time", () => {
  const { clock, client, server } = connected({ up: { latencyMs: 50 }, down: { latencyMs: 50 } });
  client.connection.close(1000, "mine");
  server.connection.close(1001, "yours");
  clock.runUntil(20);
  assertEquals(client.closes, ["1001 yours"]);
  assertEquals(server.closes, ["1000 mine"]);
});

Deno.test("SimNetwork drops unsent bytes when one side terminates, and resets the other", () => {
  const { clock, client, server } = connected({ down: { bytesPerS: 100 } });
  server.connection.send(text("never", 5000));
  server.connection.terminate();
  assertEquals(server.closes, []);
  clock.runUntil(20);
  assertEquals(server.closes, ["1006 connection dropped"]);
  assertEquals(client.closes, ["1006 connection reset by peer"]);
  assertEquals(client.received, []);
  assertEquals(server.connection.bufferedBytes, 0);
});

Deno.test("SimNetwork tells a peer that does not read of a reset, and not of what came before", () => {
  const { clock, client, server } = connected();
  server.connection.setReadPaused(true);
  client.connection.send(text("unread"));
  clock.runUntil(2);
  client.connection.terminate();
  clock.runUntil(3);
  assertEquals(server.received, []);
  assertEquals(server.closes, ["1006 connection reset by peer"]);
});

Deno.test("SimNetwork tells both sides of an abrupt close", () => {
  const { clock, network, client, server } = connected({ up: { latencyMs: 50 } });
  client.connection.send(text("lost"));
  network.abruptClose();
  clock.runUntil(20);
  assertEquals(server.received, []);
  assertEquals(client.closes, ["1006 connection lost"]);
  assertEquals(server.closes, ["1006 connection lost"]);
});

Deno.test("SimNetwork swallows both directions of a half-open connection and tells nobody", () => {
  const { clock, network, servers, client, server, dial } = connected({ windowBytes: 1000 });
  network.halfOpen();
  client.connection.send(text("into the void", 900));
  server.connection.send(text("likewise", 900));
  clock.runUntil(100);
  assertEquals([server.received, client.received, client.closes, server.closes], [[], [], [], []]);
  assertEquals(client.connection.bufferedBytes, 0);
  client.connection.send(text("unacknowledged", 900));
  assertEquals(client.connection.bufferedBytes, 800);
  client.connection.close(1000, "bye");
  clock.runUntil(200);
  assertEquals(client.closes, ["1006 connection dropped"]);
  assertEquals(server.closes, []);
  dial();
  clock.runUntil(201);
  assertEquals(servers.length, 2);
});

Deno.test("SimNetwork damages the next slice only, and leaves the sender's bytes alone", () => {
  const { clock, network, client, server } = connected();
  network.corruptNextSlice();
  const data = new Uint8Array(40).fill(1);
  server.connection.send(text("spared"));
  server.connection.send({ kind: "binary", data, bytes: 40 });
  server.connection.send({ kind: "binary", data, bytes: 40 });
  clock.runUntil(2);
  const arrived = client.received.map(({ packet }) =>
    packet.kind === "binary" ? packet.data : null
  );
  assertEquals(arrived[0], null);
  assertEquals(arrived[1]?.[0], 0xfe);
  assertEquals(arrived[2], data);
  assertEquals(data[0], 1);
});

Deno.test("SimNetwork refuses a connection when nobody listens or all are turned away", () => {
  const { clock, network, dial } = setUp();
  network.setRefusing(true);
  const refused = dial();
  clock.runUntil(1);
  assertEquals(refused.closes, ["1006 connection refused"]);
  network.setRefusing(false);
  const accepted = dial();
  network.halfOpen();
  clock.runUntil(100);
  assertEquals(accepted.closes, ["1006 no answer within 30 s"]);
});

Deno.test("SimNetwork refuses a message whose size is no number, instead of carrying it for ever", () => {
  const { client } = connected({ down: { bytesPerS: 100 } });
  for (const bytes of [NaN, -1]) {
    assertThrows(
      () => client.connection.send({ kind: "text", text: "", bytes }),
      RangeError,
      "bytes cannot be sent",
    );
  }
});

Deno.test("SimNetwork takes another profile while it runs", () => {
  const { clock, network, client, server } = connected({ down: { bytesPerS: 100 } });
  server.connection.send(text("slow", 100_000));
  clock.runUntil(2);
  network.setProfile({});
  clock.runUntil(3);
  server.connection.send(text("fast", 100_000));
  clock.runUntil(10);
  assertEquals(texts(client), ["slow", "fast"]);
  assert(client.received[1]!.timeS < 8);
});

const anyLink = fc.record({
  latencyMs: fc.integer({ min: 0, max: 300 }),
  jitterMs: fc.integer({ min: 0, max: 100 }),
  bytesPerS: fc.option(fc.integer({ min: 1000, max: 1_000_000 })),
  freeBurstBytes: fc.integer({ min: 0, max: 50_000 }),
  stalls: fc.array(
    fc.record({ atS: fc.integer({ min: 0, max: 20 }), durationS: fc.integer({ min: 0, max: 5 }) }),
    { maxLength: 3 },
  ),
  randomStalls: fc.option(fc.constant({ everyS: 3, durationS: 0.5 })),
});
const anyProfile = fc.record({
  up: anyLink,
  down: anyLink,
  windowBytes: fc.integer({ min: 1024, max: 100_000 }),
  lowWaterBytes: fc.integer({ min: 0, max: 50_000 }),
});
const anyTraffic = fc.array(
  fc.record({
    atMs: fc.integer({ min: 0, max: 10_000 }),
    action: fc.constantFrom("send", "send", "send", "pause", "resume", "stall"),
    bytes: fc.integer({ min: 1, max: 200_000 }),
  }),
  { maxLength: 60 },
);

function play(
  profile: NetworkProfileInput,
  traffic: readonly { atMs: number; action: string; bytes: number }[],
) {
  const world = setUp(profile);
  const client = world.dial();
  world.clock.runUntil(60);
  const server = world.servers[0]!;
  const sent: string[] = [];
  for (
    const [i, { atMs, action, bytes }] of [...traffic].sort((a, b) => a.atMs - b.atMs).entries()
  ) {
    world.clock.runUntil(60 + atMs / 1000);
    if (action === "pause") client.connection.setReadPaused(true);
    else if (action === "resume") client.connection.setReadPaused(false);
    else if (action === "stall") world.network.stall(0.3);
    else {
      sent.push(`${i} ${bytes}`);
      server.connection.send(text(`${i} ${bytes}`, bytes));
    }
  }
  client.connection.setReadPaused(false);
  world.clock.runUntil(1e6);
  return { sent, client, server };
}

Deno.test("SimNetwork keeps order, loses nothing and empties its buffer in any weather", () => {
  fc.assert(fc.property(anyProfile, anyTraffic, (profile, traffic) => {
    const { sent, client, server } = play(profile, traffic);
    assertEquals(texts(client), sent);
    assertEquals(server.connection.bufferedBytes, 0);
    assertEquals(client.closes, []);
  }));
});

Deno.test("SimNetwork does the same thing again for the same seed", () => {
  fc.assert(
    fc.property(anyProfile, anyTraffic, (profile, traffic) => {
      assertEquals(play(profile, traffic).client.received, play(profile, traffic).client.received);
    }),
    { numRuns: 30 },
  );
});

Deno.test("networkProfileSchema takes what networkProfile makes and refuses what no network is", () => {
  assertEquals(networkProfileSchema.parse(networkProfile()), networkProfile());
  assertEquals(networkProfileSchema.parse({ up: { latencyMs: 5 } }), { up: { latencyMs: 5 } });
  assert(!networkProfileSchema.safeParse({ up: { latencyMs: -1 } }).success);
  assert(!networkProfileSchema.safeParse({ up: { bytesPerS: 0 } }).success);
  assert(!networkProfileSchema.safeParse({ down: { loss: 0.1 } }).success);
});
