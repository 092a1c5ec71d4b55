/**
 * From a world that fails to the least that still does.
 *
 * @module
 */
import type { ExploredWorld } from "../generate/world.ts";
import { milli } from "../generate/setting.ts";
import { settingMoves } from "./setting_moves.ts";
import { stepMoves } from "./step_moves.ts";
import { earlier, shorter } from "./time_moves.ts";

/** Most runs that one failure is worth. */
const MAX_RUNS = 800;

/** Says when a world breaks the invariant, seconds after streaming began; null when it holds. */
export type Fails = (world: ExploredWorld) => number | null;

/** What came out. */
export interface Shrunk {
  readonly world: ExploredWorld;
  /** When it breaks the invariant. */
  readonly atS: number;
  /** How many worlds were tried. */
  readonly runs: number;
}

/**
 * Takes away whatever the failure does not need: time, steps, settings, digits, the seed. Greedy and
 * without dice, so that one failure always ends as the same scenario.
 *
 * @returns null when the world does not fail to begin with.
 */
export function shrink(start: ExploredWorld, fails: Fails, maxRuns = MAX_RUNS): Shrunk | null {
  let runs = 1;
  const startS = fails(start);
  if (startS === null) return null;
  let world = start;
  let atS = startS;
  const attempt = (candidate: ExploredWorld | null): boolean => {
    if (candidate === null || runs >= maxRuns) return false;
    runs++;
    const failsS = fails(candidate);
    if (failsS === null) return false;
    world = candidate;
    atS = failsS;
    return true;
  };
  for (let before = ""; before !== shapeOf(world) && runs < maxRuns;) {
    before = shapeOf(world);
    for (const lengthS of shorter(world, atS)) {
      if (attempt(cutAt(world, lengthS))) break;
    }
    dropSteps(() => world, attempt);
    for (const byS of earlier(world)) {
      if (attempt(begunEarlier(world, byS))) break;
    }
    for (const move of settingMoves) {
      const scenario = move(world.scenario);
      if (scenario !== null) attempt({ ...world, scenario });
    }
    for (let i = 0; i < world.scenario.steps.length; i++) {
      for (const move of stepMoves) {
        const step = move(world.scenario.steps[i]!);
        if (step !== null) attempt(withSteps(world, world.scenario.steps.with(i, step)));
      }
    }
    for (const seed of [1, 2, 3]) {
      if (world.seed <= seed || attempt({ ...world, seed })) break;
    }
  }
  return { world, atS, runs };
}

/** Leaves out as many steps as possible, large pieces first (Zeller's ddmin, complements only). */
function dropSteps(
  present: () => ExploredWorld,
  attempt: (candidate: ExploredWorld) => boolean,
): void {
  for (let size = Math.ceil(present().scenario.steps.length / 2); size >= 1;) {
    let isSmaller = false;
    for (let from = 0; from < present().scenario.steps.length;) {
      const { steps } = present().scenario;
      const rest = [...steps.slice(0, from), ...steps.slice(from + size)];
      if (attempt(withSteps(present(), rest))) isSmaller = true;
      else from += size;
    }
    if (!isSmaller || size === 1) size = size === 1 ? (isSmaller ? 1 : 0) : Math.ceil(size / 2);
    size = Math.min(size, present().scenario.steps.length);
  }
}

function withSteps(
  world: ExploredWorld,
  steps: ExploredWorld["scenario"]["steps"],
): ExploredWorld {
  return { ...world, scenario: { ...world.scenario, steps } };
}

function cutAt(world: ExploredWorld, durationS: number): ExploredWorld {
  const { scenario } = world;
  const steps = scenario.steps.filter(({ atS }) => (atS ?? 0) <= durationS);
  return { ...world, scenario: { ...scenario, durationS, steps } };
}

/** The world with all its steps, and its end, earlier. */
function begunEarlier(world: ExploredWorld, byS: number): ExploredWorld {
  const { scenario } = world;
  const durationS = milli(scenario.durationS - byS);
  const steps = scenario.steps.map((step) => ({ ...step, atS: milli((step.atS ?? 0) - byS) }));
  return { ...world, scenario: { ...scenario, durationS, steps } };
}

function shapeOf(world: ExploredWorld): string {
  return JSON.stringify(world);
}
