import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { VirtualClock } from "../../runtime/mod.ts";
import { FakeConnection } from "../../tests/support/fake_connection.ts";
import { rampClip } from "../../tests/support/streaming_world.ts";
import {
  decodeHalfBuffer,
  FRAGMENT_BYTES,
  type Packet,
  readSliceHeader,
  roundTripHalf,
  sampleCodec,
  SliceDecoder,
} from "../../wire/mod.ts";
import type { AudioClip } from "./engine/engine.ts";
import { EventBus, type MessageEvent, type SliceEvent, type SwapEvent } from "./events.ts";
import { type FlowControl, Outbox } from "./outbox.ts";
import { NO_FAULTS, type StreamFaults } from "./faults.ts";
import { DEFAULT_STREAM_SETTINGS } from "./registry.ts";

const CHANNELS = 2;
/** A short source: whole in one fragment. */
const SOURCE = rampClip(0.2);

const READY = {
  type: "ready",
  duration: 0.2,
  sample_rate: 48_000,
  channels: CHANNELS,
} as unknown as Parameters<Outbox["handshake"]>[0];

const control = (value: number): MessageEvent => ({
  type: "message",
  message: { type: "depth_applied", value },
});

function swap(source: AudioClip, epoch: number, stems: SwapEvent["stems"] = null): SwapEvent {
  return {
    type: "swap",
    message: {
      type: "swap_ready",
      duration: source.frames / 48_000,
      sample_rate: 48_000,
      channels: source.channels,
      bpm: null,
      key: null,
      time_signature: null,
      fixture_name: null,
      source_epoch: epoch,
    },
    source,
    made: null,
    stems,
  };
}

function stemsOf(source: AudioClip): SwapEvent["stems"] {
  return {
    message: {
      type: "stem_assets",
      fixture_name: "x",
      sample_rate: 48_000,
      channels: source.channels,
      frames: source.frames,
      stems: ["vocals", "instruments"],
      source_mode: "full",
    },
    clips: [source, source],
  };
}

interface SetUpOptions {
  readonly flow?: Partial<FlowControl>;
  readonly faults?: Partial<StreamFaults>;
  readonly source?: AudioClip;
  readonly stems?: SwapEvent["stems"];
  /** Leaves the handshake to the test. */
  readonly isSlow?: boolean;
}

function setUp(options: SetUpOptions = {}) {
  const clock = new VirtualClock();
  const connection = new FakeConnection();
  const bus = new EventBus();
  const { source = SOURCE } = options;
  const dropped: string[] = [];
  const ends: string[] = [];
  const outbox = new Outbox({
    clock,
    connection,
    codec: sampleCodec,
    flow: { ...DEFAULT_STREAM_SETTINGS.flow, ...options.flow },
    faults: { ...NO_FAULTS, ...options.faults },
    observer: { onSliceDropped: (_event, cause) => void dropped.push(cause) },
    onOverflow: (reason) => void ends.push(`overflow: ${reason}`),
    onFailure: (error) => void ends.push(`failure: ${error}`),
    onFinished: () => void ends.push("finished"),
  });
  connection.attach({ onPacket: () => {}, onDrain: () => outbox.pump(), onClose: () => {} });
  outbox.handshake(READY, { source }, options.stems ?? null, () => outbox.attach(bus.subscribe()));
  let sliceNumber = 0;
  const slice = (part: Partial<SliceEvent> = {}): SliceEvent => {
    const numSamples = part.numSamples ?? 480;
    return {
      type: "slice",
      startSample: 0,
      channels: CHANNELS,
      tickMs: 1,
      decMs: 1,
      numGens: 1,
      audio: new Float32Array(numSamples * CHANNELS).fill(((sliceNumber % 7) - 3) / 8),
      epoch: 0,
      sliceNumber: ++sliceNumber,
      contentKey: 1,
      queuedAtS: clock.now(),
      bufferFrames: source.frames,
      isInBand: false,
      update: { type: "params_update", params: { num_gens: sliceNumber } },
      ...part,
      numSamples,
    };
  };
  if (options.isSlow !== true) connection.drain();
  return { clock, connection, bus, outbox, slice, dropped, ends };
}

