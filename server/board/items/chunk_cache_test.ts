import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ChunkCache, type Lease } from "./chunk_cache.ts";

const always = () => true;

Deno.test("whatever is done, entries never cost more than the budget", () => {
  const step = fc.oneof(
    fc.record({
      do: fc.constant("get" as const),
      key: fc.nat({ max: 12 }),
      bytes: fc.nat({ max: 130 }),
      lease: fc.nat({ max: 3 }),
      isFresh: fc.boolean(),
    }),
    fc.record({ do: fc.constant("end" as const), lease: fc.nat({ max: 3 }) }),
    fc.record({ do: fc.constant("forget" as const), key: fc.nat({ max: 12 }) }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const cache = new ChunkCache<{ key: number }>(100);
    const leases = new Map<number, Lease<{ key: number }>>();
    for (const it of steps) {
      if (it.do === "get") {
        const lease = leases.get(it.lease) ?? cache.lease();
        leases.set(it.lease, lease);
        const value = lease.get(
          `k${it.key}`,
          () => ({ value: { key: it.key }, bytes: it.bytes }),
          () => it.isFresh,
        );
        assertEquals(value.key, it.key);
      } else if (it.do === "end") {
        leases.get(it.lease)?.[Symbol.dispose]();
        leases.delete(it.lease);
      } else cache.forget(`k${it.key}`);
      assert(cache.bytes >= 0 && cache.bytes <= 100, `${cache.bytes}`);
    }
    for (const lease of leases.values()) lease[Symbol.dispose]();
    for (let key = 0; key <= 12; key++) cache.forget(`k${key}`);
    assertEquals([cache.bytes, cache.counts.entries], [0, 0]);
  }));
});

Deno.test("what is in use stays, what was used last goes last, and what is too large is not kept", () => {
  const cache = new ChunkCache<string>(100);
  let loads = 0;
  const get = (lease: Lease<string>, key: string, bytes: number) =>
    lease.get(key, () => ({ value: `${key}${++loads}`, bytes }), always);
  const held = cache.lease();
  get(held, "a", 50);
  {
    using lease = cache.lease();
    get(lease, "b", 40);
  }
  {
    using lease = cache.lease();
    get(lease, "c", 40);
    assertEquals(get(lease, "a", 50), "a1", "held, so still there");
    assertEquals(get(lease, "d", 60), "d4", "no room beside what is held");
    assertEquals(get(lease, "d", 60), "d5", "so it was not kept");
    assertEquals(get(lease, "huge", 1000), "huge6");
  }
  assertEquals(cache.counts.evictions, 1);
  held[Symbol.dispose]();
  using lease = cache.lease();
  get(lease, "e", 50);
  assertEquals(get(lease, "a", 50), "a1", "used after c was, so c had to go");
  assertEquals(cache.counts.evictions, 2);
});

Deno.test("150 sessions that are looked at in turns are read once each", () => {
  const cache = new ChunkCache<number>(150 * 1000);
  let loads = 0;
  for (let round = 0; round < 20; round++) {
    for (let session = 0; session < 150; session++) {
      using lease = cache.lease();
      lease.get(`s${session}`, () => ({ value: ++loads, bytes: 1000 }), always);
    }
  }
  assertEquals(loads, 150);
});
