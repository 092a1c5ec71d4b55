/**
 * When a listener would be warned: the rules by which a player in a browser tells "your connection is
 * in trouble" from a hiccup.
 *
 * @module
 */

/** Time between two looks, seconds. */
export const MONITOR_STEP_S = 0.5;
/** Without a slice for so long the stream is stalled, seconds. */
export const MONITOR_STALL_S = 3;
/** Below this lead old audio bleeds through, seconds. */
export const MONITOR_BLEED_S = -0.05;
/** Bad looks in a row until the warning appears: 6 s. */
export const MONITOR_BAD_LOOKS = 12;
/** Good looks in a row until it disappears: 8 s. */
export const MONITOR_GOOD_LOOKS = 16;

/** What one look found. */
export type NetworkHealth = "good" | "stalled" | "bleeding";

/**
 * Looks at a stream twice a second and warns when it was bad twelve times in a row, until it was good
 * sixteen times in a row. It knows no tags, as a listener knows none: an idle or paused session that
 * gets no slices is warned of, too.
 *
 * @example
 * ```ts
 * import { NetworkMonitor } from "./network_monitor.ts";
 *
 * const monitor = new NetworkMonitor(0);
 * for (let nowS = 0.5; nowS <= 9; nowS += 0.5) monitor.look(nowS); // not one slice
 * console.log(monitor.isWarning); // true
 * ```
 */
export class NetworkMonitor {
  #lastSliceS: number;
  #worstLeadS = Infinity;
  #bad = 0;
  #good = 0;
  #isWarning = false;

  /** A monitor of a stream that begins now: nothing has come, and nothing is overdue. */
  constructor(nowS: number) {
    this.#lastSliceS = nowS;
  }

  /** Whether the listener sees the warning. */
  get isWarning(): boolean {
    return this.#isWarning;
  }

  /** A slice has landed so far ahead of the playhead, in seconds. */
  onSlice(leadS: number, nowS: number): void {
    this.#lastSliceS = nowS;
    this.#worstLeadS = Math.min(this.#worstLeadS, leadS);
  }

  /** Judges the time since the last look, by its worst lead; to be called each half second. */
  look(nowS: number): NetworkHealth {
    const health = nowS - this.#lastSliceS >= MONITOR_STALL_S
      ? "stalled"
      : this.#worstLeadS < MONITOR_BLEED_S
      ? "bleeding"
      : "good";
    this.#worstLeadS = Infinity;
    if (health === "good") {
      this.#good++;
      this.#bad = 0;
    } else {
      this.#bad++;
      this.#good = 0;
    }
    if (this.#bad >= MONITOR_BAD_LOOKS) this.#isWarning = true;
    if (this.#good >= MONITOR_GOOD_LOOKS) this.#isWarning = false;
    return health;
  }
}

/** A time for which the warning was shown, seconds. */
export interface NetworkWarning {
  /** When it appeared. */
  readonly fromS: number;
  /** When it disappeared, or the end of what was looked at. */
  readonly toS: number;
}

/**
 * The warnings that a listener would have seen of a stream that began at 0.
 *
 * @param slices Slices in the order of their arrival: when, and how far ahead, in seconds.
 * @param untilS Where to stop looking, seconds.
 */
export function networkWarnings(
  slices: readonly { readonly atS: number; readonly leadS: number }[],
  untilS: number,
): NetworkWarning[] {
  const monitor = new NetworkMonitor(0);
  const warnings: NetworkWarning[] = [];
  let fromS: number | null = null;
  let next = 0;
  for (let look = 1; look * MONITOR_STEP_S <= untilS; look++) {
    const nowS = look * MONITOR_STEP_S;
    for (; next < slices.length && slices[next]!.atS <= nowS; next++) {
      monitor.onSlice(slices[next]!.leadS, slices[next]!.atS);
    }
    monitor.look(nowS);
    if (monitor.isWarning) fromS ??= nowS;
    else if (fromS !== null) {
      warnings.push({ fromS, toS: nowS });
      fromS = null;
    }
  }
  if (fromS !== null) warnings.push({ fromS, toS: untilS });
  return warnings;
}
