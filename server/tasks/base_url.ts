/**
 * The address that people open, for links that a model shows its user: nobody but the user and
 * trusted proxies may choose it.
 *
 * @module
 */
import { isLoopbackName, single } from "../auth.ts";
import type { RequestFacts } from "../gate.ts";
import { isHostOurs, parseAuthority, type SiteRules } from "../origin.ts";
import { cameOverTls, type TrustedProxies } from "../proxies.ts";
import type { PtyId } from "./ids.ts";

/** What of a request says where its server was reached. */
export type AddressFacts = Pick<RequestFacts, "headers" | "peerAddress">;

/** What it goes by. */
export interface BaseUrlOptions {
  /** The address that the user gave; it beats everything. Null for none. */
  readonly publicUrl: string | null;
  /** Names that the listener answers to, and the port that it has. */
  readonly site: SiteRules;
  readonly proxies: TrustedProxies;
}

/** Where a server is reached. */
export class BaseUrl {
  readonly #options: BaseUrlOptions;
  readonly #fixed: string | null;
  #last: string | null = null;

  /** Knows what the user gave, and nothing else yet. */
  constructor(options: BaseUrlOptions) {
    this.#options = options;
    const fixed = options.publicUrl?.trim().replace(/\/+$/, "") ?? "";
    this.#fixed = fixed === "" ? null : fixed;
  }

  /** Remembers where a request came to, for calls that come by no request. Changes nothing for one that does not say. */
  capture(facts: AddressFacts): void {
    this.#last = this.#of(facts) ?? this.#last;
  }

  /** The address, without a slash at its end; null while none is known. */
  at(facts: AddressFacts | null): string | null {
    return this.#fixed ?? (facts === null ? null : this.#of(facts)) ?? this.#last;
  }

  /** The page of a terminal; null while no address is known, and for no terminal. */
  viewerUrl(pty: PtyId | null, facts: AddressFacts | null): string | null {
    const base = pty === null ? null : this.at(facts);
    return base === null ? null : `${base}/?session=${pty}`;
  }

  #of(facts: AddressFacts): string | null {
    const { headers, peerAddress } = facts;
    const { site, proxies } = this.#options;
    const isTrusted = proxies.has(peerAddress);
    const forwarded = isTrusted ? lastOf(single(headers["x-forwarded-host"])) : "";
    const host = bareHost(forwarded === "" ? single(headers["host"]) ?? "" : forwarded);
    const authority = parseAuthority(host);
    // Whatever a proxy passes on, only a name that we answer to may stand in a link.
    if (authority === null || !isHostOurs(host, site)) return null;
    const said = isTrusted ? lastOf(single(headers["x-forwarded-proto"])) : "";
    const isPlain = said === "http" ||
      said !== "https" && !cameOverTls(facts, proxies) &&
        (isLoopbackName(authority.host) || authority.port === site.port);
    return `${isPlain ? "http" : "https"}://${host.toLowerCase()}`;
  }
}

/** The entry of the proxy that is nearest to us: those before it were written by others. */
function lastOf(list: string | undefined): string {
  return (list ?? "").split(",").at(-1)!.trim();
}

/** Some proxies write an address where a host belongs. */
function bareHost(text: string): string {
  return text.trim().replace(/^https?:\/\//i, "").replace(/^\/+|\/+$/g, "");
}
