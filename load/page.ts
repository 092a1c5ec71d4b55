/**
 * `load.html`: a load test on a page that stands alone and needs no script.
 *
 * @module
 */
import { type Markup, markup, PAGE_STYLE, scale, standalonePage } from "../reports/mod.ts";
import type { LoadBound, LoadReport, LoadStep } from "./report.ts";

type Scale = scale.Scale;
const { scaleOf, squareX, squareY, ticksOf, tickText, percent, shareOf, SIDE } = scale;

const LOAD_STYLE = `${PAGE_STYLE}
figcaption { margin-bottom: 1.5rem } .frame { padding-bottom: 2.6rem } .x text, .y text { font-size: 12px }
.square path.band { fill: var(--age-lap) } .mid { stroke: var(--fresh); stroke-width: 2; fill: none; vector-effect: non-scaling-stroke }
.low { stroke: var(--old); stroke-width: 2; fill: none; stroke-dasharray: 6 3; vector-effect: non-scaling-stroke }
.knee { stroke: var(--good); stroke-width: 2 } .dot { fill: var(--good) } .dot.bad { fill: var(--old) } text.kneeword { fill: var(--good); font-weight: 600 }
.bars rect { fill: var(--fresh) } .bars rect.bad { fill: var(--old) } .no td.result { color: var(--bad) } .yes td.result { color: var(--good) }
`;

/** The page. */
export function loadPage(report: LoadReport): string {
  const { target, asked, threads, steps, knee } = report;
  const title = headline(report);
  const atKnee = steps.filter((step) => step.sessions === knee && step.holds).at(-1) ??
    steps.at(-1);
  const sorted = [...steps].sort((a, b) => a.sessions - b.sessions);
  const body = markup`
        <header>
          <p class="eyebrow">Headway load</p>
          <h1>${title}</h1>
          <p class="soft">${target} · up to ${asked} sessions over ${threads} ${
    threads === 1 ? "thread or worker" : "threads or workers"
  }</p>
        </header>
        <main>
          <section class="story ${knee > 0 ? "fine" : "trouble"}" aria-labelledby="story">
            <h2 id="story">What bounds it</h2>
            <p class="lead">${BOUNDS[report.bound]}</p>${whyList(report)}
          </section>
          <section aria-labelledby="over"><h2 id="over">Over the number of sessions</h2>
          ${overSessions(sorted, report, LEAD)}${overSessions(sorted, report, STALENESS)}</section>
          ${stepTable(steps)}
          ${atKnee === undefined ? null : eachFigure(atKnee)}
        </main>
  `;
  return standalonePage({ title: `Headway load: ${title}`, style: LOAD_STYLE, body });
}

const BOUNDS: Readonly<Record<LoadBound, string>> = {
  server: "With more sessions the server falls behind its listeners.",
  harness:
    "With more sessions our own side was too late to judge: the server may hold them. Give the clients another machine.",
  asked: "All sessions that were asked for are served in time: ask for more to find the knee.",
  stopped: "The test was stopped before it was over: the server may hold more.",
  gone:
    "Then nobody got in or stayed: the server is gone, or turns everybody away. It may hold more.",
  none: "Not even the fewest sessions are served in time.",
};

function headline({ knee, bound }: LoadReport): string {
  const sessions = `${knee} session${knee === 1 ? "" : "s"}`;
  return bound === "asked"
    ? `${sessions} served in time`
    : knee > 0 && bound !== "server"
    ? `At least ${sessions} served in time`
    : knee === 0
    ? "No number of sessions is served in time"
    : `The knee is at ${sessions}`;
}

/** Why the smallest number that did not hold did not. */
function whyList({ steps, knee }: LoadReport): Markup | null {
  const above = steps.filter((step) => step.sessions > knee && !step.holds)
    .sort((a, b) => a.sessions - b.sessions)[0];
  if (above === undefined) return null;
  return markup`<ul>${
    above.reasons.map((reason) => markup`<li>with ${above.sessions}: ${reason}</li>`)
  }</ul>`;
}