const types = (packets: readonly Packet[]) =>
  packets.map((packet) => packet.kind === "text" ? JSON.parse(packet.text).type : packet.kind);

Deno.test("the handshake sends ready, the buffer and the stems, in that order and nothing between", () => {
  const { connection, bus } = setUp({ stems: stemsOf(SOURCE) });
  bus.publish(control(1));
  assertEquals(types(connection.sent), [
    "ready",
    "binary",
    "stem_assets",
    "binary",
    "binary",
    "depth_applied",
  ]);
});

Deno.test("stems that could not be made follow the buffer as one message", () => {
  const { connection } = setUp({ stems: { type: "stem_failed", fixture_name: "x", error: "no" } });
  assertEquals(types(connection.sent), ["ready", "binary", "stem_failed"]);
});

Deno.test("the mirror starts at what the wire carried, not at the exact source", () => {
  const { outbox } = setUp();
  assertEquals(outbox.sender?.mirror, roundTripHalf(SOURCE.audio));
});

Deno.test("large binaries travel in fragments of 128 KiB, no faster than the peer reads", () => {
  const { connection } = setUp({ source: rampClip(10), stems: stemsOf(rampClip(2)), isSlow: true });
  assertEquals(connection.fragments, [FRAGMENT_BYTES]);
  while (connection.bufferedBytes > 0) connection.drain();
  assert(Math.max(...connection.fragments) <= FRAGMENT_BYTES);
  assertEquals(
    connection.fragments.reduce((sum, bytes) => sum + bytes),
    10 * 192_000 + 2 * 2 * 192_000,
  );
  assert(connection.maxBufferedBytes < 2 * FRAGMENT_BYTES);
});

Deno.test("params_update directly follows its slice", () => {
  const { connection, bus, slice } = setUp();
  bus.publish(slice());
  bus.publish(control(1));
  bus.publish(slice());
  assertEquals(types(connection.sent).slice(2), [
    "binary",
    "params_update",
    "depth_applied",
    "binary",
    "params_update",
  ]);
});

Deno.test("a slice that encodes to nothing sends no params_update either", () => {
  const { connection, bus, slice, dropped } = setUp();
  bus.publish(slice({ startSample: SOURCE.frames }));
  bus.publish(slice({ audio: new Float32Array(480 * CHANNELS).fill(NaN) }));
  assertEquals([connection.sent.length, dropped], [2, ["unfit", "unfit"]]);
});

Deno.test("a slice beyond the buffer's end is cut there", () => {
  const { connection, bus, slice } = setUp();
  bus.publish(slice({ startSample: SOURCE.frames - 100 }));
  const frame = connection.sent[2]!;
  assert(frame.kind === "binary");
  assertEquals(new DataView(frame.data.buffer, frame.data.byteOffset).getUint32(5, true), 100);
});

Deno.test("a swap's text, buffer, mirror and stems are one group, whatever waits behind it", () => {
  const { connection, bus, outbox, slice } = setUp();
  const other = rampClip(2);
  connection.bufferedBytes = 1e9;
  bus.publish(slice());
  bus.publish(swap(other, 1, stemsOf(other)));
  bus.publish(control(1));
  bus.publish(slice({ bufferFrames: other.frames }));
  assertEquals(outbox.sender?.mirror.length, SOURCE.audio.length);
  while (connection.bufferedBytes > 0) connection.drain();
  assertEquals(types(connection.sent).slice(2), [
    "binary",
    "params_update",
    "swap_ready",
    "binary",
    "stem_assets",
    "binary",
    "binary",
    "depth_applied",
    "binary",
    "params_update",
  ]);
  assertEquals(connection.fragments.length, 1 + 3 * Math.ceil(384_000 / FRAGMENT_BYTES));
  const after = connection.log.lastIndexOf("fragment");
  assertEquals(connection.log.slice(after), ["fragment", "text", "binary", "text"]);
});

