/**
 * How many connections one peer may hold at a time, over all listeners together: whoever opens
 * hundreds of them must not leave the others none.
 *
 * @module
 */
import { isIPv6 } from "node:net";
import { isLoopbackAddress } from "./auth.ts";
import { plainAddress } from "./proxies.ts";

/** Most connections of one peer from elsewhere, of whatever kind. */
export const MAX_PEER_CONNECTIONS = 64;

/** How a {@link PeerLimit} counts. */
export interface PeerLimitOptions {
  /** Most at a time; default {@link MAX_PEER_CONNECTIONS}. */
  readonly most?: number;
  /**
   * Addresses that are not counted; default loopback. Behind a trusted proxy stand many peers, so its
   * address belongs here.
   */
  readonly isExempt?: (address: string) => boolean;
}

/**
 * Counts TCP connections: one that is kept for further requests counts once, and one that became a
 * WebSocket goes on counting until it is gone.
 *
 * @example
 * ```ts
 * import { PeerLimit } from "./peer_limit.ts";
 *
 * const limit = new PeerLimit({ most: 1 });
 * const leave = limit.enter("203.0.113.7");
 * console.log(limit.enter("203.0.113.7")); // null: it holds one already
 * leave?.();
 * ```
 */
export class PeerLimit {
  /** Most connections of one peer. */
  readonly most: number;
  readonly #isExempt: (address: string) => boolean;
  /** Only of peers that hold some, so it grows no further than there are connections. */
  readonly #held = new Map<string, number>();

  /** Nobody is connected. */
  constructor(
    { most = MAX_PEER_CONNECTIONS, isExempt = isLoopbackAddress }: PeerLimitOptions = {},
  ) {
    this.most = most;
    this.#isExempt = isExempt;
  }

  /** Peers that are counted now. */
  get peers(): number {
    return this.#held.size;
  }

  /**
   * Counts one more connection of a peer.
   *
   * @returns What to call when it is gone, once or more; null when the peer holds as many as it may.
   */
  enter(address: string): (() => void) | null {
    if (this.#isExempt(address)) return () => {};
    const peer = peerOf(address);
    const held = this.#held.get(peer) ?? 0;
    if (held >= this.most) return null;
    this.#held.set(peer, held + 1);
    let isGone = false;
    return () => {
      if (isGone) return;
      isGone = true;
      const left = (this.#held.get(peer) ?? 1) - 1;
      if (left === 0) this.#held.delete(peer);
      else this.#held.set(peer, left);
    };
  }
}

/**
 * Who an address is. One machine has 2^64 addresses of IPv6 at least, of which the first half is the
 * network's, so that half is the peer (RFC 6177).
 */
export function peerOf(address: string): string {
  const plain = plainAddress(address).replace(/%.*$/, "");
  if (!isIPv6(plain)) return plain;
  const [head = "", tail] = plain.split("::");
  const groups = head === "" ? [] : head.split(":");
  const rest = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined
    ? []
    : Array(Math.max(0, 8 - groups.length - rest.length)).fill("0");
  const network = [...groups, ...zeros, ...rest].slice(0, 4);
  return network.map((group) => parseInt(group, 16).toString(16)).join(":");
}
