/**
 * What must hold for the slice codec whatever comes: shared by the tests, which try it briefly, and
 * by the fuzzer, which tries it a million times.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { decompress as fzstd } from "fzstd";
import { encodeHalfBuffer, roundTripHalf } from "../../wire/half_buffer.ts";
import { WireError } from "../../wire/errors.ts";
import { applySlice, decodeSliceFrame, SliceDecoder } from "../../wire/slice.ts";
import { SliceEncoder } from "../../wire/slice_encoder.ts";
import { FLAG_RAW, writeSliceHeader } from "../../wire/slice_header.ts";
import { decompress } from "../../wire/zstd.ts";
import {
  audioOf,
  damage,
  damages,
  mirrorStory,
  plainDelta,
  windowsOf,
  zstdBlocks,
} from "./codec_world.ts";
import type { Property } from "./property.ts";

/** Cap under which hostile frames are decoded; small, so that reaching it is common. */
const CAP_BYTES = 256;

/** The same bits, signs of zeros and payloads of NaN included. */
function sameBits(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length &&
    new Uint8Array(a.buffer, a.byteOffset, a.byteLength).every((byte, i) =>
      byte === new Uint8Array(b.buffer, b.byteOffset, b.byteLength)[i]
    );
}

const telemetry = { tickMs: 41.25, decMs: 11.5, numGens: 7 };

/** A valid frame: a window in a buffer of zeros. */
function frameOf(audio: Float32Array, channels: number): Uint8Array<ArrayBuffer> | null {
  const encoder = new SliceEncoder(new Float32Array(audio.length), { channels });
  return encoder.encode({ audio, startSample: 0, channels, ...telemetry });
}

function mirrorsStayEqual() {
  return fc.property(mirrorStory, ({ channels, source, ops }) => {
    const decoder = new SliceDecoder();
    const encoder = new SliceEncoder(roundTripHalf(source), { channels });
    const client = roundTripHalf(source);
    let mirrors = { fused: client, stepwise: client.slice(), plain: client.slice() };
    for (const op of ops) {
      if (op.op === "swap") {
        const buffer = roundTripHalf(op.buffer);
        encoder.replaceMirror(buffer);
        mirrors = { fused: buffer.slice(), stepwise: buffer.slice(), plain: buffer.slice() };
        continue;
      }
      for (const { startSample, audio } of windowsOf(op, channels, client.length / channels)) {
        const before = encoder.mirror.slice();
        const frame = encoder.encode({ audio, startSample, channels, ...telemetry });
        if (frame === null) {
          assert(sameBits(encoder.mirror, before), "a window without a frame changed the mirror");
          continue;
        }
        decoder.apply(frame, mirrors.fused, channels);
        applySlice(mirrors.stepwise, decodeSliceFrame(frame), { channels });
        const first = startSample * channels;
        const end = Math.min(first + audio.length, mirrors.plain.length);
        for (let i = first; i < end; i++) {
          mirrors.plain[i]! += plainDelta(audio[i - first]!, mirrors.plain[i]!);
        }
      }
      assert(encoder.mirror.every(Number.isFinite), "the mirror is poisoned");
      for (const [way, mirror] of Object.entries(mirrors)) {
        assert(sameBits(mirror, encoder.mirror), `the ${way} mirror left the encoder's`);
      }
    }
  });
}

function driftStaysWhatItIs() {
  return fc.property(mirrorStory, ({ channels, source, ops }) => {
    // An encoder that starts from the exact source, as old servers do, agrees with a client that
    // has the exact source, and the one that has the wire copy follows the plain arithmetic.
    const encoder = new SliceEncoder(source, { channels });
    const decoder = new SliceDecoder();
    const exact = source.slice();
    const wire = roundTripHalf(source);
    const plain = wire.slice();
    for (const op of ops) {
      if (op.op === "swap") continue;
      const before = encoder.mirror.slice();
      const { audio, startSample } = op;
      const frame = encoder.encode({ audio, startSample, channels, ...telemetry });
      if (frame === null) continue;
      const first = startSample * channels;
      const end = Math.min(first + audio.length, plain.length);
      for (let i = first; i < end; i++) plain[i]! += plainDelta(audio[i - first]!, before[i]!);
      decoder.apply(frame, exact, channels);
      decoder.apply(frame, wire, channels);
      assert(sameBits(exact, encoder.mirror), "an equal base drifted");
      assert(sameBits(wire, plain), "the wire base does not follow the rule");
    }
  });
}

