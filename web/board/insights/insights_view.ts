/// <reference lib="dom" />
/**
 * The page of insights.
 *
 * @module
 */
import { element, say, select } from "../../player/dom.ts";
import { ask } from "../api.ts";
import { spanText, tame, tokensText, troubleText, usdText } from "../words.ts";
import { timelineNode } from "./lanes.ts";
import { belongingsLink, make, many, sessionLink } from "./nodes.ts";
import { calendarNode, hoursNode } from "./plots.ts";
import type {
  GroupRecord,
  InsightsRecord,
  LoopRecord,
  RankedRecord,
  TimelineRecord,
} from "./records.ts";

const LOOP_NAMES: Readonly<Record<string, string>> = {
  unanswered_question: "Question without an answer",
  pending_todo: "Work that is not done",
  uncommitted_edits: "Edits that are not committed",
  unpushed_commits: "Commits that are not pushed",
  error_tail: "Ended in an error",
  promised_followup: "Promised, perhaps",
};
const SHORT = 3;

/** Shows what the address asks for, and what is chosen from then on. */
export async function showInsights(params: URLSearchParams, nowMs: number): Promise<void> {
  const days = select("days");
  const project = select("project");
  const asked = params.get("days");
  if ([...days.options].some(({ value }) => value === asked)) days.value = asked!;
  let wanted = params.get("project") ?? "";
  const load = async () => {
    const to = params.get("to");
    const endMs = to === null ? nowMs : Date.parse(`${to}T12:00:00Z`);
    const from = new Date(endMs - (Number(days.value) - 1) * 86_400_000).toISOString().slice(0, 10);
    const range = new URLSearchParams({ from, ...(to !== null && { to }) });
    const all = await ask<InsightsRecord>(`/api/insights?${range}`);
    fillProjects(project, all.byProject, wanted);
    const its = wanted === ""
      ? all
      : await ask<InsightsRecord>(`/api/insights?${range}&project=${encodeURIComponent(wanted)}`);
    const { loops } = await ask<{ loops: LoopRecord[] }>("/api/open-loops?limit=20");
    show(its, loops, choose);
    const shown = its.byProject[0];
    element("line").closest("section")!.hidden = shown === undefined;
    if (shown === undefined) return;
    say(element("line-name"), tame(shown.name ?? ""));
    const line = await ask<TimelineRecord>(
      `/api/insights/timeline?${range}&project=${encodeURIComponent(shown.key!)}`,
    );
    const place = element("line");
    place.replaceChildren(timelineNode(line, place.clientWidth));
    place.scrollLeft = place.scrollWidth;
  };
  const choose = async (key: string) => {
    wanted = key;
    const query = new URLSearchParams({ days: days.value });
    for (const name of ["to"]) if (params.has(name)) query.set(name, params.get(name)!);
    if (wanted !== "") query.set("project", wanted);
    history.replaceState(null, "", `/insights?${query}`);
    await load();
  };
  days.onchange = () => void choose(wanted);
  project.onchange = () => void choose(project.value);
  await load();
}

function fillProjects(
  list: HTMLSelectElement,
  projects: readonly GroupRecord[],
  wanted: string,
): void {
  list.replaceChildren(
    make("option", { value: "" }, "all"),
    ...projects.map(({ key, name }) => make("option", { value: key! }, name!)),
  );
  list.value = wanted;
}

function show(
  its: InsightsRecord,
  loops: readonly LoopRecord[],
  choose: (project: string) => Promise<void>,
): void {
  const isEmpty = its.totals.sessions === 0;
  element("empty").hidden = !isEmpty;
  element("shown").hidden = isEmpty;
  if (isEmpty) return;
  element("money").replaceChildren(...moneyNodes(its.totals));
  element("calendar").replaceChildren(...calendarNode(its.calendar));
  element("calendar").scrollLeft = element("calendar").scrollWidth;
  element("hours").replaceChildren(...hoursNode(its.grid, its.tz));
  element("projects").replaceChildren(
    tableOf("Project", its.byProject, ({ key, name }) => {
      const button = make("button", { type: "button", title: key }, name!);
      button.onclick = () => void choose(key!);
      return button;
    }),
  );
  element("models").replaceChildren(tableOf("Model", its.byModel, ({ model }) => model!));
  element("lists").replaceChildren(
    listOf(
      "Most for the money",
      its.productive,
      ({ score }) => `${score!.toFixed(1)} commits per dollar`,
    ),
    listOf(
      "Burned",
      its.wasteful,
      troubleText,
    ),
    listOf("Perhaps burned", its.uncertain, ({ possible }) => many(possible, "possible commit")),
  );
  element("loops").replaceChildren(
    loops.length === 0
      ? make("p", { class: "quiet" }, "Nothing was left open in the last two weeks.")
      : make("ul", { class: "loops" }, ...loops.map(loopNode)),
  );
}

