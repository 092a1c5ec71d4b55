import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  deliveryClass,
  type EchoEvent,
  EventBus,
  type MessageEvent,
  type SessionEvent,
  type SliceEvent,
  type SubscriberDroppedEvent,
  Subscription,
} from "./events.ts";

let sliceNumber = 0;
const slice = (values = 2): SliceEvent => ({
  type: "slice",
  startSample: 0,
  numSamples: values / 2,
  channels: 2,
  tickMs: 0,
  decMs: 0,
  numGens: 0,
  audio: new Float32Array(values),
  epoch: 0,
  sliceNumber: ++sliceNumber,
  contentKey: 0,
  queuedAtS: 0,
  bufferFrames: 96_000,
  isInBand: false,
  update: { type: "params_update", params: {} },
});
const control = (value = 0): MessageEvent => ({
  type: "message",
  message: { type: "depth_applied", value },
});
const echo = (raw: Record<string, unknown>): EchoEvent => ({
  type: "echo",
  message: { type: "params_echo", raw },
});
const blend = (value: number): EchoEvent => ({
  type: "echo",
  message: { type: "prompt_blend_echo", value },
});

function drain(subscription: Subscription): (SessionEvent | SubscriberDroppedEvent)[] {
  const events = [];
  for (let event = subscription.take(); event !== null; event = subscription.take()) {
    events.push(event);
  }
  return events;
}

/** A queue of four with these events in it. */
function queueOf(...events: SessionEvent[]): Subscription {
  const subscription = new Subscription({ capacity: 4 });
  for (const event of events) subscription.push(event);
  return subscription;
}

Deno.test("under capacity everything arrives in order", () => {
  const events = [slice(), control(), echo({ a: 1 }), slice()];
  assertEquals(drain(queueOf(...events)), events);
});

Deno.test("a full queue evicts the oldest audio for new audio", () => {
  const events = [control(), slice(), slice(), slice(), slice()];
  const subscription = queueOf(...events);
  assertEquals(drain(subscription), events.toSpliced(1, 1));
  assertEquals(subscription.stats.dropped, 1);
});

Deno.test("a control event survives an audio flood", () => {
  const event = control(7);
  const subscription = queueOf(event);
  for (let i = 0; i < 1000; i++) subscription.push(slice());
  const left = drain(subscription);
  assertEquals(left[0], event);
  assertEquals(left.length, 4);
  assert(subscription.isOpen);
});

Deno.test("an incoming control event evicts audio instead of closing", () => {
  const events = [control(1), slice(), control(2), control(3), control(4)];
  const subscription = queueOf(...events);
  assertEquals(drain(subscription), events.toSpliced(1, 1));
  assert(subscription.isOpen);
});

Deno.test("a queue of only control events drops incoming audio and echoes", () => {
  const events = [control(1), control(2), control(3), control(4)];
  const subscription = queueOf(...events, slice(), echo({ a: 1 }));
  assertEquals(subscription.stats.dropped, 2);
  assertEquals(drain(subscription), events);
  assert(subscription.isOpen);
});

Deno.test("the same queue with an incoming control event closes with one notice that names it", () => {
  const subscription = queueOf(control(), control(), control(), control(), control());
  assertEquals([subscription.isOpen, subscription.hasOverflowed], [false, true]);
  subscription.push(control());
  const left = drain(subscription);
  assertEquals(left.length, 1);
  const notice = left[0]!;
  assert(notice.type === "subscriberDropped" && notice.reason.includes('"depth_applied"'));
  assertEquals(subscription.hasOverflowed, false);
});

Deno.test("coalescing keeps the newest of a type in the place of the one that waited", () => {
  const subscription = queueOf(blend(0.1), control(), echo({ a: 1 }), control(), blend(0.9));
  assertEquals(drain(subscription), [blend(0.9), control(), echo({ a: 1 }), control()]);
  assertEquals(subscription.stats.coalesced, 1);
});

Deno.test("coalesced echoes keep the keys that the newer one does not have", () => {
  const subscription = queueOf(echo({ a: 1, b: 1 }), control(), control(), control());
  subscription.push(echo({ b: 2, c: 2 }));
  assertEquals(drain(subscription)[0], echo({ a: 1, b: 2, c: 2 }));
});

Deno.test("echoes are not coalesced before the queue is full", () => {
  const events = [echo({ a: 1 }), echo({ a: 2 }), echo({ a: 3 })];
  assertEquals(drain(queueOf(...events)), events);
});

Deno.test("coalescing never makes an echo larger than a message may be", () => {
  const subscription = new Subscription({ capacity: 2 });
  const many = (prefix: string) =>
    echo(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`${prefix}${i}`, i])));
  for (const prefix of "abcdefgh") subscription.push(many(prefix));
  const left = drain(subscription);
  assertEquals(left, [many("g"), many("h")]);
});

