/**
 * Frames between a server and its terminal host: a length of four bytes (little-endian, of what
 * follows), a kind, and the rest. Messages are JSON; output and input are bytes behind a short head.
 *
 * @module
 */
import { HeadwayError } from "../../runtime/mod.ts";

/** Longest frame, bytes. A snapshot may be a megabyte of text, which JSON writes in up to six. */
export const MAX_FRAME_BYTES = 8 * 2 ** 20;
const LENGTH_BYTES = 4;
const KIND = { message: 0, output: 1, input: 2 } as const;
const OUTPUT_HEAD = 12;
const INPUT_HEAD = 40;
const ID_BYTES = 36;

/** What one frame says. */
export type Frame =
  /** See `pty_messages.ts`. */
  | { readonly kind: "message"; readonly value: unknown }
  /** To a subscription. */
  | {
    readonly kind: "output";
    readonly sub: number;
    readonly seq: number;
    readonly bytes: Uint8Array;
  }
  /** To be typed; answered as call `call`. */
  | {
    readonly kind: "input";
    readonly call: number;
    readonly id: string;
    readonly bytes: Uint8Array;
  };

/** What came is no frame. Nothing after it can be understood. */
export class FrameError extends HeadwayError {
  override readonly name = "FrameError";
}

const encoder = new TextEncoder();

/** A frame as bytes. @throws {FrameError} if it is too long. */
export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  switch (frame.kind) {
    case "message":
      return framed(KIND.message, 0, encoder.encode(JSON.stringify(frame.value))).all;
    case "output": {
      const { all, view } = framed(KIND.output, OUTPUT_HEAD, frame.bytes);
      view.setUint32(0, frame.sub, true);
      view.setFloat64(4, frame.seq, true);
      return all;
    }
    case "input": {
      const { all, view } = framed(KIND.input, INPUT_HEAD, frame.bytes);
      view.setUint32(0, frame.call, true);
      encoder.encodeInto(frame.id, new Uint8Array(all.buffer, view.byteOffset + 4, ID_BYTES));
      return all;
    }
  }
}

function framed(kind: number, headBytes: number, body: Uint8Array) {
  const length = 1 + headBytes + body.length;
  if (length > MAX_FRAME_BYTES) {
    throw new FrameError(`a frame of ${length} bytes is too long; at most ${MAX_FRAME_BYTES}`);
  }
  const all = new Uint8Array(LENGTH_BYTES + length);
  new DataView(all.buffer).setUint32(0, length, true);
  all[LENGTH_BYTES] = kind;
  all.set(body, LENGTH_BYTES + 1 + headBytes);
  return { all, view: new DataView(all.buffer, LENGTH_BYTES + 1, headBytes) };
}

/** Finds frames in pieces of a stream, wherever they were cut. */
export class FrameReader {
  #parts: Uint8Array[] = [];
  #held = 0;
  #wanted: number | null = null;

  /**
   * The frames that are whole with this piece.
   *
   * @throws {FrameError} if something is no frame; then nothing more may be read.
   */
  push(piece: Uint8Array): Frame[] {
    this.#parts.push(piece);
    this.#held += piece.length;
    const frames: Frame[] = [];
    for (;;) {
      if (this.#wanted === null) {
        if (this.#held < LENGTH_BYTES) return frames;
        const head = this.#take(LENGTH_BYTES);
        this.#wanted = new DataView(head.buffer, head.byteOffset).getUint32(0, true);
        if (this.#wanted < 1 || this.#wanted > MAX_FRAME_BYTES) {
          throw new FrameError(
            `a frame says that it has ${this.#wanted} bytes; expected 1 to ${MAX_FRAME_BYTES}`,
          );
        }
      }
      if (this.#held < this.#wanted) return frames;
      frames.push(decode(this.#take(this.#wanted)));
      this.#wanted = null;
    }
  }

  #take(length: number): Uint8Array {
    this.#held -= length;
    const [first] = this.#parts;
    if (first !== undefined && first.length >= length) {
      if (first.length === length) this.#parts.shift();
      else this.#parts[0] = first.subarray(length);
      return first.subarray(0, length);
    }
    const all = new Uint8Array(length);
    let at = 0;
    while (at < length) {
      const part = this.#parts[0]!;
      const taken = Math.min(part.length, length - at);
      all.set(part.subarray(0, taken), at);
      at += taken;
      if (taken === part.length) this.#parts.shift();
      else this.#parts[0] = part.subarray(taken);
    }
    return all;
  }
}

function decode(bytes: Uint8Array): Frame {
  const [kind] = bytes;
  const body = bytes.subarray(1);
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  switch (kind) {
    case KIND.message:
      return { kind: "message", value: parsed(body) };
    case KIND.output:
      checkHead(body, OUTPUT_HEAD);
      return {
        kind: "output",
        sub: view.getUint32(0, true),
        seq: view.getFloat64(4, true),
        bytes: body.subarray(OUTPUT_HEAD),
      };
    case KIND.input:
      checkHead(body, INPUT_HEAD);
      return {
        kind: "input",
        call: view.getUint32(0, true),
        id: new TextDecoder().decode(body.subarray(4, INPUT_HEAD)),
        bytes: body.subarray(INPUT_HEAD),
      };
    default:
      throw new FrameError(`a frame has kind ${kind}; expected 0, 1 or 2`);
  }
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new FrameError("a frame's message is no JSON");
  }
}

function checkHead(body: Uint8Array, headBytes: number): void {
  if (body.length < headBytes) {
    throw new FrameError(
      `a frame of ${body.length} bytes is shorter than its head of ${headBytes}`,
    );
  }
}
