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
 * | `monitor.warnings`, `monitor.warnedS` | network warnings that a listener would have seen |
 * | `sound.clicks` | clicks in what was heard, but where the listener jumped or wrapped |
 * | `sound.seamClicks` | 1 if the buffer's end and its head click as players loop them, else 0 |
 * | `harness.…` | anything in a report's `harness` |
 * | `invariants.<name>`, `invariants.all` | invariants that were broken, in a simulated run |
 * | `second.slices`, `second.readyAtS` | the second client's |
 *
 * @module
 */
import { TargetError } from "../runtime/mod.ts";
import { networkWarnings } from "../sim/mod.ts";
import type { Collector } from "./collector.ts";
import { ScenarioError } from "./errors.ts";
import { lookUp, type Measured } from "./expectations.ts";
import type { Breach } from "./explore/watch.ts";
import { distribution, type LagWindow } from "./lag_summary.ts";
import type { HarnessSummary, RunResult } from "./result.ts";
import type { SoundFigures } from "./sound.ts";
import type { ServerDrops } from "./stage.ts";

/** What there is to measure after a run. */
export interface MetricSources {
  readonly collector: Collector;
  readonly mirror: RunResult["mirror"];
  readonly session: RunResult["session"];
  readonly harness: HarnessSummary;
  readonly drops: ServerDrops | null;
  /** Listened to when first asked for; null where there are no samples. */
  readonly sound: (() => SoundFigures) | null;
  /** Null where the world cannot be seen from inside. */
  readonly invariants: readonly Breach[] | null;
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
    case "monitor":
      return plain(lookUp(seenWarnings(collector, window), path), metric);
    case "sound":
      return sources.sound === null ? null : plain(lookUp(sources.sound(), path), metric);
    case "harness":
      return plain(lookUp(sources.harness, path), metric);
    case "invariants":
      return sources.invariants === null
        ? null
        : sources.invariants.filter(({ invariant }) => path[0] === "all" || path[0] === invariant)
          .length;
    case "second":
      return plain(lookUp(sources.second, path), metric);
    default:
      throw unknown(metric);
  }
}

/** Warnings that appeared inside the window, and how long any was seen in it. */
function seenWarnings(collector: Collector, { fromS, toS }: LagWindow): Record<string, unknown> {
  const beganS = collector.streamingS;
  if (beganS === null) return { warnings: null, warnedS: null };
  const window = { fromS: fromS - beganS, toS: toS - beganS };
  const shown = networkWarnings(collector.slicePoints(), window.toS);
  return {
    warnings: shown.filter((warning) => warning.fromS >= window.fromS).length,
    warnedS: shown.reduce(
      (sum, warning) => sum + Math.max(0, warning.toS - Math.max(warning.fromS, window.fromS)),
      0,
    ),
  };
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
