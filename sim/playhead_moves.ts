import { type Band, seamFrames, type WrapKind } from "./circle.ts";
import { type Playhead, PlayheadSim } from "./playhead.ts";

/** What moves a playhead beside the time. */
export type PlayheadMove =
  | { readonly type: "reset"; readonly frames: number; readonly keepPosition: boolean }
  | { readonly type: "seek"; readonly positionS: number }
  | { readonly type: "pause"; readonly isPaused: boolean }
  | { readonly type: "band"; readonly band: Band | null };

/** A move, and when it was made. */
export type TimedMove = PlayheadMove & { readonly wallS: number };

/** Moves a playhead as another one was moved. */
export function movePlayhead(playhead: Playhead, move: PlayheadMove): void {
  switch (move.type) {
    case "reset":
      return playhead.reset(move.frames, { keepPosition: move.keepPosition });
    case "seek":
      return playhead.seek(move.positionS);
    case "pause":
      return playhead.setPaused(move.isPaused);
    case "band":
      return playhead.setBand(move.band);
  }
}

/**
 * Where a simulated playhead would have been, had it been moved in the same way at the same times.
 *
 * @param moves In the order of their times.
 * @param timesS When to look, in order; a move at the same time comes first.
 * @returns Positions in frames, with their fraction.
 *
 * @example
 * ```ts
 * import { replayMoves } from "./playhead_moves.ts";
 *
 * const moves = [{ type: "reset", frames: 96_000, keepPosition: false, wallS: 10 }] as const;
 * console.log(replayMoves(moves, [10.5, 12.5])); // [24000, 24000]
 * ```
 */
export function replayMoves(
  moves: readonly TimedMove[],
  timesS: readonly number[],
  wrap: WrapKind = "zero",
): number[] {
  let nowS = moves[0]?.wallS ?? 0;
  const playhead = new PlayheadSim({ frames: 1, clock: { now: () => nowS }, wrap });
  let next = 0;
  return timesS.map((timeS) => {
    for (; next < moves.length && moves[next]!.wallS <= timeS; next++) {
      nowS = moves[next]!.wallS;
      movePlayhead(playhead, moves[next]!);
    }
    nowS = timeS;
    return playhead.position();
  });
}

/** Frames from one position to another by the shorter way, negative when it lies behind. */
export function circularGap(from: number, to: number, frames: number, wrap: WrapKind): number {
  const lap = frames - (wrap === "seam" ? seamFrames(frames) : 0);
  const gap = (to - from) % lap;
  if (gap > lap / 2) return gap - lap;
  return gap < -lap / 2 ? gap + lap : gap;
}
