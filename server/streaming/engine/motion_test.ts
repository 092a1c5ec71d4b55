import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type AudioClip, clipOf } from "../../../audio/clip.ts";
import { errorDb, gainToDb, logMelDistanceDb, peak, quantile, steps } from "../../../audio/mod.ts";
import { synthSource } from "../../../fixtures/synth_source.ts";
import { Rng } from "../../../runtime/rng.ts";
import { MotionBank, MotionEngine, splitStems, splitStemsGently } from "./motion.ts";
import { engineFor, SOURCE, stateOf, whole, windowOf } from "./motion/test_world.ts";

const RICH = stateOf({
  denoise: 0.8,
  seed: 12,
  ch_g2: 1.7,
  shift: 4.5,
  feedback: 0.4,
  hint_strength: 0.6,
}, { loras: [{ id: "haze", strength: 1 }], promptB: "brass band", promptBlend: 0.3 });

/** More layers than a mix may have. */
const VAST = stateOf({
  ...RICH.knobs,
  ...Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`ch_g${i}`, 0.5 + i / 4])),
}, {
  ...RICH,
  loras: [{ id: "haze", strength: 1 }, { id: "comb", strength: 0.5 }],
  timbre: { ...synthSource({ seconds: 1, seed: 9 }), name: "reference" },
  timbreStrength: 0.5,
});

Deno.test("at denoise 0 the source comes back bit for bit, whatever else is set", () => {
  assertEquals(whole(stateOf()), SOURCE.audio);
  assertEquals(whole({ ...RICH, knobs: { ...RICH.knobs, denoise: 0 } }), SOURCE.audio);
  const mono = synthSource({ seconds: 0.4, channels: 1 });
  assertEquals(whole(stateOf(), mono), mono.audio);
});

Deno.test("the same input gives the same bytes", () => {
  assertEquals(whole(RICH), whole(structuredClone(RICH)));
  assertEquals(whole(VAST), whole(structuredClone(VAST)));
});

Deno.test("a sample does not depend on the window that asks for it", () => {
  for (const state of [RICH, VAST]) {
    const all = whole(state);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: SOURCE.frames - 1 }),
        fc.integer({ min: 1, max: 17280 }),
        (start, length) => {
          const frames = Math.min(length, SOURCE.frames - start);
          const engine = engineFor(SOURCE, "full", { bank: new MotionBank({ blockFrames: 4000 }) });
          const part = windowOf(engine, state, start, frames);
          assertEquals(part, all.subarray(start * 2, (start + frames) * 2));
        },
      ),
      { numRuns: 4 },
    );
  }
});

Deno.test("the bank and direct rendering give equal windows for a fixed state", () => {
  const states = [stateOf({ denoise: 0.5 }), RICH, VAST];
  // Room for one block at most, so that every window renders what it needs. A stem is read many times
  // for each window and gets room for that.
  const room = { full: 0, vocals: 300_000, instruments: 300_000 };
  for (const stemMode of ["full", "vocals", "instruments"] as const) {
    const bank = new MotionBank();
    const banked = engineFor(SOURCE, stemMode, { bank });
    banked.prepare(states);
    const bytes = bank.bytes;
    const directBank = new MotionBank({ maxBytes: room[stemMode], blockFrames: 3000 });
    const direct = engineFor(SOURCE, stemMode, { bank: directBank });
    for (const state of states) {
      assertEquals(
        windowOf(banked, state, 30000, 17280),
        windowOf(direct, state, 30000, 17280),
      );
    }
    assertEquals(bank.bytes, bytes, "a window rendered something that was not prepared");
  }
});

Deno.test("sources whose length is no multiple of the grid are rendered too", () => {
  for (const frames of [1, 2500, 12345]) {
    const source = clipOf(SOURCE.audio.slice(0, 2 * frames), 2);
    const out = whole(RICH, source);
    assert(out.every(Number.isFinite));
    const small = engineFor(source, "full", { bank: new MotionBank({ blockFrames: 500 }) });
    assertEquals(windowOf(small, RICH, 0, frames), out);
  }
});

