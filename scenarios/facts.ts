/**
 * What a report says of a session and of the harness, from those who know it.
 *
 * @module
 */
import type { HarnessReport } from "../sim/client/status.ts";
import type { Collector } from "./collector.ts";
import type { HarnessSummary, RunResult } from "./result.ts";

/** What became of the session. */
export function sessionFacts(collector: Collector): RunResult["session"] {
  return {
    id: collector.sessionId,
    bufferS: collector.bufferFrames === null ? null : collector.bufferFrames / 48000,
    channels: collector.channels,
    sourceEpoch: collector.epoch,
    reconnects: collector.reconnects,
    gapS: collector.gapS,
    decodeErrors: collector.decodeErrors,
    closeCode: collector.closeCode,
    closeReason: collector.closeReason,
    events: collector.eventCounts,
  };
}

/** How well the harness kept its own time. */
export function harnessSummary(
  report: HarnessReport,
  isSimulated: boolean,
  latenessBudgetMs: number,
): HarnessSummary {
  const { p50 = null, p99 = null, max = null } = report.tickLatenessMs;
  // In virtual time work takes no time.
  const apply = isSimulated ? null : report.applyMs;
  return {
    tickLatenessMs: { p50, p99, max },
    applyMs: { p50: apply?.p50 ?? null, p99: apply?.p99 ?? null },
    sendQueueMaxBytes: report.sendBufferBytes.max ?? 0,
    skippedTicks: report.skippedTicks,
    latenessBudgetMs,
  };
}
