/**
 * `@std/text`, taken from npm's `deno-std` (the same modules, republished without types) with
 * typings of our own. See `docs/dependencies.md` for the one-line switch to JSR.
 *
 * @module
 */
// @ts-types="./text.d.ts"
export * from "deno-std/text/mod.js";