Deno.test("unlike prompts sound at least 3 dB apart, prompts that share words less so", () => {
  const sound = (prompt: string) => whole(stateOf({ denoise: 1 }, { prompt }));
  const prompts = ["death metal growl", "soft piano ballad", "techno", "warm strings at dawn"];
  const sounds = prompts.map(sound);
  for (let a = 0; a < sounds.length; a++) {
    for (let b = 0; b < a; b++) {
      const distance = logMelDistanceDb(sounds[a]!, sounds[b]!, 2);
      assert(distance >= 3, `"${prompts[a]}" and "${prompts[b]}" are ${distance} dB apart`);
    }
  }
  assertEquals(sound("Techno, techno!"), sounds[2]);
});

Deno.test("the prompt blend moves from one prompt to the other", () => {
  const pair = { prompt: "techno", promptB: "soft piano ballad" };
  const at = (promptBlend: number) => whole(stateOf({ denoise: 1 }, { ...pair, promptBlend }));
  assertEquals(at(0), whole(stateOf({ denoise: 1 }, { prompt: pair.prompt })));
  assertEquals(at(1), whole(stateOf({ denoise: 1 }, { prompt: pair.promptB })));
  assert(logMelDistanceDb(at(0), at(0.5), 2) < logMelDistanceDb(at(0), at(1), 2));
});

Deno.test("no knob takes the peak above −0.3 dBFS", () => {
  const loud = synthSource({ seconds: 1, seed: 5 });
  const source = clipOf(loud.audio.map((x) => x * 1.3), 2);
  const extreme = stateOf({
    ...{ denoise: 1, dcw_scaler: 0.5, dcw_high_scaler: 0.5, shift: 6, feedback: 1 },
    ...Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`ch_g${i}`, 3])),
  });
  for (const state of [stateOf({ denoise: 0.3 }), stateOf({ denoise: 1 }), RICH, VAST, extreme]) {
    const top = gainToDb(peak(whole(state, source)));
    assert(top <= -0.3, `peak is ${top} dBFS`);
  }
  const hot = clipOf(loud.audio.map((x) => x * 3), 2);
  assert(gainToDb(peak(whole(stateOf(), hot))) <= -0.3);
});

Deno.test("windows that abut step no further than the source itself does", () => {
  const frames = 1920;
  for (const state of [stateOf({ denoise: 0.5 }), stateOf({ denoise: 1 }, { prompt: "techno" })]) {
    const engine = engineFor(SOURCE);
    const limit = quantile(steps(SOURCE.audio, 2), 0.999);
    let last: Float32Array | null = null;
    for (let start = 0; start + frames <= SOURCE.frames; start += frames) {
      const window = windowOf(engine, state, start, frames);
      if (last !== null) {
        const edge = Float32Array.of(...last.subarray(-2), ...window.subarray(0, 2));
        assert(steps(edge, 2)[0]! <= limit, `a step of ${steps(edge, 2)[0]} at ${start}`);
      }
      last = window;
    }
  }
});

Deno.test("the loop's end runs into its beginning under every state", () => {
  for (const state of [RICH, VAST, stateOf({ denoise: 1 })]) {
    const out = whole(state);
    const seam = Float32Array.of(...out.subarray(-2), ...out.subarray(0, 2));
    assert(steps(seam, 2)[0]! <= quantile(steps(out, 2), 0.999));
  }
});

Deno.test("stems add up to the source and differ", async () => {
  const { vocals, instruments } = splitStems(SOURCE);
  const sum = vocals.audio.map((x, i) => x + instruments.audio[i]!);
  assert(errorDb(SOURCE.audio, sum) < -60);
  assert(logMelDistanceDb(vocals.audio, instruments.audio, 2) > 6);
  const gently = await splitStemsGently(SOURCE, () => Promise.resolve());
  assertEquals(gently.vocals.audio, vocals.audio);
});

