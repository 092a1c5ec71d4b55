/**
 * Which part of the server takes a WebSocket, by its path: registered routes first, and whatever is
 * left is a streaming session.
 *
 * @module
 */
import type { Connection } from "../wire/mod.ts";
import { pathOf } from "./gate.ts";

/** Takes an open WebSocket over. */
export type TakeSocket = (connection: Connection) => void;

/** A WebSocket that is turned away before it opens. */
export interface SocketRefusal {
  /** The HTTP status. */
  readonly status: 404 | 503;
  /** One plain sentence for the peer. */
  readonly text: string;
}

/** One kind of WebSocket. */
export interface SocketRoute {
  /** What its paths look like; anchored at both ends. */
  readonly path: RegExp;
  /** Says who takes this one, or why nobody does. `groups` are those of the path. */
  readonly open: (groups: readonly string[]) => TakeSocket | SocketRefusal;
}

/** Finds who takes a WebSocket, by its request target. */
export type SocketRoutes = (target: string) => TakeSocket | SocketRefusal;

/** A table of routes: the first that fits decides, `otherwise` takes what fits none. */
export function socketRoutes(
  routes: readonly SocketRoute[],
  otherwise: TakeSocket | SocketRefusal,
): SocketRoutes {
  return (target) => {
    const path = pathOf(target);
    for (const route of routes) {
      const match = route.path.exec(path);
      if (match !== null) return route.open(match.slice(1));
    }
    return otherwise;
  };
}

/** A listener without WebSockets. */
export const NO_SOCKETS: SocketRoutes = () => ({
  status: 404,
  text: "no WebSocket here; the main port has them",
});
