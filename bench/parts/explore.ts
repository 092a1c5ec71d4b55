/**
 * Exploration: how many random worlds a minute two workers play, with all their checkers; and how long
 * each planted bug takes to be found and shrunk.
 *
 * @module
 */
import { runCampaign } from "../../cli/explore/lanes.ts";
import { WallClock } from "../../runtime/mod.ts";
import type { Fidelity } from "../../scenarios/mod.ts";
import { Campaign, hunt, MUTANTS, WORLD_S } from "../../scenarios/explore/mod.ts";
import type { PartOptions, PartResult } from "../figures.ts";
import { Rounds } from "../rounds.ts";

/** Lanes, as the target of the design has it. */
const LANES = 2;
const ROUNDS = 3;
/** Worlds of one round, after as many as it takes to warm the workers up. */
const WORLDS = { timing: 2000, full: 60 } as const;
const clock = new WallClock();
/** More than any planted bug needs. */
const HUNT_RUNS = 1000;

const PER_MINUTE = "worlds of 60 s a minute, timing, two cores";
const FULL_SPEED = "worlds with every sample, two cores";
const SLOWEST = "slowest planted bug, found and shrunk";
const ALL = "all planted bugs, one after the other";

/** Measures the search. */
export async function explorePart({ say }: PartOptions): Promise<PartResult> {
  const rounds = new Rounds("explore");
  for (let round = 0; round < ROUNDS; round++) {
    say(`round ${round + 1} of ${ROUNDS}`);
    rounds.add(PER_MINUTE, 60 / await secondsPerWorld("timing", round));
    rounds.add(FULL_SPEED, WORLD_S.full / await secondsPerWorld("full", round));
  }
  const notes: string[] = [];
  let slowestS = 0;
  let allS = 0;
  for (const mutant of MUTANTS) {
    say(`hunting ${mutant.name}`);
    const startMs = performance.now();
    const { finding } = await hunt(mutant, HUNT_RUNS);
    const tookS = (performance.now() - startMs) / 1000;
    if (finding === null) notes.push(`${mutant.name} was not found in ${HUNT_RUNS} runs.`);
    allS += tookS;
    slowestS = Math.max(slowestS, tookS);
  }
  rounds.add(SLOWEST, slowestS);
  rounds.add(ALL, allS);
  return {
    figures: [
      rounds.figure(PER_MINUTE, { unit: "worlds", goal: { least: 10_000 } }),
      rounds.figure(FULL_SPEED, { unit: "× real time", goal: { least: 100 } }),
      rounds.figure(SLOWEST, { unit: "s", goal: { most: 60 } }),
      rounds.figure(ALL, { unit: "s" }),
    ],
    notes,
  };
}

/** Seconds on the wall for a world, start of the workers included. */
async function secondsPerWorld(fidelity: Fidelity, seed: number): Promise<number> {
  const runs = WORLDS[fidelity];
  const campaign = new Campaign({ seed, fidelity, plant: null }, { runs, untilCoverage: false });
  const startMs = performance.now();
  await runCampaign(campaign, LANES, clock);
  return (performance.now() - startMs) / 1000 / runs;
}
