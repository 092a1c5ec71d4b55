import { assertEquals, assertThrows } from "@std/assert";
import { WireError } from "./errors.ts";
import { applySlice, decodeSliceFrame, SliceDecoder } from "./slice.ts";
import { SliceEncoder } from "./slice_encoder.ts";
import { readSliceHeader, writeSliceHeader } from "./slice_header.ts";

/** The flag-0 frame of the spec's appendix: two stereo frames at 480. */
const RAW = Uint8Array.fromHex(
  "00e001000002000000020000002542000038410700000000" + "3800b8003c00bc",
);

const header = {
  flags: 1,
  startSample: 24000,
  numSamples: 17280,
  channels: 2,
  tickMs: 41.25,
  decMs: 11.5,
  numGens: 7,
};

function frameWith(fields: Partial<typeof header>, payload: readonly number[] = []): Uint8Array {
  const frame = new Uint8Array(23 + payload.length);
  writeSliceHeader(frame, { ...header, ...fields });
  frame.set(payload, 23);
  return frame;
}

function refuses(frame: Uint8Array, field: string, offset: number, options = {}): void {
  const error = assertThrows(() => decodeSliceFrame(frame, options), WireError);
  assertEquals({ field: error.field, offset: error.offset }, { field, offset });
}

Deno.test("the header has the bytes of the spec's example", () => {
  const frame = frameWith({});
  assertEquals(frame.toHex(), "01c05d00008043000002000000254200003841" + "07000000");
  assertEquals(readSliceHeader(frame), header);
});

Deno.test("the spec's raw slice decodes and overwrites", () => {
  const slice = decodeSliceFrame(RAW);
  assertEquals({ ...slice, audio: [...slice.audio] }, {
    ...header,
    flags: 0,
    startSample: 480,
    numSamples: 2,
    audio: [0.5, -0.5, 1, -1],
  });
  const mirror = new Float32Array(2 * 481).fill(0.125);
  assertEquals(applySlice(mirror, slice), { startSample: 480, frames: 1 });
  assertEquals([...mirror.subarray(958)], [0.125, 0.125, 0.5, -0.5]);
});

Deno.test("a frame inside a larger buffer decodes wherever it begins", () => {
  for (const offset of [0, 1, 2, 3]) {
    const room = new Uint8Array(RAW.length + offset + 5);
    room.set(RAW, offset);
    const slice = decodeSliceFrame(room.subarray(offset, offset + RAW.length));
    assertEquals([...slice.audio], [0.5, -0.5, 1, -1]);
  }
});

Deno.test("frames that break the layout are refused with field and offset", () => {
  refuses(new Uint8Array(2), "header", 0);
  refuses(frameWith({ flags: 2 }), "flags", 0);
  refuses(frameWith({ channels: 0 }), "channels", 9);
  refuses(frameWith({ channels: 3 }), "channels", 9);
  refuses(frameWith({ flags: 0, numSamples: 1 }, [0, 0]), "payload", 23);
  refuses(frameWith({ flags: 1, numSamples: 1 }), "payload", 23);
});

Deno.test("a slice that announces more than the cap is refused before it is expanded", () => {
  refuses(frameWith({ numSamples: 0xffffffff }), "num_samples", 5);
  const audio = new Float32Array(2000);
  const encoder = new SliceEncoder(new Float32Array(2000), { channels: 2 });
  const frame = encoder.encode({ ...header, audio, startSample: 0 })!;
  assertEquals(decodeSliceFrame(frame, { maxBytes: 4000 }).numSamples, 1000);
  let calls = 0;
  const decompress = () => (calls++, new Uint8Array());
  refuses(frame, "num_samples", 5, { maxBytes: 3999, decompress });
  assertEquals(calls, 0);
});

Deno.test("a slice with other channels than the mirror is refused and leaves it alone", () => {
  const mirror = new Float32Array(8);
  assertThrows(() => new SliceDecoder().apply(RAW, mirror, 1), WireError, "but the mirror has 1");
  assertThrows(
    () => applySlice(mirror, decodeSliceFrame(RAW), { channels: 1 }),
    WireError,
    "slice has 2 channels",
  );
  assertEquals(mirror, new Float32Array(8));
});

Deno.test("a slice at or past the mirror's end changes nothing", () => {
  for (const frames of [0, 10, 480]) {
    const mirror = new Float32Array(frames * 2);
    const applied = new SliceDecoder().apply(RAW, mirror, 2);
    assertEquals(applied.range, { startSample: 480, frames: 0 });
    assertEquals(applied.header.numSamples, 2);
    assertEquals(applySlice(mirror, decodeSliceFrame(RAW)), applied.range);
    assertEquals(mirror, new Float32Array(frames * 2));
  }
});

Deno.test("a decompressor that returns the wrong size is caught", () => {
  const encoder = new SliceEncoder(new Float32Array(8), { channels: 2 });
  const frame = encoder.encode({ ...header, audio: new Float32Array(8), startSample: 0 })!;
  refuses(frame, "payload", 23, { decompress: () => new Uint8Array(15) });
});

Deno.test("a payload is one zstd frame, no more and no less", () => {
  const encoder = new SliceEncoder(new Float32Array(8), { channels: 2 });
  const frame = encoder.encode({ ...header, audio: new Float32Array(8), startSample: 0 })!;
  refuses(Uint8Array.of(...frame, 0), "payload", frame.length);
  refuses(Uint8Array.of(...frame, ...frame.subarray(23)), "payload", frame.length);
  refuses(frame.subarray(0, -1), "payload", frame.length - 1);
});
