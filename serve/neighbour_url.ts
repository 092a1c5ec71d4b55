/**
 * Links from a page of one listener to another listener: by the name under which the visitor found the
 * page, and none where that leads nowhere.
 *
 * @module
 */
import { isLoopbackAddress, isLoopbackName, single } from "../server/auth.ts";
import { isHostOurs, parseAuthority, type SiteRules } from "../server/origin.ts";
import { type Headers, isForwarded } from "../server/proxies.ts";
import type { ListenerAddress } from "./listener.ts";

const HTTP_PORT = 80;

/**
 * Where a visitor finds another listener of this server.
 *
 * @param site The listener that was visited.
 * @returns Null where nobody can know: a proxy or a tunnel is between, or the other listener is for
 * this machine alone.
 */
export function neighbourUrl(
  neighbour: ListenerAddress,
  headers: Headers,
  site: SiteRules,
): string | null {
  const host = single(headers["host"]) ?? "";
  const visited = parseAuthority(host);
  if (visited === null || !isHostOurs(host, site)) return null;
  // What stands before us answers at its own port, and says nothing of its others.
  if ((visited.port ?? HTTP_PORT) !== site.port || isForwarded(headers)) return null;
  const { port, url } = neighbour;
  const bound = neighbour.host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  const isEverywhere = bound === "0.0.0.0" || bound === "::";
  const isLocal = bound === "localhost" || isLoopbackAddress(bound);
  if (isLoopbackName(visited.host)) {
    // Browsers take `localhost` for whichever address there is.
    return isLocal && visited.host === "localhost" ? `http://localhost:${port}` : url;
  }
  if (isLocal) return null;
  return isEverywhere ? `http://${visited.host}:${port}` : url;
}
