import type { Clock, Timer } from "../../runtime/mod.ts";
import { percentiles } from "../../sim/mod.ts";
import type { HarnessSummary } from "../result.ts";

/** How often the harness looks at its own watch, seconds. */
const TICK_S = 0.02;

/** How late the harness itself is: a timer that wants to be on time, and the truth about it. */
export class Lateness {
  readonly #clock: Clock;
  readonly #ms: number[] = [];
  #timer: Timer | null = null;
  #skipped = 0;

  /** A meter that has not begun. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins to look. */
  begin(): void {
    this.#await(this.#clock.now() + TICK_S);
  }

  /** Looks no longer. */
  stop(): void {
    this.#timer?.cancel();
  }

  /** What it came to. */
  summary(latenessBudgetMs: number): HarnessSummary {
    const found = percentiles(this.#ms);
    const sorted = Float64Array.from(this.#ms).sort();
    const p99 = sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.99) - 1)];
    return {
      tickLatenessMs: {
        p50: found.p50 ?? null,
        p99: p99 === undefined ? null : Math.round(p99 * 10_000) / 10_000,
        max: found.max ?? null,
      },
      applyMs: { p50: null, p99: null },
      sendQueueMaxBytes: 0,
      skippedTicks: this.#skipped,
      latenessBudgetMs,
    };
  }

  #await(deadlineS: number): void {
    this.#timer = this.#clock.at(deadlineS, () => {
      const lateS = Math.max(0, this.#clock.now() - deadlineS);
      this.#ms.push(lateS * 1000);
      const missed = Math.floor(lateS / TICK_S);
      this.#skipped += missed;
      this.#await(deadlineS + (missed + 1) * TICK_S);
    });
  }
}