/** One quantity over the number of sessions. */
interface Quantity {
  readonly title: string;
  readonly says: string;
  readonly of: (step: LoadStep) => LoadStep["leadS"];
  /** Which end of it decides, and is drawn as a line of its own. */
  readonly end: "p5" | "p95";
}

const LEAD: Quantity = {
  title: "Lead",
  says:
    "Seconds ahead of the listener, over all sessions: the band holds 90 % of slices, the line " +
    "is the median, the dashed line p5, which has to stay above 0.",
  of: ({ leadS }) => leadS,
  end: "p5",
};

const STALENESS: Quantity = {
  title: "Staleness",
  says:
    "Age of the audio under the playhead, over all sessions: the band holds 90 % of ticks, the " +
    "dashed line is p95. Over 3 s a tick is stale, and there may be none.",
  of: ({ stalenessS }) => stalenessS,
  end: "p95",
};

/** A quantity over the number of sessions: a band, the median, and the end that decides. */
function overSessions(
  steps: readonly LoadStep[],
  report: LoadReport,
  quantity: Quantity,
): Markup {
  const { knee, bound } = report;
  const { title, says, of, end } = quantity;
  const shown = steps.filter((step) => of(step).p5 !== undefined);
  if (shown.length === 0) {
    return markup`<p class="nothing">No ${title.toLowerCase()} was measured, so there is nothing to draw.</p>`;
  }
  const x = scaleOf(0, Math.max(...shown.map(({ sessions }) => sessions)) * 1.05);
  const values = shown.flatMap((step) => [of(step).p5!, of(step).p95!]);
  const [low, high] = [Math.min(0, ...values), Math.max(0.1, ...values)];
  const y = scaleOf(low - (high - low) * 0.08, high + (high - low) * 0.12);
  const at = (step: LoadStep, value: number) => `${squareX(x, step.sessions)} ${squareY(y, value)}`;
  const line = (which: "p5" | "p50" | "p95") =>
    `M${shown.map((step) => at(step, of(step)[which]!)).join("L")}`;
  const band = `${line("p95")}L${
    [...shown].reverse().map((step) => at(step, of(step).p5!)).join("L")
  }Z`;
  const zero = percent(1 - shareOf(y, 0));
  const kneeAt = shareOf(x, knee);
  return markup`<figure><figcaption><h3>${title}</h3> <span class="soft">${says}</span></figcaption>
    <div class="frame"><svg class="canvas" role="img" aria-label="${`${title} over the number of sessions. ${
    headline(report)
  }.`}">
    <rect class="ground" width="100%" height="100%"/>
    ${
    end === "p95"
      ? null
      : markup`<rect class="behind ground" y="${zero}" width="100%" height="${
        percent(shareOf(y, 0))
      }"/>`
  }${yAxis(y)}
    <svg class="square" width="100%" height="100%" viewBox="0 0 ${SIDE} ${SIDE}" preserveAspectRatio="none">
      <path class="band" d="${band}"/><path class="mid" d="${line("p50")}"/><path class="low" d="${
    line(end)
  }"/></svg>
    <line class="zero" x1="0" x2="100%" y1="${zero}" y2="${zero}"/>
    ${
    shown.map((step) =>
      markup`<circle class="dot${step.holds ? "" : " bad"}" cx="${
        percent(shareOf(x, step.sessions))
      }" cy="${percent(1 - shareOf(y, of(step)[end]!))}" r="4"><title>${step.sessions} sessions, ${
        step.holds ? "served in time" : "not served in time"
      }</title></circle>`
    )
  }${
    knee === 0
      ? null
      : markup`<line class="knee" x1="${percent(kneeAt)}" x2="${
        percent(kneeAt)
      }" y1="0" y2="100%"/><text class="kneeword" x="${percent(kneeAt)}" dx="${
        kneeAt > 0.7 ? "-6" : "6"
      }" y="16" text-anchor="${kneeAt > 0.7 ? "end" : "start"}">${
        bound === "server" ? "knee" : "held"
      }: ${knee}</text>`
  }<g class="x axis">${
    ticksOf(x, 8).filter(Number.isInteger).map((value) =>
      markup`<text x="${percent(shareOf(x, value))}" y="100%" dy="17">${tickText(value)}</text>`
    )
  }<text x="50%" y="100%" dy="36">sessions</text></g></svg></div></figure>`;
}

function yAxis(y: Scale): Markup {
  return markup`<g class="y axis">${
    ticksOf(y, 5).map((value) => {
      const place = percent(1 - shareOf(y, value));
      return markup`<line x1="0" x2="100%" y1="${place}" y2="${place}"/><text x="-7" y="${place}" dy=".33em">${
        tickText(value)
      }</text>`;
    })
  }<text class="unit" x="-7" y="-8">s</text></g>`;
}

/** What stands beside each number of sessions that was tried. */
const STEP_COLUMNS = [
  "In time",
  "Lead p5",
  "Lead p50",
  "Staleness p95",
  "Stale ticks",
  "Slices/s, each",
  "Our lateness p99",
  "Our cores",
];

function stepTable(steps: readonly LoadStep[]): Markup {
  return markup`<section aria-labelledby="steps"><h2 id="steps">What was tried</h2><div class="scroll">
    <table class="numbers tally"><thead><tr><th scope="col">Sessions</th>${
    STEP_COLUMNS.map((name) => markup`<th scope="col">${name}</th>`)
  }</tr></thead>
    <tbody>${
    steps.map((step) =>
      markup`<tr class="${
        step.holds ? "yes" : "no"
      }"><th scope="row" data-unit="sessions">${step.sessions}</th>${
        stepCells(step).map((text, i) =>
          markup`<td${
            i === 0 ? markup` class="result"` : null
          } data-name="${STEP_COLUMNS[i]!}">${text}</td>`
        )
      }</tr>`
    )
  }</tbody></table></div></section>`;
}

function stepCells(step: LoadStep): string[] {
  const s = (value: number | undefined) => value === undefined ? "–" : `${value.toFixed(3)} s`;
  return [
    `${step.holds ? "✓ yes" : "✗ no"}${step.isHarnessLate ? " (we were late)" : ""}`,
    s(step.leadS.p5),
    s(step.leadS.p50),
    s(step.stalenessS.p95),
    String(step.staleTicks),
    (step.slicesPerS / Math.max(1, step.sessions)).toFixed(1),
    `${step.latenessP99Ms.toFixed(1)} ms`,
    step.clientCores.toFixed(2),
  ];
}

/** Most sessions that have a bar: the worst of them. */
const MAX_BARS = 400;

/** The sessions of one step, the worst first. */
function eachFigure({ each, sessions }: LoadStep): Markup {
  const shown = each.slice(0, MAX_BARS);
  const leads = shown.map(({ leadP5S }) => leadP5S ?? 0);
  const y = scaleOf(Math.min(0, ...leads), Math.max(0.1, ...leads) * 1.1);
  const zero = 1 - shareOf(y, 0);
  return markup`<section aria-labelledby="each"><h2 id="each">Each of ${sessions} sessions</h2>
    <figure><figcaption><h3>Lead p5</h3> <span class="soft">Session by session, the worst first: does one pay for the others?</span></figcaption>
    <div class="frame"><svg class="canvas" role="img" aria-label="Lead p5 of each session">
    <rect class="ground" width="100%" height="100%"/>${yAxis(y)}<g class="bars">${
    leads.map((lead, i) => {
      const top = Math.min(zero, 1 - shareOf(y, lead));
      const isBad = lead <= 0 || shown[i]!.staleTicks > 0;
      return markup`<rect class="${isBad ? "bad" : "good"}" x="${
        percent(i / leads.length)
      }" width="${percent(0.85 / leads.length)}" y="${percent(top)}" height="${
        percent(Math.abs(1 - shareOf(y, lead) - zero))
      }"/>`;
    })
  }</g></svg></div></figure></section>`;
}
