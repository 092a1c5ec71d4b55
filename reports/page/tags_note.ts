import { type Markup, markup } from "./markup.ts";
import { count } from "./words.ts";

/** Why a record may look bad although nothing is wrong, in words for a legend. */
const REASONS: Readonly<Record<string, string>> = {
  settling: "settling, just after a start, seek, resume, swap or reconnect",
  seamPinned: "pinned to the buffer's end, where windows cannot be centred",
  loopBand: "in a loop band, where distances on the whole circle mean little",
  paused: "while the client stood still",
  idle: "while nothing was touched and the server may rest",
};

/** Says what the grey records of a plot are; nothing when there are none. */
export function tagsNote(tagged: Readonly<Record<string, number>>, noun: string): Markup | null {
  const reasons = Object.entries(tagged).filter(([, number]) => number > 0);
  if (reasons.length === 0) return null;
  return markup`<p class="aside"><span class="grey key">Grey</span> is explained and no fault: ${
    reasons.map(([tag, number]) => `${count(number, noun)} ${REASONS[tag] ?? tag}`).join("; ")
  }.</p>`;
}
