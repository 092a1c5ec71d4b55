/**
 * What is in the frames: bodies to bytes, and back.
 *
 * Sources are not copied: a frame is a list of parts to write one after another, and the samples are
 * a view of the clip.
 *
 * @module
 */
import type { AudioClip, ControlState, NamedClip, StemMode } from "../engine.ts";
import { FrameError, frameHead } from "./frames.ts";
import {
  ENGINE_PROTOCOL,
  type EngineHello,
  engineHelloSchema,
  FRAME_HEAD_BYTES,
  FROM_ENGINE,
  TO_ENGINE,
  WINDOW_HEAD_BYTES,
} from "./protocol.ts";

/** A whole frame, as parts to be written in this order. */
export type FrameParts = readonly Uint8Array[];

const utf8 = new TextEncoder();
const text = new TextDecoder();

/** The server's first frame. */
export function helloFrame(sampleRate: number): FrameParts {
  return frame(TO_ENGINE.hello, json({ protocol: ENGINE_PROTOCOL, sample_rate: sampleRate }));
}

/** The source that the next windows belong to. */
export function loadFrame(clip: AudioClip, stemMode: StemMode): FrameParts {
  const { channels, frames } = clip;
  return audioFrame(TO_ENGINE.load, { channels, frames, stem_mode: stemMode }, clip);
}

/** A timbre or structure reference, under the number that states name it by. */
export function clipFrame(id: number, clip: NamedClip): FrameParts {
  const { name, channels, frames } = clip;
  return audioFrame(TO_ENGINE.clip, { clip: id, name, channels, frames }, clip);
}

/** The controls of the next windows. `clipId` gives the number of a clip that was sent. */
export function stateFrame(state: ControlState, clipId: (clip: NamedClip) => number): FrameParts {
  const { timbre, structure } = state;
  return frame(
    TO_ENGINE.state,
    json({
      knobs: state.knobs,
      prompt: state.prompt,
      prompt_b: state.promptB,
      prompt_blend: state.promptBlend,
      loras: state.loras,
      timbre: timbre === null
        ? null
        : { clip: clipId(timbre), name: timbre.name, strength: state.timbreStrength },
      structure: structure === null ? null : { clip: clipId(structure), name: structure.name },
    }),
  );
}

/** A window to make. */
export function renderFrame(request: number, startSample: number, frames: number): FrameParts {
  return frame(
    TO_ENGINE.render,
    new Uint8Array(Uint32Array.of(request, startSample, frames).buffer),
  );
}

/** The end, in good order. */
export function byeFrame(): FrameParts {
  return frame(TO_ENGINE.bye, new Uint8Array(0));
}

/** The body of an engine's hello. Throws {@link FrameError} for anything else. */
export function readHello(body: Uint8Array, offset: number): EngineHello {
  let value: unknown;
  try {
    value = JSON.parse(text.decode(body));
  } catch {
    throw new FrameError("hello is not JSON", "hello", offset);
  }
  const parsed = engineHelloSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const field = ["hello", ...issue.path.map(String)].join(".");
  throw new FrameError(`${field}: ${issue.message}`, field, offset);
}

/** A window as it came. */
export interface WindowBody {
  readonly request: number;
  readonly tickMs: number;
  readonly decMs: number;
  /** Interleaved; a view of the body. */
  readonly samples: Float32Array;
}

/** The body of a window. Throws {@link FrameError} if it cannot be one; sizes are not compared. */
export function readWindow(body: Uint8Array, offset: number): WindowBody {
  const sampleBytes = body.length - WINDOW_HEAD_BYTES;
  if (sampleBytes < 0 || sampleBytes % 4 !== 0) {
    throw new FrameError(
      `window is ${body.length} bytes long, expected ${WINDOW_HEAD_BYTES} and 4 for each sample`,
      "length",
      offset,
      FROM_ENGINE.window,
    );
  }
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  return {
    request: view.getUint32(0, true),
    tickMs: milliseconds(view.getFloat32(4, true), "tick_ms", offset),
    decMs: milliseconds(view.getFloat32(8, true), "dec_ms", offset),
    samples: new Float32Array(body.buffer, body.byteOffset + WINDOW_HEAD_BYTES, sampleBytes / 4),
  };
}

/** The body of a refusal: which request (0 for the source), and why. Throws {@link FrameError}. */
export function readFailed(
  body: Uint8Array,
  offset: number,
): { readonly request: number; readonly reason: string } {
  if (body.length < 4) {
    throw new FrameError(
      `failed is ${body.length} bytes long, expected the request (4 bytes) and a text`,
      "length",
      offset,
    );
  }
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  return { request: view.getUint32(0, true), reason: readText(body.subarray(4)) };
}

/** UTF-8, with replacement characters for what is none. */
export function readText(body: Uint8Array): string {
  return text.decode(body);
}

function milliseconds(value: number, field: string, offset: number): number {
  if (value >= 0 && value < Infinity) return value;
  throw new FrameError(`${field} is ${value}, expected milliseconds of at least 0`, field, offset);
}

function json(value: unknown): Uint8Array {
  return utf8.encode(JSON.stringify(value));
}

/** A small frame in one part: one write. */
function frame(kind: number, body: Uint8Array): FrameParts {
  const whole = new Uint8Array(FRAME_HEAD_BYTES + body.length);
  whole.set(frameHead(kind, body.length));
  whole.set(body, FRAME_HEAD_BYTES);
  return [whole];
}

/** u32 length of the JSON, JSON padded with spaces to a multiple of 4, samples as they are. */
function audioFrame(kind: number, header: object, { audio }: AudioClip): FrameParts {
  const plain = JSON.stringify(header);
  const encoded = utf8.encode(plain + " ".repeat(-utf8.encode(plain).length & 3));
  const lead = new Uint8Array(4 + encoded.length);
  new DataView(lead.buffer).setUint32(0, encoded.length, true);
  lead.set(encoded, 4);
  const samples = new Uint8Array(audio.buffer, audio.byteOffset, audio.byteLength);
  return [frameHead(kind, lead.length + samples.length), lead, samples];
}
