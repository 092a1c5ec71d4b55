/**
 * The kinds of items that a transcript is shown as, and what is noted of each.
 *
 * @module
 */

/** Kinds; their place here is their code in an outline. */
export const ITEM_KINDS = [
  "user",
  "assistant",
  "system",
  "compaction",
  "summary",
  "attachment",
  "pr_link",
  "queue",
  "progress",
  "orphan_result",
  "broken",
  "raw",
  "stub",
] as const;

/** The kind of an item. */
export type ItemKind = typeof ITEM_KINDS[number];

/** Its code. */
export function kindCode(kind: ItemKind): number {
  return ITEM_KINDS.indexOf(kind);
}

/** Bits that an outline tells of an item. */
export const ITEM_FLAG = {
  /** Hidden unless somebody asks. */
  quiet: 1,
  /** Not on the way from the newest record back to the first: the user went back. */
  offBranch: 2,
  /** Something failed in it. */
  error: 4,
  /** It calls tools. */
  tool: 8,
  /** It was taken out of a damaged line. */
  salvaged: 16,
  /** The user refused something. */
  denied: 32,
} as const;
