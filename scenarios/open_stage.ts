/**
 * From a target's name to its stage.
 *
 * @module
 */
import { type Rng, UsageError } from "../runtime/mod.ts";
import { foreignObstacle, liveStage } from "./live_stage.ts";
import { isWebSocketUrl, type Target } from "./result.ts";
import type { PlayOptions } from "./run.ts";
import { selfStage } from "./self_stage.ts";
import type { Scenario } from "./types.ts";

/** A target and how it is reached. */
export interface TargetAddress {
  readonly target: Target;
  /** Control bus of a foreign server; null when it is not known. */
  readonly controlUrl: string | null;
  /** Bearer token of a foreign server; null without one. */
  readonly token: string | null;
}

/** How a scenario's target is opened, and why it cannot play it if that is known beforehand. */
export function targetOptions(
  scenario: Scenario,
  { target, controlUrl, token }: TargetAddress,
): Pick<PlayOptions, "target" | "obstacle" | "openStage"> {
  if (target === "sim") return { target };
  if (target === "self") return { target, openStage: (rng: Rng) => selfStage(scenario, { rng }) };
  if (!isWebSocketUrl(target)) {
    throw new UsageError(
      `target is ${JSON.stringify(target)}; it takes sim, self, or a ws:// or wss:// address`,
      { target },
    );
  }
  return {
    target,
    obstacle: foreignObstacle(scenario, controlUrl !== null),
    openStage: (rng: Rng) =>
      liveStage(scenario, {
        target,
        url: target,
        controlUrl,
        rng,
        ...(token === null ? {} : { token }),
      }),
  };
}
