/**
 * By what a request may come in: the token, a login, or being local. Pure functions.
 *
 * @module
 */
import { UsageError } from "../runtime/mod.ts";
import { hasLogin, isSameText } from "./cookie.ts";
import { isOriginAllowed, parseAuthority, type SiteRules } from "./origin.ts";
import { cameOverTls, type Headers, isForwarded, plainAddress } from "./proxies.ts";
import type { TrustedProxies } from "./proxies.ts";

/** By what a request is let in. */
export type Standing = "bearer" | "cookie" | "bypass";

/** What a request shows of itself. */
export interface Credentials {
  /** Address of the peer's end of the TCP connection. */
  readonly peerAddress: string;
  /** Names are lower case. */
  readonly headers: Headers;
  /** The time, seconds since the Unix epoch. */
  readonly unixS: number;
}

/** What credentials are held against. */
export interface AuthRules {
  /** The names that the listener answers to. */
  readonly site: SiteRules;
  /** Null where no token is set. */
  readonly token: string | null;
  /** Whether local peers need no token; may change while the server runs. */
  readonly bypass: { readonly isOn: boolean };
  /** Proxies whose headers count. */
  readonly proxies: TrustedProxies;
}

/** The fewest characters of a token. */
export const MIN_TOKEN_CHARS = 16;

const FETCHED_BY_OURSELVES: ReadonlySet<string | undefined> = new Set([
  undefined,
  "same-origin",
  "none",
]);

/**
 * By what a request is let in; null for nothing.
 *
 * @param isForAnyPage Whether any page may have asked: its origin is then no obstacle.
 */
export function standingOf(
  request: Credentials,
  rules: AuthRules,
  isForAnyPage = false,
): Standing | null {
  const { token } = rules;
  const { headers, unixS } = request;
  const given = bearerToken(headers["authorization"]);
  // A wrong token is not excused by being local: whoever sends one means to be checked.
  if (token !== null && given !== null) return isSameText(given, token) ? "bearer" : null;
  // A login says more than being local does: whose a connection is cannot be seen everywhere.
  if (token !== null && hasLogin(single(headers["cookie"]), token, unixS)) return "cookie";
  return isBypassed(request, rules, isForAnyPage) ? "bypass" : null;
}

/**
 * Whether the peer is local in every way that can be seen: its address, the name that it asks for,
 * no proxy in between, and no foreign page behind it.
 */
function isBypassed(request: Credentials, rules: AuthRules, isForAnyPage: boolean): boolean {
  const { headers, peerAddress } = request;
  if (!rules.bypass.isOn || !isLoopbackAddress(peerAddress) || isForwarded(headers)) return false;
  const asked = parseAuthority(single(headers["host"]) ?? "");
  if (asked === null || !isLoopbackName(asked.host)) return false;
  if (isForAnyPage) return true;
  if (headers["origin"] !== undefined) return isOriginOurs(request, rules);
  return FETCHED_BY_OURSELVES.has(single(headers["sec-fetch-site"]));
}

/** Whether the request's Origin is our own or an allowed one; absent is allowed. */
export function isOriginOurs(
  request: Pick<Credentials, "headers" | "peerAddress">,
  rules: Pick<AuthRules, "site" | "proxies">,
): boolean {
  const { headers } = request;
  return isOriginAllowed(
    single(headers["origin"]),
    single(headers["host"]),
    rules.site,
    cameOverTls(request, rules.proxies),
  );
}

/** Whether an address is this machine's own loopback, also written as IPv6. */
export function isLoopbackAddress(address: string): boolean {
  const plain = plainAddress(address);
  return plain === "::1" || /^127(\.\d{1,3}){3}$/.test(plain);
}

/** Whether a host, as URLs write it, is a name or an address of loopback. */
export function isLoopbackName(host: string): boolean {
  return host === "localhost" || isLoopbackAddress(host.replace(/^\[(.*)\]$/, "$1"));
}

/** Refuses to listen beyond this machine without a token. Throws {@link UsageError}. */
export function checkBind(host: string, token: string | null, flag = "--host"): void {
  if (isLocalBind(host) || token !== null) return;
  throw new UsageError(
    `${flag} ${host} can be reached from other machines and needs a token; ` +
      "set HEADWAY_TOKEN or --token, or bind to 127.0.0.1",
    { host },
  );
}

/** Whether an address to listen on can be reached from this machine only. */
export function isLocalBind(host: string): boolean {
  return isLoopbackAddress(host) || host.toLowerCase() === "localhost";
}

/**
 * The token to use; null for none. Throws {@link UsageError} for one that headers cannot carry or
 * that is soon guessed, without repeating it.
 */
export function checkToken(
  token: string | undefined,
  source = "the token (--token or HEADWAY_TOKEN)",
): string | null {
  if (token === undefined || token === "") return null;
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError(`${source} must be printable ASCII without spaces`);
  }
  if (token.length < MIN_TOKEN_CHARS) {
    throw new UsageError(
      `${source} has ${token.length} characters, it needs at least ${MIN_TOKEN_CHARS}`,
    );
  }
  return token;
}

function bearerToken(header: string | string[] | undefined): string | null {
  if (typeof header !== "string") return null;
  return /^Bearer +(\S+) *$/i.exec(header)?.[1] ?? null;
}

/** A header that came once or more as one text. */
export function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(", ") : header;
}
