/**
 * Days and hours of a time zone, for moments that are told by the quarter of an hour: every zone there
 * is differs from UTC by whole quarters.
 *
 * @module
 */
import { QUARTER_MS } from "../money/usage.ts";

/** Where a moment stands. */
export interface LocalPlace {
  /** Such as `2026-10-01`. */
  readonly day: string;
  /** Monday is 0. */
  readonly weekday: number;
  readonly hour: number;
}

const DAY_MS = 86_400_000;
const MAX_KNOWN = 20_000;
/** The last time that can be written as a date, less what a zone may add. */
const MAX_MS = 8.64e15 - 2 * DAY_MS;

/** A zone. */
export class Zone {
  /** Its IANA name. */
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  /** What clocks are ahead by, by the day since the Unix epoch; null where they are changed. */
  readonly #offsets = new Map<number, number | null>();

  /** A zone by its IANA name; the host's without one. Throws a RangeError for one that nobody knows. */
  constructor(name?: string) {
    this.#format = new Intl.DateTimeFormat("en-US", {
      ...(name !== undefined && { timeZone: name }),
      ...{ hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric" },
      ...{ hour: "numeric", minute: "numeric", second: "numeric", era: "short" },
    });
    this.name = this.#format.resolvedOptions().timeZone;
  }

  /** Where a moment stands, ms since the Unix epoch; one that no calendar has stands at its end. */
  place(moment: number): LocalPlace {
    const timeMs = Math.min(Math.max(moment, -MAX_MS), MAX_MS);
    const localMs = timeMs + this.#offsetMs(timeMs);
    const dayNo = Math.floor(localMs / DAY_MS);
    return {
      day: new Date(dayNo * DAY_MS).toISOString().slice(0, 10),
      weekday: (dayNo + 3) % 7,
      hour: Math.floor((localMs - dayNo * DAY_MS) / 3600_000),
    };
  }

  /** Where a quarter of an hour stands. */
  quarter(quarter: number): LocalPlace {
    return this.place(quarter * QUARTER_MS);
  }

  /** When a day begins, ms since the Unix epoch. */
  startMs(day: string): number {
    // No clock is further from UTC than 15 hours.
    let quarter = Math.floor((Date.parse(`${day}T00:00:00Z`) - 15 * 3600_000) / QUARTER_MS);
    while (this.quarter(quarter).day < day) quarter++;
    return quarter * QUARTER_MS;
  }

  #offsetMs(timeMs: number): number {
    const dayNo = Math.floor(timeMs / DAY_MS);
    let offset = this.#offsets.get(dayNo);
    if (offset === undefined) {
      const [first, last] = [
        this.#lookUp(dayNo * DAY_MS),
        this.#lookUp((dayNo + 1) * DAY_MS - 1000),
      ];
      offset = first === last ? first : null;
      if (this.#offsets.size >= MAX_KNOWN) this.#offsets.clear();
      this.#offsets.set(dayNo, offset);
    }
    return offset ?? this.#lookUp(timeMs);
  }

  #lookUp(timeMs: number): number {
    const parts = new Map(
      this.#format.formatToParts(timeMs).map(({ type, value }) => [type, value]),
    );
    const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
    const localMs = Date.UTC(
      ...[part("year"), part("month") - 1, part("day")] as const,
      ...[part("hour"), part("minute"), part("second")] as const,
    );
    return localMs - Math.floor(timeMs / 1000) * 1000;
  }
}

/** A day so many days later. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Whether a text is a day, such as `2026-10-01`. */
export function isDay(text: string): boolean {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/** Days from one to another, both included. */
export function daysBetween(from: string, to: string): string[] {
  const count = Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, no) => dayAfter(from, no));
}
