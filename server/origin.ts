/**
 * Which Host and which Origin may speak to this server. Pure functions.
 *
 * Host guards against DNS rebinding: a page whose own name was pointed at this machine shows that
 * name here. Origin guards WebSockets, which browsers let any page open.
 *
 * @module
 */
import { UsageError } from "../runtime/mod.ts";

/** A host and a port. */
export interface Authority {
  /**
   * Lower case, without a trailing dot; IPv6 in brackets, shortest form. In a rule, a leading dot
   * stands for every name that ends so.
   */
  readonly host: string;
  /** Null when it was not written. */
  readonly port: number | null;
}

/** What a listener answers to. */
export interface SiteRules {
  /** The address that the listener is bound to, such as `127.0.0.1` or `::`. */
  readonly bindHost: string;
  /** The port that it listens on. */
  readonly port: number;
  /** More names for it: `name` (any port) or `name:port`. */
  readonly allowHosts: readonly Authority[];
  /** Origins of foreign pages that may use it, as {@link parseOrigin} writes them. */
  readonly allowOrigins: readonly string[];
}

const LOOPBACK_HOSTS: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];
const ANY_LOOPBACK = /^127(\.\d{1,3}){3}$/;
const ANY_ADDRESS: ReadonlySet<string> = new Set(["0.0.0.0", "[::]"]);
const HTTP_PORT = 80;

/** Takes `host[:port]` apart; null when it is not one. */
export function parseAuthority(text: string): Authority | null {
  if (!/^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?$/.test(text)) return null;
  const url = URL.parse(`http://${text}`);
  if (url === null || url.hostname === "") return null;
  const written = /:(\d+)$/.exec(text.slice(text.lastIndexOf("]") + 1));
  return { host: url.hostname.replace(/\.$/, ""), port: written ? Number(written[1]) : null };
}

/** The normal form of a web origin, `scheme://host[:port]`; null for `null` and for anything else. */
export function parseOrigin(text: string): string | null {
  const match = /^(https?):\/\/([^/?#@\\\s]+)$/i.exec(text);
  const url = match === null ? null : URL.parse(text);
  if (match === null || url === null || parseAuthority(match[2]!) === null) return null;
  const port = url.port === "" ? "" : `:${url.port}`;
  return `${url.protocol}//${url.hostname.replace(/\.$/, "")}${port}`;
}

/**
 * Whether a request may be for us. The name decides, not the port: a tunnel changes the port, and no
 * page can choose the name that a browser sends.
 */
export function isHostOurs(header: string | undefined, rules: SiteRules): boolean {
  const asked = header === undefined ? null : parseAuthority(header);
  if (asked === null) return false;
  const own = bracketed(rules.bindHost);
  if (asked.host === own || LOOPBACK_HOSTS.includes(asked.host)) return true;
  if (ANY_LOOPBACK.test(asked.host)) return true;
  // An address cannot be rebound: a page that shows it here was loaded from it.
  if (ANY_ADDRESS.has(own) && isIpLiteral(asked.host)) return true;
  return rules.allowHosts.some(({ host, port }) =>
    (host.startsWith(".") ? asked.host.endsWith(host) : asked.host === host) &&
    (port === null || port === (asked.port ?? HTTP_PORT))
  );
}

/**
 * Whether a request's Origin is our own or an allowed one. Absent is allowed: programs send none.
 *
 * @param host The request's Host header, checked by {@link isHostOurs} before.
 * @param isSecure Whether a trusted proxy took the request over TLS: our own pages are then `https`.
 */
export function isOriginAllowed(
  header: string | undefined,
  host: string | undefined,
  rules: SiteRules,
  isSecure = false,
): boolean {
  if (header === undefined) return true;
  const origin = parseOrigin(header);
  if (origin === null) return false;
  const own = [...LOOPBACK_HOSTS, bracketed(rules.bindHost)]
    .map((name) => parseOrigin(`http://${name}:${rules.port}`));
  if (host !== undefined) own.push(parseOrigin(`${isSecure ? "https" : "http"}://${host}`));
  return own.includes(origin) || rules.allowOrigins.includes(origin);
}

/** Reads `--allow-host` values; `.studio.example` allows every name below it. Throws {@link UsageError} for one that is no host. */
export function parseAllowHosts(values: readonly string[]): Authority[] {
  return values.map((value) => {
    const isSuffix = value.startsWith(".");
    const authority = parseAuthority(isSuffix ? value.slice(1) : value);
    if (authority !== null) {
      return isSuffix ? { ...authority, host: `.${authority.host}` } : authority;
    }
    throw new UsageError(
      `allowed host "${value}" is not a host name with an optional port, such as studio.example:8443`,
      { value },
    );
  });
}

/** Reads `--allow-origin` values. Throws {@link UsageError} for one that is no web origin. */
export function parseAllowOrigins(values: readonly string[]): string[] {
  return values.map((value) => {
    const origin = parseOrigin(value);
    if (origin !== null) return origin;
    throw new UsageError(
      `allowed origin "${value}" is not scheme, host and port, such as http://localhost:6660`,
      { value },
    );
  });
}

/** Reads the address that the server is reached by from elsewhere. Throws {@link UsageError}. */
export function parsePublicUrl(value: string): URL {
  const url = URL.parse(value);
  const isPlain = url !== null && url.username === "" && url.password === "" && url.search === "" &&
    url.hash === "" && url.pathname === "/";
  if (isPlain && parseOrigin(url.origin) !== null) return url;
  throw new UsageError(
    `public URL ${
      JSON.stringify(value)
    } is not scheme, host and port, such as https://studio.example`,
    { value },
  );
}

/** An address as it stands in a URL. */
export function bracketed(host: string): string {
  const text = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  return parseAuthority(text)?.host ?? text.toLowerCase();
}

function isIpLiteral(host: string): boolean {
  return host.startsWith("[") || /^\d+\.\d+\.\d+\.\d+$/.test(host);
}
