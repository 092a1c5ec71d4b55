/**
 * What the gate looks at, from a request that `node:http` has parsed.
 *
 * @module
 */
import type { IncomingMessage } from "node:http";
import type { RequestFacts } from "../server/gate.ts";

/** What the request itself does not tell. */
export interface Circumstances {
  /** Whether it asks for a WebSocket. */
  readonly isUpgrade: boolean;
  /** When it came, seconds since the Unix epoch. */
  readonly unixS: number;
  /** Where it comes from, in place of its socket's word. */
  readonly peerAddress?: string | undefined;
}

/** The facts of a request. */
export function requestFacts(
  request: IncomingMessage,
  { isUpgrade, unixS, peerAddress }: Circumstances,
): RequestFacts {
  const { rawHeaders: raw, socket } = request;
  let hostCount = 0;
  for (let i = 0; i < raw.length; i += 2) if (raw[i]!.toLowerCase() === "host") hostCount++;
  return {
    method: request.method ?? "GET",
    target: request.url ?? "/",
    headers: request.headers,
    hostCount,
    headerCount: raw.length / 2,
    peerAddress: peerAddress ?? socket.remoteAddress ?? "",
    peerPort: socket.remotePort ?? 0,
    localPort: socket.localPort ?? 0,
    isUpgrade,
    unixS,
  };
}
