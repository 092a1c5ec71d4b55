/**
 * Simpler settings, one at a time.
 *
 * @module
 */
import { defineScenario } from "../../define.ts";
import type { Scenario, SourceSpec } from "../../types.ts";
import { HEALTHY_ENGINE } from "../generate/setting.ts";

/** A simpler scenario, or null when there is nothing to simplify. */
export type SettingMove = (scenario: Scenario) => Scenario | null;

/** What anybody would write without thinking. */
const PLAIN = defineScenario({
  name: "plain",
  description: "Nothing special.",
  durationS: 60,
  source: { synthS: 10 },
  engine: HEALTHY_ENGINE,
  expectations: [{ metric: "invariants.all", equals: 0 }],
});

/** A plain source: of the first of these lengths that still fails. */
const LENGTHS_S = [4, 10, 2];

function source(change: (source: SourceSpec) => SourceSpec): SettingMove {
  return (scenario) => changed(scenario, { ...scenario, source: change(scenario.source) });
}

function field<Part extends "client" | "server">(
  part: Part,
  name: keyof Scenario[Part],
): SettingMove {
  return (scenario) => {
    const { [name]: _, ...rest } = scenario[part];
    const plain = PLAIN[part][name];
    const value = plain === undefined ? {} : { [name]: plain };
    return changed(scenario, { ...scenario, [part]: { ...rest, ...value } });
  };
}

function config(name: string): SettingMove {
  return (scenario) => {
    const { [name]: _, ...rest } = scenario.client.config;
    return changed(scenario, { ...scenario, client: { ...scenario.client, config: rest } });
  };
}

function link(way: "up" | "down", name?: string): SettingMove {
  return (scenario) => {
    const { [way]: old, ...others } = scenario.network;
    if (name === undefined) return changed(scenario, { ...scenario, network: others });
    const { [name]: _, ...rest } = (old ?? {}) as Record<string, unknown>;
    return changed(scenario, { ...scenario, network: { ...others, ...(old && { [way]: rest }) } });
  };
}

/** A plain client, with what has to stay: its faults, and how much it records (it costs memory). */
function keeping({ faults, recordPlaybackS }: Scenario["client"]): Scenario["client"] {
  return { ...PLAIN.client, faults, recordPlaybackS };
}

/** Every move, the boldest first. */
export const settingMoves: readonly SettingMove[] = [
  (scenario) => changed(scenario, { ...scenario, client: keeping(scenario.client) }),
  (scenario) =>
    changed(scenario, { ...scenario, server: { ...PLAIN.server, faults: scenario.server.faults } }),
  (scenario) => changed(scenario, { ...scenario, network: {} }),
  (scenario) => changed(scenario, { ...scenario, engine: HEALTHY_ENGINE }),
  ...LENGTHS_S.map((synthS) => source(() => ({ synthS, channels: 2, synthSeed: 1 }))),
  source((old) => ({
    ...old,
    ...("synthS" in old ? { synthSeed: 1, channels: 2 } : { upload: false }),
  })),
  source(({ stems: _, ...old }) => old),
  ...([
    "audioSkew",
    "clockSkew",
    "config",
    "paramsHz",
    "profile",
    "reconnect",
  ] as const).map((name) => field("client", name)),
  ...[
    "vae_window",
    "walk_window",
    "walk_window_s",
    "lead_floor_s",
    "lead_ceiling_s",
    "sde",
    "telemetry_version",
  ].map(config),
  ...([
    "tickMs",
    "idlePauseS",
    "flowControl",
    "sliceWindowBytes",
    "emitTrim",
    "maxSessions",
  ] as const).map((name) => field("server", name)),
  ...(["up", "down"] as const).flatMap((way) => [
    link(way),
    ...["randomStalls", "bytesPerS", "freeBurstBytes", "jitterMs", "latencyMs"].map((name) =>
      link(way, name)
    ),
  ]),
  ({ network: { windowBytes: _, ...network }, ...scenario }) =>
    _ === undefined ? null : { ...scenario, network },
];

function changed(before: Scenario, after: Scenario): Scenario | null {
  return JSON.stringify(before) === JSON.stringify(after) ? null : after;
}
