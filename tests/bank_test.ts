/** Audio prepared before the session and audio rendered within it are the same to the bit. */
import { assert, assertEquals } from "@std/assert";
import type { Rng } from "../runtime/mod.ts";
import { defineScenario, type Fidelity, playScenario, type Scenario } from "../scenarios/mod.ts";
import { type Stage, Studio } from "../scenarios/mod.ts";
import { simStage } from "../scenarios/sim_stage.ts";
import { MotionBank, MotionEngine } from "../server/streaming/engine/mod.ts";
import { loraCatalog } from "../server/streaming/loras.ts";

/** A studio that prepares nothing, and whose engines keep nothing that they rendered. */
class ForgetfulStudio extends Studio {
  override prepare(): void {}

  override simStage(scenario: Scenario, fidelity: Fidelity, rng: Rng): Stage {
    return simStage(scenario, {
      fidelity,
      rng,
      shelf: this.shelf(fidelity),
      loraCatalog: loraCatalog(),
      createEngine: () => new MotionEngine({ bank: new MotionBank({ maxBytes: 1 }) }),
    });
  }
}

function scenario(steps: Scenario["steps"]): Scenario {
  return defineScenario({
    name: "bank",
    description: "Are prepared and direct audio the same?",
    durationS: 2.5,
    source: { synthS: 3 },
    client: { prompt: "glass harp", config: { lora: true } },
    steps,
    expectations: [{ metric: "mirror.identical", equals: true }],
  });
}

/** Position and payload checksum of every slice. */
async function payloads(studio: Studio, subject: Scenario): Promise<string[]> {
  const { verdict, trace } = await playScenario(subject, { fidelity: "full", studio });
  assertEquals(verdict, "passed");
  return trace.lines.filter((line) => line.includes('"ev":"slice"'));
}

async function assertSame(subject: Scenario): Promise<void> {
  const prepared = await payloads(new Studio(), subject);
  assert(prepared.length > 30);
  assert(new Set(prepared.map((line) => /"crc":(\d+)/.exec(line)![1])).size > 20);
  assertEquals(await payloads(new ForgetfulStudio(), subject), prepared);
}

Deno.test("a session in one state has the same slices with a prepared bank and without any", () =>
  assertSame(scenario([{ do: "knobs", atS: 0, values: { denoise: 0.8, hint_strength: 0.4 } }])));

Deno.test("so has one whose knobs, prompt, LoRA and source change", () =>
  assertSame(scenario([
    { do: "knobs", atS: 0.2, values: { denoise: 0.9 } },
    { do: "prompt", atS: 0.6, tags: "brass choir" },
    { do: "lora", atS: 0.9, id: "velvet", strength: 0.7 },
    {
      do: "swap",
      atS: 1.3,
      source: { synthS: 2, channels: 1, synthSeed: 3, stems: "vocals" },
    },
    { do: "knobs", atS: 1.9, values: { denoise: 0.35 } },
  ])));
