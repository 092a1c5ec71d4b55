/**
 * Simulated sessions: `healthy-stream`, 16.7 slices a second, with client, network, server, engine and
 * trace; how much faster than real time they run, warm and as the first of a process.
 *
 * @module
 */
import { VirtualClock } from "../../runtime/mod.ts";
import { Child } from "../child.ts";
import { CodecYardstick } from "../codec_work.ts";
import type { Figure, PartOptions, PartResult } from "../figures.ts";
import { SLICES_PER_S } from "../music_windows.ts";
import { medianOf, Rounds, secondsOf } from "../rounds.ts";
import { HealthyStream } from "../healthy_stream.ts";

const ROUNDS = 13;
const WARM_UP_ROUNDS = 4;
const COLD_ROUNDS = 3;
/** The level at which simulations compress. */
const SIM_LEVEL = -1000;
/** Events of a bare clock that a session second is measured by. */
const EVENTS = 1_000;
const EVENT_ROUNDS = 40;
const TIMERS = 16;
const CODEC = "codec alone";
const CLOCK = "1 000 bare clock events a second";
const COLD = new URL("../roles/cold.ts", import.meta.url);

/** What is played, the target of the design for its speed, and how often a round plays it. */
const CASES = [
  { fidelity: "full", durationS: 20, least: 100, plays: 2 },
  { fidelity: "full", durationS: 60, least: 100, plays: 1 },
  { fidelity: "timing", durationS: 20, least: 5_000, plays: 12 },
  { fidelity: "timing", durationS: 60, least: 5_000, plays: 6 },
] as const;

type Case = typeof CASES[number];

const nameOf = ({ fidelity, durationS }: Pick<Case, "fidelity" | "durationS">) =>
  `${fidelity} fidelity, ${durationS} s`;
const coldNameOf = (fidelity: Case["fidelity"]) => `first in its process, ${fidelity}, 20 s`;

/** Measures the simulation. */
export async function simPart({ say }: PartOptions): Promise<PartResult> {
  const stream = new HealthyStream();
  const yardstick = new CodecYardstick(SIM_LEVEL);
  const rounds = new Rounds("sim");
  for (let i = -WARM_UP_ROUNDS; i < ROUNDS; i++) {
    say(`round ${Math.max(0, i + 1)} of ${ROUNDS}`);
    const into = i < 0 ? new Rounds("warm-up") : rounds;
    for (const one of CASES) {
      const { fidelity, plays } = one;
      const before = peerSpeed(fidelity, yardstick);
      const speeds = await collect(plays, () => stream.speedup(one));
      into.add(nameOf(one), medianOf(speeds));
      into.add(`${nameOf(one)}, best`, Math.max(...speeds));
      into.add(`${nameOf(one)}, peer`, Math.max(before, peerSpeed(fidelity, yardstick)));
    }
  }
  const cold = new Rounds("sim");
  for (let i = 0; i < COLD_ROUNDS; i++) {
    for (const fidelity of ["full", "timing"] as const) {
      say(`first in its process, ${fidelity}, ${i + 1} of ${COLD_ROUNDS}`);
      await using child = Child.deno(COLD);
      const { speedup } = await child.ask<{ speedup: number }>({ fidelity });
      cold.add(coldNameOf(fidelity), speedup);
    }
  }
  return { figures: [...warmFigures(rounds), ...coldFigures(cold)], notes: [] };
}

function warmFigures(rounds: Rounds): Figure[] {
  return CASES.map((one) => {
    const name = nameOf(one);
    const to = one.fidelity === "full" ? CODEC : CLOCK;
    const peer = { name: `${name}, peer`, to, better: "more" } as const;
    return {
      ...rounds.figure(name, { unit: "× real time", goal: { least: one.least } }),
      ratio: rounds.figure(`${name}, best`, { unit: "", peer }).ratio,
    };
  });
}

function coldFigures(cold: Rounds): Figure[] {
  return (["full", "timing"] as const).map((fidelity) =>
    cold.figure(coldNameOf(fidelity), { unit: "× real time" })
  );
}

/** Seconds of session in a second of ours, if nothing but the peer's work were done. */
function peerSpeed(fidelity: Case["fidelity"], yardstick: CodecYardstick): number {
  return fidelity === "full"
    ? 1 / (SLICES_PER_S * yardstick.secondsPerSlice(96))
    : 1 / bareClockS();
}

async function collect(count: number, play: () => Promise<number>): Promise<number[]> {
  const values: number[] = [];
  for (let i = 0; i < count; i++) values.push(await play());
  return values;
}

/** Seconds that a bare clock takes for {@link EVENTS} events of a few timers. */
function bareClockS(): number {
  const clock = new VirtualClock();
  for (let i = 0; i < TIMERS; i++) {
    const everyS = 0.001 + i * 0.0007;
    const fire = () => void clock.after(everyS, fire);
    fire();
  }
  return secondsOf(() => {
    for (let i = 0; i < EVENTS * EVENT_ROUNDS; i++) clock.step();
  }) / EVENT_ROUNDS;
}
