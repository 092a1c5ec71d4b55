/**
 * What one slice of 0.36 s costs at full fidelity, part by part, and what a session of a minute's
 * source costs once. `docs/performance.md` adds them up.
 */
import { crc32 } from "node:zlib";
import { fromHalves, toHalves } from "../../audio/float16.ts";
import { synthSource } from "../../fixtures/mod.ts";
import { MotionBank, MotionEngine } from "../../server/streaming/engine/mod.ts";
import { ControlBank } from "../../server/streaming/mod.ts";
import { hasNonFinite, prepareSource } from "../../server/streaming/source.ts";
import { fadeEdges } from "../../server/streaming/window_fade.ts";
import { addHalves, areFinite, subtract } from "../../wire/kernels.ts";
import { compress, decompress } from "../../wire/zstd.ts";

const FRAMES = 17280;
const COUNT = FRAMES * 2;
const source = synthSource({ seconds: 60 });
const buffer = source.audio.slice();

const engine = new MotionEngine({ bank: new MotionBank({ maxBytes: 2 ** 29 }) });
const bank = new ControlBank({
  sde: false,
  prompt: "warm pads",
  promptB: "warm pads",
  loraCatalog: [],
  enabledLoras: [],
  loraStrengths: {},
});
bank.setKnobs({ denoise: 0.6 });
engine.load(source, "full");
engine.prepare([bank.state]);

let turn = 0;
/** Where the next window begins: 40 ms further on. */
const next = () => (++turn * 1920) % (source.frames - FRAMES);
/** The piece of the buffer that the next window goes into. */
const piece = () => {
  const from = next() * 2;
  return buffer.subarray(from, from + COUNT);
};
const fresh = new Float32Array(COUNT);
engine.render({ startSample: 4800, frames: FRAMES, state: bank.state, out: fresh }, () => {});
const differences = new Float32Array(COUNT);
subtract(fresh, buffer.subarray(9600, 9600 + COUNT), differences);
const halves = toHalves(differences);
const bytes = new Uint8Array(halves.buffer);
const pairs = new Int32Array(halves.buffer);
const target = new Uint16Array(COUNT);
const window = new Float32Array(COUNT);
const sums = new Float32Array(COUNT);

/** A part of what each slice costs. */
const part = (name: string, work: () => unknown) =>
  Deno.bench(name, { group: "each slice" }, () => void work());

part("make the window's array", () => new Float32Array(COUNT));
part("engine: mix two layers that are there", () => {
  engine.render({ startSample: next(), frames: FRAMES, state: bank.state, out: window }, () => {});
});
part("fade its edges", () => fadeEdges(window, buffer, next(), 2, source.frames));
part("subtract the mirror", () => subtract(fresh, piece(), differences));
part("round to halves", () => toHalves(differences, target));
part("check that all are finite", () => areFinite(pairs));
for (const level of [1, -1000]) {
  const frame = compress(bytes, level);
  part(`compress, level ${level}`, () => compress(bytes, level));
  part(`decompress, level ${level}`, () => decompress(frame, bytes.length));
}
part("add to a mirror (once on either side)", () => addHalves(sums, halves));
part("CRC-32 of the payload (trace)", () => crc32(bytes));
const range = new Uint8Array(buffer.buffer, 0, COUNT * 4);
part("CRC-32 of the range (once on either side)", () => crc32(range));

/** A part of what each session costs once. */
const once = (name: string, work: () => unknown) =>
  Deno.bench(name, { group: "each session" }, () => void work());

const whole = toHalves(source.audio);
once("look for samples that are no numbers", () => hasNonFinite(source.audio));
// A view of its own: sessions of one track share the faded copy.
once("fade the seam (once a track)", () => {
  prepareSource({ ...source, audio: source.audio.subarray() }, { seamFade: true });
});
once("copy the buffer (generator)", () => source.audio.slice());
once("round it to halves (initial buffer)", () => toHalves(source.audio));
once("widen it (once on either side)", () => fromHalves(whole));
once("CRC-32 of a mirror (four times)", () => crc32(new Uint8Array(buffer.buffer)));