Deno.test("a failed stem split follows the swap's buffer directly", () => {
  const { connection, bus } = setUp();
  bus.publish(swap(SOURCE, 1, { type: "stem_failed", fixture_name: "x", error: "no" }));
  bus.publish(control(1));
  assertEquals(types(connection.sent).slice(2), [
    "swap_ready",
    "binary",
    "stem_failed",
    "depth_applied",
  ]);
});

Deno.test("late stems are a group of their own", () => {
  const { connection, bus } = setUp();
  const stems = stemsOf(SOURCE);
  assert(stems !== null && "clips" in stems);
  bus.publish({
    type: "stems",
    stems: { ...stems, message: { ...stems.message, source_mode: "" } },
  });
  bus.publish(control(1));
  assertEquals(types(connection.sent).slice(2), [
    "stem_assets",
    "binary",
    "binary",
    "depth_applied",
  ]);
});

Deno.test("without an acknowledgement there is no window", () => {
  const { bus, slice, dropped, connection } = setUp({ flow: { windowBytes: 10 } });
  for (let i = 0; i < 20; i++) bus.publish(slice());
  assertEquals([dropped, connection.sent.length], [[], 42]);
});

Deno.test("slices are dropped when strictly more than the window is unacknowledged", () => {
  const { bus, slice, dropped, outbox } = setUp({ flow: { windowBytes: 1000 } });
  outbox.acknowledge(0);
  while (outbox.sentBytes <= 1000) bus.publish(slice());
  assertEquals(dropped, []);
  const sent = outbox.sentBytes;
  bus.publish(slice());
  assertEquals([dropped, outbox.sentBytes], [["window"], sent]);
  outbox.acknowledge(sent - 1000);
  bus.publish(slice());
  assertEquals(dropped, ["window"]);
  outbox.acknowledge(outbox.sentBytes - 1001);
  bus.publish(slice());
  assertEquals(dropped, ["window", "window"]);
});

Deno.test("an acknowledgement never goes back, and senseless ones are ignored", () => {
  const { bus, slice, dropped, outbox } = setUp({ flow: { windowBytes: 1 } });
  outbox.acknowledge(-5);
  outbox.acknowledge(NaN);
  bus.publish(slice());
  bus.publish(slice());
  assertEquals(dropped, []);
  outbox.acknowledge(outbox.sentBytes);
  outbox.acknowledge(0);
  bus.publish(slice());
  assertEquals(dropped, []);
});

Deno.test("sent bytes are those of slice frames, headers included, and nothing else", () => {
  const { bus, slice, outbox, connection } = setUp();
  bus.publish(control(1));
  for (let i = 0; i < 3; i++) bus.publish(slice());
  const frames = connection.sent.filter((packet) => packet.kind === "binary").slice(1);
  assertEquals(frames.length, 3);
  assertEquals(outbox.sentBytes, frames.reduce((sum, packet) => sum + packet.bytes, 0));
});

Deno.test("a slice that waited more than two seconds is dropped, one of two seconds is sent", () => {
  const { clock, bus, slice, dropped, connection } = setUp();
  connection.bufferedBytes = 1e9;
  bus.publish(slice());
  clock.runUntil(0.5);
  bus.publish(slice());
  clock.runUntil(2.5);
  connection.drain();
  assertEquals([dropped, types(connection.sent).slice(2)], [["age"], ["binary", "params_update"]]);
});

Deno.test("a slice of the whole buffer is exempt from window and age", () => {
  const { clock, bus, slice, dropped, outbox, connection } = setUp({ flow: { windowBytes: 0 } });
  outbox.acknowledge(0);
  const whole = () => slice({ numSamples: SOURCE.frames });
  bus.publish(whole());
  connection.bufferedBytes = 1e9;
  bus.publish(whole());
  clock.runUntil(60);
  connection.drain();
  assertEquals([dropped, connection.sent.length], [[], 6]);
});

