import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { largestHeld, type Trial } from "./knee_search.ts";

/** A server that holds `capacity` sessions, each of which takes its share of the load. */
function server(capacity: number, asked: number[] = []) {
  return (count: number): Promise<Trial> => {
    asked.push(count);
    return Promise.resolve({ count, holds: count <= capacity, load: count / capacity });
  };
}

const OPTIONS = { limit: 128, precision: 0.1, maxTrials: 12 };

Deno.test("the number found was held, and a tenth more was not", async () => {
  await fc.assert(fc.asyncProperty(
    fc.integer({ min: 1, max: 127 }),
    fc.integer({ min: 1, max: 128 }),
    async (capacity, start) => {
      const { held } = await largestHeld(server(capacity), { ...OPTIONS, start });
      assert(held !== null && held.count <= capacity, `${held?.count} of ${capacity}`);
      const over = held.count + Math.max(1, Math.floor(held.count / 10));
      assert(over > capacity, `${held.count} of ${capacity}`);
    },
  ));
});

Deno.test("no number is tried beyond the limit, and a server that holds it all is said to", async () => {
  const asked: number[] = [];
  const { held } = await largestHeld(server(1000, asked), { ...OPTIONS, start: 40 });
  assertEquals(held?.count, 128);
  assertEquals(Math.max(...asked), 128);
});

Deno.test("a server that holds nobody is told from one that was not asked", async () => {
  const { held, trials } = await largestHeld(server(0.5), { ...OPTIONS, start: 8 });
  assertEquals(held, null);
  assertEquals(trials.map(({ count }) => count), [8, 4, 2, 1]);
});

Deno.test("what is known of the first number is not tried again", async () => {
  const asked: number[] = [];
  const first = { count: 40, holds: true, load: 0.4 };
  const { held } = await largestHeld(server(100, asked), { ...OPTIONS, start: 40, first });
  assert(held !== null && held.count > 90, `${held?.count}`);
  assert(!asked.includes(40));
});

Deno.test("the search gives up after its last trial", async () => {
  const { trials } = await largestHeld(server(100), { ...OPTIONS, start: 1, maxTrials: 3 });
  assertEquals(trials.length, 3);
});
