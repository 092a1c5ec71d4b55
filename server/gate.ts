/**
 * The checks that every request and every WebSocket upgrade passes, in their one order: Host,
 * Origin, token, size.
 *
 * @module
 */
import { standingOf } from "./auth.ts";
import { contentLength, type Limits } from "./limits.ts";
import { isHostOurs, isOriginAllowed, type SiteRules } from "./origin.ts";

/** What a listener is and whom it lets in. */
export interface GateRules {
  /** The names that it answers to. */
  readonly site: SiteRules;
  /** Null where no token is set. */
  readonly token: string | null;
  /** How much it takes. */
  readonly limits: Limits;
  /** Paths whose answers any page may read. */
  readonly publicPaths: ReadonlySet<string>;
}

/** What the checks look at. */
export interface RequestFacts {
  /** The request target as it was sent. */
  readonly target: string;
  /** Lower-case names; from the parser, so joined where a name came twice. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** How often the request names a Host. */
  readonly hostCount: number;
  /** How many headers it has. */
  readonly headerCount: number;
  /** Address of the peer. */
  readonly peerAddress: string;
  /** Whether it asks for a WebSocket. */
  readonly isUpgrade: boolean;
}

/** Why a request is not let in. */
export interface Refusal {
  /** The HTTP status. */
  readonly status: 400 | 401 | 403 | 413 | 431;
  /** One plain sentence for the peer. */
  readonly text: string;
}

/** One check: null lets the request pass. */
export type Check = (facts: RequestFacts, rules: GateRules) => Refusal | null;

/** Host must be ours, and there must be exactly one. */
export const checkHost: Check = (facts, { site }): Refusal | null => {
  if (!facts.target.startsWith("/")) {
    return { status: 400, text: "request target must be a path that begins with /" };
  }
  if (facts.hostCount > 1) return { status: 400, text: "request names more than one Host" };
  if (isHostOurs(single(facts.headers["host"]), site)) return null;
  return {
    status: 403,
    text: "this Host is not one of ours; start the server with --allow-host to add it",
  };
};

/** Origin must be ours on every upgrade, and on whatever is let in for being local. */
export const checkOrigin: Check = (facts, { site, token, publicPaths }): Refusal | null => {
  const isCalledByToken = standingOf(facts, token) === "token";
  if (!facts.isUpgrade && (isCalledByToken || publicPaths.has(pathOf(facts.target)))) return null;
  const { origin, host } = facts.headers;
  if (isOriginAllowed(single(origin), single(host), site)) return null;
  return {
    status: 403,
    text: "this Origin is not allowed; start the server with --allow-origin to add it",
  };
};

/** A token, or a local peer that no proxy stands in front of. */
export const checkAuth: Check = (facts, { token }): Refusal | null =>
  standingOf(facts, token) === "refused"
    ? { status: 401, text: "this request needs the server's token as Authorization: Bearer" }
    : null;

/** Not more headers and not more body than the listener takes. */
export const checkSize: Check = (facts, { limits }): Refusal | null => {
  if (facts.headerCount > limits.maxHeaders) {
    return { status: 431, text: `request has more than ${limits.maxHeaders} headers` };
  }
  const announced = contentLength(single(facts.headers["content-length"])) ?? 0;
  if (announced > limits.maxBodyBytes) {
    return {
      status: 413,
      text: `request body of ${announced} bytes, at most ${limits.maxBodyBytes} are accepted`,
    };
  }
  return null;
};

/** All checks, in the order in which they are made. */
export const CHECKS: readonly Check[] = [checkHost, checkOrigin, checkAuth, checkSize];

/** The first refusal, if any check refuses. */
export function refusalOf(facts: RequestFacts, rules: GateRules): Refusal | null {
  for (const check of CHECKS) {
    const refusal = check(facts, rules);
    if (refusal !== null) return refusal;
  }
  return null;
}

/** The path of a request target, without its query. */
export function pathOf(target: string): string {
  return target.split("?", 1)[0]!;
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(", ") : header;
}
