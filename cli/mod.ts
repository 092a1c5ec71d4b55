/**
 * The frame of the command line: commands and flags as data, help, errors, progress.
 *
 * @module
 */
export * from "./command.ts";
export * from "./context.ts";
export * from "./dispatch.ts";
export * from "./flags.ts";
export * from "./help.ts";
export * from "./parse.ts";
export * from "./progress.ts";
