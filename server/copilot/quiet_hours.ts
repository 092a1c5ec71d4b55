/**
 * Hours of the day in which nobody is to be told anything.
 *
 * @module
 */

/** From a minute of the day to another one, which may be that of the next day. */
export interface QuietHours {
  readonly fromMinute: number;
  readonly toMinute: number;
}

const DAY_MINUTES = 1440;

/** Reads hours such as `22:00-07:00`; null for anything else, and for hours that never end. */
export function parseQuietHours(text: string): QuietHours | null {
  const [, ...words] = /^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  const [fromHour = NaN, from = NaN, toHour = NaN, to = NaN] = words.map(Number);
  if (!(fromHour < 24 && toHour < 24 && from < 60 && to < 60)) return null;
  const hours = { fromMinute: fromHour * 60 + from, toMinute: toHour * 60 + to };
  return hours.fromMinute === hours.toMinute ? null : hours;
}

/** Quiet hours of a time zone. */
export class QuietClock {
  readonly #hours: QuietHours;
  readonly #format: Intl.DateTimeFormat;

  /** Hours of an IANA zone; of the host's without one. */
  constructor(hours: QuietHours, zone?: string) {
    this.#hours = hours;
    this.#format = new Intl.DateTimeFormat("en-US", {
      ...(zone !== undefined && { timeZone: zone }),
      ...{ hourCycle: "h23", hour: "numeric", minute: "numeric" },
    });
  }

  /** For how long it is to be quiet from a moment on, seconds; 0 when it is not. */
  leftS(timeMs: number): number {
    const parts = this.#format.formatToParts(timeMs);
    const part = (type: string) => Number(parts.find((it) => it.type === type)?.value);
    const minute = part("hour") * 60 + part("minute");
    const { fromMinute, toMinute } = this.#hours;
    const after = (from: number, to: number) => (to - from + DAY_MINUTES) % DAY_MINUTES;
    if (after(fromMinute, minute) >= after(fromMinute, toMinute)) return 0;
    return after(minute, toMinute) * 60 - Math.floor(timeMs / 1000) % 60;
  }
}
