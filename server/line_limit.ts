/**
 * A limit on log lines that peers cause: whoever is refused a thousand times a second must not fill
 * the disk, nor hide what else happened.
 *
 * @module
 */
import type { Clock } from "../runtime/mod.ts";
import type { Log, LogFields } from "./log.ts";

/** Lines of one part within {@link LINES_WITHIN_S} before the rest is only counted. */
export const MAX_LINES = 20;
/** Over how long lines are counted, seconds. */
export const LINES_WITHIN_S = 10;

/** What any peer can cause without being let in. */
const CAUSED_BY_PEERS: ReadonlySet<string> = new Set([
  "command ignored",
  "connection dropped",
  "request not understood",
  "request refused",
  "websocket refused",
]);

/** The lines of one part. */
interface Count {
  sinceS: number;
  lines: number;
}

/**
 * The same log, with at most {@link MAX_LINES} lines in {@link LINES_WITHIN_S} of each part that peers
 * can cause. How many were left out is told before the next one that is not.
 */
export function withLineLimit(log: Log, clock: Pick<Clock, "now">): Log {
  return limited(log, "", clock, new Map());
}

function limited(
  log: Log,
  part: string,
  clock: Pick<Clock, "now">,
  counts: Map<string, Count>,
): Log {
  const line = (level: "info" | "warn" | "error") => (event: string, fields?: LogFields) => {
    if (CAUSED_BY_PEERS.has(event) && !isDue()) return;
    log[level](event, fields);
  };
  const isDue = () => {
    const nowS = clock.now();
    let count = counts.get(part);
    if (count === undefined || nowS - count.sinceS >= LINES_WITHIN_S) {
      const leftOut = (count?.lines ?? 0) - MAX_LINES;
      if (leftOut > 0) log.warn("lines left out", { count: leftOut });
      count = { sinceS: nowS, lines: 0 };
      counts.set(part, count);
    }
    return ++count.lines <= MAX_LINES;
  };
  return {
    info: line("info"),
    warn: line("warn"),
    error: line("error"),
    part: (name) => limited(log.part(name), name, clock, counts),
  };
}
