import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  cellCodec,
  type CodecSlice,
  type PacketCodec,
  sampleCodec,
  simulatedSampleCodec,
} from "./codec.ts";
import type { Packet } from "./connection.ts";
import { encodeHalfBuffer, roundTripHalf } from "./half_buffer.ts";
import { knobManifest } from "./knobs.ts";
import { encodePcm } from "./pcm.ts";
import { SliceDecoder } from "./slice.ts";

const CHANNELS = 2;
const FRAMES = 4800;

const clip = (frames = FRAMES) => {
  const audio = new Float32Array(frames * CHANNELS);
  for (let i = 0; i < audio.length; i++) audio[i] = ((i * 37) % 199) / 200 - 0.5;
  return { audio, channels: CHANNELS, frames };
};
const silent = (frames: number) => ({ audio: new Float32Array(0), channels: CHANNELS, frames });
const slice = (part: Partial<CodecSlice> = {}): CodecSlice => {
  const numSamples = part.numSamples ?? 960;
  return {
    startSample: 480,
    channels: CHANNELS,
    tickMs: 41.25,
    decMs: 11.5,
    numGens: 7,
    epoch: 2,
    sliceNumber: 9,
    contentKey: 1,
    audio: new Float32Array(numSamples * CHANNELS).fill(0.3),
    ...part,
    numSamples,
  };
};
/** The knobs that each `params_update` reports, at their defaults. */
const bank = () => {
  const { knobs } = knobManifest({ sde: false });
  const reported = Object.entries(knobs).filter(([, knob]) => knob.bank);
  return Object.fromEntries(reported.map(([name, knob]) => [name, knob.default]));
};
const bytesOf = (packet: Packet) => {
  assert(packet.kind === "binary");
  return packet.data;
};

Deno.test("at full fidelity messages are JSON, audio its bytes, and sizes those of the bytes", () => {
  const message = { type: "prompt_applied", tags: "käse" } as const;
  const text = sampleCodec.message(message);
  assert(text.kind === "text");
  assertEquals([JSON.parse(text.text), text.bytes], [message, text.text.length + 1]);
  const { audio } = clip();
  assertEquals(bytesOf(sampleCodec.buffer(clip())), encodeHalfBuffer(audio));
  assertEquals(bytesOf(sampleCodec.pcm(clip())), encodePcm(audio, CHANNELS));
});

Deno.test("both fidelities agree on the size of whole buffers and uploads", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 5000 }), (frames) => {
    for (const make of ["buffer", "pcm"] as const) {
      assertEquals(cellCodec[make](silent(frames)).bytes, sampleCodec[make](clip(frames)).bytes);
    }
  }));
});

Deno.test("the sender's mirror starts at the wire copy, and so do its replacements", () => {
  const sender = sampleCodec.sliceSender(clip());
  assertEquals(sender.mirror, roundTripHalf(clip().audio));
  sender.encode(slice());
  sender.replace(clip(2400));
  assertEquals(sender.mirror, roundTripHalf(clip(2400).audio));
});

/** Sends a window that many times over, each time at half the step; tells how far the mirrors part. */
function drift(options: Parameters<PacketCodec["sliceSender"]>[1], times: number): number {
  const source = clip();
  const sender = sampleCodec.sliceSender(source, options);
  const mirror = roundTripHalf(source.audio);
  const decoder = new SliceDecoder();
  for (let i = 0; i < times; i++) {
    const audio = slice().audio.map((_, j) => Math.fround(((j * 7919 + i * 104_729) % 997) / 997));
    decoder.apply(bytesOf(sender.encode(slice({ audio }))!), mirror, CHANNELS);
  }
  let worst = 0;
  mirror.forEach((value, i) => worst = Math.max(worst, Math.abs(value - sender.mirror[i]!)));
  return worst;
}

Deno.test("the client's mirror is the sender's, bit for bit, however often a window is sent", () => {
  assertEquals(drift({}, 20), 0);
});

Deno.test("an exact base parts the mirrors from the start; the offset never goes away", () => {
  const once = drift({ exactBase: true }, 1);
  assert(once > 0 && once < 3e-4);
  assertAlmostEquals(drift({ exactBase: true }, 20), once, 3e-4);
});

Deno.test("an exact advance parts the mirrors further with each pass", () => {
  const passes = [1, 30].map((times) => drift({ exactAdvance: true }, times));
  assert(passes[0]! > 0 && passes[1]! > 1.5 * passes[0]!, `${passes}`);
});

