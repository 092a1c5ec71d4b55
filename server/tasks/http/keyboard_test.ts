import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { VirtualClock } from "../../../runtime/mod.ts";
import { ptyId } from "../../../tests/support/memory_tasks.ts";
import { Keyboard, MAX_VIEWERS, RETURN_S, UNSEEN_S, viewerKeyOf } from "./keyboard.ts";
import { Keyboards } from "./keyboards.ts";

const key = (n: number) => viewerKeyOf(`viewer-key-number-${n}`)!;

Deno.test("nobody may type before one takes the keyboard, then that one alone, until another takes it", () => {
  const keyboard = new Keyboard();
  assertEquals([keyboard.see(key(1), 0), keyboard.see(key(2), 0)], [1, 2]);
  assert(keyboard.refusalOf(key(1))!.startsWith("nobody holds"));
  assert(keyboard.take(key(1)));
  assertEquals(keyboard.refusalOf(key(1)), null);
  assert(keyboard.refusalOf(key(2))!.startsWith("viewer 1 holds"));
  assert(keyboard.refusalOf(null)!.startsWith("viewer 1 holds"));
  assert(keyboard.take(key(2)));
  assert(keyboard.refusalOf(key(1))!.startsWith("viewer 2 holds"));
  assertEquals(keyboard.state, { holder: 2, viewers: 2 });
  keyboard.release(key(1));
  assertEquals(keyboard.state.holder, 2);
  keyboard.release(key(2));
  assertEquals(keyboard.state.holder, null);
});

Deno.test("who does not look takes no keyboard, and who leaves gives it back", () => {
  const keyboard = new Keyboard();
  assertEquals(keyboard.take(key(9)), false);
  keyboard.see(key(1), 0);
  keyboard.take(key(1));
  keyboard.leave(key(1));
  assertEquals(keyboard.state, { holder: null, viewers: 0 });
  // Numbers are not given out again: a number names one viewer.
  assertEquals(keyboard.see(key(2), 0), 2);
});

Deno.test("a holder that is not heard of loses the keyboard; one that comes back soon keeps it", () => {
  const keyboard = new Keyboard();
  keyboard.see(key(1), 0);
  keyboard.take(key(1));
  assertEquals(keyboard.expire(UNSEEN_S - 0.1), false);
  keyboard.fade(key(1), 20);
  assertEquals(keyboard.nextExpiryS, 20 + RETURN_S);
  keyboard.see(key(1), 25);
  assertEquals(keyboard.expire(40), false);
  assertEquals(keyboard.state.holder, 1);
  assertEquals(keyboard.expire(25 + UNSEEN_S), true);
  assertEquals(keyboard.state, { holder: null, viewers: 0 });
});

Deno.test("viewers of a terminal are bounded, and keys have a form", () => {
  const keyboard = new Keyboard();
  for (let n = 1; n <= MAX_VIEWERS; n++) assertEquals(keyboard.see(key(n), 0), n);
  assertEquals(keyboard.see(key(99), 0), null);
  assertEquals(keyboard.see(key(1), 1), 1);
  for (const text of ["", "short", "x".repeat(65), "with space in the middle", "ä".repeat(20)]) {
    assertEquals(viewerKeyOf(text), null, text);
  }
});

type Act = readonly [
  what: "see" | "take" | "release" | "leave" | "fade",
  viewer: number,
  afterS: number,
];

Deno.test("whatever viewers do, at most one may type, and it looks at the terminal", () => {
  const act = fc.tuple(
    fc.constantFrom("see", "see", "take", "release", "leave", "fade"),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 0, max: 30 }),
  ) as fc.Arbitrary<Act>;
  fc.assert(fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
    const keyboard = new Keyboard();
    let nowS = 0;
    for (const [what, viewer, afterS] of acts) {
      nowS += afterS;
      keyboard.expire(nowS);
      if (what === "see") keyboard.see(key(viewer), nowS);
      else if (what === "fade") keyboard.fade(key(viewer), nowS);
      else keyboard[what](key(viewer));
      const typing = [1, 2, 3, 4].filter((n) => keyboard.refusalOf(key(n)) === null);
      assert(typing.length <= 1);
      assertEquals(typing.length === 1, keyboard.state.holder !== null);
      for (const n of typing) assertEquals(keyboard.numberOf(key(n)), keyboard.state.holder);
    }
  }));
});

Deno.test("Keyboards tells those who watch of every change, also of one that time brings", () => {
  const clock = new VirtualClock();
  const keyboards = new Keyboards(clock);
  const told: unknown[] = [];
  const unwatch = keyboards.watch(ptyId(1), () => told.push(keyboards.stateOf(ptyId(1))));
  keyboards.see(ptyId(1), key(1));
  keyboards.see(ptyId(1), key(1));
  keyboards.see(ptyId(2), key(1));
  keyboards.take(ptyId(1), key(1));
  keyboards.fade(ptyId(1), key(1));
  clock.runUntil(RETURN_S);
  assertEquals(told, [
    { holder: null, viewers: 1 },
    { holder: 1, viewers: 1 },
    { holder: null, viewers: 0 },
  ]);
  unwatch();
  clock.run();
  assertEquals(keyboards.stateOf(ptyId(2)).viewers, 0);
  assertEquals(told.length, 3);
});
