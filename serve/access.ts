/**
 * Who may come in, from a server's options: what all of its listeners share.
 *
 * @module
 */
import { UsageError } from "../runtime/mod.ts";
import { checkToken, isLoopbackAddress } from "../server/auth.ts";
import { type GateRules, gateRules } from "../server/gate.ts";
import type { Limits } from "../server/limits.ts";
import { PeerLimit } from "../server/peer_limit.ts";
import {
  type Authority,
  parseAllowHosts,
  parseAllowOrigins,
  parsePublicUrl,
} from "../server/origin.ts";
import { parseTrustedProxies, type TrustedProxies } from "../server/proxies.ts";
import type { ListenerAddress } from "./listener.ts";
import type { ServeOptions } from "./options.ts";

/** What an option says of who may come in. */
export type AccessOptions = Pick<
  ServeOptions,
  "token" | "allowHost" | "allowOrigin" | "publicUrl" | "trustedProxies" | "loopbackBypass"
>;

/** What a listener adds to the rules that all share. */
export type ListenerRules = Partial<
  Pick<GateRules, "openPaths" | "cors" | "maxBodyBytes" | "posts" | "isLinkable">
>;

/** The rules that all listeners share. */
export class Access {
  /** Null where no token is set. */
  readonly token: string | null;
  /** Where the server is reached from elsewhere; null when nobody said. */
  readonly publicUrl: URL | null;
  /** Whether local peers need no token. Every listener looks here at each request. */
  readonly bypass: { isOn: boolean };
  /** How many connections a peer may hold. Behind a trusted proxy stand many peers. */
  readonly peers: PeerLimit;
  readonly #allowHosts: readonly Authority[];
  readonly #allowOrigins: readonly string[];
  readonly #proxies: TrustedProxies;

  /** Reads the options. Throws {@link UsageError} for one that cannot be. */
  constructor(options: AccessOptions) {
    const { publicUrl } = options;
    this.token = checkToken(options.token);
    this.publicUrl = publicUrl === undefined ? null : parsePublicUrl(publicUrl);
    this.bypass = { isOn: options.loopbackBypass ?? true };
    this.#proxies = parseTrustedProxies(options.trustedProxies ?? []);
    this.peers = new PeerLimit({
      isExempt: (address) => isLoopbackAddress(address) || this.#proxies.has(address),
    });
    this.#allowHosts = parseAllowHosts([
      ...(options.allowHost ?? []),
      ...(this.publicUrl === null ? [] : [this.publicUrl.hostname]),
    ]);
    this.#allowOrigins = parseAllowOrigins([
      ...(options.allowOrigin ?? []),
      ...(this.publicUrl === null ? [] : [this.publicUrl.origin]),
    ]);
    if (!this.bypass.isOn && this.token === null) {
      throw new UsageError(
        "with the loopback bypass off nobody comes in without a token; set HEADWAY_TOKEN or --token",
      );
    }
  }

  /** The rules of the listener at an address. */
  rulesOf(address: ListenerAddress, limits: Limits, rules: ListenerRules): GateRules {
    return gateRules({
      site: {
        bindHost: address.host,
        port: address.port,
        allowHosts: this.#allowHosts,
        allowOrigins: this.#allowOrigins,
      },
      limits,
      token: this.token,
      bypass: this.bypass,
      proxies: this.#proxies,
      ...rules,
    });
  }
}
