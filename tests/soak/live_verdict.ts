/**
 * What a live run is judged by: how late the server's loop was, whether its memory grew, and what it
 * takes when nothing happens any more.
 *
 * @module
 */
import { quantileOf } from "../../bench/rounds.ts";
import type { Lag, LoopState } from "../../server/board/debug/loop_monitor.ts";
import { growthPer, type MemorySample } from "./flatness.ts";

/** The targets. */
export const LIVE_TARGETS = { lagP99Ms: 20, growthMbPer10Min: 1, restPct: 0.5 } as const;
/** What a server at rest may take more after the load than before it, percent of a core. */
const REST_SLACK_PCT = 0.2;
/** A shorter load says nothing of memory: what one collection frees is more than a slow leak, seconds. */
export const LEAST_MEMORY_S = 1200;

/** How late the loop was over a long time, of what the server tells of its last seconds. */
export class LagRecord {
  readonly #lagsMs: number[] = [];
  readonly #windowsMs: number[] = [];
  /** By their time: the server tells of each for ten minutes. */
  readonly #worst = new Map<string, Lag>();

  /** Takes the last lag; to be called more seldom than the server looks, once or so a second. */
  add({ lagMs, worst }: Pick<LoopState, "lagMs" | "worst">): void {
    this.#lagsMs.push(lagMs.now);
    for (const lag of worst) this.#worst.set(lag.at, lag);
  }

  /** Takes the server's own p99 over its last ten seconds; to be called every ten seconds. */
  addWindow({ lagMs }: Pick<LoopState, "lagMs">): void {
    this.#windowsMs.push(lagMs.p99);
  }

  /** How many lags were taken. */
  get samples(): number {
    return this.#lagsMs.length;
  }

  /** The p99 of the lags that were taken; NaN for none. */
  get p99Ms(): number {
    return this.samples === 0 ? NaN : quantileOf(this.#lagsMs, 0.99);
  }

  /**
   * The p99 of the windows' own: the p99 of all lags is at most that, as those above it are in windows
   * whose worst is above it.
   */
  get windowP99Ms(): number {
    return this.#windowsMs.length === 0 ? NaN : quantileOf(this.#windowsMs, 0.99);
  }

  /** Lags of which the server has kept a note, the worst first. */
  get worst(): readonly Lag[] {
    return [...this.#worst.values()].sort((a, b) => b.lagMs - a.lagMs);
  }
}

/** What was measured. */
export interface LiveFigures {
  /** How long there was a load, seconds. */
  readonly loadS: number;
  /** How much faster than with agents and people the load was. */
  readonly pace: number;
  readonly lagP99Ms: number;
  /** Over the load. */
  readonly memory: readonly MemorySample[];
  /** At rest before and after the load, percent of a core. */
  readonly restBeforePct: number;
  readonly restAfterPct: number;
}

/** How much resident memory grew after the warm-up, MB in ten minutes at the pace of agents. */
export function growthMbPer10Min({ memory, loadS, pace }: LiveFigures): number {
  return growthPer(memory, 600 / pace / loadS).rssBytes / 1e6;
}

/** Which targets were missed, one sentence each; empty when all were met. */
export function missedTargets(figures: LiveFigures): string[] {
  const { loadS, lagP99Ms, restBeforePct, restAfterPct } = figures;
  const missed: string[] = [];
  // What could not be measured meets no target.
  const hold = (isMet: boolean, sentence: string) => void (isMet || missed.push(sentence));
  hold(
    lagP99Ms <= LIVE_TARGETS.lagP99Ms,
    `the loop was late by ${lagP99Ms.toFixed(1)} ms (p99), more than ${LIVE_TARGETS.lagP99Ms} ms`,
  );
  const growthMb = growthMbPer10Min(figures);
  hold(
    loadS < LEAST_MEMORY_S || growthMb <= LIVE_TARGETS.growthMbPer10Min,
    `resident memory grew by ${growthMb.toFixed(2)} MB in ten minutes, more than ` +
      `${LIVE_TARGETS.growthMbPer10Min} MB`,
  );
  hold(
    restAfterPct <= LIVE_TARGETS.restPct,
    `at rest the server took ${restAfterPct.toFixed(2)} % of a core after the load, more than ` +
      `${LIVE_TARGETS.restPct} %`,
  );
  hold(
    restAfterPct <= restBeforePct + REST_SLACK_PCT,
    `at rest the server took ${restAfterPct.toFixed(2)} % of a core after the load, ` +
      `${restBeforePct.toFixed(2)} % before it`,
  );
  return missed;
}
