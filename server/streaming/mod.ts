/**
 * Streaming sessions: the server side of the streaming protocol, without sockets.
 *
 * @module
 */
export * from "./admission.ts";
export { type CommandOrigin } from "./commands.ts";
export * from "./control_bank.ts";
export * from "./events.ts";
export * from "./faults.ts";
export * from "./lead.ts";
export * from "./library.ts";
export * from "./outbox.ts";
export * from "./registry.ts";
export * from "./remote_playhead.ts";
export * from "./session.ts";
export * from "./session_options.ts";
export * from "./snapshot.ts";
export * from "./source.ts";
export * from "./stream_id.ts";
export { type CommandAudio } from "./source_commands.ts";
export * from "./source_jobs.ts";
export * from "./source_preparer.ts";
export type { StagedSwap } from "./staging.ts";
export * from "./window_plan.ts";
