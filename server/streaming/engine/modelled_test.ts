import { assertAlmostEquals, assertEquals, assertNotEquals, assertStrictEquals } from "@std/assert";
import { Rng } from "../../../runtime/rng.ts";
import { VirtualClock } from "../../../runtime/virtual_clock.ts";
import type { ControlState, RenderResult } from "./engine.ts";
import { type EngineProfile, engineProfileSchema, ModelledEngine } from "./modelled.ts";
import { PassThroughEngine } from "./pass_through.ts";

const STATE: ControlState = {
  knobs: {},
  prompt: "",
  promptB: "",
  promptBlend: 0,
  loras: [],
  timbre: null,
  timbreStrength: 0,
  structure: null,
};

const fail = (error: Error) => {
  throw error;
};

/** An engine under `profile` whose windows follow one another; `finishes` are the times of done. */
function run(profile: EngineProfile, seconds: number, seed = 1) {
  const clock = new VirtualClock();
  const engine = new ModelledEngine({
    inner: new PassThroughEngine(),
    clock,
    rng: new Rng(seed),
    profile,
  });
  const finishes: number[] = [];
  const results: RenderResult[] = [];
  const next = () => {
    engine.render(
      { startSample: 0, frames: 1, state: STATE, out: new Float32Array(0) },
      (result) => {
        finishes.push(clock.now());
        results.push(result);
        next();
      },
      fail,
    );
  };
  next();
  clock.runUntil(seconds);
  return { clock, engine, finishes, results };
}

/** Times between neighbours, in ms. */
function gapsMs(finishes: readonly number[]): number[] {
  return finishes.map((timeS, i) => (timeS - (finishes[i - 1] ?? 0)) * 1000);
}

Deno.test("a constant profile takes the same time for every window, and says so", () => {
  const { finishes, results } = run({ type: "constant", renderMs: 60 }, 0.601);
  assertEquals(finishes.length, 10);
  for (const gap of gapsMs(finishes)) assertAlmostEquals(gap, 60, 1e-6);
  assertAlmostEquals(results[0]!.tickMs + results[0]!.decMs, 60, 1e-6);
});

Deno.test("a jittered profile spreads about its mean, the same way for the same seed", () => {
  const profile: EngineProfile = { type: "jittered", renderMs: 60, jitterMs: 10 };
  const gaps = gapsMs(run(profile, 60).finishes);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  assertAlmostEquals(mean, 60, 1);
  assertAlmostEquals(Math.sqrt(variance), 10, 1);
  assertEquals(gapsMs(run(profile, 60).finishes), gaps);
  assertNotEquals(gapsMs(run(profile, 60, 2).finishes), gaps);
});

Deno.test("work that meets a stall is finished that much later", () => {
  const stalls = [{ atS: 1.03, durationS: 2 }, { atS: 2, durationS: 0.5 }];
  const { finishes } = run({ type: "stall", renderMs: 100, stalls }, 4);
  const late = gapsMs(finishes).filter((gap) => gap > 101);
  assertEquals(late.length, 1);
  assertAlmostEquals(late[0]!, 2100, 1e-6);
});

Deno.test("pauses of a gc profile come about as often as it says and last as long", () => {
  const { finishes } = run({ type: "gc", renderMs: 10, pauseMs: 200, everyS: 2 }, 120);
  const paused = gapsMs(finishes).filter((gap) => gap > 11);
  for (const gap of paused) assertAlmostEquals(gap, 210, 1e-6);
  assertEquals(paused.length > 45 && paused.length < 65, true, `${paused.length} pauses`);
});

Deno.test("a warm-up ends at its final time", () => {
  const gaps = gapsMs(run({ type: "warmup", fromMs: 500, toMs: 50, overS: 2 }, 4).finishes);
  assertAlmostEquals(gaps[0]!, 500, 1e-6);
  assertAlmostEquals(gaps.at(-1)!, 50, 1e-6);
  assertEquals(gaps.every((gap, i) => i === 0 || gap <= gaps[i - 1]! + 1e-6), true);
});

Deno.test("a profile can be changed under way and healed", () => {
  const { clock, engine, finishes } = run({ type: "constant", renderMs: 50 }, 0.99);
  engine.setProfile({ type: "overload", renderMs: 1000 });
  clock.runUntil(3.5);
  engine.heal();
  clock.runUntil(4.51);
  const gaps = gapsMs(finishes);
  assertAlmostEquals(gaps[20]!, 1000, 1e-6);
  assertAlmostEquals(gaps.at(-1)!, 50, 1e-6);
});

Deno.test("a disposed engine never finishes its window", () => {
  const { clock, engine, finishes } = run({ type: "constant", renderMs: 50 }, 0.06);
  engine.dispose();
  clock.runUntil(10);
  assertEquals(finishes.length, 1);
});

Deno.test("an inner engine that fails is reported once, and the window never finishes", () => {
  const clock = new VirtualClock();
  const broken = new Error("out of memory");
  const engine = new ModelledEngine({
    inner: {
      name: "broken",
      load: () => {},
      render: (_request, _done, failed) => failed(broken),
      dispose: () => {},
    },
    clock,
    rng: new Rng(1),
    profile: { type: "constant", renderMs: 50 },
  });
  const seen: (Error | "done")[] = [];
  engine.render(
    { startSample: 0, frames: 1, state: STATE, out: new Float32Array(0) },
    () => seen.push("done"),
    (error) => seen.push(error),
  );
  clock.run();
  assertEquals(seen.length, 1);
  assertStrictEquals(seen[0], broken);
});

Deno.test("profiles out of range or with unknown fields are refused", () => {
  const parse = (value: unknown) => engineProfileSchema.safeParse(value).success;
  assertEquals(parse({ type: "gc", renderMs: 10, pauseMs: 100, everyS: 1 }), true);
  assertEquals(parse({ type: "constant", renderMs: -1 }), false);
  assertEquals(parse({ type: "constant", renderMs: 1, jitter: 2 }), false);
  assertEquals(parse({ type: "sometimes", renderMs: 1 }), false);
  assertEquals(parse({ type: "gc", renderMs: 10, pauseMs: 100, everyS: 0 }), false);
});
