/**
 * What the motion engine costs: a window of two layers that are there (the simulation's case), the same
 * of the source alone, and the rendering of one block of one layer (the live case, once a 0.2 s).
 */
import { synthSource } from "../../../fixtures/synth_source.ts";
import { MotionBank } from "./motion.ts";
import { engineFor, stateOf } from "./motion/test_world.ts";

const FRAMES = 17280;
const SOURCE = synthSource({ seconds: 10 });
const OUT = new Float32Array(FRAMES * 2);
const DRY = stateOf();
const WET = stateOf({ denoise: 0.6 });

const prepared = engineFor(SOURCE);
prepared.prepare([WET]);
let windowCount = 0;

function nextStart(): number {
  return (++windowCount * 1920) % (SOURCE.frames - FRAMES);
}

Deno.bench("window of 0.36 s, source alone", { group: "window" }, () => {
  prepared.render({ startSample: nextStart(), frames: FRAMES, state: DRY, out: OUT }, () => {});
});

Deno.bench("window of 0.36 s, source and one layer", { group: "window", baseline: true }, () => {
  prepared.render({ startSample: nextStart(), frames: FRAMES, state: WET, out: OUT }, () => {});
});

Deno.bench("a layer of 10 s, 50 blocks", { group: "layer" }, () => {
  engineFor(SOURCE, "full", { bank: new MotionBank() }).prepare([WET]);
});
