import { assertEquals } from "@std/assert";
import { DEFAULT_STREAM_SETTINGS, NO_FAULTS, type StreamFaults } from "../server/streaming/mod.ts";
import { defineScenario } from "./define.ts";
import type { ScenarioInput } from "./types.ts";
import { serverSettings } from "./server_settings.ts";

function settingsOf(server: ScenarioInput["server"]) {
  return serverSettings(defineScenario({
    name: "settings",
    description: "What does the server get?",
    durationS: 1,
    ...(server === undefined ? {} : { server }),
    expectations: [{ metric: "lag.slices.count", min: 0 }],
  }));
}

Deno.test("a scenario that says nothing gets the server as it is shipped", () => {
  assertEquals(settingsOf(undefined), DEFAULT_STREAM_SETTINGS);
});

Deno.test("each setting and each fault reaches the server", () => {
  const faults = Object.fromEntries(
    Object.entries(NO_FAULTS).map(([name, off]) => [name, typeof off === "number" ? 4 : !off]),
  ) as unknown as StreamFaults;
  const settings = settingsOf({
    tickMs: 61,
    idlePauseS: 3,
    flowControl: false,
    sliceWindowBytes: 65_536,
    emitTrim: true,
    maxSessions: 2,
    faults,
  });
  assertEquals([settings.tickMs, settings.idlePauseS, settings.maxSessions], [61, 3, 2]);
  assertEquals(settings.flow, { enabled: false, windowBytes: 65_536, emitTrim: true });
  assertEquals(settings.faults, faults);
});
