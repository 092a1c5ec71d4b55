/**
 * The headless client and its world: playhead, lag, freshness, recorder, skewed clocks, networks.
 *
 * @module
 */
export * from "./circle.ts";
export * from "./playhead_moves.ts";
export * from "./client/mod.ts";
export * from "./freshness.ts";
export * from "./heard_log.ts";
export * from "./lag_records.ts";
export * from "./lag_report.ts";
export * from "./lag_timeline.ts";
export * from "./lag_tracker.ts";
export * from "./mirror_witness.ts";
export * from "./network/mod.ts";
export * from "./network_monitor.ts";
export * from "./percentiles.ts";
export * from "./playhead.ts";
export * from "./recorder.ts";
export * from "./skew.ts";
export * from "./skewed_clock.ts";
export * from "./tags.ts";
export * from "./trace.ts";
export * from "./ws_connection.ts";
