/**
 * Days of a time zone.
 *
 * @module
 */
import { UsageError } from "../../../runtime/errors.ts";

/** Tells when days begin. */
export class DayClock {
  readonly #format: Intl.DateTimeFormat;

  /**
   * Days of an IANA zone; of the host's without one.
   *
   * @throws {UsageError} for a zone that nobody knows.
   */
  constructor(zone?: string) {
    try {
      this.#format = new Intl.DateTimeFormat("en-US", {
        ...(zone !== undefined && { timeZone: zone }),
        hourCycle: "h23",
        hour: "numeric",
        minute: "numeric",
        second: "numeric",
      });
    } catch {
      throw new UsageError(
        `HEADWAY_TZ is ${JSON.stringify(zone)}, expected a time zone such as Europe/Oslo`,
        { zone: zone ?? null },
      );
    }
  }

  /** When the day of a moment began, ms since the Unix epoch. */
  startMs(timeMs: number): number {
    const guess = timeMs - this.#sinceMidnightMs(timeMs);
    // Where clocks were changed since then, the guess is off by as much.
    const off = this.#sinceMidnightMs(guess);
    if (off === 0) return guess;
    return off < 12 * 3600_000 ? guess - off : guess + (24 * 3600_000 - off);
  }

  /** What clocks show, as ms. */
  #sinceMidnightMs(timeMs: number): number {
    const parts = new Map(
      this.#format.formatToParts(timeMs).map(({ type, value }) => [type, Number(value)]),
    );
    const seconds = (parts.get("hour") ?? 0) * 3600 + (parts.get("minute") ?? 0) * 60 +
      (parts.get("second") ?? 0);
    return seconds * 1000 + ((timeMs % 1000) + 1000) % 1000;
  }
}
