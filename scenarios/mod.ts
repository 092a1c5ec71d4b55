/**
 * Scenarios: what is played, on which stage, and what must hold.
 *
 * @module
 */
export * from "./define.ts";
export * from "./errors.ts";
export { foreignObstacle, liveStage, type LiveStageOptions } from "./live_stage.ts";
export * from "./load.ts";
export * from "./result.ts";
export * from "./run.ts";
export { isAboutVoices } from "./types.ts";
export type * from "./types.ts";
export type * from "./voice/result.ts";
export type * from "./voice/types.ts";
export { selfVoiceStage } from "./voice/self_stage.ts";
export type { VoiceStage } from "./voice/stage.ts";
export { type TargetAddress, targetOptions } from "./open_stage.ts";
export { selfStage } from "./self_stage.ts";
export type { Stage } from "./stage.ts";
export * from "./steps.ts";
export { Studio } from "./studio.ts";
export * from "./shards.ts";
