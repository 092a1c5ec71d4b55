import type { Report } from "../model.ts";
import type { SoundExcerpt } from "../sound/mod.ts";
import { reportPage } from "./page.ts";

/** The longest that a page may be, bytes: it is mailed, and kept with every build. */
export const MAX_PAGE_BYTES = 3_000_000;

/** Lengths of sound that are tried, seconds. */
const SOUND_S = [30, 20, 12, 6] as const;

/**
 * The page of one run with as much sound as it bears. All other parts have limits of their own, far
 * below {@link MAX_PAGE_BYTES} together; so only a page that reaches many of them has less sound.
 *
 * @param excerptWithin - The sound, of at most so many seconds; null when there is none.
 */
export function fittingPage(
  report: Report,
  excerptWithin: (longestS: number) => SoundExcerpt | null,
): string {
  for (const longestS of SOUND_S) {
    const excerpt = excerptWithin(longestS);
    const page = reportPage(report, excerpt);
    if (excerpt === null || byteLength(page) <= MAX_PAGE_BYTES) return page;
  }
  return reportPage(report, null);
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
