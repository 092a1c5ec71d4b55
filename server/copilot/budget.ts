/**
 * What models have cost, by day, and whether one may be asked without a person having asked for it.
 *
 * @module
 */
import type { DayClock } from "../board/library/day.ts";
import { roundUsd } from "../board/state/usage_facts.ts";

/** Charged where a command does not say what it cost, USD. */
export const UNKNOWN_COST_USD = 0.1;

/** Who asked for it. */
export type JobOrigin = "human" | "autopilot";

/** Money of a day, USD. Names are those of the file that keeps it. */
export interface DaySpend {
  readonly autopilot: number;
  readonly human: number;
}

/** Spending by the beginning of its day, ms since the Unix epoch, as text. */
export type Ledger = Readonly<Record<string, DaySpend>>;

/** Limits, USD. */
export interface BudgetLimits {
  /** What may be spent by itself in a day; nothing at 0 or below. */
  readonly dailyUsd: number;
  /** The most that a job may cost. */
  readonly jobUsd: number;
}

/** As many days as insights can be asked for. */
const MAX_DAYS = 400;

/** The ledger, and what is set aside for jobs that run. */
export class Budget {
  readonly #limits: BudgetLimits;
  readonly #days: DayClock;
  #ledger: Ledger;
  #reservedUsd = 0;

  /** Goes on from a ledger that was kept. */
  constructor(limits: BudgetLimits, days: DayClock, ledger: Ledger = {}) {
    this.#limits = limits;
    this.#days = days;
    this.#ledger = ledger;
  }

  /** What is to be kept. */
  get ledger(): Ledger {
    return this.#ledger;
  }

  /** The limits. */
  get limits(): BudgetLimits {
    return this.#limits;
  }

  /** What was spent on a day: all of it, and what of it by itself. */
  today(nowMs: number): { readonly allUsd: number; readonly autopilotUsd: number } {
    const { autopilot = 0, human = 0 } = this.#ledger[this.#dayOf(nowMs)] ?? {};
    return { allUsd: roundUsd(autopilot + human), autopilotUsd: autopilot };
  }

  /** Whether no more may be spent by itself today. */
  isSpent(nowMs: number): boolean {
    const { dailyUsd } = this.#limits;
    return dailyUsd <= 0 || this.today(nowMs).autopilotUsd >= dailyUsd;
  }

  /** Sets the most that a job may cost aside; null when that is more than is left. */
  reserve(nowMs: number): (() => void) | null {
    const { dailyUsd, jobUsd } = this.#limits;
    const { autopilotUsd } = this.today(nowMs);
    if (dailyUsd <= 0 || autopilotUsd + this.#reservedUsd + jobUsd > dailyUsd + 1e-9) return null;
    this.#reservedUsd += jobUsd;
    let isHeld = true;
    return () => {
      if (isHeld) this.#reservedUsd -= jobUsd;
      isHeld = false;
    };
  }

  /** Notes what a job cost. */
  charge(origin: JobOrigin, usd: number, nowMs: number): void {
    const day = this.#dayOf(nowMs);
    const { autopilot = 0, human = 0 } = this.#ledger[day] ?? {};
    const spend = { autopilot, human };
    spend[origin] = roundUsd(spend[origin] + Math.max(0, usd));
    const days = Object.entries({ ...this.#ledger, [day]: spend })
      .sort(([a], [b]) => Number(a) - Number(b)).slice(-MAX_DAYS);
    this.#ledger = Object.fromEntries(days);
  }

  /** When the next day begins, ms since the Unix epoch. */
  midnightMs(nowMs: number): number {
    return this.#days.startMs(this.#days.startMs(nowMs) + 30 * 3600_000);
  }

  #dayOf(nowMs: number): string {
    return String(this.#days.startMs(nowMs));
  }
}
