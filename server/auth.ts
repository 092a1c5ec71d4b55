/**
 * Who may come in: the token, and the loopback bypass. Pure functions.
 *
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { UsageError } from "../runtime/mod.ts";

/** How a request got in, or that it did not. */
export type Standing = "token" | "bypass" | "refused";

/** What a request shows of itself. Header names are lower case. */
export interface Credentials {
  /** Address of the peer's end of the TCP connection. */
  readonly peerAddress: string;
  /** As the parser gives them. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * Headers that a proxy adds. A request with one of them came from somewhere else, although the
 * proxy's own socket is local.
 */
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

/** How a request stands: by token, by being local, or not at all. */
export function standingOf(request: Credentials, token: string | null): Standing {
  const { headers, peerAddress } = request;
  const given = bearerToken(headers["authorization"]);
  if (token !== null && given !== null && isSameToken(given, token)) return "token";
  // A wrong token is not excused by being local: whoever sends one means to be checked.
  if (given !== null && token !== null) return "refused";
  const isForwarded = Object.keys(headers).some(isForwardingHeader);
  return isLoopbackAddress(peerAddress) && !isForwarded ? "bypass" : "refused";
}

/** Whether two tokens are equal, in a time that tells nothing about where they differ. */
export function isSameToken(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** Whether an address is this machine's own loopback, also written as IPv6. */
export function isLoopbackAddress(address: string): boolean {
  const plain = address.toLowerCase().replace(/^::ffff:/, "");
  return plain === "::1" || /^127(\.\d{1,3}){3}$/.test(plain);
}

/** Refuses to listen beyond this machine without a token. Throws {@link UsageError}. */
export function checkBind(host: string, token: string | null, flag = "--host"): void {
  if (isLoopbackAddress(host) || host.toLowerCase() === "localhost" || token !== null) return;
  throw new UsageError(
    `${flag} ${host} can be reached from other machines and needs a token; ` +
      "set HEADWAY_TOKEN or --token, or bind to 127.0.0.1",
    { host },
  );
}

/** The token to use; null for none. Throws {@link UsageError} for one that headers cannot carry. */
export function checkToken(token: string | undefined): string | null {
  if (token === undefined || token === "") return null;
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new UsageError(
    "the token (--token or HEADWAY_TOKEN) must be printable ASCII without spaces",
  );
}

function bearerToken(header: string | string[] | undefined): string | null {
  if (typeof header !== "string") return null;
  return /^Bearer +(\S+) *$/i.exec(header)?.[1] ?? null;
}
