/**
 * From a target's name to its stage.
 *
 * @module
 */
import { type Rng, UsageError } from "../runtime/mod.ts";
import { foreignObstacle, liveStage } from "./live_stage.ts";
import { isVoiceUrl, isWebSocketUrl, type Target } from "./result.ts";
import type { PlayOptions } from "./run.ts";
import { selfStage } from "./self_stage.ts";
import { type AnyScenario, isAboutVoices } from "./types.ts";
import { foreignVoiceObstacle, liveVoiceStage } from "./voice/live_stage.ts";
import { selfVoiceStage } from "./voice/self_stage.ts";
import type { VoiceScenario } from "./voice/types.ts";

/** A target and how it is reached. */
export interface TargetAddress {
  readonly target: Target;
  /** Control bus of a foreign server; null when it is not known. */
  readonly controlUrl: string | null;
  /** Bearer token of a foreign server; null without one. */
  readonly token: string | null;
}

/** What the runner is told of a target. */
export type TargetOptions = Pick<
  PlayOptions,
  "target" | "obstacle" | "openStage" | "openVoiceStage"
>;

/** How a scenario's target is opened, and why it cannot play it if that is known beforehand. */
export function targetOptions(
  scenario: AnyScenario,
  address: TargetAddress,
): TargetOptions {
  const { target, controlUrl, token } = address;
  if (target === "sim") return { target };
  if (isAboutVoices(scenario)) return voiceTarget(scenario, address);
  if (target === "self") return { target, openStage: (rng: Rng) => selfStage(scenario, { rng }) };
  if (isVoiceUrl(target)) {
    return { target, obstacle: "it is about streaming, and the target is a voice server" };
  }
  if (!isWebSocketUrl(target)) throw noTarget(target);
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

function voiceTarget(
  scenario: VoiceScenario,
  { target, token }: TargetAddress,
): TargetOptions {
  if (target === "self") {
    return { target, openVoiceStage: (rng: Rng) => selfVoiceStage(scenario, { rng }) };
  }
  if (isWebSocketUrl(target)) {
    return { target, obstacle: "it is about voices, and the target is a server that streams" };
  }
  if (!isVoiceUrl(target)) throw noTarget(target);
  return {
    target,
    obstacle: foreignVoiceObstacle(scenario),
    openVoiceStage: (rng: Rng) =>
      liveVoiceStage(scenario, {
        ...{ target, url: target, rng },
        ...(token === null ? {} : { token }),
      }),
  };
}

function noTarget(target: string): UsageError {
  return new UsageError(
    `target is ${JSON.stringify(target)}; it takes sim, self, a ws:// or wss:// address of a ` +
      "server that streams, or an http:// or https:// address of a voice server",
    { target },
  );
}
