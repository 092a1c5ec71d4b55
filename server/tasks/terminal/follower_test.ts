import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Follower } from "./follower.ts";
import { OutputRing } from "./output_ring.ts";
import type { TerminalEvent } from "./terminals.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function told(events: readonly TerminalEvent[]): string {
  return events.map((event) => {
    if (event.kind === "output") return new TextDecoder().decode(event.bytes);
    return event.kind === "gap" ? `<gap ${event.seq}>` : `<${event.kind}>`;
  }).join("");
}

function follow(ring: OutputRing, fromSeq: number, windowBytes = Infinity) {
  const events: TerminalEvent[] = [];
  const follower = new Follower(ring, { fromSeq, windowBytes, on: (event) => events.push(event) });
  follower.pump();
  return { follower, events };
}

Deno.test("one who comes late gets what is still there, then what happens, in order", () => {
  const ring = new OutputRing(100);
  ring.push(encode("hello "));
  const { follower, events } = follow(ring, 2);
  ring.push(encode("wor"));
  follower.happened({ kind: "resized", cols: 80, rows: 24 });
  ring.push(encode("ld"));
  follower.pump();
  follower.happened({ kind: "exited", exit: { code: 0, signal: null } });
  follower.happened({ kind: "closed" });
  assertEquals(told(events), "llo wor<resized>ld<exited><closed>");
  assertEquals(follower.isOver, true);
});

Deno.test("one who does not keep up gets a gap, and goes on from there", () => {
  const ring = new OutputRing(10);
  const { follower, events } = follow(ring, 0, 4);
  ring.push(encode("abcdefgh"));
  follower.pump();
  assertEquals(told(events), "abcd");
  ring.push(encode("ijklmnop"));
  follower.acknowledge(4);
  assertEquals(told(events), "abcd<gap 16>");
  ring.push(encode("qr"));
  follower.pump();
  assertEquals(told(events), "abcd<gap 16>qr");
});

Deno.test("the end waits for the output before it", () => {
  const ring = new OutputRing(100);
  const { follower, events } = follow(ring, 0, 4);
  ring.push(encode("abcdefgh"));
  follower.pump();
  follower.happened({ kind: "closed" });
  assertEquals(told(events), "abcd");
  follower.acknowledge(4);
  assertEquals(told(events), "abcdefgh<closed>");
});

Deno.test("one who follows no output hears of the rest at once", () => {
  const ring = new OutputRing(4);
  const { follower, events } = follow(ring, Infinity, 0);
  ring.push(encode("abcdefgh"));
  follower.happened({ kind: "grace", endsAt: 3 });
  follower.happened({ kind: "closed" });
  assertEquals(told(events), "<grace><closed>");
});

Deno.test("a place that is not there yet is the end, and an ended follower hears nothing", () => {
  const ring = new OutputRing(10);
  const { follower, events } = follow(ring, 1000);
  ring.push(encode("a"));
  follower.pump();
  follower.end();
  ring.push(encode("b"));
  follower.pump();
  assertEquals(told(events), "a");
});

Deno.test("without a gap every byte comes once, in order, whatever the window", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 50 }),
    fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant("ack" as const))),
    (windowBytes, steps) => {
      const ring = new OutputRing(10_000);
      const { follower, events } = follow(ring, 0, windowBytes);
      let [sent, acknowledged] = [0, 0];
      for (const step of steps) {
        const came = events.reduce(
          (sum, it) => sum + (it.kind === "output" ? it.bytes.length : 0),
          0,
        );
        if (step === "ack") {
          follower.acknowledge(came - acknowledged);
          acknowledged = came;
        } else {
          ring.push(Uint8Array.from({ length: step }, (_, i) => sent + i));
          sent += step;
          follower.pump();
        }
        const now = events.reduce(
          (sum, it) => sum + (it.kind === "output" ? it.bytes.length : 0),
          0,
        );
        assertEquals(now <= acknowledged + windowBytes, true);
      }
      const bytes = events.flatMap((it) => it.kind === "output" ? [...it.bytes] : []);
      assertEquals(bytes, Array.from({ length: bytes.length }, (_, i) => i % 256));
    },
  ));
});

Deno.test("changes of size do not pile up before one who reads nothing", () => {
  const ring = new OutputRing(10);
  const { follower, events } = follow(ring, 0, 0);
  ring.push(encode("a"));
  for (let i = 2; i < 1000; i++) follower.happened({ kind: "resized", cols: i, rows: 24 });
  follower.happened({ kind: "closed" });
  follower.acknowledge(10);
  assertEquals(events.length <= 34, true);
  assertEquals(events.at(-2), { kind: "resized", cols: 999, rows: 24 });
  assertEquals(events.at(-1), { kind: "closed" });
});
