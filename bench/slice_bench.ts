/**
 * The slice codec on music, part by part, with `fzstd` as the other decoder. Each turn handles the
 * next window of 0.36 s, 60 ms further on, as sessions do; every lap the sound changes, so that the
 * differences are those of a session whose knobs move.
 */
import { decompress as fzstd } from "fzstd";
import { synthSource } from "../fixtures/mod.ts";
import { roundTripHalf } from "../wire/half_buffer.ts";
import { applySlice, decodeSliceFrame, SliceDecoder } from "../wire/slice.ts";
import { SliceEncoder } from "../wire/slice_encoder.ts";

const WINDOW = 17280;
const HOP = 2880;
const CHANNELS = 2;
const { audio: music, frames } = synthSource({ seconds: 10 });
const windowCount = Math.floor((frames - WINDOW) / HOP);

/** The windows of one lap, a mix of the music with itself `delayFrames` later. */
function lap(delayFrames: number): Float32Array[] {
  const mixed = music.map((value, i) =>
    0.7 * value + 0.3 * music[(i + delayFrames * CHANNELS) % music.length]!
  );
  return Array.from(
    { length: windowCount },
    (_, i) => mixed.slice(i * HOP * CHANNELS, (i * HOP + WINDOW) * CHANNELS),
  );
}

const windows = [...lap(12000), ...lap(31000)];

/** Encodes one window after the other. */
function encoding(level: number): () => Uint8Array {
  const encoder = new SliceEncoder(roundTripHalf(music), { channels: CHANNELS, level });
  let turn = 0;
  return () => {
    const audio = windows[turn++ % windows.length]!;
    const startSample = ((turn - 1) % windowCount) * HOP;
    const facts = { channels: CHANNELS, tickMs: 40, decMs: 9, numGens: turn };
    return encoder.encode({ audio, startSample, ...facts })!;
  };
}

/** Decodes and applies the frames of one turn through all windows. */
function decoding(level: number, decoder: SliceDecoder): () => void {
  const encode = encoding(level);
  const frameList = windows.map(() => encode());
  const mirror = roundTripHalf(music);
  let turn = 0;
  return () => {
    decoder.apply(frameList[turn++ % frameList.length]!, mirror, CHANNELS);
  };
}

const native = new SliceDecoder();
const peer = new SliceDecoder({
  decompress: (payload, bytes) => fzstd(payload, new Uint8Array(bytes)),
});

/** A bench that calls `work` and drops what it gives. */
function bench(name: string, group: string, work: () => unknown): void {
  Deno.bench(name, { group }, () => void work());
}

bench("encode, level 1 (live)", "encode", encoding(1));
bench("encode, level -1000 (simulated)", "encode", encoding(-1000));
bench("decode and apply, level 1", "decode", decoding(1, native));
bench("decode and apply, level 1, fzstd", "decode", decoding(1, peer));
bench("decode and apply, level -1000", "decode", decoding(-1000, native));

const slice = decodeSliceFrame(encoding(1)());
const mirror = new Float32Array(music.length);
bench("apply a slice that is decoded", "apply", () => applySlice(mirror, slice));
