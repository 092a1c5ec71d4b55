/**
 * What a query of reports asks for, or why it cannot.
 *
 * @module
 */
import { firstChars } from "../read/fields.ts";
import { isProblem, type Problem, problem } from "../problem.ts";
import { dayAfter, isDay, Zone } from "./zone.ts";

const DEFAULT_DAYS = 90;
/** The longest range, days. */
const MAX_DAYS = 400;

/** A range of days in a zone. */
export interface RangeParams {
  readonly from: string;
  readonly to: string;
  readonly zone: Zone;
  readonly today: string;
  readonly project: string | null;
}

/** The range that a query asks for; the last 90 days unless it says. */
export function rangeParams(
  query: URLSearchParams,
  { nowMs, zones }: { readonly nowMs: number; readonly zones: Zones },
): RangeParams | Problem {
  const zone = zones.of(query.get("tz"));
  if (isProblem(zone)) return zone;
  const today = zone.place(nowMs).day;
  const to = dayParam(query, "to", today);
  if (isProblem(to)) return to;
  const from = dayParam(query, "from", dayAfter(to, 1 - DEFAULT_DAYS));
  if (isProblem(from)) return from;
  if (from > to) return bad(`from is ${from}, expected a day that is not after ${to}`);
  if (dayAfter(from, MAX_DAYS) <= to) {
    return bad(`${from} to ${to} is more than ${MAX_DAYS} days; ask for a shorter range`);
  }
  return { from, to, zone, today, project: query.get("project") };
}

/** A day of a query. */
export function dayParam(
  query: URLSearchParams,
  name: string,
  usual: string,
): string | Problem {
  const text = query.get(name);
  if (text === null) return usual;
  if (isDay(text)) return text;
  return bad(
    `${name} is ${JSON.stringify(firstChars(text, 40))}, expected a day such as 2026-01-31`,
  );
}

/** Zones that were asked for, by their names. */
export class Zones {
  readonly #usual: Zone;
  readonly #known = new Map<string, Zone>();

  /** The zone of who names none. */
  constructor(usual: Zone) {
    this.#usual = usual;
  }

  /** A zone by its name. */
  of(name: string | null): Zone | Problem {
    if (name === null || name === this.#usual.name) return this.#usual;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    try {
      const zone = new Zone(name);
      if (this.#known.size >= 16) this.#known.clear();
      this.#known.set(name, zone);
      return zone;
    } catch {
      const said = JSON.stringify(firstChars(name, 60));
      return bad(`tz is ${said}, expected a time zone such as Europe/Oslo`);
    }
  }
}

function bad(message: string): Problem {
  return problem(400, "bad_query", message);
}
