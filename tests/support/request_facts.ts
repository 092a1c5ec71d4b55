/**
 * Requests and rules for tests of the gate.
 *
 * @module
 */
import { type GateRules, gateRules, type RequestFacts } from "../../server/gate.ts";
import { MAIN_LIMITS } from "../../server/limits.ts";

/** A token that is long enough. */
export const TOKEN = "correct horse".replace(" ", "-") + "-battery";
/** The time of {@link requestFacts}, seconds since the Unix epoch. */
export const NOW_S = 1_750_000_000;

/** A request of a local program, with changes. */
export function requestFacts(changes: Partial<RequestFacts> = {}): RequestFacts {
  return {
    method: "GET",
    target: "/api/streams",
    headers: { host: "localhost:1318" },
    hostCount: 1,
    headerCount: 1,
    peerAddress: "127.0.0.1",
    peerPort: 50_000,
    localPort: 1318,
    isUpgrade: false,
    unixS: NOW_S,
    ...changes,
  };
}

/** The rules of a listener at 127.0.0.1:1318 with {@link TOKEN}, with changes. */
export function testRules(changes: Partial<GateRules> = {}): GateRules {
  return gateRules({
    site: { bindHost: "127.0.0.1", port: 1318, allowHosts: [], allowOrigins: [] },
    limits: MAIN_LIMITS,
    token: TOKEN,
    openPaths: new Set(["/", "/api/auth/login"]),
    cors: new Map([["/api/server-info", { readers: "any" }]]),
    ...changes,
  });
}
