import type { HeardSeries } from "../model.ts";

/** Old audio without a break: nothing in it had been rewritten within the last lap. */
export interface OldPassage {
  /** Where it begins in the recording, seconds. */
  readonly fromS: number;
  /** When it was first heard, seconds of session time. */
  readonly atS: number;
  /** How long it is, seconds. */
  readonly oldS: number;
  /** How much of it no tag explains, seconds. */
  readonly unexplainedS: number;
  /** The tags that explain the rest. */
  readonly tags: readonly string[];
}

/** The old audio of a recording, stretches that follow each other put together, by place. */
export function oldPassages(heard: HeardSeries): OldPassage[] {
  const passages: OldPassage[] = [];
  for (let i = 0; i < heard.startS.length; i++) {
    const first = i;
    while (i < heard.startS.length && heard.startS[i] !== null && !heard.fresh[i]) i++;
    if (i > first) passages.push(passageOf(heard, first, i));
  }
  return passages;
}

/** The passage of the stretches from `first` on, `end` excluded. */
function passageOf(heard: HeardSeries, first: number, end: number): OldPassage {
  const lengthsS = heard.durationS.slice(first, end);
  const tags = heard.tags.slice(first, end);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    fromS: heard.startS[first]!,
    atS: heard.atS[first]!,
    oldS: sum(lengthsS),
    unexplainedS: sum(lengthsS.filter((_, i) => tags[i] === "")),
    tags: [...new Set(tags.flatMap((it) => it.split(" ")))].filter((tag) => tag !== ""),
  };
}
