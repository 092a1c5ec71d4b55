/**
 * Requests that are being answered, and how many came for what.
 *
 * @module
 */
import type { MiddlewareHandler } from "hono";
import type { Clock } from "../../../runtime/mod.ts";
import type { AppEnv } from "../../app.ts";
import type { WorkLog } from "./work_board.ts";

/** A request that is being answered. Names are those of the wire. */
export interface InflightRequest {
  readonly method: string;
  readonly route: string;
  readonly ageMs: number;
}

/** Something that was asked for, and how often. */
export interface AskedFor {
  readonly name: string;
  readonly count: number;
}

/** More paths than so many are counted as one. */
const MAX_PATHS = 256;
const MAX_PATH_CHARS = 120;
const OTHERS = "others";

/** The requests of a listener. */
export class RequestBook {
  readonly #clock: Clock;
  readonly #work: WorkLog;
  readonly #inflight = new Set<{ method: string; route: string; sinceS: number }>();
  #counts = new Map<string, number>();
  #total = 0;

  /** None has come. */
  constructor(clock: Clock, work: WorkLog) {
    this.#clock = clock;
    this.#work = work;
  }

  /** How many have come in all. */
  get total(): number {
    return this.#total;
  }

  /** Stands before all routes. A stream counts as answered once it has begun. */
  readonly watch: MiddlewareHandler<AppEnv> = async (c, next) => {
    const { method } = c.req;
    const route = c.req.path.slice(0, MAX_PATH_CHARS);
    const name = `${method} ${route}`;
    this.#total++;
    const key = this.#counts.has(name) || this.#counts.size < MAX_PATHS ? name : OTHERS;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    const entry = { method, route, sinceS: this.#clock.now() };
    this.#inflight.add(entry);
    const end = this.#work.begin(name);
    try {
      await next();
    } finally {
      end();
      this.#inflight.delete(entry);
    }
  };

  /** Those that are being answered, the oldest first. */
  inflight(): InflightRequest[] {
    const nowS = this.#clock.now();
    return [...this.#inflight].map(({ method, route, sinceS }) => ({
      method,
      route,
      ageMs: Math.round((nowS - sinceS) * 1000),
    }));
  }

  /** What was asked for most since {@link RequestBook.forget}; null for nothing. */
  most(): AskedFor | null {
    let most: AskedFor | null = null;
    for (const [name, count] of this.#counts) {
      if (most === null || count > most.count) most = { name, count };
    }
    return most;
  }

  /** Counts anew. */
  forget(): void {
    this.#counts = new Map();
  }
}
