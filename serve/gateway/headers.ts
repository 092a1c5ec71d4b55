/**
 * What of a request and of its answer goes through the gateway. Pure functions.
 *
 * @module
 */

/** Headers as the parser gives them: name, value, name, value, with their order and spelling. */
export type RawHeaders = readonly string[];

/** Between one hop and the next only, RFC 9110 section 7.6.1; the gateway makes its own. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
/**
 * Cookies know no ports: those of every server of this name would come with each request. Extensions
 * would compress what is recorded. A referer tells the server an address that is none of its.
 */
const DROPPED: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP,
  "host",
  "origin",
  "cookie",
  "referer",
  "content-length",
  "sec-websocket-extensions",
]);
const NOT_ANSWERED: ReadonlySet<string> = new Set([...HOP_BY_HOP, "set-cookie"]);

/** Where requests go on to. */
export interface Upstream {
  /** `ws:` or `wss:`, without query. */
  readonly url: URL;
  /** Its bearer token, in place of what the client sent; null passes the client's on. */
  readonly token: string | null;
}

/** The headers of a request as the server gets them: as if its own page had sent it. */
export function requestHeaders(raw: RawHeaders, { url, token }: Upstream): string[] {
  const kept = pairs(raw).filter(([name]) => {
    const lower = name.toLowerCase();
    return !DROPPED.has(lower) && !(lower === "authorization" && token !== null);
  });
  const hasOrigin = pairs(raw).some(([name]) => name.toLowerCase() === "origin");
  return [
    ...["Host", url.host],
    ...(hasOrigin ? ["Origin", httpOrigin(url)] : []),
    ...(token === null ? [] : ["Authorization", `Bearer ${token}`]),
    ...kept.flat(),
  ];
}

/** The headers of an answer as the client gets them; places on the server become paths. */
export function answerHeaders(raw: RawHeaders, { url }: Upstream): string[] {
  return pairs(raw).filter(([name]) => !NOT_ANSWERED.has(name.toLowerCase())).flatMap(
    ([name, value]) => {
      const own = httpOrigin(url);
      const isOurs = name.toLowerCase() === "location" && value.startsWith(`${own}/`);
      return [name, isOurs ? value.slice(own.length) : value];
    },
  );
}

/** The target of a request at the server: below the path that the server has, if it has one. */
export function upstreamTarget(target: string, { url }: Pick<Upstream, "url">): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, "");
  const base = url.pathname.replace(/\/+$/, "");
  return `${base}${path.startsWith("/") ? path : `/${path}`}`;
}

/** `http://host:port` of a `ws://` address. */
export function httpOrigin(url: URL): string {
  return `${url.protocol === "wss:" ? "https" : "http"}://${url.host}`;
}

function pairs(raw: RawHeaders): [string, string][] {
  return Array.from({ length: raw.length >> 1 }, (_, i) => [raw[2 * i]!, raw[2 * i + 1]!]);
}
