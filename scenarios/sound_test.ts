import { assertEquals } from "@std/assert";
import type { HeardStretch } from "./result.ts";
import { soundFigures } from "./sound.ts";

const SECOND = 48_000;

/** A second at `level` from `atS` on, of the buffer's place `bufferStartS`. */
function stretch(atS: number, bufferStartS: number, tags: readonly string[] = []): HeardStretch {
  return {
    atS,
    endS: atS + 1,
    startS: atS,
    durationS: 1,
    bufferStartS,
    isFresh: true,
    tags,
  };
}

/** One second after the other, each at its level. */
function clip(levels: readonly number[]) {
  const audio = new Float32Array(levels.length * SECOND);
  for (const [i, level] of levels.entries()) audio.fill(level, i * SECOND, (i + 1) * SECOND);
  return { audio, channels: 1, frames: audio.length };
}

Deno.test("clicks are counted where the buffer was played on", () => {
  const heard = [stretch(0, 4), stretch(1, 5), stretch(2, 6)];
  assertEquals(soundFigures(clip([0, 0.5, 0]), heard, null), { clicks: 2, seamClicks: null });
});

Deno.test("a jump of the listener, a wrap, and what carries a tag are no clicks", () => {
  const played = clip([0, 0.5, 0]);
  const jump = [stretch(0, 4), stretch(1, 9), stretch(2, 0)];
  assertEquals(soundFigures(played, jump, null).clicks, 0);
  const tagged = [stretch(0, 4), stretch(1, 5, ["settling"]), stretch(2, 6)];
  assertEquals(soundFigures(played, tagged, null).clicks, 0);
});

Deno.test("the seam is judged where players wrap to: past the faded frames", () => {
  const buffer = clip([0.5, 0]);
  assertEquals(soundFigures(null, [], buffer), { clicks: null, seamClicks: 1 });
  // As the seam fade leaves it, the end is what comes before frame 2400.
  buffer.audio.fill(0.5, 2 * SECOND - 2400);
  buffer.audio.fill(0, 0, 2390);
  assertEquals(soundFigures(null, [], buffer).seamClicks, 0);
});
