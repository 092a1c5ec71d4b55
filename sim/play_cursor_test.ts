import { assertEquals } from "@std/assert";
import { PlayCursor } from "./play_cursor.ts";

function setUp(frames: number) {
  const pieces: [number, number][] = [];
  const cursor = new PlayCursor(frames, (from, to) => pieces.push([from, to]));
  return { cursor, pieces };
}

/** A cursor over the seam of 10 000 frames: the last 2400 sound together with the first. */
function setUpSeam() {
  const pieces: [number, number, number | null][] = [];
  const cursor = new PlayCursor(10_000, (...piece) => pieces.push(piece), "seam");
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

Deno.test("PlayCursor hears the head under the tail in a seam, and goes on behind it", () => {
  const { cursor, pieces } = setUpSeam();
  cursor.advanceTo(7500);
  cursor.advanceTo(8000);
  cursor.advanceTo(9000);
  cursor.advanceTo(2500);
  assertEquals(pieces, [
    [7500, 7600, null],
    [7600, 8000, 0],
    [8000, 9000, 400],
    [9000, 10_000, 1400],
    [2400, 2500, null],
  ]);
});

Deno.test("PlayCursor hears nothing before a place that no playing leads to: the seam has played it", () => {
  const { cursor, pieces } = setUpSeam();
  cursor.advanceTo(9900);
  cursor.advanceTo(2399);
  cursor.advanceTo(2450);
  assertEquals(pieces, [[2399, 2450, null]]);
});

Deno.test("PlayCursor hears the head itself after a jump there", () => {
  const { cursor, pieces } = setUpSeam();
  cursor.advanceTo(5000);
  cursor.jumpTo(0);
  cursor.advanceTo(100);
  assertEquals(pieces, [[0, 100, null]]);
});

Deno.test("PlayCursor hears no seam inside a loop band at the end of the buffer", () => {
  const { cursor, pieces } = setUpSeam();
  cursor.setBand({ startSample: 8000, endSample: 10_000 });
  cursor.jumpTo(9900);
  cursor.advanceTo(8100);
  assertEquals(pieces, [[9900, 10_000, null], [8000, 8100, null]]);
});
