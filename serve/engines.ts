/**
 * What makes the audio of a server that was told of nothing else.
 *
 * @module
 */
import type { Clock } from "../runtime/mod.ts";
import type { Engine } from "../server/streaming/engine/mod.ts";
import { MotionBank, MotionEngine, splitStemsGently } from "../server/streaming/engine/motion.ts";
import type { SplitStems } from "../server/streaming/mod.ts";

/**
 * Makes a built-in engine for each session, which tells what its windows cost. All of them share one
 * bank: its cap of memory is the server's, and sessions of one source render each layer once.
 */
export function builtInEngine(clock: Clock, bank: MotionBank = new MotionBank()): () => Engine {
  return () => new MotionEngine({ clock, bank });
}

/** Splits stems a block at a time: sessions that play meanwhile keep their pace. */
export function builtInStems(clock: Clock): SplitStems {
  return (clip) => splitStemsGently(clip, () => clock.sleep(0));
}