Deno.test("an echo without one of its type evicts the oldest that may be dropped", () => {
  const events = [control(), slice(), blend(0.5), control()];
  const subscription = queueOf(...events, echo({ a: 1 }));
  assertEquals(drain(subscription), [...events.toSpliced(1, 1), echo({ a: 1 })]);
});

Deno.test("audio is capped by bytes too: older slices make room, control events stay", () => {
  const subscription = new Subscription({ audioBytes: 1000 });
  const event = control();
  subscription.push(event);
  const slices = Array.from({ length: 10 }, () => slice(100));
  for (const one of slices) subscription.push(one);
  assertEquals([subscription.audioBytes, subscription.length], [800, 3]);
  assertEquals(drain(subscription), [event, ...slices.slice(-2)]);
  assertEquals(subscription.audioBytes, 0);
});

Deno.test("a slice larger than the byte cap still passes, alone", () => {
  const subscription = new Subscription({ audioBytes: 1000 });
  subscription.push(slice(100));
  subscription.push(slice(10_000));
  assertEquals([subscription.length, subscription.audioBytes], [1, 40_000]);
});

Deno.test("publishing after the end is ignored, and what was queued can still be taken", () => {
  const bus = new EventBus();
  const subscription = bus.subscribe();
  bus.publish(control(1));
  bus.close();
  bus.publish(control(2));
  assertEquals([drain(subscription), bus.subscribers], [[control(1)], 0]);
});

Deno.test("a subscriber is told of each event and of the end", () => {
  const bus = new EventBus();
  const subscription = bus.subscribe();
  const told: string[] = [];
  subscription.onReady = () => told.push(`${subscription.isOpen} ${subscription.length}`);
  bus.publish(control());
  bus.close();
  bus.close();
  assertEquals(told, ["true 1", "false 1"]);
});

Deno.test("subscribers do not see each other: one overflows, the other gets everything", () => {
  const bus = new EventBus();
  const [small, large] = [bus.subscribe({ capacity: 1 }), bus.subscribe()];
  for (let i = 0; i < 3; i++) bus.publish(control(i));
  assertEquals([small.isOpen, bus.subscribers], [false, 1]);
  assertEquals(drain(large), [control(0), control(1), control(2)]);
});

Deno.test("a subscriber that left holds nothing", () => {
  const bus = new EventBus();
  const subscription = bus.subscribe();
  bus.publish(slice(100));
  bus.unsubscribe(subscription);
  bus.publish(slice(100));
  assertEquals([subscription.length, subscription.audioBytes, bus.subscribers], [0, 0, 0]);
});

Deno.test("a queue keeps its caps and never loses a control event without saying so", () => {
  const event = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 120 }).map((n) => slice(n * 2)) },
    { weight: 2, arbitrary: fc.nat(5).map((n) => echo({ [`k${n}`]: n })) },
    fc.nat(9).map((n) => blend(n / 9)),
    { weight: 2, arbitrary: fc.nat(99).map(control) },
  );
  const step = fc.oneof(
    { weight: 4, arbitrary: event },
    { weight: 1, arbitrary: fc.constant("take" as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const subscription = new Subscription({ capacity: 8, audioBytes: 2000 });
      const owed: SessionEvent[] = [];
      let lastSlice = 0;
      let hasNotice = false;
      const receive = (taken: SessionEvent | SubscriberDroppedEvent) => {
        if (taken.type === "subscriberDropped") {
          hasNotice = true;
          return;
        }
        if (taken.type === "slice") {
          assert(taken.sliceNumber > lastSlice, "slices must stay in order");
          lastSlice = taken.sliceNumber;
        }
        if (deliveryClass(taken) === "neverDrop") assertEquals(taken, owed.shift());
      };
      for (const one of steps) {
        if (one === "take") {
          const taken = subscription.take();
          if (taken !== null) receive(taken);
          continue;
        }
        const event = one.type === "slice" ? { ...one, sliceNumber: ++sliceNumber } : one;
        if (subscription.isOpen && deliveryClass(event) === "neverDrop") owed.push(event);
        subscription.push(event);
        assert(subscription.length <= 8 && subscription.audioBytes <= 2000);
      }
      for (const taken of drain(subscription)) receive(taken);
      assertEquals([subscription.length, subscription.audioBytes], [0, 0]);
      assertEquals(hasNotice, !subscription.isOpen);
      assert(hasNotice || owed.length === 0, "a control event was lost without a word");
    }),
    { numRuns: 300 },
  );
});
