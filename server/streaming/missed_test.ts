import { assert, assertEquals } from "@std/assert";
import type { SliceEvent } from "./events.ts";
import { CATCH_UP_FRAMES, Missed } from "./missed.ts";

const FRAMES = 20 * CATCH_UP_FRAMES;
const buffer = {
  audio: Float32Array.from({ length: FRAMES }, (_, i) => i),
  channels: 1,
  frames: FRAMES,
};

function slice(startSample: number, numSamples: number, epoch = 0): SliceEvent {
  return {
    ...{ type: "slice", startSample, numSamples, channels: 1, tickMs: 0, decMs: 0, numGens: 0 },
    ...{ audio: new Float32Array(numSamples), epoch, sliceNumber: 1, contentKey: 0, queuedAtS: 0 },
    ...{ bufferFrames: FRAMES, isInBand: false },
    update: { type: "params_update", params: { num_gens: 0, tick_ms: 0, dec_ms: 0 } },
  };
}

/** Start and length of all that can be taken. */
function taken(missed: Missed): [number, number][] {
  const all: [number, number][] = [];
  for (let next = missed.take(); next !== null; next = missed.take()) {
    assertEquals(next.audio.length, next.numSamples);
    assertEquals(next.audio[0], next.startSample, "as the buffer has it");
    all.push([next.startSample, next.numSamples]);
  }
  return all;
}

Deno.test("Missed gives each part back once, in pieces, from the buffer as it is now", () => {
  const missed = new Missed(() => ({ buffer, epoch: 0 }));
  missed.note(slice(0, CATCH_UP_FRAMES + 100));
  missed.note(slice(FRAMES - 50, 100));
  assertEquals(taken(missed), [[0, CATCH_UP_FRAMES], [CATCH_UP_FRAMES, 100], [FRAMES - 50, 50]]);
  assertEquals(missed.take(), null);
});

Deno.test("Missed never holds more than the buffer, however much is missed", () => {
  const missed = new Missed(() => ({ buffer, epoch: 0 }));
  for (let i = 0; i < 5000; i++) missed.note(slice((i * 7919) % (FRAMES - 500), 500));
  const all = taken(missed);
  const total = all.reduce((sum, [, frames]) => sum + frames, 0);
  assert(total <= FRAMES && all.length <= FRAMES / CATCH_UP_FRAMES + 1, `${total}, ${all.length}`);
});

Deno.test("Missed forgets what belongs to another source", () => {
  let epoch = 0;
  const missed = new Missed(() => ({ buffer, epoch }));
  missed.note(slice(0, 100));
  epoch = 1;
  assertEquals(taken(missed), []);
  missed.note(slice(500, 100, 1));
  missed.note(slice(0, 100, 0));
  assertEquals(taken(missed), [[500, 100]]);
});
