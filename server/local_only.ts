/**
 * Routes for this machine alone, whoever else has the token. It looks at the path that is routed, so
 * no way to write a path leads around it.
 *
 * @module
 */
import type { MiddlewareHandler } from "hono";
import { type AppEnv, errorResponse } from "./app.ts";
import { isLoopbackAddress } from "./auth.ts";
import type { RequestFacts } from "./gate.ts";
import { isForwarded } from "./proxies.ts";

/** Whether a request is of a program on this machine, and not passed on by one. */
export function isLocal({ peerAddress, headers }: RequestFacts): boolean {
  return isLoopbackAddress(peerAddress) && !isForwarded(headers);
}

/** Refuses requests from elsewhere, also those that a proxy on this machine passes on. */
export const localOnly: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (isLocal(c.env.facts)) return await next();
  return errorResponse(
    403,
    "local_only",
    "this is for programs on the server's own machine; --debug-remote opens it to others",
  );
};
