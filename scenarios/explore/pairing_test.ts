import { assertEquals } from "@std/assert";
import { Pairing } from "./pairing.ts";

Deno.test("what was sent arrives in order, session by session", () => {
  const pairing = new Pairing<number>();
  pairing.begin("a");
  for (const n of [1, 2, 3]) pairing.sent("a", n);
  pairing.sent("b", 10);
  assertEquals([pairing.arrived(), pairing.arrived()], [1, 2]);
  assertEquals(pairing.underWay, 1);
  pairing.begin("b");
  assertEquals([pairing.arrived(), pairing.arrived()], [10, undefined]);
  assertEquals(pairing.underWay, 0);
});

Deno.test("a long session keeps no more than what is under way", () => {
  const pairing = new Pairing<number>();
  pairing.begin("a");
  for (let n = 0; n < 100_000; n++) {
    pairing.sent("a", n);
    assertEquals(pairing.arrived(), n);
  }
});
