/**
 * Terminals: programs on pseudo-terminals, what is kept of them, and how they are seen.
 *
 * @module
 */
export * from "./asciicast.ts";
export * from "./backend.ts";
export * from "./errors.ts";
export * from "./file_sink.ts";
export * from "./follower.ts";
export * from "./input_queue.ts";
export * from "./terminal_set.ts";
export * from "./terminals.ts";
