import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { EmitTrim } from "./emit_trim.ts";
import type { SliceEvent } from "./events.ts";
import { fadeEdges } from "./window_fade.ts";

const WINDOW = 17_280;
const FADE = 1200;
const BUFFER = 480_000;

/** A mono window as a session makes it: faded into its own buffer, which it then becomes a part of. */
function rendered(buffer: Float32Array, startSample: number, level: number): SliceEvent {
  const audio = Float32Array.from({ length: WINDOW }, (_, i) => level * tone(startSample + i));
  fadeEdges(audio, buffer, startSample, 1, buffer.length);
  buffer.set(audio, startSample);
  return event(startSample, { audio, bufferFrames: buffer.length });
}

const tone = (at: number) => (at % 997) / 997 + 0.25;

function event(startSample: number, fields: Partial<SliceEvent> = {}): SliceEvent {
  return {
    type: "slice",
    startSample,
    numSamples: WINDOW,
    channels: 1,
    tickMs: 0,
    decMs: 0,
    numGens: 0,
    audio: new Float32Array(0),
    epoch: 0,
    sliceNumber: 1,
    contentKey: 1,
    queuedAtS: 0,
    bufferFrames: BUFFER,
    isInBand: false,
    update: { type: "params_update", params: {} },
    ...fields,
  };
}

/** What is sent of windows at these starts, as `[start, end)`; null where nothing is. */
function partsOf(starts: readonly number[], fields: Partial<SliceEvent> = {}) {
  const trim = new EmitTrim();
  return starts.map((start) => {
    const part = trim.part(event(start, fields), new Float32Array(0));
    if (part === null) return null;
    trim.sent(part);
    return [part.startSample, part.startSample + part.numSamples];
  });
}

Deno.test("of each further window only the part beyond the last is sent, and one fade before it", () => {
  assertEquals(partsOf([0, 1920, 5760]), [
    [0, WINDOW],
    [WINDOW - 2 * FADE, 1920 + WINDOW],
    [1920 + WINDOW - 2 * FADE, 5760 + WINDOW],
  ]);
});

Deno.test("a window that adds nothing is not sent", () => {
  assertEquals(partsOf([9600, 9600, 9600]), [[9600, 9600 + WINDOW], null, null]);
});

Deno.test("a small step back keeps the mark", () => {
  const parts = partsOf([9600, 5760, 1920, 7680, 11_520]);
  assertEquals(parts, [
    [9600, 9600 + WINDOW],
    null,
    null,
    null,
    [9600 + WINDOW - 2 * FADE, 11_520 + WINDOW],
  ]);
});

Deno.test("at the wrap a lap is sent to its last frame, then the next one from its first", () => {
  const pinned = BUFFER - WINDOW;
  assertEquals(partsOf([pinned - 3840, pinned, pinned, 0, 1920]), [
    [pinned - 3840, BUFFER - 3840],
    [BUFFER - 3840 - 2 * FADE, BUFFER],
    null,
    [0, WINDOW],
    [WINDOW - 2 * FADE, 1920 + WINDOW],
  ]);
  assertEquals(partsOf([pinned, 0, pinned, 1920])[2], null, "a step back over the wrap");
});

Deno.test("a window after a jump, ahead or back, is sent whole", () => {
  for (const jump of [BUFFER / 2, 240_000, 4 * WINDOW, WINDOW]) {
    assertEquals(partsOf([0, jump])[1], [jump, jump + WINDOW]);
  }
  for (const [from, to] of [[240_000, 0], [100_000, 60_000]] as const) {
    assertEquals(partsOf([from, to])[1], [to, to + WINDOW]);
  }
});

Deno.test("windows of a loop band and of short buffers are sent whole", () => {
  const whole = [[0, WINDOW], [1920, 1920 + WINDOW]];
  assertEquals(partsOf([0, 1920], { isInBand: true }), whole);
  assertEquals(partsOf([0, 1920], { bufferFrames: 4 * WINDOW }), whole);
});

Deno.test("what was not sent does not move the mark", () => {
  const trim = new EmitTrim();
  trim.sent(event(0));
  const lost = trim.part(event(1920), new Float32Array(0));
  const next = trim.part(event(3840), new Float32Array(0));
  assertEquals(lost?.startSample, next?.startSample);
  trim.reset();
  assertEquals(trim.part(event(3840), new Float32Array(0))?.startSample, 3840);
});

Deno.test("a change of sound is crossfaded in: no part begins with a step", () => {
  const [own, client] = [new Float32Array(BUFFER), new Float32Array(BUFFER)];
  const trim = new EmitTrim();
  for (const [i, start] of [0, 3840, 7680, 11_520].entries()) {
    const part = trim.part(rendered(own, start, i < 2 ? 1 : 0.5), client)!;
    client.set(part.audio, part.startSample);
    trim.sent(part);
  }
  const levels = client.map((value, at) => value / tone(at)).subarray(FADE, 11_520 + WINDOW - FADE);
  let largest = 0;
  for (let i = 1; i < levels.length; i++) {
    largest = Math.max(largest, Math.abs(levels[i]! - levels[i - 1]!));
  }
  assert(largest < 0.5 / FADE * 1.1, `${largest}`);
  assertAlmostEquals(levels.at(-1)!, 0.5, 1e-6);
});

Deno.test("the parts put together make the same buffer as whole windows, lap after lap", () => {
  const steps = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 80 });
  fc.assert(
    fc.property(fc.nat(200), steps, (first, steps) => {
      const source = Float32Array.from({ length: BUFFER }, (_, at) => tone(at));
      const [own, whole, client] = [source.slice(), source.slice(), source];
      const trim = new EmitTrim();
      let target = first * 1920;
      for (const step of steps) {
        const window = rendered(own, Math.min(target, BUFFER - WINDOW), 0.5);
        whole.set(window.audio, window.startSample);
        const part = trim.part(window, client);
        if (part !== null) {
          client.set(part.audio, part.startSample);
          trim.sent(part);
        }
        target = (target + step * 1920) % BUFFER;
      }
      const at = client.findIndex((value, i) => value !== whole[i]);
      assert(at < 0, `frame ${at} is ${client[at]}, not ${whole[at]}`);
    }),
    { numRuns: 25 },
  );
});

Deno.test("without the edge fade, what is left of a window begins as hard as it is", () => {
  const mirror = new Float32Array(BUFFER).fill(1);
  const heads = [false, true].map((noEdgeFade) => {
    const trim = new EmitTrim({ noEdgeFade });
    trim.sent(event(0, { audio: new Float32Array(WINDOW) }));
    const part = trim.part(event(1920, { audio: new Float32Array(WINDOW) }), mirror)!;
    return [part.startSample, part.audio[0]! > 0.9];
  });
  assertEquals(heads, [[WINDOW - 2 * FADE, true], [WINDOW - 2 * FADE, false]]);
});
