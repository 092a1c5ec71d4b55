/**
 * Inputs for the properties of the slice codec, kept tiny so that a million of them are affordable,
 * and a second, plain implementation to hold against the fast one.
 *
 * @module
 */
import fc from "fast-check";

/** Something that happens to a pair of mirrors. */
export type MirrorOp =
  | { readonly op: "slice"; readonly startSample: number; readonly audio: Float32Array }
  | { readonly op: "wrap"; readonly startSample: number; readonly audio: Float32Array }
  | { readonly op: "swap"; readonly buffer: Float32Array };

/** A source, and what happens to it. */
export interface MirrorStory {
  readonly channels: number;
  readonly source: Float32Array;
  readonly ops: readonly MirrorOp[];
}

/** Values that decide rounding: ties, subnormals, the ends of what a half can hold. */
const PIVOTS = [
  ...[0, -0, 0.5, -0.5, 1, -1, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 1.5, -1.5],
  ...[2 ** -24, -(2 ** -24), 2 ** -25, -(2 ** -25), 3 * 2 ** -25, 2 ** -26, 2 ** -14, 2 ** -149],
  ...[65504, -65504, 65519, 65520, -65520, 1e30, NaN, Infinity, -Infinity],
].map(Math.fround);

/** Mostly audio, now and then a value on an edge, rarely one that must be refused. */
const sample: fc.Arbitrary<number> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -40000, max: 40000 }).map((n) => n / 32768) },
  { weight: 1, arbitrary: fc.integer({ min: -9, max: 9 }).map((n) => n * 2 ** -26) },
  { weight: 1, arbitrary: fc.nat(PIVOTS.length - 10).map((i) => PIVOTS[i]!) },
);
const anySample = fc.oneof(
  { weight: 60, arbitrary: sample },
  { weight: 1, arbitrary: fc.nat(PIVOTS.length - 1).map((i) => PIVOTS[i]!) },
);

/** Interleaved audio of whole frames. */
export function audioOf(
  channels: number,
  maxFrames: number,
  value: fc.Arbitrary<number> = anySample,
): fc.Arbitrary<Float32Array<ArrayBuffer>> {
  return fc.array(value, { maxLength: maxFrames * channels }).map((values) =>
    Float32Array.from(values.slice(0, values.length - values.length % channels))
  );
}

function opOf(channels: number): fc.Arbitrary<MirrorOp> {
  const window = { startSample: fc.nat(26), audio: audioOf(channels, 14) };
  return fc.oneof(
    { weight: 5, arbitrary: fc.record({ op: fc.constant("slice" as const), ...window }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constant("wrap" as const), ...window }) },
    {
      weight: 1,
      arbitrary: audioOf(channels, 24, sample).map((buffer) => ({ op: "swap" as const, buffer })),
    },
  );
}

/** A source of up to 24 frames, and up to five slices, wraps and swaps. */
export const mirrorStory: fc.Arbitrary<MirrorStory> = fc.constantFrom(1, 2).chain((channels) =>
  fc.record({
    channels: fc.constant(channels),
    source: audioOf(channels, 24, sample),
    ops: fc.array(opOf(channels), { maxLength: 5 }),
  })
);

/** Windows as they go over the wire: one over the loop point is sent as its tail and its head. */
export function windowsOf(
  { op, startSample, audio }: Exclude<MirrorOp, { op: "swap" }>,
  channels: number,
  mirrorFrames: number,
): { startSample: number; audio: Float32Array }[] {
  const room = (mirrorFrames - startSample) * channels;
  if (op === "slice" || room <= 0 || room >= audio.length) return [{ startSample, audio }];
  return [
    { startSample, audio: audio.subarray(0, room) },
    { startSample: 0, audio: audio.subarray(room) },
  ];
}

const half = new DataView(new ArrayBuffer(2));

/** The codec's arithmetic in its plainest form: what one value's delta is, widened again. */
export function plainDelta(audio: number, mirror: number): number {
  half.setFloat16(0, Math.fround(audio - mirror));
  return half.getFloat16(0);
}

/**
 * zstd frames whose blocks need no compressor: a byte repeated, or bytes as they are. The stated
 * sizes are right or wrong, modest or enormous.
 */
export const zstdBlocks: fc.Arbitrary<Uint8Array> = fc.record({
  /** -1 states none, and a window of 1 KiB instead. */
  contentBytes: fc.oneof(fc.constant(-1), fc.nat(320), fc.nat(0xffffffff)),
  blocks: fc.array(
    fc.record({ isRepeat: fc.boolean(), size: fc.oneof(fc.nat(40), fc.nat(0x1fffff)) }),
    { minLength: 1, maxLength: 3 },
  ),
}).map(({ contentBytes, blocks }) => {
  const size = [contentBytes, contentBytes >>> 8, contentBytes >>> 16, contentBytes >>> 24];
  const head = contentBytes < 0 ? [0x00, 0x00] : [0xa0, ...size];
  const body = blocks.flatMap(({ isRepeat, size }, i) => {
    const last = i === blocks.length - 1 ? 1 : 0;
    const header = size << 3 | (isRepeat ? 2 : 0) | last;
    const stored: number[] = Array(isRepeat ? 1 : Math.min(size, 40)).fill(i + 1);
    return [header, header >>> 8, header >>> 16, ...stored];
  });
  return Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, ...head, ...body);
});

/** How a frame was damaged on its way. */
export type Damage =
  | { readonly kind: "set"; readonly at: number; readonly byte: number }
  | { readonly kind: "cut"; readonly at: number }
  | { readonly kind: "insert"; readonly at: number; readonly byte: number };

const place = fc.oneof(fc.nat(32), fc.nat(80));
const byte = fc.nat(255);

/** Up to four damages. */
export const damages: fc.Arbitrary<Damage[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("set" as const), at: place, byte }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("cut" as const), at: place }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("insert" as const), at: place, byte }) },
  ),
  { minLength: 1, maxLength: 4 },
);

/** The frame as it arrives. */
export function damage(frame: Uint8Array, list: readonly Damage[]): Uint8Array {
  let bytes = [...frame];
  for (const { at, ...what } of list) {
    const index = bytes.length === 0 ? 0 : at % bytes.length;
    if (what.kind === "cut") bytes = bytes.slice(0, index);
    else bytes.splice(index, what.kind === "set" ? 1 : 0, what.byte);
  }
  return Uint8Array.from(bytes);
}
