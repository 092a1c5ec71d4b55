/**
 * Who may come in: one pure decision that every request and every WebSocket upgrade passes, before
 * anything of it is read. In this order: target and Host, Origin of upgrades, open paths, token or
 * login or being local, forged requests, size.
 *
 * @module
 */
import { type AuthRules, isOriginOurs, single, type Standing, standingOf } from "./auth.ts";
import type { CorsRule } from "./cors.ts";
import { contentLength, type Limits } from "./limits.ts";
import { isHostOurs, parseAuthority, parseOrigin } from "./origin.ts";
import { type Headers, NO_PROXIES } from "./proxies.ts";

/** What a listener is and whom it lets in. */
export interface GateRules extends AuthRules {
  /** How much it takes. */
  readonly limits: Limits;
  /** Paths that need no credentials: pages and assets without data, and the login itself. */
  readonly openPaths: ReadonlySet<string>;
  /** Paths whose answers pages of other origins may read. */
  readonly cors: ReadonlyMap<string, CorsRule>;
  /** Paths that take longer bodies than the listener's limit, in bytes. */
  readonly maxBodyBytes: ReadonlyMap<string, number>;
  /**
   * What a program may post that shows no sign of a browser: `json` only, or `any` media type. A
   * browser can be made to post forms by any page, JSON only by one of ours.
   */
  readonly posts: "json" | "any";
  /**
   * Whether links of any page may lead to this listener's: then its pages do nothing by being opened,
   * and may not stand in others' frames. Pages in a sandbox need it for links among themselves.
   */
  readonly isLinkable: boolean;
}

/** The rules of a listener that is told only what it must be. */
export function gateRules(
  rules: Pick<GateRules, "site" | "limits"> & Partial<GateRules>,
): GateRules {
  return {
    token: null,
    bypass: { isOn: true },
    proxies: NO_PROXIES,
    openPaths: new Set(),
    cors: new Map(),
    maxBodyBytes: new Map(),
    posts: "json",
    isLinkable: false,
    ...rules,
  };
}

/** What the decision looks at. */
export interface RequestFacts {
  /** The HTTP method. */
  readonly method: string;
  /** The request target as it was sent. */
  readonly target: string;
  /** Lower-case names; from the parser, so joined where a name came twice. */
  readonly headers: Headers;
  /** How often the request names a Host. */
  readonly hostCount: number;
  /** How many headers it has. */
  readonly headerCount: number;
  /** Address of the peer. */
  readonly peerAddress: string;
  /** Port of the peer's end of the connection. */
  readonly peerPort: number;
  /** Port of our end. */
  readonly localPort: number;
  /** Whether it asks for a WebSocket. */
  readonly isUpgrade: boolean;
  /** When it came, seconds since the Unix epoch. */
  readonly unixS: number;
}

/** Why a request is not let in. */
export interface Refusal {
  /** Tells it from a request that is let in. */
  readonly isAllowed: false;
  /** The HTTP status. */
  readonly status: 400 | 401 | 403 | 413 | 421 | 431;
  /** The kind of refusal, for programs. */
  readonly code: "bad_target" | "bad_host" | "bad_origin" | "unauthorized" | "csrf" | "too_large";
  /** One plain sentence for the peer; nothing of the request is repeated in it. */
  readonly text: string;
}

/** By what a request is let in. */
export interface Permit {
  /** Tells it from a refusal. */
  readonly isAllowed: true;
  /** What the request shows; null on an open path. */
  readonly standing: Standing | null;
}

/** What becomes of a request. */
export type Decision = Permit | Refusal;

const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Decides. Pure: the same facts and rules give the same answer. */
export function decide(facts: RequestFacts, rules: GateRules): Decision {
  const refusal = refuseHost(facts, rules) ?? refuseOrigin(facts, rules);
  if (refusal !== null) return refusal;
  const path = pathOf(facts.target);
  const isForAnyPage = !facts.isUpgrade &&
    (rules.cors.get(path)?.readers === "any" || rules.isLinkable && isFollowedLink(facts));
  const standing = standingOf(facts, rules, isForAnyPage);
  const isOpen = !facts.isUpgrade && (facts.method === "OPTIONS" || rules.openPaths.has(path));
  if (standing === null && !isOpen) {
    return refuse(401, "unauthorized", "this request needs the server's token or a login");
  }
  return refuseForged(facts, rules, standing) ?? refuseSize(facts, rules) ??
    { isAllowed: true, standing };
}

