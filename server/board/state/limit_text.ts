/**
 * What agents say when their limit is reached, and until when. A service that is merely busy is none.
 *
 * @module
 */
import { dayAfter, isDay, Zone } from "../insights/zone.ts";

const LIMIT =
  /hit your (?:[\w-]+ )?limit|usage limit reached|(?:5-hour|weekly|session|\w+) limit reached/i;
const TRANSIENT = /not your usage limit|temporarily limiting|overloaded/i;
const AT_EPOCH = /\|(\d{10}|\d{13})\b/;
/** `resets 3pm (UTC)`, `resets at 14:05`, and of limits of a week `resets Jul 31, 2am`. */
const AT_TIME =
  /resets?(?: (?<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (?<day>\d{1,2}),?)?(?: at)? (?<hour>\d{1,2})(?::(?<minute>\d{2}))?\s*(?<half>[ap]m)?(?:\s*\((?<zone>[\w/+-]+)\))?/i;
const MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
const HOUR_MS = 3600_000;

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
 * @param saidMs - When it was said: a time of day is the next one after it, a day is the nearest.
 * @param zone - The zone of times without one.
 */
export function limitEndMs(text: string, saidMs: number, zone?: string): number | null {
  const epoch = AT_EPOCH.exec(text)?.[1];
  if (epoch !== undefined) return Number(epoch) * (epoch.length === 10 ? 1000 : 1);
  const at = AT_TIME.exec(text)?.groups;
  if (at === undefined) return null;
  const { half, minute = "0", month } = at;
  let hour = Number(at["hour"]);
  if (half !== undefined) hour = hour % 12 + (half.toLowerCase() === "pm" ? 12 : 0);
  if (hour > 23 || Number(minute) > 59) return null;
  const clocks = zoneOf(at["zone"] ?? zone);
  if (clocks === null) return null;
  const today = clocks.place(saidMs).day;
  const endOf = (day: string) => {
    const endMs = clocks.startMs(day) + (hour * 60 + Number(minute)) * 60_000;
    // Where clocks are changed on that day they show another hour by then.
    const offHours = (hour - clocks.place(endMs).hour + 36) % 24 - 12;
    return endMs + offHours * HOUR_MS;
  };
  if (month === undefined) {
    const endMs = endOf(today);
    return endMs > saidMs ? endMs : endOf(dayAfter(today, 1));
  }
  const monthNo = MONTHS.indexOf(month.toLowerCase()) / 3 + 1;
  const twoDigits = (it: number) => String(it).padStart(2, "0");
  const awayMs = (endMs: number) => Math.abs(endMs - saidMs);
  const ends = [-1, 0, 1].map((years) =>
    `${Number(today.slice(0, 4)) + years}-${twoDigits(monthNo)}-${twoDigits(Number(at["day"]))}`
  ).filter(isDay).map(endOf).sort((a, b) => awayMs(a) - awayMs(b));
  return ends[0] ?? null;
}

/** Null for a zone that nobody knows. */
function zoneOf(name: string | undefined): Zone | null {
  try {
    return new Zone(name);
  } catch {
    return null;
  }
}
