import { assertAlmostEquals, assertEquals } from "@std/assert";
import { VirtualClock } from "../../runtime/mod.ts";
import { defineScenario } from "../define.ts";
import { PlayheadModel } from "./playhead_model.ts";

const SECOND = 48_000;

/** A model that plays a buffer of four seconds. */
function playing() {
  const clock = new VirtualClock();
  const model = new PlayheadModel(
    clock,
    defineScenario({
      name: "model",
      description: "Where is it?",
      durationS: 60,
      expectations: [{ metric: "lag.slices.count", min: 0 }],
    }),
  );
  model.onBuffer("initial", 4 * SECOND);
  return { clock, model };
}

Deno.test("it plays and wraps, and counts what was played", () => {
  const { clock, model } = playing();
  clock.runUntil(9);
  assertEquals([model.position, model.played], [SECOND, 9 * SECOND]);
});

Deno.test("a seek jumps, a pause holds, a rate goes on from where it is", () => {
  const { clock, model } = playing();
  clock.runUntil(1);
  model.onStep({ do: "seek", toS: -1 });
  assertEquals(model.position, 3 * SECOND);
  model.onStep({ do: "pause" });
  clock.runUntil(5);
  model.onStep({ do: "resume" });
  model.onStep({ do: "rate", rate: 2 });
  clock.runUntil(6);
  assertAlmostEquals(model.position, SECOND, 1e-6);
  assertEquals(model.played, 3 * SECOND);
});

Deno.test("a band loops, a swap forgets it, a reconnect arms it again", () => {
  const { clock, model } = playing();
  model.onStep({ do: "loopBand", band: { startS: 1, endS: 2 } });
  clock.runUntil(2.5);
  assertAlmostEquals(model.position, 1.5 * SECOND, 1e-6);
  model.onBuffer("reconnect", 4 * SECOND);
  assertAlmostEquals(model.position, 1.5 * SECOND, 1e-6);
  assertEquals(model.span, SECOND);
  model.onBuffer("swap", 2 * SECOND);
  assertEquals([model.position, model.span], [0, 2 * SECOND]);
});
