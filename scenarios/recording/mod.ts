/**
 * Recordings of real sessions: their form, how they are read, and what is made of them.
 *
 * @module
 */
export * from "./diff.ts";
export * from "./format.ts";
export * from "./read.ts";
export * from "./redact.ts";
export * from "./replay.ts";
export * from "./session.ts";
export * from "./summary.ts";
export * from "./tap.ts";
export * from "./to_scenario.ts";
export * from "./uploads.ts";
