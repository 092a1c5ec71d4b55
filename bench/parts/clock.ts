/**
 * Time itself: events of the virtual clock, and how punctual ticks on the wall clock are.
 *
 * @module
 */
import { VirtualClock, WallClock } from "../../runtime/mod.ts";
import { TickLoop } from "../../sim/client/tick_loop.ts";
import type { Figure, PartOptions, PartResult } from "../figures.ts";
import { LatenessMeter, watchedClock } from "../lateness.ts";
import { medianOf, Rounds, secondsOf } from "../rounds.ts";

const ROUNDS = 40;
const EVENTS = 100_000;
/** Each deadline of a live client's ticks is 1/30 s from the last. */
const TICK_HZ = 30;
/** Loops side by side: as many deadlines a second as a client has in eight. */
const LOOPS = 8;
const LISTENS = 4;
const LISTEN_S = 2;
const FEW = "virtual clock, 8 timers";
const MANY = "virtual clock, 64 timers";
const CANCELLED = "virtual clock, a timeout set and cancelled";
/** Of a tick, ms. */
const LATENESS_GOAL = { most: 2 };

/** Measures both clocks. */
export async function clockPart({ say }: PartOptions): Promise<PartResult> {
  const rounds = new Rounds("clock");
  const works: readonly [string, () => void][] = [
    [FEW, rearming(8)],
    [MANY, rearming(64)],
    [CANCELLED, cancelling()],
  ];
  for (let i = -10; i < ROUNDS; i++) {
    say(`round ${Math.max(0, i + 1)} of ${ROUNDS}`);
    const into = i < 0 ? new Rounds("warm-up") : rounds;
    for (const [name, work] of works) into.add(name, secondsOf(work) / EVENTS);
  }
  const peer = { name: FEW, to: "8 timers", better: "less" } as const;
  const nanoseconds = { unit: "ns an event", scale: 1e9 };
  return {
    figures: [
      rounds.figure(FEW, nanoseconds),
      rounds.figure(MANY, { ...nanoseconds, peer }),
      rounds.figure(CANCELLED, { ...nanoseconds, peer }),
      ...await tickFigures(say),
    ],
    notes: [],
  };
}

/** `EVENTS` events of `timers` timers that rearm themselves. */
function rearming(timers: number): () => void {
  const clock = new VirtualClock();
  for (let i = 0; i < timers; i++) {
    const everyS = 0.001 + i * 0.0007;
    const fire = () => void clock.after(everyS, fire);
    fire();
  }
  return () => {
    for (let i = 0; i < EVENTS; i++) clock.step();
  };
}

/** As many events that each call off a timeout of 5 s. */
function cancelling(): () => void {
  const clock = new VirtualClock();
  return () => {
    for (let i = 0; i < EVENTS; i++) {
      const timeout = clock.after(5, () => {});
      clock.after(0.001, () => timeout.cancel());
      clock.step();
    }
  };
}

/** Lateness of tick loops in a process that does nothing else. */
async function tickFigures(say: (what: string) => void): Promise<Figure[]> {
  const wall = new WallClock();
  const meter = new LatenessMeter();
  const clock = watchedClock(wall, meter);
  const loops = Array.from({ length: LOOPS }, () => new TickLoop(clock, TICK_HZ, () => {}));
  for (const loop of loops) {
    loop.start();
    await wall.sleep(1 / TICK_HZ / LOOPS);
  }
  await wall.sleep(LISTEN_S);
  meter.take();
  const heard: { p50Ms: number; p99Ms: number }[] = [];
  for (let i = 0; i < LISTENS; i++) {
    say(`ticks of the wall clock, ${i + 1} of ${LISTENS}`);
    await wall.sleep(LISTEN_S);
    heard.push(meter.take());
  }
  for (const loop of loops) loop.stop();
  const figure = (name: string, values: readonly number[], goal: Figure["goal"]): Figure => ({
    ...{ part: "clock", name, value: medianOf(values), unit: "ms", goal, ratio: null },
  });
  return [
    figure("tick lateness p50, nothing else to do", heard.map(({ p50Ms }) => p50Ms), null),
    figure("tick lateness p99, nothing else to do", heard.map(({ p99Ms }) => p99Ms), LATENESS_GOAL),
  ];
}
