import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { decompress as fzstd } from "fzstd";
import { encodeHalfBuffer, roundTripHalf } from "./half_buffer.ts";
import { applySlice, decodeSliceFrame, SliceDecoder } from "./slice.ts";
import { SliceEncoder } from "./slice_encoder.ts";
import { readSliceHeader } from "./slice_header.ts";

const FOLDER = new URL("../fixtures/slice-golden/", import.meta.url);

interface FileEntry {
  readonly file: string;
  readonly sha256: string;
}

interface Step {
  readonly op: "encode" | "replace_mirror" | "decode_raw";
  readonly audio_ready?: {
    readonly start_sample: number;
    readonly channels: number;
    readonly tick_ms: number;
    readonly dec_ms: number;
    readonly num_gens: number;
    readonly audio: FileEntry;
  };
  readonly buffer?: FileEntry;
  readonly frame?:
    | FileEntry & {
      readonly header_hex: string;
      readonly flags: number;
      readonly start_sample: number;
      readonly num_samples: number;
      readonly channels: number;
      readonly tick_ms_f32: number;
      readonly dec_ms_f32: number;
      readonly num_gens: number;
      readonly payload_f16_sha256: string;
    }
    | null;
  readonly mirror_after_sha256: string;
}

interface Case {
  readonly id: string;
  readonly title: string;
  readonly channels: number;
  readonly initial: FileEntry;
  readonly steps: readonly Step[];
  readonly final: FileEntry;
  readonly initial_wire_f16?: FileEntry;
  readonly final_from_wire_base?: FileEntry;
  readonly wire_base_matches?: boolean;
}

function sha256(data: Uint8Array | Float32Array): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return createHash("sha256").update(bytes).digest("hex");
}

/** Reads a file of a case, and checks that it is the recorded one. */
function read(golden: Case, { file, sha256: expected }: FileEntry): Uint8Array<ArrayBuffer> {
  const bytes = Deno.readFileSync(new URL(`${golden.id}/${file}`, FOLDER));
  assertEquals(sha256(bytes), expected, `${golden.id}/${file} is not what was recorded`);
  return bytes;
}

function readF32(golden: Case, entry: FileEntry): Float32Array<ArrayBuffer> {
  return new Float32Array(read(golden, entry).buffer);
}

function hex(bytes: Uint8Array): string {
  return bytes.toHex();
}

const CASES: readonly Case[] = [...Deno.readDirSync(FOLDER)]
  .filter(({ isDirectory }) => isDirectory)
  .map(({ name }) => JSON.parse(Deno.readTextFileSync(new URL(`${name}/case.json`, FOLDER))))
  .sort((a: Case, b: Case) => a.id < b.id ? -1 : 1);

Deno.test("all fifteen golden cases are there", () => {
  assertEquals(CASES.length, 15);
});

for (const golden of CASES) {
  Deno.test(`the encoder makes golden case ${golden.id} bit for bit`, () => encodeCase(golden));
  Deno.test(`both decoders follow golden case ${golden.id} bit for bit`, () => decodeCase(golden));
}

function encodeCase(golden: Case): void {
  const encoder = new SliceEncoder(readF32(golden, golden.initial), golden);
  for (const { op, audio_ready, buffer, frame, mirror_after_sha256 } of golden.steps) {
    if (op === "decode_raw") return; // such frames are none of the encoder's
    if (op === "replace_mirror") encoder.replaceMirror(readF32(golden, buffer!));
    else {
      const ready = audio_ready!;
      const made = encoder.encode({
        audio: readF32(golden, ready.audio),
        startSample: ready.start_sample,
        channels: ready.channels,
        tickMs: ready.tick_ms,
        decMs: ready.dec_ms,
        numGens: ready.num_gens,
      });
      assertEquals(made === null, frame === null);
      if (made && frame) {
        assertEquals(hex(made.subarray(0, 23)), frame.header_hex);
        assertEquals(sha256(fzstd(made.subarray(23))), frame.payload_f16_sha256);
      }
    }
    assertEquals(sha256(encoder.mirror), mirror_after_sha256);
  }
  assertEquals(sha256(encoder.mirror), golden.final.sha256);
  assertEquals(encoder.refused, 0);
}

function decodeCase(golden: Case): void {
  const initial = readF32(golden, golden.initial);
  const exact = playBack(golden, initial, (mirror, step) => {
    assertEquals(sha256(mirror), step.mirror_after_sha256);
  });
  assertEquals(sha256(exact), golden.final.sha256);
  if (!golden.initial_wire_f16 || !golden.final_from_wire_base) return;

  const wire = encodeHalfBuffer(initial);
  if (golden.wire_base_matches === false) {
    assertEquals(sha256(wire), golden.initial_wire_f16.sha256);
  }
  const fromWire = playBack(golden, roundTripHalf(initial), () => {});
  assertEquals(sha256(fromWire), golden.final_from_wire_base.sha256);
  assertEquals(sha256(fromWire) === sha256(exact), golden.wire_base_matches);
}

/** Plays the frames twice, with each zstd and each way of applying; returns the mirror. */
function playBack(
  golden: Case,
  initial: Float32Array,
  check: (mirror: Float32Array, step: Step) => void,
): Float32Array {
  const { channels } = golden;
  const decoder = new SliceDecoder();
  let mirror = initial.slice();
  let second = initial.slice();
  for (const step of golden.steps) {
    if (step.op === "replace_mirror") {
      mirror = readF32(golden, step.buffer!);
      second = mirror.slice();
    } else if (step.frame) {
      const frame = read(golden, step.frame);
      assertEquals(readSliceHeader(frame), {
        flags: step.frame.flags,
        startSample: step.frame.start_sample,
        numSamples: step.frame.num_samples,
        channels: step.frame.channels,
        tickMs: step.frame.tick_ms_f32,
        decMs: step.frame.dec_ms_f32,
        numGens: step.frame.num_gens,
      });
      decoder.apply(frame, mirror, channels);
      const slice = decodeSliceFrame(frame, { decompress: (payload) => fzstd(payload) });
      applySlice(second, slice, { channels });
    }
    check(mirror, step);
    assert(sha256(second) === sha256(mirror), "fzstd and the runtime's zstd disagree");
  }
  return mirror;
}