/** The target must be a path, or a URL of the very Host that the request names once. */
function refuseHost(facts: RequestFacts, { site }: GateRules): Refusal | null {
  if (facts.hostCount !== 1) return refuse(400, "bad_host", "request must name one Host");
  const host = single(facts.headers["host"]);
  if (!facts.target.startsWith("/")) {
    const authority = /^https?:\/\/([^/?#]*)/i.exec(facts.target)?.[1];
    if (authority === undefined) {
      return refuse(400, "bad_target", "request target must be a path that begins with /");
    }
    const [named, asked] = [parseAuthority(authority), parseAuthority(host ?? "")];
    if (named === null || named.host !== asked?.host || named.port !== asked.port) {
      return refuse(421, "bad_host", "request target and Host name different servers");
    }
  }
  if (isHostOurs(host, site)) return null;
  return refuse(
    421,
    "bad_host",
    "this Host is not one of ours; start the server with --allow-host to add it",
  );
}

/** Whether a browser asks for a page that its user will see as a whole: nothing of it is read by another. */
function isFollowedLink({ method, headers }: RequestFacts): boolean {
  return method === "GET" && headers["origin"] === undefined &&
    single(headers["sec-fetch-mode"]) === "navigate" &&
    single(headers["sec-fetch-dest"]) === "document";
}

/** Browsers let any page open a WebSocket, and say only whose page it is. */
function refuseOrigin(facts: RequestFacts, rules: GateRules): Refusal | null {
  if (!facts.isUpgrade || isOriginOurs(facts, rules)) return null;
  return refuse(
    403,
    "bad_origin",
    "this Origin is not allowed; start the server with --allow-origin to add it",
  );
}

/** What a browser adds by itself, a cookie or its place on this machine, must not act for a page. */
function refuseForged(
  facts: RequestFacts,
  rules: GateRules,
  standing: Standing | null,
): Refusal | null {
  const { headers, method } = facts;
  if (SAFE_METHODS.has(method) || standing === "bearer") return null;
  if (isFromOurPages(facts, rules, standing)) return null;
  const isBrowser = headers["origin"] !== undefined || headers["sec-fetch-site"] !== undefined;
  const text = isBrowser
    ? "only our own pages may do this from a browser"
    : "send this with Content-Type: application/json, or with the token";
  return refuse(403, "csrf", text);
}

/** What is known of where an unsafe request comes from does not speak against it. */
function isFromOurPages(
  facts: RequestFacts,
  rules: GateRules,
  standing: Standing | null,
): boolean {
  const { headers } = facts;
  const site = single(headers["sec-fetch-site"]);
  // An Origin that is listed is ours by the user's word, although its site is another.
  if (headers["origin"] !== undefined) {
    const isListed = rules.site.allowOrigins.includes(
      parseOrigin(single(headers["origin"])!) ?? "",
    );
    return isOriginOurs(facts, rules) && (isListed || site === undefined || isOwnSite(site));
  }
  if (site !== undefined) return isOwnSite(site);
  if (rules.posts === "any" && standing !== "cookie") return true;
  const hasBody = headers["transfer-encoding"] !== undefined ||
    (contentLength(single(headers["content-length"])) ?? 0) > 0;
  return !hasBody || isJson(single(headers["content-type"]));
}

const isOwnSite = (site: string) => site === "same-origin" || site === "none";

/** Not more headers and not more body than the listener takes. */
function refuseSize(facts: RequestFacts, { limits, maxBodyBytes }: GateRules): Refusal | null {
  if (facts.headerCount > limits.maxHeaders) {
    return refuse(431, "too_large", `request has more than ${limits.maxHeaders} headers`);
  }
  const announced = contentLength(single(facts.headers["content-length"])) ?? 0;
  const most = maxBodyBytes.get(pathOf(facts.target)) ?? limits.maxBodyBytes;
  if (announced <= most) return null;
  return refuse(
    413,
    "too_large",
    `request body of ${announced} bytes, at most ${most} are accepted`,
  );
}

/** The path of a request target, without its query. */
export function pathOf(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, "").split(/[?#]/, 1)[0]!;
  return path === "" ? "/" : path;
}

function isJson(type: string | undefined): boolean {
  return /^application\/(?:[\w.-]+\+)?json[ \t]*(?:;|$)/i.test(type ?? "");
}

function refuse(status: Refusal["status"], code: Refusal["code"], text: string): Refusal {
  return { isAllowed: false, status, code, text };
}
