import { assert, assertEquals } from "@std/assert";
import { DEFAULT_STREAM_SETTINGS } from "../server/streaming/mod.ts";
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
  const sender = { exactBase: false, exactAdvance: false };
  assertEquals(settingsOf(undefined), { ...DEFAULT_STREAM_SETTINGS, sender });
});

Deno.test("each setting and each fault reaches the server", () => {
  const settings = settingsOf({
    tickMs: 61,
    idlePauseS: 3,
    flowControl: false,
    sliceWindowBytes: 65_536,
    maxSessions: 2,
    faults: {
      exactMirrorBase: true,
      exactMirrorAdvance: true,
      receiveMs: 12,
      coalesceParams: false,
      allowShortRelease: true,
      fixedLead: true,
      unboundedSocket: true,
      ignoreTransportLead: true,
      teardownS: 4,
    },
  });
  assertEquals([settings.tickMs, settings.idlePauseS, settings.maxSessions], [61, 3, 2]);
  assertEquals(settings.flow, { enabled: false, windowBytes: 65_536, unboundedSocket: true });
  assertEquals(settings.sender, { exactBase: true, exactAdvance: true });
  assertEquals([settings.receiveMs, settings.coalesceParams, settings.teardownS], [12, false, 4]);
  assert(settings.allowShortRelease && settings.fixedLead && settings.ignoreTransportLead);
});
