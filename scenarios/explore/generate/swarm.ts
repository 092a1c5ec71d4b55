/**
 * What a run is about. Every world leaves much out and overdoes something, so that a hundred worlds
 * stress a hundred different things (swarm testing: Groce and others, ISSTA 2012).
 *
 * @module
 */
import type { Rng } from "../../../runtime/mod.ts";

/** Kinds of traffic and trouble that a world may have. */
export const FEATURES = [
  "knobs",
  "prompts",
  "references",
  "loras",
  "seeks",
  "pauses",
  "rates",
  "bands",
  "swaps",
  "outsiders",
  "floods",
  "carelessMessages",
  "cuts",
  "reconnects",
  "secondClients",
  "stoppedReaders",
  "networkWeather",
  "damage",
  "engineWeather",
] as const;

/** A kind of traffic or trouble. */
export type Feature = typeof FEATURES[number];

/** Share of worlds in which a feature is absent. */
const ABSENT = 0.55;
/** What ends or replaces sessions is rarer: it hides what happens within one. */
const RARE: ReadonlySet<Feature> = new Set([
  "cuts",
  "reconnects",
  "secondClients",
  "carelessMessages",
  "floods",
]);
/** Share of worlds in which a rare feature is absent. */
const RARELY_ABSENT = 0.8;

/** How much of each feature a world has. */
export interface Swarm {
  /** Relative weights; 0 leaves a feature out. */
  readonly weights: Readonly<Record<Feature, number>>;
  /** Most pieces of traffic. */
  readonly pieces: number;
}

/** Draws what a world is about. */
export function drawSwarm(rng: Rng): Swarm {
  const weights = Object.fromEntries(FEATURES.map((feature) => {
    const isAbsent = rng.chance(RARE.has(feature) ? RARELY_ABSENT : ABSENT);
    return [feature, isAbsent ? 0 : rng.pick([1, 1, 2, 5])];
  })) as Record<Feature, number>;
  return { weights, pieces: rng.pick([3, 6, 10, 16, 24]) };
}

/** One of the features, by weight; null when there is none. */
export function drawFeature({ weights }: Swarm, rng: Rng): Feature | null {
  let total = 0;
  for (const feature of FEATURES) total += weights[feature];
  let rest = rng.float() * total;
  for (const feature of FEATURES) {
    rest -= weights[feature];
    if (rest < 0) return feature;
  }
  return null;
}
