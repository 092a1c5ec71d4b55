/**
 * `report.html`: one run on a page that stands alone. It says what went wrong, when, and lets one
 * hear it; it loads nothing, and its policy says so.
 *
 * @module
 */
import type { Report } from "../model.ts";
import { recordingTimeOf, sessionTimeOf, type SoundExcerpt } from "../sound/mod.ts";
import { againSection, factsSection, keyFigures } from "./facts_section.ts";
import { expectationSection, headSection, storySection, verdictTitle } from "./head_section.ts";
import { heardStretches } from "./heard.ts";
import { markup } from "./markup.ts";
import { pageData, scriptJson } from "./page_data.ts";
import { groupMarks } from "./marks.ts";
import { plotSection } from "./plot_section.ts";
import { SCRIPT } from "./script.ts";
import { pagePolicy, standalonePage } from "./shell.ts";
import { storyOf } from "./story.ts";
import { STYLE } from "./style.ts";
import { timelineOf } from "./timeline.ts";
import { voiceFacts, voiceKeyFigures } from "../voice/facts.ts";
import { voiceSection } from "../voice/section.ts";

/** Nothing from elsewhere, no script and no style but this page's own. */
export const PAGE_POLICY: string = pagePolicy(STYLE, SCRIPT);

/**
 * The page of one run.
 *
 * @param report - The run.
 * @param excerpt - The sound that the page carries; null when there is none.
 * @example
 * ```ts
 * import type { Report } from "../model.ts";
 * import { reportPage } from "./page.ts";
 *
 * const write = async (report: Report) =>
 *   await Deno.writeTextFile("report.html", reportPage(report, null));
 * ```
 */
export function reportPage(report: Report, excerpt: SoundExcerpt | null): string {
  const heard = heardStretches(report);
  const timeline = timelineOf(report);
  const groups = groupMarks(report.marks);
  const told = storyOf(report, heard);
  const story = { ...told, worstS: momentOf(report, told.worstS, excerpt) };
  const { voice } = report;
  const hasRun = report.series.ticks.atS.length > 0 || report.series.slices.atS.length > 0;
  const body = markup`${headSection(report)}
<main>
${storySection(story, excerpt !== null)}
${expectationSection(report)}
${
    voice !== undefined
      ? markup`${voiceKeyFigures(voice)}
${voiceSection(report, voice, { timeline, groups, excerpt, worstS: story.worstS })}
${voiceFacts(report, voice)}`
      : markup`${hasRun ? keyFigures(report, heard) : null}
${plotSection(report, { timeline, groups, heard, excerpt, worstS: story.worstS, hasRun })}
${hasRun ? factsSection(report) : null}`
  }
${againSection(report)}
</main>`;
  return standalonePage({
    title: `${report.scenario}: ${verdictTitle(report)}`,
    style: STYLE,
    body,
    script: {
      source: SCRIPT,
      json: scriptJson(pageData(report, timeline, heard, groups, excerpt)),
    },
  });
}

/** The moment that the page opens at: where the sound has it, else what the sound was chosen for. */
function momentOf(
  report: Report,
  worstS: number | null,
  excerpt: SoundExcerpt | null,
): number | null {
  if (excerpt === null || report.voice !== undefined) return worstS;
  const placeS = worstS === null ? null : recordingTimeOf(report, worstS);
  const isInside = placeS !== null && placeS >= excerpt.fromS &&
    placeS < excerpt.fromS + excerpt.durationS;
  return isInside ? worstS : sessionTimeOf(report, excerpt.fromS + excerpt.focusS);
}
