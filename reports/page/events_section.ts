import { type Markup, markup, raw } from "./markup.ts";
import { type MarkGroup, shownGroups } from "./marks.ts";
import { trim } from "./scale.ts";
import { seconds } from "./words.ts";

/** Most times of one group that are listed. */
const MAX_TIMES = 8;

/** What happened, by number; the same numbers stand on the plots. */
export function eventList(groups: readonly MarkGroup[]): Markup | null {
  if (groups.length === 0) return null;
  const { shown, hidden } = shownGroups(groups);
  const breach = shown.find(({ kind }) => kind === "breach");
  return markup`<ol class="events${shown.length > 3 ? " many" : ""}">${
    shown.map((group) =>
      markup`<li${
        raw(group === breach ? ' id="breach"' : "")
      }><span class="number">${group.number}</span><div><strong>${group.title}</strong> <span class="kind">${
        group.kind === group.title.split(" ")[0] ? null : group.kind
      }</span> ${times(group)}</div></li>`
    )
  }${
    hidden === 0 ? null : markup`<li class="soft">and ${hidden} more kinds: see report.json</li>`
  }</ol>`;
}

function times({ marks }: MarkGroup): Markup {
  const moments = momentsOf(marks);
  const isUniform = new Set(moments.map(({ details }) => details)).size === 1;
  const shown = moments.slice(0, MAX_TIMES);
  const rest = moments.slice(MAX_TIMES).reduce((sum, { count }) => sum + count, 0);
  return markup`${
    shown.map(({ atS, details, count }) =>
      markup`<span class="when">${timeButton(atS)}${
        isUniform || details === "" ? null : ` ${details}`
      }${count === 1 ? null : ` (${count} times)`}</span> `
    )
  }${rest === 0 ? null : `and ${rest} more, the last at ${seconds(marks.at(-1)!.atS)} `}${
    isUniform ? shown[0]!.details : null
  }`;
}

/** Marks that read the same are one, with their number. */
function momentsOf(marks: MarkGroup["marks"]) {
  const moments = new Map<string, { atS: number; details: string; count: number }>();
  for (const { atS, details } of marks) {
    const key = `${seconds(atS)} ${details}`;
    const moment = moments.get(key);
    if (moment === undefined) moments.set(key, { atS, details, count: 1 });
    else moment.count++;
  }
  return [...moments.values()];
}

/** A time that moves the cursor there. */
export function timeButton(atS: number): Markup {
  return markup`<button type="button" class="time" data-at="${trim(atS, 3)}">${
    seconds(atS)
  }</button>`;
}
