/**
 * Whole simulated sessions: `healthy-stream`, 16.7 slices a second, with client, network, server,
 * engine, trace and judgement; for 20 s, as shipped, and for 60 s, where what a session costs once
 * weighs less. Prints how much faster than real time the sessions ran, which is `timing.speedup` of
 * their reports; the table's times hold preparing and judging as well.
 */
import { defineScenario, keepAwake, playScenario, Studio } from "../scenarios/mod.ts";
import type { Fidelity } from "../scenarios/result.ts";
import { healthyStream } from "../scenarios/shipped/streaming.scenario.ts";

const studio = new Studio();

for (const fidelity of ["full", "timing"] satisfies Fidelity[]) {
  for (const durationS of [20, 60]) {
    const name = `${durationS} s of session, ${fidelity} fidelity`;
    const { name: shipped, description, expectations } = healthyStream;
    const steps = keepAwake(durationS);
    const scenario = defineScenario({ name: shipped, description, durationS, steps, expectations });
    const speedups: number[] = [];
    Deno.bench(name, async () => {
      const { timing } = await playScenario(scenario, { fidelity, studio });
      speedups.push(timing.speedup);
    });
    globalThis.addEventListener("unload", () => {
      const sorted = speedups.toSorted((a, b) => a - b);
      const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]?.toFixed(0);
      console.log(`${name}: median ${at(0.5)} × real time, best ${at(1)} ×, worst ${at(0)} ×`);
    });
  }
}
