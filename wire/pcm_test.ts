import { assertEquals, assertThrows } from "@std/assert";
import { WireError } from "./errors.ts";
import { decodeHalfBuffer, encodeHalfBuffer, roundTripHalf } from "./half_buffer.ts";
import { decodePcm, encodePcm } from "./pcm.ts";

/** Two stereo frames, as the spec's appendix has them. */
const AUDIO = Float32Array.of(0.5, -0.5, 1, -1);

Deno.test("an upload has the bytes of the spec's example", () => {
  const bytes = encodePcm(AUDIO, 2);
  assertEquals(bytes.toHex(), "02000000020000000000003f000000bf0000803f000080bf");
  assertEquals(decodePcm(bytes), { channels: 2, frames: 2, audio: AUDIO });
});

Deno.test("an upload decodes at any offset of a larger buffer", () => {
  for (const offset of [1, 2, 3]) {
    const room = new Uint8Array(40);
    room.set(encodePcm(AUDIO, 2), offset);
    assertEquals(decodePcm(room.subarray(offset, offset + 24)).audio, AUDIO);
  }
});

Deno.test("of more than two channels the first two are kept", () => {
  const audio = Float32Array.of(1, 2, 3, 4, 5, 6);
  const clip = decodePcm(encodePcm(audio, 3));
  assertEquals({ ...clip, audio: [...clip.audio] }, {
    channels: 2,
    frames: 2,
    audio: [1, 2, 4, 5],
  });
});

Deno.test("longer audio than wanted is cut at its end", () => {
  const clip = decodePcm(encodePcm(AUDIO, 2), { maxFrames: 1 });
  assertEquals({ ...clip, audio: [...clip.audio] }, { channels: 2, frames: 1, audio: [0.5, -0.5] });
});

Deno.test("malformed uploads are refused with field and offset", () => {
  const cases: [Uint8Array, string, number][] = [
    [new Uint8Array(7), "header", 0],
    [encodePcm(AUDIO, 2).subarray(0, 23), "samples", 4],
    [Uint8Array.of(...encodePcm(AUDIO, 2), 0), "samples", 4],
    [Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0), "channels", 0],
    [new Uint8Array(8).fill(255), "samples", 4],
  ];
  for (const [bytes, field, offset] of cases) {
    const error = assertThrows(() => decodePcm(bytes), WireError);
    assertEquals({ field: error.field, offset: error.offset }, { field, offset });
  }
});

Deno.test("samples that no half can hold are refused where they stand", () => {
  for (const bad of [NaN, Infinity, -Infinity, 65520]) {
    const bytes = encodePcm(Float32Array.of(0, 0, 0, 0, bad, 0), 3);
    const error = assertThrows(() => decodePcm(bytes), WireError, "PCM sample 4 is");
    assertEquals({ field: error.field, offset: error.offset }, { field: "audio", offset: 24 });
  }
});

Deno.test("audio that is no whole number of frames cannot be encoded", () => {
  assertThrows(() => encodePcm(new Float32Array(3), 2), RangeError, "no whole frames");
  assertThrows(() => encodePcm(new Float32Array(3), 0), RangeError, "no whole frames");
});

Deno.test("a buffer has the bytes of the spec's example, and comes back rounded", () => {
  assertEquals(encodeHalfBuffer(AUDIO).toHex(), "003800b8003c00bc");
  assertEquals(decodeHalfBuffer(encodeHalfBuffer(AUDIO)), AUDIO);
  const audio = Float32Array.of(0.1, 1 / 3);
  assertEquals(roundTripHalf(audio), decodeHalfBuffer(encodeHalfBuffer(audio)));
});

Deno.test("a buffer of odd or impossible size is refused", () => {
  assertThrows(() => decodeHalfBuffer(new Uint8Array(3)), WireError, "buffer is 3 bytes");
});