Deno.test("flow control that is off drops nothing", () => {
  const { clock, bus, slice, dropped, outbox, connection } = setUp({
    flow: { enabled: false, windowBytes: 0 },
  });
  outbox.acknowledge(0);
  bus.publish(slice());
  connection.bufferedBytes = 1e9;
  bus.publish(slice());
  clock.runUntil(60);
  connection.drain();
  assertEquals([dropped, connection.sent.length], [[], 6]);
});

Deno.test("dropped slices leave the mirror untouched", () => {
  const { bus, slice, outbox, dropped } = setUp({ flow: { windowBytes: 0 } });
  outbox.acknowledge(0);
  bus.publish(slice());
  const before = outbox.sender!.mirror.slice();
  for (let i = 0; i < 5; i++) bus.publish(slice());
  assertEquals(dropped.length, 5);
  assertEquals(outbox.sender!.mirror, before);
});

Deno.test("a peer that does not read gets no more than the high-water mark and one message", () => {
  const { bus, slice, connection } = setUp();
  const noise = new Float32Array(480 * CHANNELS);
  for (let i = 0; i < 5000; i++) {
    for (let j = 0; j < noise.length; j++) noise[j] = ((i * 7919 + j * 104_729) % 1999) / 2000;
    bus.publish(slice({ audio: noise.slice() }));
  }
  assert(connection.maxBufferedBytes < 256 * 1024 + 4096, `${connection.maxBufferedBytes}`);
});

Deno.test("an unbounded socket takes everything at once", () => {
  const { bus, connection } = setUp({ faults: { unboundedSocket: true } });
  connection.bufferedBytes = 1e9;
  for (let i = 0; i < 10; i++) bus.publish(control(i));
  assertEquals(connection.sent.length, 12);
});

Deno.test("an overflow is told at once, also when the peer does not read", () => {
  const { bus, connection, ends } = setUp();
  connection.bufferedBytes = 1e9;
  for (let i = 0; i < 300; i++) bus.publish(control(i));
  assertEquals(ends.length, 1);
  assert(ends[0]!.startsWith("overflow: ") && ends[0]!.includes("depth_applied"));
  assertEquals(connection.sent.length, 2);
});

Deno.test("an overflow is told in the middle of a large binary too", () => {
  const { bus, connection, ends } = setUp();
  connection.bufferedBytes = 1e9;
  bus.publish(swap(rampClip(10), 1));
  connection.drain();
  for (let i = 0; i < 300; i++) bus.publish(control(i));
  assertEquals([ends.length, connection.fragments.length], [1, 2]);
});

Deno.test("the end comes after everything that was published, once", () => {
  const { bus, connection, ends } = setUp();
  connection.bufferedBytes = 1e9;
  bus.publish(control(1));
  bus.close();
  assertEquals(ends, []);
  connection.drain();
  connection.drain();
  assertEquals([types(connection.sent).slice(2), ends], [["depth_applied"], ["finished"]]);
});

Deno.test("a bus that ends when nothing waits ends the outbox at once", () => {
  const { bus, ends } = setUp();
  bus.close();
  assertEquals(ends, ["finished"]);
});

Deno.test("a slice that does not fit the mirror ends the session, not the process", () => {
  const { bus, slice, ends } = setUp();
  bus.publish(slice({ channels: 1 }));
  assertEquals(ends.length, 1);
  assert(ends[0]!.startsWith("failure: RangeError"));
});

Deno.test("a connection that has closed gets nothing more", () => {
  const { bus, slice, connection } = setUp();
  connection.close(1000, "");
  bus.publish(slice());
  assertEquals(connection.sent.length, 2);
});

