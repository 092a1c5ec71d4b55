/**
 * Exploration: random worlds under watch, and what is left of those that fail.
 *
 * @module
 */
export { Campaign, type CampaignLimits } from "./campaign.ts";
export {
  type AnyMessage,
  type Checker,
  type CheckerParts,
  defineInvariant,
  type Invariant,
} from "./checker.ts";
export { allMarks, Coverage } from "./coverage.ts";
export type { Finding } from "./finding.ts";
export { drawWorld, type ExploredWorld, GENERATOR_VERSION, WORLD_S } from "./generate/world.ts";
export { type Hunt, hunt } from "./hunt.ts";
export { INVARIANTS } from "./invariants.ts";
export {
  type ExploreAnswer,
  type ExploreJob,
  ExploreLane,
  type Played,
  type ReplayJob,
  type Search,
  stuckFinding,
  stuckRun,
  worldOf,
} from "./job.ts";
export { type Mutant, MUTANTS, planted } from "./mutants.ts";
export { INVARIANT_NAMES, type InvariantName } from "./names.ts";
export { Explorer, type Outcome } from "./run_world.ts";
export { shrink, type Shrunk } from "./shrink/shrink.ts";
export { type Breach, InvariantWatch } from "./watch.ts";