/** Decodes in every way under {@link CAP_BYTES}, and checks what may come of it. */
function decodeHostile(frame: Uint8Array): void {
  const asked: number[] = [];
  const options = {
    maxBytes: CAP_BYTES,
    decompress: (payload: Uint8Array, bytes: number) => {
      asked.push(bytes);
      const expanded = decompress(payload, bytes);
      assert(expanded.length <= Math.max(1, bytes), "more came out than was asked for");
      return expanded;
    },
  };
  const mirror = new Float32Array(32).fill(0.25);
  const before = mirror.slice();
  let isDecoded = true;
  try {
    const { audio, numSamples, channels } = decodeSliceFrame(frame, options);
    assertEquals(audio.length, numSamples * channels);
    assert(audio.length * 2 <= CAP_BYTES, "a slice over the cap was decoded");
  } catch (error) {
    isDecoded = false;
    assertNamesItsPlace(error, frame.length);
  }
  try {
    new SliceDecoder(options).apply(frame, mirror, 2);
    assert(isDecoded, "applied what cannot be decoded");
  } catch (error) {
    assertNamesItsPlace(error, frame.length);
    assert(sameBits(mirror, before), "a frame that failed changed the mirror");
  }
  assert(asked.every((bytes) => bytes <= CAP_BYTES), "zstd was asked for more than the cap");
}

function assertNamesItsPlace(error: unknown, length: number): void {
  if (!(error instanceof WireError)) throw error;
  assert(error.field !== "" && error.offset >= 0 && error.offset <= Math.max(23, length));
}

function anyBytesAreSafe() {
  const header = fc.record({
    flags: fc.oneof(fc.constantFrom(0, 1), fc.nat(255)),
    startSample: fc.oneof(fc.nat(40), fc.nat(0xffffffff)),
    numSamples: fc.oneof(fc.nat(80), fc.nat(0xffffffff)),
    channels: fc.oneof(fc.constantFrom(1, 2), fc.nat(0xffff)),
    tickMs: fc.constant(0),
    decMs: fc.constant(0),
    numGens: fc.constant(0),
  });
  const bytes = fc.uint8Array({ maxLength: 48 });
  const zstdLike = bytes.map((rest) => Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, ...rest));
  const zeros = fc.nat(700).map((length) => new Uint8Array(length));
  const payloads = fc.oneof(bytes, zstdLike, zeros, zstdBlocks);
  const withHeader = fc.tuple(header, payloads).map(([fields, payload]) => {
    const frame = new Uint8Array(23 + payload.length);
    writeSliceHeader(frame, fields);
    frame.set(payload, 23);
    return frame;
  });
  return fc.property(fc.oneof(bytes, withHeader), decodeHostile);
}

function damagedFramesAreSafe() {
  const story = fc.constantFrom(1, 2).chain((channels) =>
    fc.record({ channels: fc.constant(channels), audio: audioOf(channels, 24) })
  );
  return fc.property(story, damages, ({ channels, audio }, list) => {
    const frame = frameOf(audio, channels);
    if (frame !== null) decodeHostile(damage(frame, list));
  });
}

function decodersAgree() {
  const values = fc.oneof(audioOf(1, 48), fc.nat(200).map((length) => new Float32Array(length)));
  return fc.property(values, (audio) => {
    const frame = frameOf(audio, 1);
    if (frame === null) return;
    const native = decodeSliceFrame(frame);
    const second = decodeSliceFrame(frame, { decompress: (payload) => fzstd(payload) });
    assertEquals(second.audio, native.audio);
  });
}

function rawFramesOverwrite() {
  return fc.property(fc.nat(30), audioOf(2, 14), (startSample, audio) => {
    const numSamples = audio.length / 2;
    const payload = encodeHalfBuffer(audio);
    const frame = new Uint8Array(23 + payload.length);
    writeSliceHeader(frame, {
      flags: FLAG_RAW,
      startSample,
      numSamples,
      channels: 2,
      ...telemetry,
    });
    frame.set(payload, 23);
    const mirror = new Float32Array(48).fill(0.25);
    const expected = mirror.slice();
    const kept = audio.subarray(0, Math.max(0, expected.length - startSample * 2));
    if (kept.length > 0) expected.set(roundTripHalf(kept), startSample * 2);
    const { range } = new SliceDecoder().apply(frame, mirror, 2);
    assertEquals(mirror, expected);
    assertEquals(range, { startSample, frames: kept.length / 2 });
  });
}

/** The codec's properties; `share` is how much of all cases each gets. */
export const CODEC_PROPERTIES: readonly Property[] = [
  {
    name: "encoder and decoder mirrors stay equal over slices, overlaps, wraps, cuts and swaps",
    share: 0.15,
    make: mirrorsStayEqual,
  },
  {
    name: "a wire base drifts from an exact base by the plain rule, and an equal one never",
    share: 0.1,
    make: driftStaysWhatItIs,
  },
  {
    name: "any bytes decode or fail as WireError, and nothing over the cap is made",
    share: 0.25,
    make: anyBytesAreSafe,
  },
  {
    name: "damaged frames decode or fail as WireError, and nothing over the cap is made",
    share: 0.15,
    make: damagedFramesAreSafe,
  },
  { name: "the runtime's zstd and fzstd agree", share: 0.1, make: decodersAgree },
  {
    name: "raw frames overwrite the mirror, cut at its end",
    share: 0.05,
    make: rawFramesOverwrite,
  },
];
