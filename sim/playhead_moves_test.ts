import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { circularGap, movePlayhead, replayMoves, type TimedMove } from "./playhead_moves.ts";
import { PlayheadSim } from "./playhead.ts";

const SECOND = 48000;

Deno.test("replayMoves is where a playhead was that was moved in the same way", () => {
  const move = fc.oneof(
    fc.record({ type: fc.constant("seek" as const), positionS: fc.integer({ min: -5, max: 15 }) }),
    fc.record({ type: fc.constant("pause" as const), isPaused: fc.boolean() }),
    fc.record({
      type: fc.constant("band" as const),
      band: fc.constantFrom(null, { startSample: SECOND, endSample: 3 * SECOND }),
    }),
    fc.record({
      type: fc.constant("reset" as const),
      frames: fc.integer({ min: 4, max: 12 }).map((it) => it * SECOND),
      keepPosition: fc.boolean(),
    }),
  );
  const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.option(move)));
  fc.assert(fc.property(steps, fc.constantFrom("zero", "seam"), (steps, wrap) => {
    let nowS = 100;
    const playhead = new PlayheadSim({ frames: 1, clock: { now: () => nowS }, wrap });
    const moves: TimedMove[] = [{
      type: "reset",
      frames: 8 * SECOND,
      keepPosition: false,
      wallS: 100,
    }];
    movePlayhead(playhead, moves[0]!);
    const [times, positions]: [number[], number[]] = [[], []];
    for (const [waitS, move] of steps) {
      nowS += waitS;
      if (move !== null) {
        movePlayhead(playhead, move);
        moves.push({ ...move, wallS: nowS });
      }
      nowS += 0.25;
      times.push(nowS);
      positions.push(playhead.position());
    }
    assertEquals(replayMoves(moves, times, wrap), positions);
  }));
});

Deno.test("circularGap takes the shorter way, over the end or over the seam", () => {
  const frames = 10 * SECOND;
  assertEquals(circularGap(100, 130, frames, "zero"), 30);
  assertEquals(circularGap(frames - 10, 5, frames, "zero"), 15);
  assertEquals(circularGap(5, frames - 10, frames, "zero"), -15);
  assertEquals(circularGap(frames - 10, 2405, frames, "seam"), 15);
  assertEquals(circularGap(2405, frames - 10, frames, "seam"), -15);
});
