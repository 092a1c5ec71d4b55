/**
 * The invariants' names, alone: metrics and files are called by them.
 *
 * @module
 */

/** Every invariant, in the order in which they are told. */
export const INVARIANT_NAMES = [
  "mirrors-identical",
  "epochs-in-step",
  "control-events-delivered",
  "groups-whole",
  "outsiders-harmless",
  "echoes-kept",
  "requests-answered",
  "leads-positive",
  "heard-fresh",
  "playhead-continuous",
  "recorder-true",
  "reports-recomputable",
  "queues-capped",
  "sessions-end",
  "session-recovers",
  "nothing-throws",
] as const;

/** The name of an invariant. */
export type InvariantName = typeof INVARIANT_NAMES[number];
