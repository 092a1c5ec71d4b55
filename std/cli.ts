/**
 * `@std/cli`, taken from npm's `deno-std` (the same modules, republished without types) with
 * typings of our own: the flag parser only (the republished `unicodeWidth` lacks its data file).
 * See `docs/dependencies.md` for the one-line switch to JSR.
 *
 * @module
 */
// @ts-types="./cli.d.ts"
export * from "deno-std/cli/parse_args.js";
