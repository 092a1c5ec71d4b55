import { crc32 } from "node:zlib";
import { SLICE_HEADER_BYTES } from "../../wire/constants.ts";
import type { CellSlice } from "../../wire/connection.ts";
import { decodeHalfBuffer } from "../../wire/half_buffer.ts";
import { SliceDecoder } from "../../wire/slice.ts";
import type { SliceHeader } from "../../wire/slice_header.ts";
import { decompress } from "../../wire/zstd.ts";
import { framesToDump, type PlayedAudio } from "../recorder.ts";

/** What became of one slice. */
export interface AppliedFrame {
  readonly header: Omit<SliceHeader, "flags">;
  /** Frames that were written. */
  readonly frames: number;
  /** CRC-32 of the payload after decompression; null where it was not asked for or there is none. */
  readonly payloadCrc: number | null;
}

/**
 * The client's copy of the circular buffer. At timing fidelity it has no samples, only its shape.
 */
export class Mirror {
  readonly #wantsCrc: boolean;
  readonly #decoder: SliceDecoder;
  #payload: Uint8Array = new Uint8Array(0);
  #audio: Float32Array | null = null;
  #channels = 1;
  #frames = 0;
  #epoch = 0;

  /** An empty mirror. */
  constructor(options: { wantsCrc: boolean }) {
    this.#wantsCrc = options.wantsCrc;
    this.#decoder = new SliceDecoder({
      decompress: (payload, bytes) => this.#payload = decompress(payload, bytes),
    });
  }

  /** Interleaved samples; null at timing fidelity and before the first buffer. */
  get audio(): Float32Array | null {
    return this.#audio;
  }

  /** 1 or 2. */
  get channels(): number {
    return this.#channels;
  }

  /** Samples per channel; 0 before the first buffer. */
  get frames(): number {
    return this.#frames;
  }

  /** Source epoch: 0 at a session's start, one more with each swap. */
  get epoch(): number {
    return this.#epoch;
  }

  /**
   * Takes a whole buffer of interleaved f16; nothing of the old one is kept.
   *
   * @throws {WireError} if it is no such buffer; the old one then stays.
   */
  takeHalves(data: Uint8Array, channels: number, epoch: number): void {
    const audio = decodeHalfBuffer(data);
    this.#audio = audio;
    this.#shape(Math.floor(audio.length / channels), channels, epoch);
  }

  /** Takes the shape of a whole buffer. */
  takeShape(frames: number, channels: number, epoch: number): void {
    this.#audio = null;
    this.#shape(frames, channels, epoch);
  }

  /**
   * Applies a slice frame.
   *
   * @throws {WireError} if it cannot be decoded; the mirror is then untouched.
   */
  applyFrame(frame: Uint8Array): AppliedFrame {
    this.#payload = frame.subarray(SLICE_HEADER_BYTES);
    const audio = this.#audio ?? new Float32Array(0);
    const { header, range } = this.#decoder.apply(frame, audio, this.#channels);
    const payloadCrc = this.#wantsCrc ? crc32(this.#payload) : null;
    return { header, frames: range.frames, payloadCrc };
  }

  /** Applies a slice without samples. */
  applyCells(slice: CellSlice): AppliedFrame {
    const frames = Math.max(0, Math.min(slice.numSamples, this.#frames - slice.startSample));
    return { header: slice, frames, payloadCrc: null };
  }

  #shape(frames: number, channels: number, epoch: number): void {
    this.#frames = frames;
    this.#channels = channels;
    this.#epoch = epoch;
  }
}

/**
 * The end of a mirror, or all of it.
 *
 * @param lastS Seconds from its end, above 0; default everything.
 * @throws {UsageError} if `lastS` is not above 0.
 */
export function dumpMirror(mirror: Mirror, lastS?: number): PlayedAudio {
  const { audio, channels } = mirror;
  const frames = framesToDump(mirror.frames, lastS);
  const samples = audio?.slice((mirror.frames - frames) * channels) ?? new Float32Array(0);
  return { audio: samples, channels, frames };
}
