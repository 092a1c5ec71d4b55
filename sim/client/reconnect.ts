import type { Rng } from "../../runtime/rng.ts";
import { CLOSE } from "../../wire/constants.ts";

/** How often and how soon a lost connection is made again. */
export interface ReconnectPolicy {
  /** Attempts in a row before giving up. */
  readonly attempts: number;
  /** Delay before the first attempt; it doubles with each further one. */
  readonly firstDelayS: number;
  /** The longest delay. */
  readonly maxDelayS: number;
}

/** The policy of browsers: five attempts, 0.5 s doubling to at most 4 s. */
export const BROWSER_RECONNECT: ReconnectPolicy = { attempts: 5, firstDelayS: 0.5, maxDelayS: 4 };

/** Delay before attempt `attempt` (from 1): doubling, capped, times a random factor in 0.5..1. */
export function reconnectDelayS(policy: ReconnectPolicy, attempt: number, rng: Rng): number {
  let delayS = policy.firstDelayS;
  for (let i = 1; i < attempt && delayS < policy.maxDelayS; i++) delayS *= 2;
  return Math.min(policy.maxDelayS, delayS) * rng.between(0.5, 1);
}

/**
 * Whether a close ends the session for good: a normal end, a message too big, or a newer session in
 * our place. Two clients that came back after the latter would throw each other out for ever.
 */
export function isFinalClose(code: number): boolean {
  return code === CLOSE.normal || code === CLOSE.tooBig || code === CLOSE.preempted;
}
