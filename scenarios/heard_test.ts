/** What a run says was heard, against its recording. */
import { assert, assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import type { AudioClip } from "../audio/clip.ts";
import { synthSource } from "../fixtures/mod.ts";
import { defineScenario } from "./define.ts";
import type { HeardStretch, RunResult } from "./result.ts";
import { playScenario } from "./run.ts";
import { Studio } from "./studio.ts";
import type { ScenarioInput } from "./types.ts";

const studio = new Studio();

const FIRST = { synthS: 10, channels: 2, synthSeed: 7 } as const;
const SECOND = { synthS: 6, channels: 2, synthSeed: 8 } as const;

/** Two seeks, a pause, a swap and a lost connection in nine seconds. */
function eventful(changes: Partial<ScenarioInput> = {}) {
  return defineScenario({
    name: "eventful",
    description: "What was heard?",
    durationS: 9,
    source: FIRST,
    steps: [
      { do: "knobs", atS: 0.2, values: { denoise: 0.8 } },
      { do: "seek", atS: 1.5, toS: 6 },
      { do: "pause", atS: 3 },
      { do: "resume", atS: 3.7 },
      { do: "swap", atS: 4, source: SECOND },
      { do: "seek", atS: 6, toS: 3.01 },
      { do: "reconnect", atS: 7.5 },
    ],
    expectations: [{ metric: "lag.slices.count", min: 1 }],
    ...changes,
  });
}

const frames = (seconds: number) => Math.round(seconds * 48000);

/** Mean square of the difference between a stretch of the recording, shifted, and of a source. */
function difference(
  played: AudioClip,
  source: AudioClip,
  stretch: HeardStretch,
  shift = 0,
): number {
  const count = Math.min(frames(stretch.durationS), 24000) - 2;
  const from = (frames(stretch.startS!) + 1 + shift) * 2;
  const of = (frames(stretch.bufferStartS) + 1) * 2;
  let sum = 0;
  for (let i = 0; i < 2 * count; i++) {
    const apart = played.audio[from + i]! - source.audio[of + i]!;
    sum += apart * apart;
  }
  return sum / (2 * count);
}

/** The epoch in which a stretch was heard. */
function sourceOf({ marks }: RunResult, { atS }: HeardStretch): AudioClip {
  const swap = marks.find(({ kind }) => kind === "swap")!;
  const { synthS, channels, synthSeed } = atS < swap.atS ? FIRST : SECOND;
  return synthSource({ seconds: synthS, channels, seed: synthSeed });
}

Deno.test("old stretches are source audio at their place in the recording, to the sample; fresh are not", async () => {
  const result = await playScenario(eventful(), { studio });
  const { played, heard } = result;
  assert(heard.filter(({ isFresh }) => !isFresh).length >= 5);
  for (const stretch of heard.filter(({ durationS }) => durationS > 0.02)) {
    const at = `${stretch.atS} s`;
    const source = sourceOf(result, stretch);
    const apart = difference(played!, source, stretch);
    if (stretch.isFresh) {
      assert(apart > 1e-5, `${at}: fresh audio is the source (${apart})`);
    } else {
      assertLess(apart, 1e-7, at);
      for (const shift of [-1, 1]) {
        assert(difference(played!, source, stretch, shift) > 100 * apart + 1e-9, at);
      }
    }
  }
});

Deno.test("the stretches make up the whole recording, and the fresh share", async () => {
  const { played, heard, lag } = await playScenario(eventful(), { studio });
  let place = 0;
  let fresh = 0;
  for (const { startS, durationS, isFresh } of heard) {
    assertEquals(frames(startS!), place);
    place += frames(durationS);
    if (isFresh) fresh += frames(durationS);
  }
  assertEquals(place, played!.frames);
  assertAlmostEquals(fresh / place, lag.freshShare!, 1e-6);
});

Deno.test("the stretches follow session time, and stand still in a pause", async () => {
  const { heard } = await playScenario(eventful(), { studio });
  for (const [i, { atS }] of heard.entries()) {
    const { endS: beforeS } = heard[i - 1] ?? { endS: 0 };
    assertAlmostEquals(atS, Math.abs(beforeS - 3) < 0.05 ? 3.7 : beforeS, 1e-5);
  }
  assertEquals(heard.at(-1)?.endS, 9);
});

Deno.test("stretches are the same at both fidelities", async () => {
  const full = await playScenario(eventful(), { studio });
  const timing = await playScenario(eventful(), { studio, fidelity: "timing" });
  assertEquals(timing.heard, full.heard);
  assertEquals(timing.played, null);
});

Deno.test("the recording holds the newest seconds over swaps, and the stretches know which", async () => {
  const kept = eventful({ client: { recordPlaybackS: 5.5 } });
  const { played, heard } = await playScenario(kept, { studio });
  const { played: whole } = await playScenario(eventful(), { studio });
  assertEquals(played!.frames, frames(5.5));
  assertEquals(played!.audio, whole!.audio.slice(-2 * frames(5.5)));
  assert(heard.some(({ startS }) => startS === null));
  assertEquals(heard.find(({ startS }) => startS !== null)?.startS, 0);
  const { startS, durationS } = heard.at(-1)!;
  assertEquals(frames(startS!) + frames(durationS), played!.frames);
});

Deno.test("with a source of other channels the recording begins anew, and the stretches know it", async () => {
  const steps = [{ do: "swap", atS: 2, source: { ...SECOND, channels: 1 } }] as const;
  const { played, heard } = await playScenario(eventful({ durationS: 4, steps: [...steps] }), {
    studio,
  });
  assertEquals(played!.channels, 1);
  const kept = heard.filter(({ startS }) => startS !== null);
  assertEquals(kept[0]!.startS, 0);
  assert(kept[0]!.atS >= 2 && kept.length < heard.length);
  assertEquals(kept.reduce((sum, it) => sum + frames(it.durationS), 0), played!.frames);
});
