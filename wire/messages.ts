/**
 * Every text message of a session, as types. Parsing is in `client_messages.ts` and
 * `server_messages.ts`.
 *
 * @module
 */
export * from "./client_types.ts";
export * from "./server_types.ts";
export * from "./shapes.ts";
