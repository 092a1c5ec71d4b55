import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { VirtualClock } from "../../runtime/mod.ts";
import { PlayheadSim, wrap } from "../../sim/mod.ts";
import {
  type PlaybackChange,
  playbackOf,
  type PlaybackStep,
  type PositionTick,
} from "./playback.ts";

const LENGTH_S = 20;
const HZ = 60;

/** What a real playhead reports while this is done to it. */
function play(steps: readonly PlaybackStep[], durationS: number, rate = 1): PositionTick[] {
  const clock = new VirtualClock();
  const playhead = new PlayheadSim({ clock, frames: LENGTH_S * 48000, rate });
  for (const step of steps) {
    clock.at(step.atS, () => {
      if (step.do === "seek") playhead.seek(step.toS);
      else playhead.setPaused(step.do === "pause");
    });
  }
  const ticks: PositionTick[] = [];
  for (let i = 0; i <= durationS * HZ; i++) {
    clock.runUntil(i / HZ);
    ticks.push({ atS: i / HZ, positionS: playhead.seconds() });
  }
  return ticks;
}

const BUFFER: PlaybackChange = { kind: "buffer", atS: 0, durationS: LENGTH_S };

/** The second list does what the first did, a few ticks later at the most. */
function assertSame(found: readonly PlaybackStep[], done: readonly PlaybackStep[]): void {
  assertEquals(found.map((step) => step.do), done.map((step) => step.do), JSON.stringify(found));
  for (const [i, step] of done.entries()) {
    assertAlmostEquals(found[i]!.atS, step.atS, 2.5 / HZ, JSON.stringify({ found, done }));
    const other = found[i]!;
    if (step.do === "seek" && other.do === "seek") {
      assertAlmostEquals(other.toS, step.toS, 2.5 / HZ);
    }
  }
}

Deno.test("a listener who only listens did nothing, over many laps", () => {
  assertEquals(playbackOf(play([], 65), [BUFFER]), { steps: [], rate: 1 });
});

Deno.test("seeks and pauses are found again, whenever they were", () => {
  const gapS = fc.double({ min: 1, max: 4, noNaN: true });
  const act = fc.record({
    gapS,
    kind: fc.constantFrom("seek", "pause"),
    lastsS: fc.double({ min: 0.5, max: 3, noNaN: true }),
    // Not where playback is anyway.
    jumpS: fc.double({ min: 0.5, max: LENGTH_S - 0.5, noNaN: true }),
  });
  fc.assert(fc.property(fc.array(act, { maxLength: 6 }), (acts) => {
    const steps: PlaybackStep[] = [];
    let [atS, positionS] = [0.5, 0.5];
    for (const { gapS, kind, lastsS, jumpS } of acts) {
      atS += gapS;
      positionS += gapS;
      if (kind === "seek") {
        positionS = (positionS + jumpS) % LENGTH_S;
        steps.push({ do: "seek", atS, toS: positionS });
      } else {
        steps.push({ do: "pause", atS }, { do: "resume", atS: atS + lastsS });
        atS += lastsS;
      }
    }
    assertSame(playbackOf(play(steps, atS + 2), [BUFFER]).steps, steps);
  }));
});

Deno.test("a seek while paused is a seek, and the pause goes on", () => {
  const steps: PlaybackStep[] = [
    { do: "pause", atS: 2 },
    { do: "seek", atS: 4, toS: 12 },
    { do: "resume", atS: 6 },
  ];
  assertSame(playbackOf(play(steps, 8), [BUFFER]).steps, steps);
});

Deno.test("a sound card that is too fast is told from a seek", () => {
  const { steps, rate } = playbackOf(play([], 60, 1.01), [BUFFER]);
  assertEquals(steps, []);
  assertAlmostEquals(rate, 1.01, 1e-4);
});

Deno.test("a new buffer, a lap of a band, and ticks that still tell of the old buffer are no seeks", () => {
  const ticks: PositionTick[] = [];
  // At 5 s a swap: the client goes on with the old buffer until 6.5 s. At 8 s a band is armed, and
  // what is reported of it is a little behind.
  for (let i = 0; i <= 12 * HZ; i++) {
    const atS = i / HZ;
    const positionS = atS < 6.5 ? atS : atS < 8 ? atS - 6.5 : 1 + wrap(atS - 7.5 - 0.01, 1);
    ticks.push({ atS, positionS });
  }
  const changes: PlaybackChange[] = [
    BUFFER,
    { kind: "buffer", atS: 5, durationS: 30 },
    { kind: "band", atS: 8, band: { startS: 1, endS: 2 } },
  ];
  assertEquals(playbackOf(ticks, changes), { steps: [], rate: 1 });
});

Deno.test("jitter of ticks is no seek", () => {
  let state = 1;
  const noise = () => (state = state * 48271 % 2147483647) / 2147483647 * 0.08;
  const ticks = play([], 30).map(({ atS, positionS }) => ({ atS: atS + noise(), positionS }))
    .sort((a, b) => a.atS - b.atS);
  const { steps } = playbackOf(ticks, [BUFFER]);
  assert(steps.every((step) => step.do !== "seek"), JSON.stringify(steps));
});
