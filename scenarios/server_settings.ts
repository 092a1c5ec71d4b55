/**
 * A scenario's server settings in the server's own terms.
 *
 * @module
 */
import { DEFAULT_STREAM_SETTINGS, type StreamSettings } from "../server/streaming/mod.ts";
import type { Scenario } from "./types.ts";

/** The settings and faults of a scenario's server. */
export function serverSettings({ server }: Pick<Scenario, "server">): StreamSettings {
  const { faults } = server;
  return {
    ...DEFAULT_STREAM_SETTINGS,
    tickMs: server.tickMs,
    idlePauseS: server.idlePauseS,
    maxSessions: server.maxSessions,
    flow: {
      enabled: server.flowControl,
      windowBytes: server.sliceWindowBytes,
      unboundedSocket: faults.unboundedSocket,
    },
    sender: { exactBase: faults.exactMirrorBase, exactAdvance: faults.exactMirrorAdvance },
    receiveMs: faults.receiveMs,
    coalesceParams: faults.coalesceParams,
    allowShortRelease: faults.allowShortRelease,
    fixedLead: faults.fixedLead,
    ignoreTransportLead: faults.ignoreTransportLead,
    teardownS: faults.teardownS,
  };
}