Deno.test("a session in a stem mode plays that stem", () => {
  const { vocals, instruments } = splitStems(SOURCE);
  assertEquals(whole(stateOf(), SOURCE, "vocals"), vocals.audio);
  assertEquals(whole(stateOf(), SOURCE, "instruments"), instruments.audio);
  const wet = stateOf({ denoise: 0.7 });
  assert(logMelDistanceDb(whole(wet), whole(wet, SOURCE, "instruments"), 2) > 3);
});

Deno.test("a steady tone is harmonic, a click is percussive", () => {
  const rng = new Rng("stems");
  const source = synthSource({ seconds: 2, seed: 3 });
  const clicks = new Float32Array(source.audio.length);
  for (let at = 4000; at < source.frames; at += 24000) {
    for (let i = 0; i < 200; i++) clicks[(at + i) * 2] = rng.between(-0.5, 0.5);
  }
  const { vocals, instruments } = splitStems(clipOf(clicks, 2));
  assert(errorDb(instruments.audio, clicks) < -6, "clicks went to the vocals");
  assert(peak(vocals.audio) < 0.3 * peak(clicks));
});

Deno.test("engines that share a bank share layers, also of equal copies of a source", () => {
  const bank = new MotionBank();
  const state = stateOf({ denoise: 0.5 });
  engineFor(SOURCE, "full", { bank }).prepare([state]);
  const bytes = bank.bytes;
  const copy: AudioClip = { ...SOURCE, audio: SOURCE.audio.slice() };
  engineFor(copy, "full", { bank }).prepare([state]);
  assertEquals(bank.bytes, bytes);
  assertEquals(bytes, SOURCE.audio.byteLength);
});

Deno.test("a bank holds no more than it may", () => {
  const bank = new MotionBank({ maxBytes: 500_000 });
  const engine = engineFor(SOURCE, "full", { bank });
  for (const seed of [1, 2, 3]) engine.prepare([stateOf({ denoise: 0.5, seed })]);
  assert(bank.bytes <= 500_000 && bank.bytes > 300_000, `${bank.bytes} bytes`);
});

Deno.test("a new source is heard at once", () => {
  const engine = engineFor(SOURCE);
  const other = synthSource({ seconds: 1, seed: 2 });
  windowOf(engine, RICH, 0, 9600);
  engine.load(other, "full");
  assertEquals(windowOf(engine, stateOf(), 0, 9600), other.audio.subarray(0, 19200));
  assertNotEquals(windowOf(engine, RICH, 0, 9600), windowOf(engineFor(SOURCE), RICH, 0, 9600));
});

Deno.test("at timing fidelity nothing is rendered", () => {
  const engine = new MotionEngine();
  engine.load({ audio: new Float32Array(0), channels: 2, frames: 96000 }, "vocals");
  engine.prepare([RICH]);
  let count = 0;
  const request = { startSample: 0, frames: 17280, state: RICH, out: new Float32Array(0) };
  engine.render(request, () => count++);
  assertEquals(count, 1);
});

Deno.test("the cost of a window is read from the clock", () => {
  let timeS = 0;
  const clock = { now: () => timeS += 0.25 };
  const engine = engineFor(SOURCE, "full", { clock });
  const out = new Float32Array(2);
  const costs: number[] = [];
  engine.render({ startSample: 0, frames: 1, state: RICH, out }, ({ tickMs, decMs }) => {
    costs.push(tickMs, decMs);
  });
  assertEquals(costs, [250, 250]);
});

Deno.test("windows outside the source or of another size are refused", () => {
  const engine = engineFor(SOURCE);
  assertThrows(() => windowOf(engine, RICH, SOURCE.frames - 10, 11), RangeError, "not inside");
  assertThrows(() => windowOf(engine, RICH, 0, 10, 1), RangeError, "needs 20 samples");
});
