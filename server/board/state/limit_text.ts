/**
 * What agents say when their limit is reached, and until when. A service that is merely busy is none.
 *
 * @module
 */
import { DayClock } from "../library/day.ts";

const LIMIT =
  /hit your (?:[\w-]+ )?limit|usage limit reached|(?:5-hour|weekly|session|\w+) limit reached/i;
const TRANSIENT = /not your usage limit|temporarily limiting|overloaded/i;
const AT_EPOCH = /\|(\d{10}|\d{13})\b/;
const AT_TIME = /resets?(?: at)? (\d{1,2})(?::(\d{2}))?\s*([ap]m)?(?:\s*\(([\w/+-]+)\))?/i;
const NEXT_DAY_MS = 30 * 3600_000;

/** Stands in all that {@link LIMIT} finds; most texts do not have it, which is found out faster. */
const HAS_LIMIT = /limit/i;

/** Whether a text says that the account's limit is reached. */
export function saysLimit(text: string): boolean {
  return HAS_LIMIT.test(text) && LIMIT.test(text) && !TRANSIENT.test(text);
}

/** Whether a text says that the service is busy for a moment. */
export function saysBusy(text: string): boolean {
  return TRANSIENT.test(text);
}

/**
 * When a limit ends, ms since the Unix epoch, by what was said of it; null when that does not say.
 *
 * @param saidMs - When it was said: a time of day is the next one after it.
 * @param zone - The zone of times without one.
 */
export function limitEndMs(text: string, saidMs: number, zone?: string): number | null {
  const epoch = AT_EPOCH.exec(text)?.[1];
  if (epoch !== undefined) return Number(epoch) * (epoch.length === 10 ? 1000 : 1);
  const match = AT_TIME.exec(text);
  if (match === null) return null;
  const [, hour = "", minute = "0", half, named] = match;
  let hours = Number(hour);
  if (half !== undefined) hours = hours % 12 + (half.toLowerCase() === "pm" ? 12 : 0);
  if (hours > 23 || Number(minute) > 59) return null;
  const afterMs = (hours * 60 + Number(minute)) * 60_000;
  let days: DayClock;
  try {
    days = new DayClock(named ?? zone);
  } catch {
    return null;
  }
  const dayMs = days.startMs(saidMs);
  const endMs = dayMs + afterMs;
  return endMs > saidMs ? endMs : days.startMs(dayMs + NEXT_DAY_MS) + afterMs;
}
