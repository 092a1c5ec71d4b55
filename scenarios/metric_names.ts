/**
 * Which metrics exist, so that a slip of the pen is found before anything runs.
 *
 * @module
 */
import { LAG_TAGS } from "../sim/tags.ts";
import { COMMANDS } from "../wire/client_messages.ts";
import { EVENTS } from "../wire/server_messages.ts";
import { INVARIANT_NAMES } from "./explore/names.ts";

const SPREAD = ["min", "p5", "p50", "p95", "max", "mean"];
const TAGGED = Object.keys(LAG_TAGS).map((tag) => `tagged.${tag}`);

/** Every figure of a distribution of each of these. */
export function spread(names: readonly string[]): string[] {
  return names.flatMap((name) => SPREAD.map((part) => `${name}.${part}`));
}

/** How well the harness kept its own time; in every scenario. */
export const HARNESS_METRICS: readonly string[] = [
  ...["p50", "p99", "max"].map((part) => `harness.tickLatenessMs.${part}`),
  ...["p50", "p99"].map((part) => `harness.applyMs.${part}`),
  "harness.sendQueueMaxBytes",
  "harness.skippedTicks",
  "harness.latenessBudgetMs",
];

const KNOWN: ReadonlySet<string> = new Set([
  ...[
    "count",
    "behindPlayhead",
    "perS",
    ...spread(["leadS", "intervalS", "tickMs", "decMs"]),
    ...TAGGED,
  ].map((name) => `lag.slices.${name}`),
  ...["count", "staleThresholdS", "staleTicks", ...spread(["stalenessS"]), ...TAGGED]
    .map((name) => `lag.ticks.${name}`),
  "lag.freshShare",
  "lag.longestUnrefreshedS",
  "lag.unexplained.behindPlayhead",
  "lag.unexplained.staleTicks",
  "mirror.identical",
  "mirror.checkedSlices",
  ...[
    "id",
    "bufferS",
    "channels",
    "sourceEpoch",
    "reconnects",
    "gapS",
    "decodeErrors",
    "closeCode",
    "closeReason",
    "failureCode",
    "failedAfterS",
  ].map((name) => `session.${name}`),
  ...Object.keys(EVENTS).map((type) => `events.${type}`),
  ...Object.keys(COMMANDS).map((type) => `sent.${type}`),
  ...spread(["playheadS"]),
  "drops.window",
  "drops.age",
  "sound.clicks",
  "sound.seamClicks",
  "monitor.warnings",
  "monitor.warnedS",
  ...HARNESS_METRICS,
  "invariants.all",
  ...INVARIANT_NAMES.map((name) => `invariants.${name}`),
  "second.slices",
  "second.readyAtS",
]);

/** Whether a metric can be measured. Values of `params.…` have the names of knobs, known or not. */
export function isKnownMetric(metric: string): boolean {
  return KNOWN.has(metric) || /^params\.[^.]+$/.test(metric);
}

/** All metrics with a fixed name. */
export function knownMetrics(): string[] {
  return [...KNOWN];
}
