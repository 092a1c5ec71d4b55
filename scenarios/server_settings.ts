/**
 * A scenario's server settings in the server's own terms.
 *
 * @module
 */
import { DEFAULT_STREAM_SETTINGS, type StreamSettings } from "../server/streaming/mod.ts";
import type { Scenario } from "./types.ts";

/** The settings and faults of a scenario's server. */
export function serverSettings({ server }: Pick<Scenario, "server">): StreamSettings {
  return {
    ...DEFAULT_STREAM_SETTINGS,
    tickMs: server.tickMs,
    idlePauseS: server.idlePauseS,
    maxSessions: server.maxSessions,
    flow: {
      enabled: server.flowControl,
      windowBytes: server.sliceWindowBytes,
      emitTrim: server.emitTrim,
    },
    faults: server.faults,
  };
}