function moneyNodes(totals: InsightsRecord["totals"]): HTMLElement[] {
  const parts = [
    ["shipped", totals.shippedUsd, "Shipped", "cost of sessions with a high or medium commit"],
    [
      ...["burned", totals.burnedUsd, "Burned"],
      "cost of sessions that are over, cost at least 50 cents and the median, had trouble, and brought not even a possible commit",
    ],
    ["rest", totals.restUsd, "The rest", "what is left of the total"],
  ] as const;
  const split = make("div", { class: "split", "aria-hidden": "true" });
  for (const [name, usd] of parts) {
    const part = make("span", { class: `part-${name}` });
    part.style.flexGrow = String(totals.usd > 0 ? Number(usd) / totals.usd : 0);
    split.append(part);
  }
  const number = (text: string, words: Node | string, title: string, testId: string) =>
    make("li", { title, "data-testid": testId }, make("b", {}, text), words);
  const numbers = make("ul", { class: "numbers" });
  for (const [name, usd, title, formula] of parts) {
    const words = make("span", {}, make("i", { class: `part-${name}` }), String(title));
    numbers.append(number(usdText(Number(usd)), words, String(formula), `money-${name}`));
  }
  numbers.append(
    number(
      String(totals.shipped),
      "commits that surely or likely came of it",
      "commits of high and medium confidence, each counted once; evidence, no proof of who wrote what",
      "count-shipped",
    ),
    number(
      String(totals.possible),
      make("span", { class: "possible" }, "possible commits"),
      "commits of low confidence; they enter no ratio",
      "count-possible",
    ),
  );
  const said = [
    `${many(totals.sessions, "session")} for ${usdText(totals.usd)} in all`,
    ...(totals.medianUsd === null ? [] : [`${usdText(totals.medianUsd)} is the median`]),
    ...(totals.aiUsd === null || totals.aiUsd === 0
      ? []
      : [`${usdText(totals.aiUsd)} beside that for what Headway asked models`]),
    ...(totals.unpricedTokens === 0
      ? []
      : [`${tokensText(totals.unpricedTokens)} tokens have no price and are not in it`]),
    ...(totals.partialSessions === 0
      ? []
      : [`${many(totals.partialSessions, "session")} are still being counted`]),
  ];
  return [split, numbers, make("p", { class: "quiet" }, `${said.join("; ")}.`)];
}

const COLUMNS = [
  ["Cost", "what its sessions cost on these days"],
  [
    "Commits",
    "of high and medium confidence; those of a session are split over its models as its cost is",
  ],
  ["Per $10", "10 × commits / cost; nothing below one dollar"],
  ["$ per commit", "cost / commits"],
  ["Sessions", "how many; ratios of fewer than three say little"],
] as const;

function tableOf(
  what: string,
  groups: readonly GroupRecord[],
  nameOf: (group: GroupRecord) => Node | string,
): HTMLElement {
  const heads = COLUMNS.map(([name, title]) => make("th", { scope: "col", title }, name));
  return make(
    "table",
    { class: "figures" },
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, what), ...heads)),
    make(
      "tbody",
      {},
      ...groups.map((group) => {
        const { n, per10, shipped, usd, usdPerCommit } = group;
        const few = n < SHORT ? "few" : undefined;
        const cells: [string, string | undefined][] = [
          [usdText(usd), undefined],
          [Number.isInteger(shipped) ? String(shipped) : shipped.toFixed(1), undefined],
          [per10 === null ? "–" : per10.toFixed(1), few],
          [usdPerCommit === null ? "–" : usdText(usdPerCommit), few],
          [String(n), undefined],
        ];
        return make(
          "tr",
          {},
          make("th", { scope: "row" }, nameOf(group)),
          ...cells.map(([text, style], no) =>
            make("td", { "data-name": COLUMNS[no]![0], class: style }, text)
          ),
        );
      }),
    ),
  );
}

function listOf(
  title: string,
  sessions: readonly RankedRecord[],
  words: (session: RankedRecord) => string,
): HTMLElement {
  const items = sessions.map((it) =>
    make(
      "li",
      {},
      sessionLink(it.id, it.title),
      make(
        "p",
        { class: "quiet" },
        `${it.project} · ${usdText(it.usd)} · ${many(it.shipped, "commit")} · ${words(it)} · `,
        belongingsLink(it.id),
      ),
    )
  );
  return make(
    "div",
    {},
    make("h3", {}, title),
    items.length === 0 ? make("p", { class: "quiet" }, "None.") : make("ol", {}, ...items),
  );
}

function loopNode({ kind, sessionId, since, text, title }: LoopRecord): HTMLElement {
  const ageS = (performance.timeOrigin + performance.now() - Date.parse(since)) / 1000;
  return make(
    "li",
    { "data-testid": "loop" },
    sessionLink(sessionId, title),
    make("p", {}, text),
    make("p", { class: "quiet" }, `${LOOP_NAMES[kind] ?? kind} · ${spanText(ageS)} ago`),
  );
}
