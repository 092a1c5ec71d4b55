import { assert, assertEquals } from "@std/assert";
import { synthSource } from "../fixtures/mod.ts";
import { VirtualClock } from "../runtime/mod.ts";
import { MotionBank } from "../server/streaming/engine/mod.ts";
import { builtInEngine } from "./engines.ts";

Deno.test("built-in engines of one server share their rendered layers", () => {
  const bank = new MotionBank();
  const createEngine = builtInEngine(new VirtualClock(), bank);
  const source = synthSource({ seconds: 2 });
  const state = {
    knobs: { denoise: 0.7 },
    prompt: "warm strings",
    promptB: "warm strings",
    promptBlend: 0,
    loras: [],
    timbre: null,
    timbreStrength: 0,
    structure: null,
  };
  const render = () => {
    const engine = createEngine();
    // Another array with the same samples, as every session has its own.
    engine.load({ ...source, audio: source.audio.slice() }, "full");
    const out = new Float32Array(9600 * source.channels);
    engine.render({ startSample: 0, frames: 9600, state, out }, () => {}, (error) => {
      throw error;
    });
    return out;
  };
  const first = render();
  const { bytes } = bank;
  assert(bytes > 0);
  assertEquals([render(), bank.bytes], [first, bytes]);
});
