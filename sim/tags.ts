/**
 * Why a slice or a tick may look bad although nothing is wrong: known false alarms, as a bit set.
 *
 * @module
 */

/** A set of {@link LAG_TAGS}, one bit each; 0 is none. */
export type LagTags = number;

/** The reasons, each with its bit. */
export const LAG_TAGS = {
  /** A full window whose end is the buffer's end: its start may lie behind the playhead. */
  seamPinned: 1,
  /** A loop band is armed: distances on the whole circle mean little. */
  loopBand: 2,
  /** The client is paused while the server's estimate of its playhead runs on. */
  paused: 4,
  /** Nothing was touched for so long that the server may have stopped. */
  idle: 8,
  /** Just after a start, seek, resume, swap, reconnect or change of the loop band. */
  settling: 16,
} as const;

/** Name of one reason. */
export type LagTagName = keyof typeof LAG_TAGS;

/** The names in a set, in the order of {@link LAG_TAGS}. */
export function tagNames(tags: LagTags): LagTagName[] {
  const names = Object.keys(LAG_TAGS) as LagTagName[];
  return names.filter((name) => (tags & LAG_TAGS[name]) !== 0);
}
