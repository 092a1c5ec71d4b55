/**
 * `@std/streams`, taken from npm's `deno-std` (the same modules, republished without types) with
 * typings of our own. See `docs/dependencies.md` for the one-line switch to JSR.
 *
 * @module
 */
// @ts-types="./streams.d.ts"
export * from "deno-std/streams/text_line_stream.js";
