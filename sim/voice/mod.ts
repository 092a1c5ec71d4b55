/**
 * Listeners of a voice server: what they are sent, and what they hear of it when.
 *
 * @module
 */
export * from "./clip_player.ts";
export * from "./spoken_frames.ts";
export * from "./voice_listener.ts";
