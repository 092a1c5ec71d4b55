/**
 * Engines: what makes the audio of a session.
 *
 * @module
 */
export * from "./engine.ts";
export * from "./trouble.ts";
export * from "./modelled.ts";
export * from "./pass_through.ts";
export * from "./motion.ts";
export * from "./command/mod.ts";
