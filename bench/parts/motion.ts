/**
 * The built-in engine: what one live session costs in its first lap, where every layer has to be
 * rendered, under several states; and how much memory its bank takes.
 *
 * @module
 */
import { Child } from "../child.ts";
import { CodecYardstick } from "../codec_work.ts";
import type { Figure, PartOptions, PartResult } from "../figures.ts";
import { SLICES_PER_S } from "../music_windows.ts";
import type { MotionReading } from "../roles/motion.ts";
import { Rounds } from "../rounds.ts";

const ROLE = new URL("../roles/motion.ts", import.meta.url);
const ROUNDS = 28;
/** How often it is set up anew: two processes of a kind differ more than two rounds of one. */
const LAUNCHES = 5;
/** % of a core for one live session. */
const GOAL = { most: 25 };
const BANK_GOAL = { most: 256 };
/** Cases whose bank is told: the usual one, and the one that fills it fastest. */
const BANKS = ["one prompt", "everything at once, a knob moving"];

/** Measures the engine. */
export async function motionPart({ say }: PartOptions): Promise<PartResult> {
  const readings: MotionReading[] = [];
  for (let launch = 1; launch <= LAUNCHES; launch++) {
    say(`${launch} of ${LAUNCHES}`);
    await using engine = Child.deno(ROLE);
    readings.push(await engine.ask<MotionReading>({ rounds: ROUNDS }));
  }
  const rounds = new Rounds("motion");
  for (const { name, cpuS, codecCpuS } of readings.flatMap(({ cases }) => cases)) {
    for (const value of cpuS) rounds.add(name, value);
    for (const value of codecCpuS) rounds.add(codecOf(name), value);
  }
  const [{ cases, playedS }] = readings as [MotionReading];
  const shares = cases.map(({ name }) =>
    rounds.figure(name, {
      unit: "% of a core",
      scale: 100 * SLICES_PER_S,
      goal: GOAL,
      peer: { name: codecOf(name), to: CodecYardstick.NAME },
    })
  );
  const banks = cases.filter(({ name }) => BANKS.includes(name)).map((one): Figure => ({
    part: "motion",
    name: `bank after ${Math.round(playedS)} s, ${one.name}`,
    value: one.bankBytes / 2 ** 20,
    unit: "MiB",
    goal: BANK_GOAL,
    ratio: null,
  }));
  return { figures: [...shares, ...banks], notes: [] };
}

/** What the codec's rounds beside a case are called. */
function codecOf(name: string): string {
  return `${name}, codec`;
}
