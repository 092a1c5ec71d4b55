/**
 * `summary.md`: one run, worth reading in a pull request.
 *
 * @module
 */
import { codeSpan, escapeMarkdown } from "./escape.ts";
import type { Distribution } from "../scenarios/result.ts";
import type { Report } from "./model.ts";
import { share, short, withUnit } from "./summary.ts";

/** The run in Markdown: verdict, expectations, lag, harness, how to repeat it. */
export function summaryMarkdown(report: Report): string {
  const { lag, harness, timing, mirror, session } = report;
  const blocks = [
    `# ${escapeMarkdown(report.scenario)}: ${verdictWords(report)}`,
    escapeMarkdown(report.description),
    ...(report.reason === null ? [] : [`Reason: ${codeSpan(report.reason)}`]),
    ...(report.shows.length === 0 ? [] : [`Shows: ${report.shows.map(codeSpan).join(", ")}`]),
    "## Expectations",
    expectationTable(report),
    "## Lag",
    table(["quantity", "min", "p5", "p50", "p95", "max", "mean"], [
      distributionRow("lead, s", lag.slices.leadS),
      distributionRow("between slices, s", lag.slices.intervalS),
      distributionRow("staleness, s", lag.ticks.stalenessS),
      distributionRow("render, ms", lag.slices.tickMs),
      distributionRow("decode on the server, ms", lag.slices.decMs),
    ]),
    list([
      `${lag.slices.count} slices, ${short(lag.slices.perS)} a second; ` +
      `${lag.slices.behindPlayhead} behind the playhead, ` +
      `${lag.unexplained.behindPlayhead} of them unexplained`,
      `${lag.ticks.count} ticks; ${lag.ticks.staleTicks} stale (over ` +
      `${short(lag.ticks.staleThresholdS)} s), ${lag.unexplained.staleTicks} of them unexplained`,
      `fresh share ${
        lag.freshShare === null ? "unknown" : share(lag.freshShare)
      }, longest stretch unrefreshed ${short(lag.longestUnrefreshedS)} s`,
      `mirrors ${mirrorWords(mirror)}`,
      ...(session.reconnects === 0 ? [] : [
        `${session.reconnects} reconnects, longest gap ${withUnit(session.gapS, "s")}`,
      ]),
    ]),
    "## Harness",
    list([
      `tick lateness p50 ${withUnit(harness.tickLatenessMs.p50, "ms")}, ` +
      `p99 ${withUnit(harness.tickLatenessMs.p99, "ms")}, ` +
      `max ${withUnit(harness.tickLatenessMs.max, "ms")} ` +
      `(budget for p99: ${short(harness.latenessBudgetMs)} ms)`,
      `${harness.skippedTicks} ticks skipped, ` +
      `send queue at most ${harness.sendQueueMaxBytes} bytes`,
      `${short(timing.sessionS)} s of session in ${short(timing.wallS)} s: ` +
      `${short(timing.speedup)} × real time (prepared in ${short(timing.prepareS)} s)`,
    ]),
    "## Again",
    ["```sh", report.replay.replaceAll("`", "'"), "```"].join("\n"),
    `Target ${codeSpan(report.target)}, fidelity ${report.fidelity}, seed ${report.seed}, ` +
    `${report.trace.events} events, trace ${codeSpan(report.trace.hash)}`,
  ];
  return `${blocks.join("\n\n")}\n`;
}

/** The verdict in words: an expected failure says so. */
export function verdictWords(
  { verdict, expectedFailure }: Pick<Report, "verdict" | "expectedFailure">,
): string {
  if (!expectedFailure) return verdict === "not-applicable" ? "not applicable" : verdict;
  return verdict === "passed" ? "passed (fails as foretold)" : `${verdict} (was to fail)`;
}

function expectationTable({ expectations }: Report): string {
  return table(
    ["", "expectation", "measured", "limit"],
    expectations.map((it) => [
      it.passed ? "✓" : it.expectedToFail ? "✗ as foretold" : "✗",
      escapeMarkdown(it.name) +
      (it.window === null ? "" : ` (${short(it.window.fromS)}–${short(it.window.toS)} s)`),
      escapeMarkdown(withUnit(it.actual, it.unit)),
      escapeMarkdown(withUnit(it.limit, it.unit)),
    ]),
  );
}

function mirrorWords({ identical, checkedSlices }: Report["mirror"]): string {
  if (identical === null) return `not compared (${checkedSlices} slices counted)`;
  return `${identical ? "equal" : "**different**"} over ${checkedSlices} slices`;
}

function distributionRow(name: string, it: Distribution): string[] {
  const values = [it.min, it.p5, it.p50, it.p95, it.max, it.mean];
  return [name, ...values.map((value) => value === null ? "–" : short(value))];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}
