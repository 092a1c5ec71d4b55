/**
 * The slice codec: encode, and decode with apply, at the level of live sessions, on music and on audio
 * that does not change; beside `fzstd`, and beside the same work in Python.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import { decompress as fzstd } from "fzstd";
import { errorMessage, HeadwayError } from "../../runtime/errors.ts";
import { type Decompress, DEFAULT_ZSTD_LEVEL } from "../../wire/zstd.ts";
import { Child } from "../child.ts";
import { Decoding, Encoding, secondsEach } from "../codec_work.ts";
import type { Figure, PartOptions, PartResult } from "../figures.ts";
import {
  changingWindows,
  musicMirror,
  type MusicWindow,
  unchangedWindows,
} from "../music_windows.ts";
import { Rounds } from "../rounds.ts";

const ROUNDS = 31;
/** Calls a round: a few dozen milliseconds of each kind. */
const COUNT = 48;
/** `fzstd` takes ten times as long. */
const FZSTD_COUNT = 8;
const FZSTD = "fzstd";
const PYTHON = "numpy + zstandard";
const PEER = new URL("../peer/slice_peer.py", import.meta.url);

const withFzstd: Decompress = (payload, bytes) => fzstd(payload, new Uint8Array(bytes));

/** One kind of audio, and everything that handles it. */
interface Kind {
  readonly name: string;
  readonly windows: readonly MusicWindow[];
  readonly frames: readonly Uint8Array[];
  readonly encoding: Encoding;
  readonly decoding: Decoding;
  readonly fzstd: Decoding;
}

/** Measures the codec. */
export async function slicePart({ python, say }: PartOptions): Promise<PartResult> {
  const kinds = [kindOf("music", changingWindows()), kindOf("unchanged audio", unchangedWindows())];
  const notes: string[] = [];
  await using peer = await openPeer(python, kinds).catch((error) => {
    notes.push(`slice: not compared with Python: ${errorMessage(error)}`);
    return null;
  });
  const rounds = new Rounds("slice");
  for (let i = -2; i < ROUNDS; i++) {
    say(`round ${Math.max(0, i + 1)} of ${ROUNDS}`);
    // The first rounds warm up; they are measured like all others, and forgotten.
    const into = i < 0 ? new Rounds("warm-up") : rounds;
    for (const kind of kinds) await playRound(kind, peer, into);
  }
  return { figures: kinds.flatMap(({ name }) => figuresOf(name, rounds, peer !== null)), notes };
}

function kindOf(name: string, windows: readonly MusicWindow[]): Kind {
  const frames = new Encoding(windows, DEFAULT_ZSTD_LEVEL).lap();
  return {
    name,
    windows,
    frames,
    encoding: new Encoding(windows, DEFAULT_ZSTD_LEVEL),
    decoding: new Decoding(frames),
    fzstd: new Decoding(frames, withFzstd),
  };
}

async function playRound(kind: Kind, peer: Child | null, into: Rounds): Promise<void> {
  const { name } = kind;
  into.add(`encode, ${name}`, secondsEach(COUNT, () => kind.encoding.next()));
  if (peer !== null) into.add(`encode, ${name}, ${PYTHON}`, await askPeer(peer, "encode", name));
  into.add(`decode and apply, ${name}`, secondsEach(COUNT, () => kind.decoding.next()));
  if (peer !== null) {
    into.add(`decode and apply, ${name}, ${PYTHON}`, await askPeer(peer, "decode", name));
  }
  into.add(
    `decode and apply, ${name}, ${FZSTD}`,
    secondsEach(FZSTD_COUNT, () => kind.fzstd.next()),
  );
}

function figuresOf(kind: string, rounds: Rounds, hasPeer: boolean): Figure[] {
  const figure = (name: string, peer: string | null) =>
    rounds.figure(name, {
      unit: "µs",
      scale: 1e6,
      ...(peer !== null &&
        { peer: { name: `${name}, ${peer}`, to: peer, better: "less" as const } }),
    });
  const encode = `encode, ${kind}`;
  const decode = `decode and apply, ${kind}`;
  return [
    figure(encode, hasPeer ? PYTHON : null),
    figure(decode, FZSTD),
    ...(hasPeer ? [figure(decode, PYTHON)] : []),
  ];
}

async function askPeer(peer: Child, what: string, set: string): Promise<number> {
  const question = { do: what, set, count: COUNT };
  return (await peer.ask<{ secondsEach: number }>(question)).secondsEach;
}

/** Starts Python, hands it the windows and frames, and sees that it does the same work. */
async function openPeer(python: string, kinds: readonly Kind[]): Promise<Child> {
  const folder = await Deno.makeTempDir({ prefix: "headway-bench-" });
  const peer = new Child(python, [fileURLToPath(PEER)]);
  try {
    await Deno.writeFile(`${folder}/mirror`, bytesOf([musicMirror()]));
    for (const { name, windows, frames } of kinds) {
      const starts = Uint32Array.from(windows, ({ startSample }) => startSample);
      await Deno.writeFile(`${folder}/${name}.windows`, bytesOf(windows.map(({ audio }) => audio)));
      await Deno.writeFile(`${folder}/${name}.starts`, bytesOf([starts]));
      const packed = frames.flatMap((frame) => [Uint32Array.of(frame.length), frame]);
      await Deno.writeFile(`${folder}/${name}.frames`, bytesOf(packed));
    }
    await peer.ask({ do: "load", folder, sets: kinds.map(({ name }) => name) });
    for (const kind of kinds) await checkPeer(peer, kind);
    return peer;
  } catch (error) {
    await peer[Symbol.asyncDispose]();
    throw error;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Both mirrors after a turn through all windows must be ours, bit for bit. */
async function checkPeer(peer: Child, { name, windows, frames }: Kind): Promise<void> {
  const encoding = new Encoding(windows, DEFAULT_ZSTD_LEVEL);
  encoding.lap();
  const decoding = new Decoding(frames);
  for (const _ of frames) decoding.next();
  const theirs = await peer.ask<{ encoded: number; decoded: number }>({ do: "check", set: name });
  const ours = { encoded: crcOf(encoding.mirror), decoded: crcOf(decoding.mirror) };
  if (ours.encoded === theirs.encoded && ours.decoded === theirs.decoded) return;
  throw new HeadwayError(`its mirrors of ${name} are not ours, so it does other work`);
}

function crcOf(mirror: Float32Array): number {
  return crc32(new Uint8Array(mirror.buffer, mirror.byteOffset, mirror.byteLength));
}

function bytesOf(arrays: readonly ArrayBufferView[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(arrays.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}
