/**
 * Many live listeners at once: how many a server holds, and how it fails beyond.
 *
 * @module
 */
export { type Fleet, type FleetOptions, ThreadFleet } from "./fleet.ts";
export * from "./knee_search.ts";
export { loadPage } from "./page.ts";
export * from "./report.ts";
export { type LoadOptions, runLoad } from "./run.ts";
export type { SessionReading } from "./session.ts";
export type { ThreadReading } from "./sessions.ts";
export { type StepInput, stepOf } from "./step.ts";
