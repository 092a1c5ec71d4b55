/**
 * The guard of routes and WebSockets that start processes or press keys: what is let in for being local
 * must belong to our own user, or show the token.
 *
 * @module
 */
import type { MiddlewareHandler } from "hono";
import { type AppEnv, errorResponse } from "./app.ts";
import type { Standing } from "./auth.ts";
import type { RequestFacts } from "./gate.ts";
import { isOwnPeer, parseSocketTable } from "./peer_owner.ts";
import type { OpenSocket, TakeSocket } from "./socket_routes.ts";

/** Reads the system's tables of TCP sockets; null where they cannot be read. */
export type ReadSocketTables = () => Promise<string | null>;

/** Whether a request that was let in may also start processes. */
export async function mayStartProcesses(
  standing: Standing | null,
  facts: Pick<RequestFacts, "peerPort" | "localPort">,
  readTables: ReadSocketTables,
): Promise<boolean> {
  if (standing !== "bypass") return standing !== null;
  const tables = await readTables();
  return tables !== null && isOwnPeer(parseSocketTable(tables), facts);
}

const NOT_OWN_USER = "this starts processes: other users of this machine need the server's token";

/** The same as middleware, for all routes that are added after it. */
export function ownUserOnly(readTables: ReadSocketTables): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (await mayStartProcesses(c.var.standing, c.env.facts, readTables)) return await next();
    return errorResponse(401, "not_own_user", NOT_OWN_USER);
  };
}

/** The same for WebSockets whose sessions start processes. */
export function ownUserSocket(take: TakeSocket, readTables: ReadSocketTables): OpenSocket {
  return async (peer) =>
    await mayStartProcesses(peer.standing, peer, readTables)
      ? take
      : { status: 401, text: NOT_OWN_USER };
}
