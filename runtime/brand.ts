/**
 * Ids that cannot be mistaken for each other: at run time they are the text that they were, to the
 * compiler each kind is a type of its own. Many things here are called session.
 *
 * @module
 */

/** Marks a {@link Branded} type; no value has it. */
export declare const BRAND: unique symbol;

/**
 * A `Base` of one kind only. Where texts of that kind come to be, or come in from outside, one function
 * makes them so (`value as StreamId`), after it has looked at them; nobody else does.
 *
 * @example
 * ```ts
 * import type { Branded } from "./brand.ts";
 *
 * type SeatId = Branded<string, "SeatId">;
 *
 * function parseSeatId(text: string): SeatId | null {
 *   return /^[A-F][1-9]$/.test(text) ? text as SeatId : null;
 * }
 * console.log(parseSeatId("B7")); // "B7"
 * ```
 */
export type Branded<Base, Name extends string> = Base & { readonly [BRAND]: Name };
