/**
 * The live server: opens listeners, puts the parts together, closes them again.
 *
 * @module
 */
export * from "./options.ts";
export { serve } from "./serve.ts";
