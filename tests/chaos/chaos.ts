/**
 * Trouble at length: an hour of it in the simulated world, and processes that are killed.
 *
 *     chaos.ts [--minutes 60] [--kills 30] [--seed 1]
 *
 * The exit code is 1 when anything leaked, hung or lied.
 *
 * @module
 */
import { parseFlags } from "../../cli/parse.ts";
import { errorMessage } from "../../runtime/mod.ts";
import { killing } from "./kills.ts";
import { worldChaos } from "./world_chaos.ts";

/** A session that takes so long to come back has hung on something, seconds. */
const HUNG_S = 20;

const FLAGS = {
  minutes: {
    type: "number",
    placeholder: "N",
    default: 60,
    min: 1,
    max: 10_000,
    help: "simulated minutes of trouble",
  },
  kills: {
    type: "number",
    placeholder: "N",
    default: 30,
    min: 0,
    max: 1000,
    integer: true,
    help: "processes that are killed",
  },
  seed: {
    type: "number",
    placeholder: "N",
    default: 1,
    min: 0,
    max: 4294967295,
    integer: true,
    help: "what happens when, and who is killed",
  },
} as const;

function tell(what: string, problems: readonly string[]): boolean {
  console.log(`${problems.length === 0 ? "✓" : "✗"} ${what}`);
  for (const sentence of problems) console.log(`    ${sentence}`);
  return problems.length === 0;
}

async function chaos(): Promise<boolean> {
  const { flags: { minutes, kills, seed } } = parseFlags(Deno.args, FLAGS);
  const world = worldChaos(minutes * 60, seed);
  let isWell = tell(
    `${minutes} simulated minutes, seed ${seed}: ${world.troubles} troubles, ` +
      `${world.reconnects} reconnects, ${world.slices} slices`,
    world.problems,
  );
  if (kills > 0) {
    const beganMs = performance.now();
    const killed = await killing(kills, seed, (text) => console.error(text));
    isWell = tell(
      `${kills} kills in ${Math.round((performance.now() - beganMs) / 1000)} s, seed ${seed}: ` +
        `${killed.connections} connections in a recording of ${killed.recordedBytes} bytes, ` +
        `back after ${killed.slowestS.toFixed(1)} s at the longest`,
      [
        ...killed.problems,
        ...(killed.slowestS <= HUNG_S
          ? []
          : [`a session took longer than ${HUNG_S} s to come back`]),
      ],
    ) && isWell;
  }
  return isWell;
}

if (import.meta.main) {
  try {
    Deno.exit(await chaos() ? 0 : 1);
  } catch (error) {
    console.error(`chaos: ${errorMessage(error)}`);
    Deno.exit(2);
  }
}
