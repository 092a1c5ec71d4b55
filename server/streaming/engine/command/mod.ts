/**
 * The `command` engine: any external process makes the audio, over a small protocol on its stdin and
 * stdout. `docs/engines.md` tells how to write one.
 *
 * @module
 */
export * from "./command_engine.ts";
export type { ChildLimits } from "./engine_child.ts";
export * from "./process.ts";
export { ENGINE_PROTOCOL } from "./protocol.ts";
