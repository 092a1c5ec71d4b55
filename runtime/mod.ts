/**
 * What every layer stands on: clocks, seeded randomness, bounded lists, errors.
 *
 * @module
 */
export * from "./brand.ts";
export * from "./clock.ts";
export * from "./errors.ts";
export * from "./reach_reason.ts";
export * from "./ring.ts";
export * from "./rng.ts";
export * from "./virtual_clock.ts";
export * from "./wall_clock.ts";
export * from "./exact_math.ts";
