import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { applySlice, decodeSliceFrame } from "./slice.ts";
import { SliceEncoder } from "./slice_encoder.ts";

const telemetry = { tickMs: 0, decMs: 0, numGens: 0 };

function mono(frames: number): SliceEncoder {
  return new SliceEncoder(new Float32Array(frames), { channels: 1 });
}

Deno.test("the mirror moves on by the rounded difference, not to the target", () => {
  const encoder = mono(1);
  const target = Math.fround(0.1);
  encoder.encode({ audio: Float32Array.of(target), startSample: 0, channels: 1, ...telemetry });
  assertEquals(encoder.mirror[0], 0.0999755859375); // the half nearest to 0.1
});

Deno.test("the same target again and again converges on it", () => {
  const encoder = mono(1);
  const audio = Float32Array.of(0.1);
  for (let i = 0; i < 4; i++) encoder.encode({ audio, startSample: 0, channels: 1, ...telemetry });
  // Half a step of the smallest half is the least that a delta can still mend.
  assert(Math.abs(encoder.mirror[0]! - audio[0]!) <= 2 ** -25);
});

/** A client that follows an encoder frame by frame. */
function follow(encoder: SliceEncoder, frames: number) {
  const mirror = new Float32Array(frames * 2);
  const send = (audio: Float32Array, startSample: number, header = telemetry) => {
    const frame = encoder.encode({ audio, startSample, channels: 2, ...header })!;
    const slice = decodeSliceFrame(frame);
    applySlice(mirror, slice);
    return slice;
  };
  return { mirror, send };
}

Deno.test("five slices bring their header fields, and leave both mirrors the same to the byte", () => {
  const encoder = new SliceEncoder(new Float32Array(2 * 48_000), { channels: 2 });
  const { mirror, send } = follow(encoder, 48_000);
  for (let i = 0; i < 5; i++) {
    const audio = Float32Array.from({ length: 2 * 9600 }, (_, at) => ((at * 31 + i) % 97) / 97);
    const header = { tickMs: 40.25 + i, decMs: 9.5 * i, numGens: i };
    const { startSample, numSamples, channels, tickMs, decMs, numGens } = send(
      audio,
      i * 7200,
      header,
    );
    assertEquals([startSample, numSamples, channels], [i * 7200, 9600, 2]);
    assertEquals({ tickMs, decMs, numGens }, header);
    assertEquals(new Uint8Array(mirror.buffer), new Uint8Array(encoder.mirror.buffer));
  }
});

Deno.test("6000 frames sent ten times over leave both mirrors the same, within 0.02 of the target", () => {
  const encoder = new SliceEncoder(new Float32Array(2 * 12_000), { channels: 2 });
  const { mirror, send } = follow(encoder, 12_000);
  const target = Float32Array.from(
    { length: 2 * 6000 },
    (_, at) => ((at * 7919) % 1999) / 1000 - 1,
  );
  for (let i = 0; i < 10; i++) {
    send(target, 3000);
    assertEquals(mirror, encoder.mirror);
  }
  const worst = target.reduce(
    (most, value, at) => Math.max(most, Math.abs(value - mirror[2 * 3000 + at]!)),
    0,
  );
  assert(worst < 0.02, `${worst}`);
});

Deno.test("a window over the end is cut, and the header says so", () => {
  const encoder = mono(10);
  const audio = new Float32Array(8).fill(0.5);
  const frame = encoder.encode({ audio, startSample: 7, channels: 1, ...telemetry })!;
  assertEquals(decodeSliceFrame(frame).numSamples, 3);
  assertEquals([...encoder.mirror], [0, 0, 0, 0, 0, 0, 0, 0.5, 0.5, 0.5]);
});

Deno.test("an empty window makes no frame", () => {
  const encoder = mono(10);
  for (const startSample of [10, 11, 0]) {
    const audio = new Float32Array(startSample === 0 ? 0 : 4).fill(0.5);
    assertEquals(encoder.encode({ audio, startSample, channels: 1, ...telemetry }), null);
  }
  assertEquals(encoder.mirror, new Float32Array(10));
  assertEquals(encoder.refused, 0);
});

Deno.test("windows that would poison the mirror are refused, counted, and change nothing", () => {
  for (const bad of [NaN, Infinity, -Infinity, 65520, -65520]) {
    for (let at = 0; at < 7; at++) {
      const encoder = mono(7);
      const audio = new Float32Array(7).fill(0.5);
      audio[at] = bad;
      assertEquals(encoder.encode({ audio, startSample: 0, channels: 1, ...telemetry }), null);
      assertEquals(encoder.refused, 1);
      assertEquals(encoder.mirror, new Float32Array(7));
    }
  }
});

Deno.test("a bad sample beyond the cut is nobody's business", () => {
  const encoder = mono(2);
  const audio = Float32Array.of(0.5, 0.5, NaN);
  assertEquals(
    encoder.encode({ audio, startSample: 0, channels: 1, ...telemetry }) === null,
    false,
  );
});

Deno.test("frames stay as they were while the encoder goes on", () => {
  const encoder = mono(4);
  const frames = [0.5, 0.25].map((value) =>
    encoder.encode({
      audio: new Float32Array(4).fill(value),
      startSample: 0,
      channels: 1,
      ...telemetry,
    })!
  );
  assertEquals(frames.map((frame) => decodeSliceFrame(frame).audio[0]), [0.5, -0.25]);
});

Deno.test("a swap replaces the mirror, and the caller's array stays the caller's", () => {
  const encoder = mono(2);
  const buffer = Float32Array.of(0.5, 0.5, 0.5);
  encoder.replaceMirror(buffer);
  encoder.encode({ audio: Float32Array.of(1), startSample: 2, channels: 1, ...telemetry });
  assertEquals([...encoder.mirror], [0.5, 0.5, 1]);
  assertEquals([...buffer], [0.5, 0.5, 0.5]);
  assertStrictEquals(encoder.mirror, encoder.mirror);
});

Deno.test("a caller's mistake is a RangeError that says what was given", () => {
  const audio = new Float32Array(2);
  assertThrows(() => new SliceEncoder(audio, { channels: 3 }), RangeError, "not 3");
  const encoder = mono(2);
  const slice = { audio, startSample: 0, channels: 1, ...telemetry };
  assertThrows(() => encoder.encode({ ...slice, channels: 2 }), RangeError, "the mirror has 1");
  assertThrows(() => encoder.encode({ ...slice, startSample: -1 }), RangeError, "starts at -1");
  assertThrows(() => encoder.encode({ ...slice, startSample: 0.5 }), RangeError, "starts at 0.5");
});
