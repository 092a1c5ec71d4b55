/**
 * `summary.md`: one run, worth reading in a pull request.
 *
 * @module
 */
import { codeSpan, escapeMarkdown } from "./escape.ts";
import type { Distribution } from "../scenarios/result.ts";
import type { VoiceResult } from "../scenarios/voice/result.ts";
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
    ...(report.voice !== undefined ? voiceBlocks(report.voice) : [
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

function voiceBlocks(summary: VoiceResult): string[] {
  const { jobs, order, speaker, stops, listeners, overlaps, overlapS } = summary;
  return [
    "## Voices",
    table(["quantity", "min", "p5", "p50", "p95", "max", "mean"], [
      distributionRow("first sound after asking, s", summary.firstAudioS),
      distributionRow("waiting for a worker, s", summary.waitS),
      distributionRow("making, s", summary.makeS),
    ]),
    table(
      ["session", "asked", "heard", "played", "stopped", "failed", "lost", "twice", "overlaps"],
      Object.entries(summary.sessions).map(([name, { jobs, overlaps }]) =>
        [
          escapeMarkdown(name),
          ...[jobs.asked, jobs.heard, jobs.played, jobs.stopped, jobs.failed, jobs.lost],
          ...[jobs.doubled, overlaps],
        ].map(String)
      ),
    ),
    list([
      `${jobs.asked} jobs: ${jobs.heard} heard by listeners, ${jobs.played} played by the ` +
      `loudspeaker, ${jobs.lost} lost, ${jobs.doubled} twice, ${jobs.wrongSession} at the wrong ear`,
      `${overlaps} overlaps at one ear, ${short(overlapS)} s in all`,
      `${order.faults} out of turn, ${order.swaps} before an earlier one of their session; ` +
      `made in the order ${codeSpan(order.made)}`,
      `loudspeaker: ${speaker.overlaps} overlaps, ${speaker.whileListened} jobs that somebody ` +
      `listened to`,
      ...(stops.count === 0 ? [] : [
        `${stops.count} stops, silence after ${withUnit(stops.silentAfterS, "s")}, ` +
        `${stops.heardAfter} jobs heard after it`,
      ]),
      `${listeners.opened} connections, ${listeners.lost} lost, ${listeners.torn} torn messages`,
    ]),
  ];
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
