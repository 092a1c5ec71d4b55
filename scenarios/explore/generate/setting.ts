/**
 * Where a world begins: source, client, network, engine, server.
 *
 * @module
 */
import { FIXTURES } from "../../../fixtures/mod.ts";
import type { Rng } from "../../../runtime/mod.ts";
import type { EngineProfile } from "../../../server/streaming/engine/modelled.ts";
import type { LinkProfile, NetworkProfileInput, SkewModel } from "../../../sim/mod.ts";
import type { Fidelity } from "../../result.ts";
import type { ClientSpec, Scenario, SourceSpec, StemChoice } from "../../types.ts";

/** An engine that keeps up easily. */
export const HEALTHY_ENGINE: EngineProfile = { type: "constant", renderMs: 12 };

/** Rounds to the millisecond: what a person may read stays short. */
export function milli(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Lengths of synthetic sources, seconds: short ones wrap often. */
const LENGTHS_S = {
  timing: [2, 3, 4, 6, 8, 10, 15, 20, 30],
  full: [2, 3, 4],
} as const;
const STEMS: readonly StemChoice[] = ["full", "vocals", "instruments"];

/** A source; `isSmall` keeps it short, for thin links. */
export function drawSource(rng: Rng, fidelity: Fidelity, isSmall = false): SourceSpec {
  const stems = rng.chance(0.2) ? { stems: rng.pick(STEMS) } : {};
  if (fidelity === "timing" && !isSmall && rng.chance(0.12)) {
    return { fixture: rng.pick(FIXTURES).name, upload: rng.chance(0.3), ...stems };
  }
  const lengths = isSmall ? LENGTHS_S.full : LENGTHS_S[fidelity];
  return {
    synthS: rng.chance(0.2) ? milli(2 + 0.2 * rng.int(30)) : rng.pick(lengths),
    channels: rng.chance(0.25) ? 1 : 2,
    synthSeed: rng.int(4),
    ...stems,
  };
}

/** A skewed clock: constant, drifting, swinging or stepping. */
function drawSkew(rng: Rng, mostPpm: number): SkewModel {
  const ppm = mostPpm * rng.pick([0.01, 0.05, 0.2, 1, 1]) * rng.pick([-1, 1]);
  switch (rng.int(5)) {
    case 0:
      return { type: "drift", ppmPerS: ppm / 20, limitPpm: Math.abs(ppm) };
    case 1:
      return { type: "periodic", amplitudePpm: ppm, periodS: rng.pick([2, 10, 30]) };
    case 2:
      return { type: "step", atS: rng.int(30), toPpm: ppm };
    case 3:
      return { type: "rate", rate: 1 + ppm / 1e6 };
    default:
      return { type: "ppm", ppm };
  }
}

/** The client's part. */
export function drawClient(base: ClientSpec, rng: Rng): ClientSpec {
  const config: Record<string, unknown> = {};
  if (rng.chance(0.2)) config["vae_window"] = rng.pick([0.2, 0.12, 0.28]);
  else if (rng.chance(0.03)) config["vae_window"] = 0;
  if (rng.chance(0.15)) {
    config["walk_window"] = true;
    config["walk_window_s"] = rng.pick([2, 5, 60]);
  }
  if (rng.chance(0.15)) config["lead_floor_s"] = rng.pick([0.1, 0.3, 0.5]);
  if (rng.chance(0.1)) config["lead_ceiling_s"] = rng.pick([0.5, 2, 3]);
  if (rng.chance(0.1)) config["sde"] = true;
  if (rng.chance(0.1)) config["telemetry_version"] = 1;
  return {
    ...base,
    paramsHz: rng.pick([2, 10, 10, 15, 20, 20, 30, 30, 60]),
    profile: rng.chance(0.15) ? "reference" : "telemetry",
    reconnect: rng.chance(0.7),
    ...(rng.chance(0.3) ? { audioSkew: drawSkew(rng, 10_000) } : {}),
    ...(rng.chance(0.2) ? { clockSkew: drawSkew(rng, 2000) } : {}),
    config,
  };
}

/** One direction of a road, from fair to foul. */
function drawLink(rng: Rng): Partial<LinkProfile> {
  const stalls = rng.chance(0.2)
    ? { randomStalls: { everyS: rng.pick([2, 5, 15]), durationS: rng.pick([0.1, 0.5, 2]) } }
    : {};
  const limit = rng.chance(0.3)
    ? {
      bytesPerS: rng.pick([200_000, 400_000, 800_000, 4_000_000]),
      freeBurstBytes: rng.pick([0, 1_000_000]),
    }
    : {};
  return {
    latencyMs: rng.pick([0, 1, 5, 20, 60, 150, 300]),
    jitterMs: rng.pick([0, 0, 1, 5, 20, 50]),
    ...limit,
    ...stalls,
  };
}

/** A network. */
export function drawNetwork(rng: Rng): NetworkProfileInput {
  return {
    ...(rng.chance(0.7) ? { up: drawLink(rng) } : {}),
    ...(rng.chance(0.8) ? { down: drawLink(rng) } : {}),
    ...(rng.chance(0.25) ? { windowBytes: rng.pick([16_384, 65_536, 1_048_576]) } : {}),
  };
}

/** Engine weather: slow, stalling, pausing, warming up, overloaded. */
export function drawEngine(rng: Rng): EngineProfile {
  const renderMs = rng.pick([5, 12, 30, 60, 100]);
  switch (rng.int(6)) {
    case 0:
      return { type: "jittered", renderMs, jitterMs: rng.pick([2, 10, 40]) };
    case 1: {
      const durationS = rng.pick([0.5, 1.5, 4]);
      return { type: "stall", renderMs, stalls: [{ atS: milli(rng.between(0, 4)), durationS }] };
    }
    case 2:
      return {
        type: "gc",
        renderMs,
        pauseMs: rng.pick([100, 400, 1200]),
        everyS: rng.pick([1, 4]),
      };
    case 3:
      return { type: "warmup", fromMs: rng.pick([200, 800]), toMs: 12, overS: rng.pick([1, 5]) };
    case 4:
      return { type: "overload", renderMs: rng.pick([300, 600, 1500]) };
    default:
      return { type: "constant", renderMs };
  }
}

/** The server's part. */
export function drawServer(base: Scenario["server"], rng: Rng): Scenario["server"] {
  return {
    ...base,
    tickMs: rng.pick([60, 60, 80, 100, 100, 150]),
    idlePauseS: rng.pick([0, 0, 0, 2, 20]),
    flowControl: rng.chance(0.9),
    sliceWindowBytes: rng.pick([65_536, 262_144, 262_144, 1_048_576]),
    emitTrim: rng.chance(0.2),
    maxSessions: rng.chance(0.85) ? 1 : 2,
  };
}
