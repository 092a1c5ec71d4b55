/**
 * What a window costs that another process makes: 500 requests of 0.36 s in stereo, one after another.
 *
 *     deno run --allow-read --allow-env --allow-run bench/measure_command_engine.ts deno run examples/engines/tremolo.ts
 *
 * @module
 */
import { WallClock } from "../runtime/mod.ts";
import { EngineProcesses } from "../serve/engine_processes.ts";
import { silentLog } from "../server/log.ts";
import { CommandEngine, type RenderResult } from "../server/streaming/engine/mod.ts";

const FRAMES = 48_000 * 60;
const WINDOW = 17_280;
const STATE = {
  knobs: { denoise: 0.7 },
  prompt: "",
  promptB: "",
  promptBlend: 0,
  loras: [],
  timbre: null,
  timbreStrength: 1,
  structure: null,
};

const clock = new WallClock();
const processes = new EngineProcesses(clock);
const engine = new CommandEngine({
  command: Deno.args,
  spawn: processes.spawn,
  clock,
  log: silentLog,
});
const out = new Float32Array(WINDOW * 2);
const render = (startSample: number) =>
  new Promise<RenderResult | Error>((resolve) =>
    engine.render({ startSample, frames: WINDOW, state: STATE, out }, resolve, resolve)
  );
const quantile = (values: readonly number[], q: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(q * (values.length - 1))]!.toFixed(2);

const beganS = clock.now();
engine.load({ audio: new Float32Array(FRAMES * 2).fill(0.1), channels: 2, frames: FRAMES }, "full");
while ((await render(0)) instanceof Error) await clock.sleep(0.005);
const firstMs = (clock.now() - beganS) * 1000;
const roundMs: number[] = [];
const ownMs: number[] = [];
for (let i = 0; i < 500; i++) {
  const askedS = clock.now();
  const result = await render(i * 1920);
  if (result instanceof Error) throw result;
  roundMs.push((clock.now() - askedS) * 1000);
  ownMs.push(result.tickMs + result.decMs);
  await clock.sleep(0.005);
}
engine.dispose();
await new Promise<void>((resolve) => processes.whenNone(resolve));
const line = `first window after ${firstMs.toFixed(0)} ms; request to answer: median ${
  quantile(roundMs, 0.5)
} ms, p99 ${quantile(roundMs, 0.99)} ms; the engine's own work: median ${
  quantile(ownMs, 0.5)
} ms\n`;
Deno.stdout.writeSync(new TextEncoder().encode(line));
