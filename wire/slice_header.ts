import { MAX_CHANNELS, SLICE_HEADER_BYTES } from "./constants.ts";
import { WireError } from "./errors.ts";

/** Flag of a slice whose halves overwrite the mirror. */
export const FLAG_RAW = 0;

/** Flag of a slice whose halves are compressed, and are added to the mirror. */
export const FLAG_DELTA = 1;

/** The first 23 bytes of a slice frame. */
export interface SliceHeader {
  /** {@link FLAG_RAW} or {@link FLAG_DELTA}. */
  readonly flags: number;
  /** First frame of the slice in the circular buffer. */
  readonly startSample: number;
  /** Length in samples per channel. */
  readonly numSamples: number;
  /** 1 or 2. */
  readonly channels: number;
  /** Time of the generator step, ms. */
  readonly tickMs: number;
  /** Time of decoding the window, ms. */
  readonly decMs: number;
  /** Generations so far. */
  readonly numGens: number;
}

/**
 * Reads the header of a slice frame; the payload is not looked at.
 *
 * @throws {WireError} if the frame is shorter than a header, or if flags or channels are none that
 * the protocol has.
 */
export function readSliceHeader(frame: Uint8Array): SliceHeader {
  if (frame.length < SLICE_HEADER_BYTES) {
    throw new WireError(
      `slice frame is ${frame.length} bytes, shorter than its ${SLICE_HEADER_BYTES}-byte header ` +
        `(offset 0)`,
      { field: "header", offset: 0 },
    );
  }
  const view = new DataView(frame.buffer, frame.byteOffset, SLICE_HEADER_BYTES);
  const flags = view.getUint8(0);
  if (flags !== FLAG_RAW && flags !== FLAG_DELTA) {
    throw new WireError(`slice flags are ${flags}, expected 0 or 1 (offset 0)`, {
      field: "flags",
      offset: 0,
    });
  }
  const channels = view.getUint16(9, true);
  if (channels < 1 || channels > MAX_CHANNELS) {
    throw new WireError(`slice has ${channels} channels, expected 1 or 2 (offset 9)`, {
      field: "channels",
      offset: 9,
    });
  }
  return {
    flags,
    startSample: view.getUint32(1, true),
    numSamples: view.getUint32(5, true),
    channels,
    tickMs: view.getFloat32(11, true),
    decMs: view.getFloat32(15, true),
    numGens: view.getUint32(19, true),
  };
}

/** Writes a header into the first 23 bytes of `frame`. */
export function writeSliceHeader(frame: Uint8Array, header: SliceHeader): void {
  const view = new DataView(frame.buffer, frame.byteOffset, SLICE_HEADER_BYTES);
  view.setUint8(0, header.flags);
  view.setUint32(1, header.startSample, true);
  view.setUint32(5, header.numSamples, true);
  view.setUint16(9, header.channels, true);
  view.setFloat32(11, header.tickMs, true);
  view.setFloat32(15, header.decMs, true);
  view.setUint32(19, header.numGens, true);
}
