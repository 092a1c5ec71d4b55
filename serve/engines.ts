/**
 * What makes the audio of a server that was told of nothing else.
 *
 * @module
 */
import type { Clock } from "../runtime/mod.ts";
import type { Engine } from "../server/streaming/engine/mod.ts";
import { MotionEngine, splitStemsGently } from "../server/streaming/engine/motion.ts";
import type { SplitStems } from "../server/streaming/mod.ts";

/** Makes a built-in engine for each session, which tells what its windows cost. */
export function builtInEngine(clock: Clock): () => Engine {
  return () => new MotionEngine({ clock });
}

/** Splits stems a block at a time: sessions that play meanwhile keep their pace. */
export function builtInStems(clock: Clock): SplitStems {
  return (clip) => splitStemsGently(clip, () => clock.sleep(0));
}
