/// <reference lib="dom" />
/**
 * Days and hours as fields of colour, which keys reach.
 *
 * @module
 */
import { usdText } from "../words.ts";
import { dayText, make, many, WEEKDAYS } from "./nodes.ts";
import { type DayRecord, type InsightsRecord, SERIES, type Series } from "./records.ts";

/** Days as weeks, each a link to its journal. */
export function calendarNode(days: readonly DayRecord[]): HTMLElement[] {
  const weeks = make("div", { class: "weeks", role: "group", "aria-label": "Days by cost" });
  const offset = (new Date(`${days[0]!.day}T12:00:00Z`).getUTCDay() + 6) % 7;
  const links = days.map((it, no) => {
    const place = offset + no;
    const text = `${dayText(it.day)}: ${usdText(it.usd)}, ${many(it.sessions, "session")}, ${
      many(it.commits, "commit")
    }${it.partial ? ", so far" : ""}`;
    const link = make("a", {
      href: `/journal?day=${it.day}`,
      ...{ "data-testid": "heat-day", "data-level": it.level, "data-day": it.day },
      ...{ "data-partial": it.partial, title: text, "aria-label": text },
      tabindex: no === days.length - 1 ? 0 : -1,
    });
    link.style.gridRow = String(place % 7 + 2);
    link.style.gridColumn = String(Math.floor(place / 7) + 2);
    return link;
  });
  for (const [row, name] of WEEKDAYS.entries()) {
    const text = row % 2 === 1 ? "" : name;
    const label = make("span", { class: "weekday", "aria-hidden": "true" }, text);
    label.style.gridRow = String(row + 2);
    label.style.gridColumn = "1";
    weeks.append(label);
  }
  weeks.style.gridTemplateColumns = "2rem";
  let last = -9;
  for (const [no, { day }] of days.entries()) {
    const column = Math.floor((offset + no) / 7) + 2;
    if (!day.endsWith("-01") && no > 0 || column - last < 3) continue;
    last = column;
    const month = new Date(`${day}T12:00:00Z`)
      .toLocaleDateString("en-GB", { timeZone: "UTC", month: "short" });
    const label = make("span", { "aria-hidden": "true" }, month);
    label.style.gridRow = "1";
    label.style.gridColumn = String(column);
    weeks.append(label);
  }
  weeks.append(...links);
  weeks.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -7, ArrowRight: 7 }[event.key];
    const at = links.indexOf(event.target as HTMLAnchorElement);
    const next = step === undefined ? undefined : links[at + step];
    if (next === undefined) return;
    event.preventDefault();
    links[at]!.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
  return [weeks, keyNode("nothing", "most")];
}

function keyNode(least: string, most: string): HTMLElement {
  const key = make("p", { class: "key", "aria-hidden": "true" }, `${least} `);
  for (let level = 0; level <= 4; level++) key.append(make("i", { "data-level": level }));
  key.append(` ${most}`);
  return key;
}

const SERIES_NAMES: Readonly<Record<Series, string>> = {
  activity: "Prompts and answers",
  errors: "Errors of tools",
  commits: "Commits",
};

/** The hours of the week, by one of three series. */
export function hoursNode(grid: InsightsRecord["grid"], tz: string): HTMLElement[] {
  const table = make("table", { class: "hours" });
  const peak = make("p", { class: "quiet", role: "status" });
  const show = (series: Series) => {
    const rows = grid[series];
    const level = levelsOf(rows.flat());
    const [most, at] = peakOf(rows);
    peak.textContent = most === 0
      ? `None in these days (${tz}).`
      : `Most on ${WEEKDAYS[at.weekday]} at ${at.hour}:00, ${most}. Hours are those of ${tz}.`;
    table.replaceChildren(
      make("caption", { class: "unseen" }, `${SERIES_NAMES[series]} by hour and weekday`),
      make("thead", {}, make("tr", {}, make("td"), ...hourHeads())),
      make(
        "tbody",
        {},
        ...rows.map((row, weekday) =>
          make(
            "tr",
            {},
            make("th", { scope: "row" }, WEEKDAYS[weekday]!),
            ...row.map((count, hour) =>
              make("td", {
                ...{ "data-testid": "grid-cell", "data-level": level(count) },
                title: `${WEEKDAYS[weekday]} ${hour}:00: ${count}`,
                "aria-label": String(count),
              })
            ),
          )
        ),
      ),
    );
  };
  const choices = SERIES.map((series) => {
    const box = make("input", {
      ...{ type: "radio", name: "series", value: series, checked: series === "activity" },
    });
    box.onchange = () => show(series);
    return make("label", {}, box, SERIES_NAMES[series]);
  });
  show("activity");
  return [
    make(
      "fieldset",
      { class: "series" },
      make("legend", { class: "unseen" }, "Series"),
      ...choices,
    ),
    make("div", { class: "scrolls" }, table),
    peak,
  ];
}

function hourHeads(): HTMLElement[] {
  return Array.from(
    { length: 24 },
    (_, hour) =>
      make(
        "th",
        { scope: "col" },
        hour % 6 === 0 ? String(hour) : make("span", {
          class: "unseen",
        }, String(hour)),
      ),
  );
}

/** 0 for nothing, else 1 to 4 by quarters of what is not nothing. */
function levelsOf(counts: readonly number[]): (count: number) => number {
  const sorted = counts.filter((it) => it > 0).sort((a, b) => a - b);
  const limits = [0.25, 0.5, 0.75].map((share) => sorted[Math.floor((sorted.length - 1) * share)]!);
  if (sorted[0] === sorted.at(-1)) return (count) => count > 0 ? 2 : 0;
  return (count) => count === 0 ? 0 : 1 + limits.filter((limit) => count > limit).length;
}

function peakOf(rows: readonly (readonly number[])[]) {
  let most = 0;
  let at = { weekday: 0, hour: 0 };
  for (const [weekday, row] of rows.entries()) {
    for (const [hour, count] of row.entries()) {
      if (count > most) [most, at] = [count, { weekday, hour }];
    }
  }
  return [most, at] as const;
}
