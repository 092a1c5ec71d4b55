/**
 * Scenarios on many machines: a work queue on NATS JetStream.
 *
 * @module
 */
export { openQueue, type Queue, type QueueOptions } from "./connection.ts";
export { dispatch, type DispatchOptions } from "./dispatcher.ts";
export { WorkerFleet } from "./load_fleet.ts";
export { type LoadWorkerOptions, serveLoad } from "./load_worker.ts";
export type { QueuedJob, QueuedOutcome } from "./messages.ts";
export { work, type WorkOptions } from "./worker.ts";
