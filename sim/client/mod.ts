/**
 * The headless client.
 *
 * @module
 */
export * from "./headless_client.ts";
export type { LoggedEvent } from "./event_log.ts";
export type { MeterReport } from "./meter.ts";
export * from "./observer.ts";
export * from "./options.ts";
export * from "./reconnect.ts";
export type { UnknownEvent } from "./session.ts";
export type { ClientState, ClientStatus, HarnessReport } from "./status.ts";
