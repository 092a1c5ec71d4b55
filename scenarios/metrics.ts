/**
 * What expectations can look at, by name.
 *
 * | metric | what it is |
 * |---|---|
 * | `lag.…` | anything in a report's `lag`, e.g. `lag.slices.leadS.p50` |
 * | `mirror.identical`, `mirror.checkedSlices` | equality of client and server mirrors |
 * | `session.…` | anything in a report's `session`, and `failureCode`, `failedAfterS` |
 * | `events.<type>`, `sent.<type>` | how many came from the server, went to it |
 * | `params.<name>` | the value the last slice was made with, or `absent` |
 * | `playheadS.min`, `.max` | positions of the playhead |
 * | `drops.window`, `drops.age` | slices that the server dropped before encoding |
 * | `harness.…` | anything in a report's `harness` |
 * | `second.slices`, `second.readyAtS` | the second client's |
 *
 * @module
 */
import { TargetError } from "../runtime/mod.ts";
import type { Collector } from "./collector.ts";
import { ScenarioError } from "./errors.ts";
import { lookUp, type Measured } from "./expectations.ts";
import { distribution, type LagWindow } from "./lag_summary.ts";
import type { HarnessSummary, RunResult } from "./result.ts";
import type { ServerDrops } from "./stage.ts";

/** What there is to measure after a run. */
export interface MetricSources {
  readonly collector: Collector;
  readonly mirror: RunResult["mirror"];
  readonly session: RunResult["session"];
  readonly harness: HarnessSummary;
  readonly drops: ServerDrops | null;
  readonly second: { readonly slices: number; readonly readyAtS: number | null };
}

/** Measures one metric over a window of the run's clock. */
export function measure(metric: string, window: LagWindow, sources: MetricSources): Measured {
  const [group, ...path] = metric.split(".");
  const { collector } = sources;
  switch (group) {
    case "lag": {
      const value = lookUp(collector.lag(window), path);
      // A tag that no record carries has no entry.
      return value === undefined && path.includes("tagged") ? 0 : plain(value, metric);
    }
    case "mirror":
      return plain(lookUp(sources.mirror, path), metric);
    case "session":
      return plain(lookUp({ ...sources.session, ...failure(collector) }, path), metric);
    case "events":
      return collector.eventCount(path.join("."), window);
    case "sent":
      return collector.sent[path.join(".")] ?? 0;
    case "params": {
      const value = collector.lastParams[path.join(".")];
      return value === undefined ? "absent" : plain(value, metric);
    }
    case "playheadS":
      return plain(lookUp(distribution(collector.playheads(window)), path), metric);
    case "drops":
      return sources.drops === null ? null : plain(lookUp(sources.drops, path), metric);
    case "harness":
      return plain(lookUp(sources.harness, path), metric);
    case "second":
      return plain(lookUp(sources.second, path), metric);
    default:
      throw unknown(metric);
  }
}

function failure({ failure, failedAfterS }: Collector): Record<string, unknown> {
  const code = failure instanceof TargetError ? failure.fields["code"] ?? null : null;
  return { failureCode: code, failedAfterS };
}

function plain(value: unknown, metric: string): Measured {
  if (value === null) return null;
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean") {
    return value;
  }
  throw unknown(metric);
}

function unknown(metric: string): ScenarioError {
  return new ScenarioError(
    `expectation measures "${metric}", which does not exist; scenarios/metrics.ts lists what does`,
    { metric },
  );
}
