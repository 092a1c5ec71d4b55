import type { Clock } from "../runtime/mod.ts";

/** Failed logins that one peer has in a minute. */
export const LOGINS_PER_MINUTE = 10;
const WINDOW_S = 60;
/** Peers that are remembered. More of them at a time share what is left of the oldest one's place. */
const MAX_PEERS = 4096;

/** Counts failed logins, so that nobody guesses tokens in a hurry. */
export class LoginThrottle {
  readonly #clock: Pick<Clock, "now">;
  /** Times of each peer's failures within the window, oldest first. The newest peer stands last. */
  readonly #failures = new Map<string, number[]>();

  /** Nobody has failed yet. */
  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /**
   * Takes an attempt in; null when it may go on. Else whole seconds until the next one may. It counts
   * as a failure at once, so that many at a time gain nothing, until {@link LoginThrottle.succeeded}.
   */
  attempt(address: string): number | null {
    const peer = peerOf(address);
    const nowS = this.#clock.now();
    const recent = (this.#failures.get(peer) ?? []).filter((atS) => nowS - atS < WINDOW_S);
    this.#failures.delete(peer);
    const isFull = recent.length >= LOGINS_PER_MINUTE;
    if (!isFull) recent.push(nowS);
    this.#failures.set(peer, recent);
    if (this.#failures.size > MAX_PEERS) {
      this.#failures.delete(this.#failures.keys().next().value!);
    }
    return isFull ? Math.max(1, Math.ceil(recent[0]! + WINDOW_S - nowS)) : null;
  }

  /** The attempt was no failure. */
  succeeded(address: string): void {
    this.#failures.get(peerOf(address))?.pop();
  }
}

/** An IPv6 host has a whole network of addresses: its first four groups tell it from others. */
function peerOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail = ""] = address.split("%")[0]!.split("::");
  const groups = head === "" ? [] : head.split(":");
  const missing = address.includes("::")
    ? 8 - groups.length - (tail === "" ? 0 : tail.split(":").length)
    : 0;
  const all = [...groups, ...Array<string>(Math.max(0, missing)).fill("0"), ...tail.split(":")];
  return all.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, "")).join(":");
}
