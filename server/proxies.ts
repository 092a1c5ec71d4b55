/**
 * What a proxy in front of the server says, and whether it may be believed. Pure functions.
 *
 * Headers of a proxy only ever take trust away: with one of them a request is not local, whoever
 * sent it. From a trusted proxy they count for two things: whose failed logins these are, and
 * whether the peer came over TLS.
 *
 * @module
 */
import { BlockList, isIP } from "node:net";
import { UsageError } from "../runtime/mod.ts";

/** Headers as the parser gives them; names are lower case. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

const FORWARDING_HEADERS: ReadonlySet<string> = new Set([
  "forwarded",
  "via",
  "x-real-ip",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-original-forwarded-for",
  "true-client-ip",
  "client-ip",
  "cf-connecting-ip",
  "cf-ray",
  "fastly-client-ip",
  "fly-client-ip",
  "remote-user",
  "x-remote-user",
  "x-user",
  "x-email",
]);
const FORWARDING_PREFIXES: readonly string[] = [
  "x-forwarded-",
  "x-auth-request-",
  "x-authenticated-",
  "x-authentik-",
  "x-goog-authenticated-user-",
  "x-amzn-oidc-",
  "x-ms-client-principal",
  "cf-access-",
  "tailscale-",
  "remote-",
];

/** Whether a header says that a proxy stands between the peer and us. */
export function isForwardingHeader(name: string): boolean {
  return FORWARDING_HEADERS.has(name) ||
    FORWARDING_PREFIXES.some((prefix) => name.startsWith(prefix));
}

/** Whether any header says so. */
export function isForwarded(headers: Headers): boolean {
  return Object.keys(headers).some(isForwardingHeader);
}

/** Proxies whose headers count. */
export interface TrustedProxies {
  /** Whether this address is one of theirs. */
  has(address: string): boolean;
}

/** No proxy is trusted. */
export const NO_PROXIES: TrustedProxies = { has: () => false };

/** Reads addresses and networks, `10.0.0.1` or `10.0.0.0/8`. Throws {@link UsageError}. */
export function parseTrustedProxies(values: readonly string[]): TrustedProxies {
  if (values.length === 0) return NO_PROXIES;
  const list = new BlockList();
  for (const value of values) {
    const [address = "", bits, rest] = value.split("/");
    const version = isIP(address);
    const most = version === 4 ? 32 : 128;
    const isBitsRight = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
    if (version === 0 || !isBitsRight || rest !== undefined) {
      throw new UsageError(
        `trusted proxy "${value}" is not an address or a network, such as 10.0.0.1 or 10.0.0.0/8`,
        { value },
      );
    }
    list.addSubnet(address, Number(bits ?? most), version === 4 ? "ipv4" : "ipv6");
  }
  return {
    has: (address) => {
      const plain = plainAddress(address);
      const version = isIP(plain);
      return version !== 0 && list.check(plain, version === 4 ? "ipv4" : "ipv6");
    },
  };
}

/**
 * Who sent a request, for counting: the peer, or behind trusted proxies the last address that none
 * of them is. What stands before that in `X-Forwarded-For` was written by the peer itself.
 */
export function clientAddress(
  request: { readonly peerAddress: string; readonly headers: Headers },
  proxies: TrustedProxies,
): string {
  const peer = plainAddress(request.peerAddress);
  if (!proxies.has(peer)) return peer;
  const header = request.headers["x-forwarded-for"];
  const hops = (Array.isArray(header) ? header.join(",") : header ?? "")
    .split(",").map((hop) => plainAddress(hop.trim())).filter((hop) => isIP(hop) !== 0);
  return hops.findLast((hop) => !proxies.has(hop)) ?? peer;
}

/** Whether a trusted proxy says that the peer came over TLS. */
export function cameOverTls(
  request: { readonly peerAddress: string; readonly headers: Headers },
  proxies: TrustedProxies,
): boolean {
  return proxies.has(request.peerAddress) && request.headers["x-forwarded-proto"] === "https";
}

/** An address without the form that IPv6 sockets give to IPv4 peers. */
export function plainAddress(address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, "");
}