Deno.test("a window without a place in the buffer encodes to nothing, at both fidelities", () => {
  for (const codec of [sampleCodec, cellCodec]) {
    const sender = codec.sliceSender(codec === sampleCodec ? clip() : silent(FRAMES));
    assertEquals(sender.encode(slice({ startSample: FRAMES })), null);
  }
});

Deno.test("at timing fidelity a slice carries its header, its epoch and its number, cut at the end", () => {
  const sender = cellCodec.sliceSender(silent(FRAMES));
  const packet = sender.encode(slice({ startSample: FRAMES - 100, audio: new Float32Array(0) }))!;
  assert(packet.kind === "slice");
  assertEquals(packet.slice, {
    startSample: FRAMES - 100,
    numSamples: 100,
    channels: CHANNELS,
    tickMs: 41.25,
    decMs: 11.5,
    numGens: 7,
    epoch: 2,
    sliceNumber: 9,
  });
});

Deno.test("at timing fidelity a new sound is large, and smaller each time that it is sent again", () => {
  const sender = cellCodec.sliceSender(silent(FRAMES));
  const size = (contentKey: number) => sender.encode(slice({ contentKey }))!.bytes;
  const raw = 960 * CHANNELS * 2;
  const [fresh, again, ...later] = Array.from({ length: 12 }, () => size(1));
  assert(fresh! > 0.8 * raw && fresh! <= raw + 23);
  assert(again! < 0.7 * fresh!);
  later.forEach((bytes, i) => assert(bytes <= (later[i - 1] ?? again!)));
  assert(later.at(-1)! < 0.2 * fresh!);
  assertEquals(size(2), fresh);
  sender.replace(silent(FRAMES));
  assertEquals(size(2), fresh);
});

Deno.test("at timing fidelity messages pass as values, with about the size of their JSON", () => {
  const messages = [
    {
      type: "params",
      raw: { denoise: 0.5, seed: 3 },
      playback_pos: 12.345678,
      client_time: 1234.567,
      slice_bytes_rx: 12_345_678,
      slice_lead_s: 0.254321,
    },
    { type: "params_update", params: { num_gens: 123, tick_ms: 41.25, dec_ms: 11.5, ...bank() } },
    { type: "prompt_applied", tags: "x" },
  ] as const;
  for (const message of messages) {
    const packet = cellCodec.message(message);
    assert(packet.kind === "message" && packet.message === message);
    assert(Math.abs(packet.bytes - JSON.stringify(message).length) < 0.4 * packet.bytes);
  }
});

Deno.test("a simulation at full fidelity carries the real audio and counts them as at timing fidelity", () => {
  const [sized, real, cells] = [simulatedSampleCodec, sampleCodec, cellCodec];
  const message = { type: "prompt_applied", tags: "käse" } as const;
  assertEquals(sized.message(message).bytes, cells.message(message).bytes);
  for (const make of ["buffer", "pcm"] as const) {
    assertEquals(sized[make](clip()), real[make](clip()));
  }
  const sender = sized.sliceSender(clip());
  const cellSender = cells.sliceSender(silent(FRAMES));
  const mirror = roundTripHalf(clip().audio);
  for (const startSample of [0, 480, 480, FRAMES - 100, FRAMES]) {
    const window = slice({ startSample });
    const packet = sender.encode(window);
    const cell = cellSender.encode({ ...window, audio: new Float32Array(0) });
    assertEquals(packet?.bytes, cell?.bytes);
    if (packet) new SliceDecoder().apply(bytesOf(packet), mirror, CHANNELS);
  }
  assertEquals(mirror, sender.mirror);
  sender.replace(clip(960));
  assertEquals(sender.mirror, roundTripHalf(clip(960).audio));
});

Deno.test("a simulation's sizes stay those of the model when the number of channels changes", () => {
  const mono = { audio: new Float32Array(FRAMES), channels: 1, frames: FRAMES };
  const sized = simulatedSampleCodec.sliceSender(clip());
  const cells = cellCodec.sliceSender(silent(FRAMES));
  sized.replace(mono);
  cells.replace({ ...mono, audio: new Float32Array(0) });
  for (const startSample of [0, FRAMES / 2, FRAMES - 960, FRAMES - 480]) {
    const of = { startSample, channels: 1, audio: new Float32Array(960) };
    const [a, b] = [
      sized.encode(slice(of)),
      cells.encode(slice({ ...of, audio: silent(0).audio })),
    ];
    assertEquals(a?.bytes, b?.bytes);
    assert(a!.bytes > 23, `${a?.bytes} bytes at ${startSample}`);
  }
});
