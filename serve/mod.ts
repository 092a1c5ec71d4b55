/**
 * The live server: opens listeners, puts the parts together, closes them again.
 *
 * @module
 */
export { splitWords } from "./engine_command.ts";
export * from "./options.ts";
export { serve } from "./serve.ts";
