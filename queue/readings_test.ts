import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../runtime/mod.ts";
import { decodeReadings, encodeReadings } from "./readings.ts";

const values = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 40 })
  .map((it) => Float64Array.from(it));
const session = fc.record({
  slices: fc.nat(),
  staleTicks: fc.nat(),
  over: fc.option(fc.string({ maxLength: 20 }), { nil: null }),
  leadS: values,
  stalenessS: values,
});
const reading = fc.record({
  seconds: fc.constantFrom(0.5, 5),
  sessions: fc.array(session, { maxLength: 5 }),
  lateMs: values,
});

Deno.test("readings of a machine's threads come out as one, with every value", () => {
  fc.assert(fc.property(fc.array(reading, { minLength: 1, maxLength: 3 }), (readings) => {
    const one = decodeReadings(encodeReadings(readings, 1.5));
    assertEquals(one.sessions, readings.flatMap((it) => it.sessions));
    assertEquals([...one.lateMs], readings.flatMap((it) => [...it.lateMs]));
    assertEquals(one.cpuS, 1.5);
  }));
});

Deno.test("a message stays below what NATS takes, and keeps its counts", () => {
  const leadS = Float64Array.from({ length: 30_000 }, (_, i) => i);
  const sessions = Array.from({ length: 40 }, () => ({
    ...{ slices: 30_000, staleTicks: 7, over: null, leadS, stalenessS: leadS },
  }));
  const bytes = encodeReadings([{ seconds: 5, sessions, lateMs: Float64Array.of(1) }], 0);
  assert(bytes.length < 1_000_000, `${bytes.length}`);
  const { sessions: found } = decodeReadings(bytes);
  assertEquals([found.length, found[0]!.slices, found[0]!.staleTicks], [40, 30_000, 7]);
  const middle = found[0]!.leadS[Math.floor(found[0]!.leadS.length / 2)]!;
  assert(Math.abs(middle - 15_000) < 100, `${middle}`);
});

Deno.test("bytes that are no reading are refused, whatever they are", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
    assertThrows(() => decodeReadings(bytes), UsageError, "cannot be read");
  }));
});
