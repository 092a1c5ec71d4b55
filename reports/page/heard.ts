/**
 * What was heard, as stretches of session time.
 *
 * @module
 */
import type { Report } from "../model.ts";
import type { Stretch } from "./timeline.ts";

/** A stretch of sound that was heard without a jump, all of it fresh or none. */
export interface HeardStretch extends Stretch {
  /** Its place in `played.wav`, seconds; null where that does not hold it. */
  readonly startS: number | null;
  /** How much audio, seconds; differs from its time when the device runs fast or slow. */
  readonly durationS: number;
  /** Its place in the buffer, seconds. */
  readonly bufferStartS: number;
  /** Whether it had been rewritten for this lap. */
  readonly isFresh: boolean;
  /**
   * Whether old audio was to be expected: the server rested, the client stood still. Of old audio in
   * one piece all is or nothing, by the greater part of it.
   */
  readonly isResting: boolean;
}

/** Old audio that the listener heard in one piece. */
export interface OldStretch extends Stretch {
  /** Whether that was to be expected for most of it. */
  readonly isResting: boolean;
}

/** The stretches, in order. */
export function heardStretches({ series: { heard } }: Report): HeardStretch[] {
  const stretches = heard.atS.map((fromS, i) => ({
    fromS,
    toS: heard.endS[i]!,
    startS: heard.startS[i]!,
    durationS: heard.durationS[i]!,
    bufferStartS: heard.bufferStartS[i]!,
    isFresh: heard.fresh[i]!,
    isResting: /\b(idle|paused)\b/.test(heard.tags[i]!),
  }));
  const pieces = oldStretches(stretches);
  let next = 0;
  return stretches.map((it) => {
    if (it.isFresh) return it;
    while (it.fromS >= pieces[next]!.toS && next + 1 < pieces.length) next++;
    return { ...it, isResting: pieces[next]!.isResting };
  });
}

/** Pieces of audio closer than this follow one another without a pause, seconds. */
const TOUCHING_S = 0.005;

/** Old pieces that follow one another are one to the listener, whatever their tags. */
export function oldStretches(heard: readonly HeardStretch[]): OldStretch[] {
  const joined: { fromS: number; toS: number; restingS: number }[] = [];
  for (const { isFresh, isResting, fromS, toS } of heard) {
    if (isFresh) continue;
    const restingS = isResting ? toS - fromS : 0;
    const last = joined.at(-1);
    if (last !== undefined && fromS - last.toS < TOUCHING_S) {
      last.toS = toS;
      last.restingS += restingS;
    } else joined.push({ fromS, toS, restingS });
  }
  return joined.map(({ fromS, toS, restingS }) => ({
    fromS,
    toS,
    isResting: restingS > (toS - fromS) / 2,
  }));
}

/** The longest one; null of none. */
export function longest<T extends Stretch>(stretches: readonly T[]): T | null {
  return stretches.reduce<T | null>(
    (best, it) => best === null || it.toS - it.fromS > best.toS - best.fromS ? it : best,
    null,
  );
}