Deno.test("with emit trim only what a window adds is sent, and a dropped one has added nothing", () => {
  const { clock, bus, slice, connection, dropped } = setUp({
    flow: { emitTrim: true },
    source: rampClip(2),
  });
  while (connection.bufferedBytes > 0) connection.drain();
  const window = (startSample: number) => slice({ startSample, numSamples: 9600 });
  bus.publish(window(0));
  connection.bufferedBytes = 1e9;
  bus.publish(window(1920));
  clock.runUntil(3);
  connection.drain();
  bus.publish(window(3840));
  bus.publish(window(3840));
  const frames = connection.sent.slice(2).flatMap((packet) =>
    packet.kind === "binary" ? [readSliceHeader(packet.data)] : []
  );
  const sent = frames.map(({ startSample, numSamples }) => [startSample, numSamples]);
  assertEquals([sent, dropped], [[[0, 9600], [7200, 6240]], ["age"]]);
  assertEquals(types(connection.sent).slice(2), [
    "binary",
    "params_update",
    "binary",
    "params_update",
  ]);
});

Deno.test("with emit trim the first window of a new source is sent whole", () => {
  const { bus, slice, connection } = setUp({ flow: { emitTrim: true }, source: rampClip(1) });
  const drain = () => {
    while (connection.bufferedBytes > 0) connection.drain();
  };
  drain();
  bus.publish(slice({ startSample: 0, numSamples: 9600 }));
  bus.publish(swap(rampClip(1), 1));
  drain();
  bus.publish(slice({ startSample: 1920, numSamples: 9600, epoch: 1 }));
  const last = connection.sent.findLast((packet) => packet.kind === "binary")!;
  assertEquals(readSliceHeader(last.data).startSample, 1920);
});

/** What a client makes of the messages it got. */
function clientMirror(sent: readonly Packet[]): Float32Array {
  const decoder = new SliceDecoder();
  let mirror = new Float32Array(0);
  let expectsBuffer = false;
  for (const packet of sent) {
    if (packet.kind === "text") {
      expectsBuffer ||= ["ready", "swap_ready"].includes(JSON.parse(packet.text).type);
    } else if (packet.kind === "binary") {
      if (expectsBuffer) mirror = decodeHalfBuffer(packet.data);
      else decoder.apply(packet.data, mirror, CHANNELS);
      expectsBuffer = false;
    }
  }
  return mirror;
}

Deno.test("any run of slices, drops, swaps and stalls leaves client and server with one mirror", () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant("slice" as const),
        startSample: fc.nat(9600),
        numSamples: fc.integer({ min: 1, max: 1500 }),
        level: fc.float({ min: -1, max: 1, noNaN: true }),
      }),
    },
    fc.record({ do: fc.constant("swap" as const), quanta: fc.integer({ min: 1, max: 4 }) }),
    fc.record({
      do: fc.constant("stall" as const),
      forS: fc.double({ min: 0, max: 3, noNaN: true }),
    }),
    fc.record({ do: fc.constant("drain" as const) }),
    fc.record({
      do: fc.constant("ack" as const),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  );
  fc.assert(
    fc.property(fc.boolean(), fc.array(step, { maxLength: 40 }), (emitTrim, steps) => {
      const flow = { windowBytes: 2000, emitTrim };
      const { clock, connection, bus, outbox, slice } = setUp({ flow });
      let frames = SOURCE.frames;
      let epoch = 0;
      for (const one of steps) {
        switch (one.do) {
          case "slice": {
            const numSamples = Math.min(one.numSamples, frames);
            const audio = new Float32Array(numSamples * CHANNELS);
            for (let i = 0; i < audio.length; i++) audio[i] = one.level * (i % 13) / 13;
            const startSample = one.startSample % frames;
            bus.publish(slice({ startSample, numSamples, audio, bufferFrames: frames, epoch }));
            break;
          }
          case "swap": {
            const source = rampClip(one.quanta * 0.2);
            frames = source.frames;
            bus.publish(swap(source, ++epoch));
            break;
          }
          case "stall":
            connection.bufferedBytes = 1e9;
            clock.runUntil(clock.now() + one.forS);
            break;
          case "drain":
            connection.drain();
            break;
          case "ack":
            outbox.acknowledge(Math.floor(outbox.sentBytes * one.share));
        }
      }
      while (connection.bufferedBytes > 0) connection.drain();
      assertEquals(clientMirror(connection.sent), outbox.sender!.mirror);
    }),
    { numRuns: 60 },
  );
});
