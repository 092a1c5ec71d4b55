/**
 * Which metrics scenarios about voices have.
 *
 * @module
 */
import { HARNESS_METRICS, spread } from "../metric_names.ts";

const JOBS = [
  "asked",
  "heard",
  "played",
  "refused",
  "failed",
  "stopped",
  "unfinished",
  "lost",
  "doubled",
  "wrongSession",
  "cutShort",
] as const;

const PER_SESSION = [
  ...JOBS.map((name) => `jobs.${name}`),
  ...spread(["firstAudioS", "waitS", "makeS"]),
  "overlaps",
  "overlapS",
  "heardS",
];

const KNOWN: ReadonlySet<string> = new Set([
  ...PER_SESSION.map((name) => `voice.${name}`),
  ...["faults", "swaps", "made", "heard"].map((name) => `voice.order.${name}`),
  ...["jobs", "overlaps", "whileListened"].map((name) => `voice.speaker.${name}`),
  ...["count", "silentAfterS", "heardAfter", "spokenError"].map((name) => `voice.stops.${name}`),
  ...["opened", "lost", "torn"].map((name) => `voice.listeners.${name}`),
  ...HARNESS_METRICS,
]);

/** Whether a metric can be measured in a scenario about voices. */
export function isVoiceMetric(metric: string): boolean {
  if (KNOWN.has(metric)) return true;
  const [, rest] = /^voice\.sessions\.[^.]+\.(.+)$/.exec(metric) ?? [];
  return rest === undefined
    ? /^voice\.speaker\.on\.[^.]+$/.test(metric)
    : PER_SESSION.includes(rest);
}

/** All metrics with a fixed name, and the forms of the others. */
export function voiceMetrics(): string[] {
  return [...KNOWN, "voice.speaker.on.<device>", "voice.sessions.<session>.<any of the first>"];
}
