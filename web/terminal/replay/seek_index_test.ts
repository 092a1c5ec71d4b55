import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { SeekIndex } from "./seek_index.ts";

const SCREEN = { cols: 80, rows: 24, paint: "" };
const entry = (eventIndex: number, timeS = eventIndex, chars = 0) => ({
  ...{ eventIndex, timeS, chars, snapshot: SCREEN },
});

Deno.test("SeekIndex wants a screen when enough was written or enough time has gone by", () => {
  const index = new SeekIndex({ everyChars: 100, everyS: 30, most: 8 });
  assertEquals(index.isDue(entry(0, 40, 500)), false);
  assertEquals(index.isDue(entry(5, 29, 99)), false);
  assertEquals(index.isDue(entry(5, 30, 0)), true);
  assertEquals(index.isDue(entry(5, 0, 100)), true);
  index.add(entry(5, 30, 0));
  assertEquals(index.isDue(entry(5, 90, 500)), false);
  assertEquals(index.isDue(entry(6, 59, 99)), false);
  assertEquals(index.isDue(entry(6, 60, 0)), true);
});

Deno.test("SeekIndex gives the last screen before a place, keeps its bound, and spreads over all", () => {
  fc.assert(fc.property(
    fc.integer({ min: 2, max: 20 }),
    fc.integer({ min: 1, max: 2000 }),
    fc.integer({ min: 0, max: 2100 }),
    (most, events, asked) => {
      const index = new SeekIndex({ everyChars: Infinity, everyS: 1, most });
      const kept: number[] = [];
      for (let i = 1; i <= events; i++) {
        if (!index.isDue(entry(i))) continue;
        index.add(entry(i));
        kept.push(i);
        assert(index.size <= most, `${index.size}`);
      }
      const found = index.before(asked)?.eventIndex ?? 0;
      assert(found <= asked && (found === 0 || kept.includes(found)));
      // No place is farther from its screen than twice an even share.
      const reached = Math.min(asked, events);
      assert(reached - found <= 2 * Math.ceil(events / most) + 2, `${reached} from ${found}`);
    },
  ));
});
