/**
 * Whether client and server hold the same buffer, told by checksums on both sides.
 *
 * The server's mirror runs ahead of the client's by what is under way, so the two can only be
 * compared at the same slice. Each side leaves a checksum for each slice (and for each whole buffer),
 * in order; the two sequences are compared pair by pair, whichever side is there first.
 *
 * @module
 */
import { crc32 } from "node:zlib";

/** What one side says of its mirror after one slice or one whole buffer. */
export interface MirrorMark {
  /** Id of the session; a reconnected client has another one. */
  readonly session: string;
  readonly kind: "slice" | "buffer";
  /** Source epoch. */
  readonly epoch: number;
  /** Range of frames that the checksum covers. */
  readonly startSample: number;
  readonly frames: number;
  /** CRC-32 of the range's f32 bytes; null where a frame could not be decoded. */
  readonly crc: number | null;
}

/** Makes the mark of frames `[startSample, startSample + frames)` of an interleaved f32 buffer. */
export function mirrorMark(
  mirror: Float32Array,
  channels: number,
  range: Omit<MirrorMark, "crc">,
): MirrorMark {
  const offset = mirror.byteOffset + range.startSample * channels * 4;
  const bytes = new Uint8Array(mirror.buffer, offset, range.frames * channels * 4);
  return { ...range, crc: crc32(bytes) };
}

/** Most marks that wait for their counterpart. */
const MAX_WAITING = 100_000;

/** Compares the two sides of one run. */
export class MirrorWitness {
  #session: string | null = null;
  #server: MirrorMark[] = [];
  #client: MirrorMark[] = [];
  #checkedSlices = 0;
  #compared = 0;
  #mismatches = 0;

  /** How many slices were compared. */
  get checkedSlices(): number {
    return this.#checkedSlices;
  }

  /** Whether all comparisons came out equal; null before the first. */
  get identical(): boolean | null {
    return this.#compared === 0 ? null : this.#mismatches === 0;
  }

  /** Whether each mark of the present session has met its counterpart. */
  get isQuiet(): boolean {
    return this.#server.length === 0 && this.#client.length === 0;
  }

  /** The client has a new session: what was under way in the old one will never arrive. */
  begin(session: string): void {
    this.#session = session;
    this.#server = this.#server.filter((mark) => mark.session === session);
    this.#client = [];
  }

  /** The server sent a slice or a whole buffer. */
  onServer(mark: MirrorMark): void {
    this.#server.push(mark);
    if (this.#server.length > MAX_WAITING) this.#server.shift();
    this.#match();
  }

  /** The client applied a slice or took a whole buffer over. */
  onClient(mark: MirrorMark): void {
    this.#client.push(mark);
    if (this.#client.length > MAX_WAITING) this.#client.shift();
    this.#match();
  }

  /** Whole mirrors, at a moment when nothing is under way. */
  compareWhole(client: number, server: number): void {
    this.#compared++;
    if (client !== server) this.#mismatches++;
  }

  #match(): void {
    while (this.#client.length > 0 && this.#server.length > 0) {
      const server = this.#server.shift()!;
      if (server.session !== this.#session) continue;
      const client = this.#client.shift()!;
      this.#compared++;
      if (client.kind === "slice") this.#checkedSlices++;
      const isEqual = client.kind === server.kind && client.epoch === server.epoch &&
        client.startSample === server.startSample && client.frames === server.frames &&
        client.crc === server.crc;
      if (!isEqual) this.#mismatches++;
    }
  }
}

/** CRC-32 of a whole mirror. */
export function wholeMirrorCrc(mirror: Float32Array): number {
  return crc32(new Uint8Array(mirror.buffer, mirror.byteOffset, mirror.byteLength));
}
