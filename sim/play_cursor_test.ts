import { assertEquals } from "@std/assert";
import { PlayCursor } from "./play_cursor.ts";

function setUp(frames: number) {
  const pieces: [number, number][] = [];
  const cursor = new PlayCursor(frames, (from, to) => pieces.push([from, to]));
  return { cursor, pieces };
}

Deno.test("PlayCursor hears nothing before its second position", () => {
  const { cursor, pieces } = setUp(1000);
  cursor.advanceTo(100);
  assertEquals(pieces, []);
  cursor.advanceTo(150);
  assertEquals(pieces, [[100, 150]]);
});

Deno.test("PlayCursor hears tail and head over the end of the buffer", () => {
  const { cursor, pieces } = setUp(1000);
  cursor.advanceTo(900);
  cursor.advanceTo(0);
  cursor.advanceTo(50);
  cursor.advanceTo(950);
  assertEquals(pieces, [[900, 1000], [0, 50]]);
});

Deno.test("PlayCursor takes an advance of exactly half the buffer for playback, one more for a jump", () => {
  const { cursor, pieces } = setUp(1000);
  cursor.advanceTo(0);
  cursor.advanceTo(500);
  cursor.advanceTo(1); // 501 ahead
  cursor.advanceTo(3);
  assertEquals(pieces, [[0, 500], [1, 3]]);
});

Deno.test("PlayCursor hears nothing of a jump, also of a short one ahead", () => {
  const { cursor, pieces } = setUp(1000);
  cursor.advanceTo(0);
  cursor.jumpTo(200);
  cursor.advanceTo(210);
  assertEquals(pieces, [[200, 210]]);
});

Deno.test("PlayCursor wraps from the end of a loop band to its start", () => {
  const { cursor, pieces } = setUp(1000);
  cursor.setBand({ startSample: 100, endSample: 800 });
  cursor.jumpTo(790);
  cursor.advanceTo(110);
  assertEquals(pieces, [[790, 800], [100, 110]]);
});
