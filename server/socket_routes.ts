/**
 * Which part of the server takes a WebSocket, by its path: registered routes first, and whatever is
 * left is a streaming session.
 *
 * @module
 */
import type { Connection } from "../wire/mod.ts";
import type { Standing } from "./auth.ts";
import { pathOf, type RequestFacts } from "./gate.ts";

/** Takes an open WebSocket over. */
export type TakeSocket = (connection: Connection) => void;

/** A WebSocket that is turned away before it opens. */
export interface SocketRefusal {
  /** The HTTP status. */
  readonly status: 401 | 403 | 404 | 503;
  /** One plain sentence for the peer. */
  readonly text: string;
}

/** Who asks for a WebSocket and was let in. */
export interface SocketPeer extends Pick<RequestFacts, "peerPort" | "localPort"> {
  /** By what it was let in. */
  readonly standing: Standing | null;
}

/** Who takes a WebSocket, or why nobody does. */
export type Taker = TakeSocket | SocketRefusal;

/** Says who takes the WebSocket of a peer; what it has to look up first may take a moment. */
export type OpenSocket = (peer: SocketPeer) => Taker | Promise<Taker>;

/** One kind of WebSocket. */
export interface SocketRoute {
  /** What its paths look like; anchored at both ends. */
  readonly path: RegExp;
  /** Says who takes this one, or why nobody does. `groups` are those of the path. */
  readonly open: (groups: readonly string[], peer: SocketPeer) => Taker | Promise<Taker>;
}

/** Finds who takes a WebSocket, by its request target and the peer that asks. */
export type SocketRoutes = (target: string, peer: SocketPeer) => Taker | Promise<Taker>;

/** A table of routes: the first that fits decides, `otherwise` what fits none. */
export function socketRoutes(routes: readonly SocketRoute[], otherwise: OpenSocket): SocketRoutes {
  return (target, peer) => {
    const path = pathOf(target);
    for (const route of routes) {
      const match = route.path.exec(path);
      if (match !== null) return route.open(match.slice(1), peer);
    }
    return otherwise(peer);
  };
}

/** A listener without WebSockets. */
export const NO_SOCKETS: SocketRoutes = () => ({
  status: 404,
  text: "no WebSocket here; the main port has them",
});
