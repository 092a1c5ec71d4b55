import { assertAlmostEquals, assertEquals } from "@std/assert";
import { PlayheadSim, wrapOverSeam } from "../../sim/mod.ts";
import type { Records } from "../../web/session/messages.ts";
import { deviceFigures, firstTurn, frameCount, playheadGaps, quantile } from "./compare.ts";

const RATE = 48000;
const START_S = 100;

/** A browser whose audio begins 10 ms late, and which tells where it is 100 times a second. */
function browser({ bufferS = 4, playedS = 10, ppm = 0 } = {}) {
  let nowS = 0;
  const frames = bufferS * RATE;
  // The audio's own clock begins when the audio does.
  const playhead = new PlayheadSim({ frames, clock: { now: () => nowS }, wrap: "seam" });
  const records = { ticks: [], audio: [], slices: [], moves: [] } as unknown as {
    ticks: Records["ticks"][number][];
    audio: Records["audio"][number][];
    moves: Records["moves"][number][];
    slices: [];
  };
  records.moves.push({ type: "reset", frames, keepPosition: false, wallS: START_S });
  const clocks = [];
  for (let i = 0; i <= playedS * 100; i++) {
    const wallS = START_S + i / 100;
    nowS = Math.max(0, i / 100 - 0.01) * (1 + ppm / 1e6);
    records.ticks.push({ wallS, playheadS: playhead.seconds(), stalenessS: 0, tags: 0 });
    // 480 frames of audio in each of these steps, rendered 20 ms before they are heard.
    nowS += 0.02;
    records.audio.push({ wallS, contextTimeS: 1 + nowS, sample: Math.round(playhead.position()) });
    clocks.push({
      wallS,
      contextTimeS: 1 + nowS,
      outputTimeS: 1 + nowS - 0.02,
      outputWallS: wallS,
      baseLatencyS: 0.01,
      outputLatencyS: 0.01,
    });
  }
  return { records, clocks, startS: START_S };
}

Deno.test("a browser that starts 10 ms late is 10 ms behind, before the turn and behind the seam", () => {
  const play = browser();
  const { beforeMs, afterSeamMs, afterZeroMs } = playheadGaps(play);
  assertEquals(firstTurn(play.records), 401);
  assertEquals(beforeMs.length, 401);
  assertAlmostEquals(quantile(beforeMs, 50), 10, 1e-6);
  assertAlmostEquals(quantile(afterSeamMs, 50), 10, 1e-6);
  // One turn leaves a hard wrap 50 ms behind the browser, two leave it 100 ms behind.
  assertAlmostEquals(Math.max(...afterZeroMs), -40, 1e-6);
  assertAlmostEquals(Math.min(...afterZeroMs), -90, 1e-6);
});

Deno.test("a seek back and a band are no turn of the buffer", () => {
  const { records } = browser({ bufferS: 20 });
  const ticks = records.ticks.map((tick, i) => i < 900 ? { ...tick, playheadS: 15 } : tick);
  ticks[900] = { ...ticks[900]!, playheadS: 1 };
  const seek = { type: "seek", positionS: 1, wallS: ticks[900]!.wallS } as const;
  assertEquals(firstTurn({ ticks, moves: records.moves }), 900);
  assertEquals(firstTurn({ ticks, moves: [...records.moves, seek] }), ticks.length);
  const band = { startSample: 0, endSample: 16 * RATE };
  const armed = { type: "band", band, wallS: START_S + 1 } as const;
  assertEquals(firstTurn({ ticks, moves: [...records.moves, armed] }), ticks.length);
});

Deno.test("the skew of the audio clock and the latency are found", () => {
  const { skewPpm, latencyMs } = deviceFigures({ ...browser({ ppm: 200 }), report: null! });
  // The late start bends the line a little.
  assertAlmostEquals(skewPpm, 200, 30);
  assertAlmostEquals(latencyMs, 20, 1e-9);
  const { startMs, aheadOfHeardMs } = deviceFigures({ ...browser(), report: null! });
  assertAlmostEquals(startMs, 10, 0.1);
  // Position and sound are told of the same frame here.
  assertAlmostEquals(aheadOfHeardMs, 0, 0.1);
});

Deno.test("a report that is a frame off is found, and so is a clock that runs without the audio", () => {
  const frames = 4 * RATE;
  const moves = [{ type: "reset", frames, keepPosition: false, wallS: 0 }] as const;
  const audio = Array.from({ length: 2000 }, (_, i) => ({
    wallS: i,
    contextTimeS: (i + 1) * 256 / RATE,
    sample: wrapOverSeam((i + 1) * 256, frames),
  }));
  assertEquals(frameCount({ audio, moves }), { jumps: [], clockFrames: 0 });
  // Chromium stamps a report a block too early now and then: the audio is as it was.
  const early = audio.map((it, i) =>
    i === 500 ? { ...it, contextTimeS: it.contextTimeS - 128 / RATE } : it
  );
  assertEquals(frameCount({ audio: early, moves }), { jumps: [], clockFrames: 0 });
  const off = audio.map((it, i) => i === 500 ? { ...it, sample: it.sample + 1 } : it);
  const { jumps } = frameCount({ audio: off, moves });
  assertEquals(jumps, [
    { before: audio[499]!.sample, sample: audio[500]!.sample + 1 },
    { before: audio[500]!.sample + 1, sample: audio[501]!.sample },
  ]);
  const silent = audio.map((it, i) =>
    i < 500 ? it : { ...it, contextTimeS: it.contextTimeS + 0.01 }
  );
  assertEquals(frameCount({ audio: silent, moves }).clockFrames, 480);
});
