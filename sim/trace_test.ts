import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { createHash } from "node:crypto";
import { Trace } from "./trace.ts";

Deno.test("a line is JSON with time, event and fields in the order in which they were given", () => {
  const trace = new Trace();
  trace.add(1.25, "slice", { start: 480, isPinned: true, name: 'a "b"', gone: null });
  assertEquals(trace.lines, [
    '{"t":1.25,"ev":"slice","start":480,"isPinned":true,"name":"a \\"b\\"","gone":null}',
  ]);
});

Deno.test("time is kept to the microsecond and numbers to the ninth decimal, without negative zeros", () => {
  const trace = new Trace();
  trace.add(0.1 + 0.2, "x", { a: 1e-10, b: -1e-12, c: 1 / 3, d: NaN, e: Infinity });
  assertEquals(trace.lines, [
    '{"t":0.3,"ev":"x","a":0,"b":0,"c":0.333333333,"d":null,"e":null}',
  ]);
});

Deno.test("the hash is SHA-256 over all lines with their ends", () => {
  const trace = new Trace();
  trace.add(0, "a", {});
  trace.addLine("free text");
  const expected = createHash("sha256").update('{"t":0,"ev":"a"}\nfree text\n').digest("hex");
  assertEquals([trace.hash(), trace.hash(), trace.events], [expected, expected, 2]);
});

Deno.test("the hash covers the lines that were not kept", () => {
  const [all, few] = [new Trace(), new Trace(2)];
  for (const trace of [all, few]) for (let i = 0; i < 10_000; i++) trace.add(i / 7, "tick", { i });
  assertEquals([few.lines.length, few.events], [2, 10_000]);
  assertEquals(few.lines, all.lines.slice(-2));
  assertEquals(few.hash(), all.hash());
});

Deno.test("equal runs have equal hashes; one different value shows", () => {
  const value = fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null));
  const event = fc.tuple(
    fc.double({ min: 0, max: 1e6, noNaN: true }),
    fc.dictionary(fc.string(), value),
  );
  fc.assert(fc.property(fc.array(event), (events) => {
    const [a, b, other] = [new Trace(), new Trace(), new Trace()];
    for (const [atS, fields] of events) {
      for (const trace of [a, b, other]) trace.add(atS, "event", fields);
    }
    other.add(0, "event", {});
    assertEquals(a.hash(), b.hash());
    assert(other.hash() !== a.hash());
  }));
});

Deno.test("the hash so far is that of the lines so far, and recording goes on", () => {
  const [trace, first, both] = [new Trace(), new Trace(), new Trace()];
  trace.addLine("one");
  first.addLine("one");
  assertEquals(trace.hashSoFar(), first.hash());
  trace.addLine("two");
  for (const line of ["one", "two"]) both.addLine(line);
  assertEquals([trace.hashSoFar(), trace.hash()], [both.hash(), both.hash()]);
});
