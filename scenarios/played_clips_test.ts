import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { clipOf } from "../audio/clip.ts";
import { PlayedClips } from "./played_clips.ts";

/** A stereo clip whose frames are numbered from `first` on. */
function numbered(first: number, frames: number) {
  return clipOf(Float32Array.from({ length: frames * 2 }, (_, i) => first + Math.floor(i / 2)), 2);
}

Deno.test("PlayedClips joins the newest frames of everything that was added, up to the limit", () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 });
  fc.assert(fc.property(lengths, fc.integer({ min: 1, max: 40 }), (frames, limit) => {
    const clips = new PlayedClips();
    let all = 0;
    for (const count of frames) {
      clips.add(numbered(all, count), limit);
      all += count;
    }
    const kept = Math.min(all, limit);
    assertEquals(clips.joined(), numbered(all - kept, kept));
  }));
});

Deno.test("PlayedClips begins anew with another number of channels", () => {
  const clips = new PlayedClips();
  assertEquals(clips.joined(), null);
  clips.add(numbered(0, 5), 100);
  clips.add(clipOf(Float32Array.of(1, 2), 1), 100);
  assertEquals(clips.joined(), clipOf(Float32Array.of(1, 2), 1));
});
