/**
 * `@std/assert`, taken from npm's `deno-std` (the same modules, republished without types) with
 * typings of our own. See `docs/dependencies.md` for the one-line switch to JSR.
 *
 * @module
 */
// @ts-types="./assert.d.ts"
export * from "deno-std/assert/mod.js";
