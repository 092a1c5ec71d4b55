import type { Report } from "../model.ts";
import { withUnit } from "../summary.ts";
import { type Markup, markup, raw } from "./markup.ts";
import type { Story } from "./story.ts";
import { clipped, count, seconds, settingWords } from "./words.ts";

/** Letters of one paragraph, at most: descriptions and reasons may be of any length. */
const MAX_PROSE = 1000;
/** Most known failures that are named, sentences that are told, expectations that are listed. */
const MAX_SHOWN = 20;
const MAX_SENTENCES = 20;
const MAX_EXPECTATIONS = 200;

/** What the verdict is, in a word or four. */
export function verdictTitle({ verdict, expectedFailure }: Report): string {
  if (verdict === "not-applicable") return "Not applicable";
  if (verdict === "inconclusive") return "Inconclusive";
  if (verdict === "passed") return expectedFailure ? "Passed: fails as foretold" : "Passed";
  return expectedFailure ? "Failed: was to fail another way" : "Failed";
}

/** Verdict, name, question, conditions. */
export function headSection(report: Report): Markup {
  const { scenario, description, shows, seed, target, fidelity, timing } = report;
  return markup`<header>
<p class="eyebrow">Headway report</p>
<h1>${scenario} <span class="verdict ${report.verdict}">${verdictTitle(report)}</span></h1>
<p class="question">${clipped(description, MAX_PROSE)}</p>
${shownModes(shows.slice(0, MAX_SHOWN))}<p class="soft">${
    [
      target === "sim" ? "simulated" : target === "self" ? "our own server, live" : target,
      `${fidelity} fidelity`,
      `seed ${seed}`,
      `${seconds(timing.sessionS)} of session`,
      ...conditions(report),
    ].join(" · ")
  }</p>
</header>`;
}

function shownModes(shows: readonly string[]): Markup | null {
  if (shows.length === 0) return null;
  const modes = shows.length === 1 ? "mode" : "modes";
  return markup`<p class="shows"><span class="soft">Shows the known failure ${modes}</span> ${
    shows.map((it, i) => markup`${i === 0 ? null : " · "}<strong>${clipped(it)}</strong>`)
  }</p>`;
}

/** Engine and network as the scenario sets them, in words. */
function conditions({ definition, voice }: Report): string[] {
  const { engine, network, server } = definition;
  if (voice !== undefined) {
    const { policy, workers } = server as { readonly policy: string; readonly workers: number };
    const { realTimeFactor } = engine as { readonly realTimeFactor: number };
    const words = settingWords(network ?? {});
    return [
      policy,
      count(workers, "worker"),
      `speech made at ${realTimeFactor} × real time`,
      ...(words === "" ? [] : [clipped(`network: ${words}`, MAX_PROSE)]),
    ];
  }
  return [["engine", engine], ["network", network]].flatMap(([name, value]) => {
    const words = settingWords(value ?? {}).replace(/^type /, "");
    return words === "" || words === "steady" ? [] : [clipped(`${name}: ${words}`, MAX_PROSE)];
  });
}

/** What went wrong, and when; the button leads to the sound or, without any, to the plots. */
export function storySection(story: Story, hasSound: boolean): Markup {
  const { heading, kind, lead, more, worstS } = story;
  return markup`<section class="story ${kind}" aria-labelledby="story">
<h2 id="story">${heading}</h2>
<p class="lead">${clipped(lead, MAX_PROSE)}</p>
${
    more.length === 0
      ? null
      : markup`<ul>${
        more.slice(0, MAX_SENTENCES).map((it) => markup`<li>${clipped(it, MAX_PROSE)}</li>`)
      }${
        more.length > MAX_SENTENCES
          ? markup`<li>and ${more.length - MAX_SENTENCES} more: see report.json</li>`
          : null
      }</ul>`
  }
${worstS === null ? null : worstButton(worstS, kind, hasSound)}
</section>`;
}

function worstButton(worstS: number, kind: Story["kind"], hasSound: boolean): Markup {
  const what = kind === "fine" ? "it" : "the worst moment";
  const words = hasSound ? `▶ Hear ${what}` : `Show ${what}`;
  return markup`<p class="scripted"><button type="button" id="worst" class="${
    kind === "fine" ? "" : "main"
  }" data-at="${worstS}"${raw(hasSound ? " data-play" : "")}>${words} <span class="figure">${
    `at ${seconds(worstS)}`.replaceAll(" ", "\u00a0")
  }</span></button></p>`;
}

/** Every expectation: what was measured, what was allowed, over which stretch. */
export function expectationSection({ expectations, verdict, expectedFailure }: Report): Markup {
  if (expectations.length === 0) {
    return markup`
      <section aria-labelledby="expectations">
        <h2 id="expectations">Expectations</h2>
        <p>None was judged.</p>
      </section>
    `;
  }
  const shown = shownExpectations(expectations);
  return markup`<section aria-labelledby="expectations">
<h2 id="expectations">Expectations</h2>
${
    expectedFailure
      ? markup`
        <p
          class="soft">This scenario shows a failure: what is marked <em>fails as foretold</em> has to fail, and the run passes because it does.</p>
      `
      : null
  }<table class="stack">
<thead><tr><th scope="col">Result</th><th scope="col">Expectation</th><th scope="col">Measured</th><th scope="col">Limit</th><th scope="col">Over</th></tr></thead>
<tbody>${
    shown.map((it) => {
      const { sign, words, kind } = resultOf(it, verdict === "inconclusive");
      return markup`
        <tr class="${kind}">
          <td class="result"><span aria-hidden="true">${sign}</span> ${words}</td>
          <th scope="row">${expectationName(it)}</th>
          <td data-name="measured">${clipped(withUnit(it.actual, it.unit))}</td>
          <td data-name="limit">${clipped(withUnit(it.limit, it.unit))}</td>
          <td data-name="over">${
        it.window === null
          ? "whole run"
          : `${seconds(it.window.fromS).replace(" s", "")} – ${seconds(it.window.toS)}`
      }</td>
        </tr>
      `;
    })
  }</tbody>
</table>
${
    shown.length === expectations.length
      ? null
      : markup`<p class="aside">and ${expectations.length - shown.length} more: see report.json</p>`
  }</section>`;
}

/** Where there are too many for a page, those that decided against the run come first. */
function shownExpectations(expectations: Report["expectations"]): Report["expectations"] {
  if (expectations.length <= MAX_EXPECTATIONS) return expectations;
  const against = (it: Expectation) => it.passed === it.expectedToFail ? 0 : 1;
  return [...expectations].sort((a, b) => against(a) - against(b)).slice(0, MAX_EXPECTATIONS);
}

type Expectation = Report["expectations"][number];

/** Names that only repeat metric and limit give way to the metric; both have columns here. */
function expectationName({ name, metric }: Expectation): Markup {
  if (name.startsWith(metric)) return markup`<code>${metric}</code>`;
  return markup`${clipped(name)} <code class="soft">${metric}</code>`;
}

function resultOf({ passed, expectedToFail }: Expectation, isUnjudged: boolean) {
  if (isUnjudged) return { sign: "?", words: "not judged", kind: "unjudged" };
  if (expectedToFail) {
    return passed
      ? { sign: "✗", words: "holds, was to fail", kind: "against" }
      : { sign: "✓", words: "fails as foretold", kind: "foretold" };
  }
  return passed
    ? { sign: "✓", words: "holds", kind: "holds" }
    : { sign: "✗", words: "fails", kind: "against" };
}
