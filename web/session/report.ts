/**
 * The page's measures as a report: the model that every run of the project has.
 *
 * @module
 */
import { reportOf } from "../../reports/from_result.ts";
import type { Report } from "../../reports/model.ts";
import type { Collector } from "../../scenarios/collector.ts";
import { defineScenario } from "../../scenarios/define.ts";
import { judge } from "../../scenarios/expectations.ts";
import { harnessSummary, sessionFacts } from "../../scenarios/facts.ts";
import type { Scenario, SourceInput } from "../../scenarios/types.ts";
import type { HeadlessClient } from "../../sim/client/headless_client.ts";
import type { ClientSource } from "../../sim/client/options.ts";

/** Tick lateness (p99) above which a live run proves nothing, ms. */
const LATENESS_BUDGET_MS = 25;
/** Lengths that a scenario's synthetic source can have, seconds. */
const SYNTH_RANGE_S = { min: 0.4, max: 240, step: 0.2 } as const;

/** What a report is made of. */
export interface PageMeasures {
  readonly client: HeadlessClient;
  readonly collector: Collector;
  /** Now, on the client's clock. */
  readonly nowS: number;
  /** The server, `ws://host:port`. */
  readonly url: string;
  /** What the session began with. */
  readonly source: ClientSource;
}

/** The report of everything up to now; measuring goes on. */
export function pageReport({ client, collector, nowS, url, source }: PageMeasures): Report {
  const fromS = collector.streamingS ?? nowS;
  const window = { fromS, toS: nowS };
  const scenario = scenarioOf(source, collector, nowS - fromS);
  const lag = collector.lag(window);
  const harness = harnessSummary(client.harness(), false, LATENESS_BUDGET_MS);
  const expectations = scenario.expectations.map((it) => judge(it, lag.slices.leadS.p50));
  const isLate = (harness.tickLatenessMs.p99 ?? 0) > LATENESS_BUDGET_MS;
  const hasPassed = expectations.every(({ passed }) => passed);
  const report = reportOf({
    scenario,
    seed: 0,
    target: url as `ws://${string}`,
    fidelity: "full",
    verdict: isLate ? "inconclusive" : hasPassed ? "passed" : "failed",
    reason: isLate
      ? `this browser was late: tick lateness p99 ${harness.tickLatenessMs.p99} ms`
      : null,
    expectedFailure: false,
    expectations,
    lag,
    mirror: { identical: null, checkedSlices: collector.sliceCount },
    session: sessionFacts(collector),
    harness,
    timing: { sessionS: nowS - fromS, prepareS: 0, wallS: nowS - fromS, speedup: 1 },
    trace: { events: collector.trace.events, hash: collector.trace.hashSoFar(), lines: [] },
    marks: collector.marks,
    slices: collector.slicePoints(),
    ticks: collector.tickPoints(),
    heard: collector.heardSoFar(),
    played: null,
    buffer: null,
  });
  return { ...report, files: ["report.json"] };
}

/** The nearest thing to what was played that can be repeated without a listener. */
function scenarioOf(source: ClientSource, collector: Collector, durationS: number): Scenario {
  const isFixture = source.kind === "fixture";
  return defineScenario({
    name: "browser-session",
    description: isFixture
      ? "What a listener in a browser heard, by the clock of their audio device."
      : "What a listener in a browser heard, by the clock of their audio device. They played a " +
        "track of their own; a synthetic one of its length stands in its place here.",
    durationS: Math.max(1, Math.round(durationS)),
    source: isFixture ? { fixture: source.name } : synthetic(collector.bufferFrames ?? 0),
    client: { paramsHz: 125, wrap: "seam" },
    expectations: [{
      name: "slices land ahead of the listener",
      metric: "lag.slices.leadS.p50",
      min: 0,
    }],
  });
}

function synthetic(frames: number): SourceInput {
  const { min, max, step } = SYNTH_RANGE_S;
  const steps = Math.round(Math.min(max, Math.max(min, frames / 48000)) / step);
  return { synthS: Math.round(steps * step * 10) / 10 };
}
