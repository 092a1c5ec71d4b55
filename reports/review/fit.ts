/**
 * A review as long as a page bears: figures and overlays of all that changed, then maps, then sound,
 * those that got worst first.
 *
 * @module
 */
import type { Comparison, ScenarioComparison } from "../compare/mod.ts";
import type { Markup } from "../page/markup.ts";
import { type CasePieces, casePieces } from "./detail.ts";
import { reviewPage, type ReviewRow } from "./page.ts";
import type { ReviewCase } from "./side.ts";

/** The longest that a page may be, bytes: it is kept with a build, and opened on a phone. */
export const MAX_REVIEW_BYTES = 12_000_000;
/** How much of a page maps and sounds may take, so that neither leaves no room for figures. */
const SHARES = { core: 0.2, maps: 0.25, sound: 0.55 } as const;
/** Room for heading, style, script and the list itself. */
const FRAME_BYTES = 150_000;
/** One row of a scenario that did not change. */
const QUIET_BYTES = 700;

/** What a review is made from beside the comparison. */
export interface ReviewInput {
  /** Loads both sides of a scenario; called once for each that is shown in detail, one at a time. */
  readonly load: (name: string) => Promise<ReviewCase>;
  /** The command that accepts what is new; null when there is none. */
  readonly accept: string | null;
  /** The longest that the page may be, bytes. */
  readonly maxBytes?: number;
}

/** Draws the page of a comparison. */
export async function fittingReview(comparison: Comparison, input: ReviewInput): Promise<string> {
  const { scenarios } = comparison;
  const room = (input.maxBytes ?? MAX_REVIEW_BYTES) - FRAME_BYTES -
    QUIET_BYTES * scenarios.length;
  const left = { core: room * SHARES.core, maps: room * SHARES.maps, sound: room * SHARES.sound };
  const rows: ReviewRow[] = [];
  for (const [i, scenario] of scenarios.entries()) {
    if (!isShown(scenario) || left.core <= 0) {
      rows.push(quiet(scenario));
      continue;
    }
    const sides = await input.load(scenario.name);
    rows.push(fitted(scenario, sides, casePieces(scenario, sides, `case-${i}`), left));
  }
  return reviewPage(comparison, rows, input.accept);
}

function quiet(scenario: ScenarioComparison): ReviewRow {
  return { scenario, sides: { before: null, after: null }, pieces: null, omitted: null };
}

/** What did not change needs no picture; what cannot be compared has none to be held against. */
function isShown({ verdict, metrics }: ScenarioComparison): boolean {
  return verdict === "worse" || verdict === "better" || metrics.some(({ hasMoved }) => hasMoved);
}

/** Recordings are long, and drawn already. */
function withoutSound({ before, after }: ReviewCase): ReviewCase {
  return {
    before: before === null ? null : { ...before, played: null },
    after: after === null ? null : { ...after, played: null },
  };
}

/** Takes what there is room for, and that room with it. */
function fitted(
  scenario: ScenarioComparison,
  sides: ReviewCase,
  pieces: CasePieces,
  left: Record<keyof typeof SHARES, number>,
): ReviewRow {
  const take = (part: keyof typeof SHARES, bytes: number) => {
    if (bytes > left[part]) return false;
    left[part] -= bytes;
    return true;
  };
  const spark = 4000;
  const core = byteLength(pieces.core) + JSON.stringify(pieces.data).length + spark;
  if (!take("core", core)) return quiet(scenario);
  const hasMaps = take("maps", byteLength(pieces.maps));
  const hasSound = take("sound", byteLength(pieces.sound));
  const omitted = [
    ...(hasMaps || pieces.maps === null ? [] : ["maps"]),
    ...(hasSound || pieces.sound === null ? [] : ["sound"]),
  ];
  return {
    scenario,
    sides: withoutSound(sides),
    pieces: {
      ...pieces,
      maps: hasMaps ? pieces.maps : null,
      sound: hasSound ? pieces.sound : null,
      data: hasSound ? pieces.data : { ...pieces.data, sound: null },
    },
    omitted: omitted.length === 0
      ? null
      : `The page has no room for ${
        omitted.join(" and ")
      } of this scenario: compare it alone to have them.`,
  };
}

function byteLength(markup: Markup | null): number {
  return markup === null ? 0 : new TextEncoder().encode(String(markup)).length;
}
