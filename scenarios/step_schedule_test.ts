import { assertEquals } from "@std/assert";
import { type Clock, VirtualClock } from "../runtime/mod.ts";
import { StepSchedule } from "./step_schedule.ts";

const STEPS = ["a", "b", "c"].map((name) => ({ name, atS: 1 }));

/** A clock whose timers of one moment come in another order, as those of a machine may. */
class UnsteadyClock extends VirtualClock {
  #earlier = 0;

  override at(timeS: number, fn: () => void): ReturnType<Clock["at"]> {
    return super.at(timeS - ++this.#earlier / 1e6, fn);
  }
}

Deno.test("steps of one moment are carried out in their order, whatever the clock does", () => {
  const clock = new UnsteadyClock();
  const done: string[] = [];
  new StepSchedule({
    ...{ steps: [...STEPS, { name: "later", atS: 2 }], clock },
    holds: () => false,
    carryOut: ({ name }) => done.push(name),
  }).begin();
  clock.run();
  assertEquals(done, ["a", "b", "c", "later"]);
});

Deno.test("a schedule that is stopped in the middle of a moment carries nothing more out", () => {
  const clock = new VirtualClock();
  const done: string[] = [];
  const schedule = new StepSchedule({
    ...{ steps: STEPS, clock },
    holds: () => false,
    carryOut: ({ name }) => {
      done.push(name);
      if (name === "b") schedule.stop();
    },
  });
  schedule.begin();
  clock.run();
  assertEquals(done, ["a", "b"]);
});
